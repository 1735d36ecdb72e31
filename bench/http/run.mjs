// Pages of 100 rows over node:http, against one static buffer (the limit), JSON.stringify of the slice, and the
// usual cache path (parse, slice, stringify); in this process's memory, and through a Redis server of its own.
//
//     node bench/http/run.mjs [--way tocson …] [--rounds 5] [--seconds 3] [--save | --draw]
//
// Every way is served by a process of its own, warmed up first; the load comes from another one. Rounds take turns,
// so that a slow moment of the machine falls on all ways alike; ratios are taken within a round. `--save` writes
// results/http.json and the charts, `--draw` only the charts, from the results there are.

import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ensureInstalled } from '../lib/install.mjs'
import { machineFacts } from '../lib/machine.mjs'
import { printMachine } from '../lib/report.mjs'
import { RESULTS } from '../lib/results.mjs'
import { startProcess } from './process.mjs'
import { startRedis } from './redis-server.mjs'
import { printReport, summarized } from './report.mjs'
import { WAYS } from './ways.mjs'

const FILE = new URL('http.json', RESULTS)
const REQUESTS_MAX = 200_000
/** Beyond the seconds of a run: what a request under way may still take. */
const GRACE_MS = 40_000
const WARMUP = { seconds: 10, requests: 5000 }
const SLOW_WARMUP_S = 2
const SLOW_TIMES = 4

const { values } = parseArgs({
  options: {
    way: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    save: { type: 'boolean', default: false },
    draw: { type: 'boolean', default: false },
  },
})

if (!values.draw) {
  const result = await measureAll(Number(values.rounds), Number(values.seconds))
  printMachine(result.machine)
  printReport(result)
  if (values.save) writeFileSync(FILE, `${JSON.stringify(result, null, 2)}\n`)
}
if (values.save || values.draw) {
  ensureInstalled(new URL('../', import.meta.url))
  const { drawHttpCharts } = await import('./charts.mjs')
  const charts = await drawHttpCharts(JSON.parse(readFileSync(FILE, 'utf8')))
  for (const [name, svg] of charts) writeFileSync(new URL(`${name}.svg`, RESULTS), svg)
}

async function measureAll(rounds, seconds) {
  const machine = machineFacts()
  const wanted = WAYS.filter(({ name }) => values.way?.includes(name) ?? true)
  const redis = wanted.some(it => it.redis) ? await startRedis() : undefined
  const ways = redis === undefined ? wanted.filter(it => !it.redis) : wanted
  const load = startProcess(new URL('load.mjs', import.meta.url))
  const servers = new Map()
  const samples = Object.fromEntries(ways.map(({ name }) => [name, []]))
  try {
    for (const { name, slow } of ways) {
      tell(`starting ${name}`)
      const server = startProcess(new URL('server.mjs', import.meta.url), [name, redis?.url ?? ''])
      servers.set(name, server)
      server.port = (await server.message(GRACE_MS)).port
      await run(load, server.port, slow ? SLOW_WARMUP_S : WARMUP.seconds, WARMUP.requests)
    }
    for (let round = 0; round < rounds; round++) {
      for (const { name, slow } of ways) {
        tell(`round ${round + 1} of ${rounds}: ${name}`)
        const sample = await measure(load, servers.get(name), slow ? seconds * SLOW_TIMES : seconds)
        if (sample.failure !== undefined) throw new Error(`${name}: ${sample.failure}`)
        samples[name].push(sample)
      }
    }
    tell('')
  } finally {
    await Promise.all([load, ...servers.values()].map(it => it.stop()))
    await redis?.stop()
  }
  return { machine, settings: { rounds, seconds }, ways: summarized(samples), samples }
}

/** One round of one way. */
async function measure(load, server, seconds) {
  const before = await server.ask('usage', GRACE_MS)
  const result = await run(load, server.port, seconds, REQUESTS_MAX)
  const after = await server.ask('usage', GRACE_MS)
  if (result.errors > 0 || result.refused > 0)
    return { failure: `${result.errors} errors, ${result.refused} refused` }
  if (result.requests === 0) return { failure: 'no request finished, try more --seconds' }
  return {
    requestsPerSecond: result.requests / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpuUsPerRequest: (after.cpuUs - before.cpuUs) / result.requests,
    loopUsPerRequest: (after.loopMs * 1000) / result.requests,
    utilization: after.utilization,
    bytesPerResponse: result.bytes / result.requests,
  }
}

function run(load, port, seconds, requests) {
  return load.ask({ port, seconds, requests }, seconds * 1000 + GRACE_MS)
}

function tell(text) {
  process.stderr.write(`\r\u001b[K${text}`)
}
