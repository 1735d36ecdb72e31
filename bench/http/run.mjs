// Pages of 100 rows over node:http: this library against one static buffer (the limit), against JSON.stringify
// of the slice (rows with Date objects, and with dates as text), and against the usual cache path (parse,
// slice, stringify).
//
//     node bench/http/run.mjs [--rounds 5] [--seconds 3] [--json file]
//
// Each way runs in a process of its own and autocannon in this one. Rounds take turns, so that a slow moment
// of the machine falls on all ways alike; the table shows medians over the rounds.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'

const WAYS = ['tocson', 'static', 'stringify-text', 'stringify', 'cached']
const CONNECTIONS = 32
const PAGE_ROWS = 100
const PATHS = Array.from(
  { length: 50 },
  (_, i) => `/movies?offset=${((i * 37) % 99) * PAGE_ROWS}&limit=${PAGE_ROWS}`,
)

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

const samples = Object.fromEntries(WAYS.map(way => [way, []]))
for (let round = 0; round < rounds; round++) {
  for (const way of WAYS) {
    samples[way].push(await measure(way))
    process.stderr.write(`\rround ${round + 1} of ${rounds}: ${way}        `)
  }
}
process.stderr.write('\r\u001b[K')
const results = WAYS.map(way => ({ way, ...medians(samples[way]) }))
printTable(results)
if (values.json !== undefined) {
  const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version }
  const settings = { rounds, seconds, connections: CONNECTIONS, pageRows: PAGE_ROWS }
  writeFileSync(values.json, `${JSON.stringify({ machine, settings, results, samples }, null, 2)}\n`)
}

/** One round of one way: a fresh process, warmed up for a third of the time. */
async function measure(way) {
  const server = fork(new URL('server.mjs', import.meta.url), [way], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const [{ port }] = await once(server, 'message')
  await load(port, Math.max(1, seconds / 3))
  const before = await usage(server)
  const result = await load(port, seconds)
  const after = await usage(server)
  server.disconnect()
  await once(server, 'exit')
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${way}: ${result.errors} errors, ${result.non2xx} refused`)
  if (result.requests.total === 0) throw new Error(`${way}: no request finished, try more --seconds`)
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuUsPerRequest: (after.cpuUs - before.cpuUs) / result.requests.total,
    loopUsPerRequest: (after.utilization * result.duration * 1e6) / result.requests.total,
    utilization: after.utilization,
    bytesPerResponse: result.throughput.total / result.requests.total,
  }
}

function load(port, duration) {
  const requests = PATHS.map(path => ({ method: 'GET', path }))
  return autocannon({ url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, duration, requests })
}

async function usage(server) {
  server.send('usage')
  const [message] = await once(server, 'message')
  return message
}

function medians(list) {
  const median = key => list.map(sample => sample[key]).sort((a, b) => a - b)[list.length >> 1]
  return Object.fromEntries(Object.keys(list[0]).map(key => [key, median(key)]))
}

function printTable(rows) {
  const limit = rows.find(({ way }) => way === 'static')
  const columns = [
    ['way', 15, row => row.way],
    ['requests/s', 12, row => Math.round(row.requestsPerSecond).toLocaleString('en')],
    ['of static', 11, row => `${((100 * row.requestsPerSecond) / limit.requestsPerSecond).toFixed(1)} %`],
    ['p50 ms', 8, row => row.p50Ms],
    ['p99 ms', 8, row => row.p99Ms],
    ['CPU µs/req', 12, row => row.cpuUsPerRequest.toFixed(1)],
    ['loop µs/req', 13, row => row.loopUsPerRequest.toFixed(1)],
    ['loop busy', 11, row => `${(100 * row.utilization).toFixed(0)} %`],
  ]
  console.log(columns.map(([name, width]) => name.padStart(width)).join(''))
  for (const row of rows)
    console.log(columns.map(([, width, text]) => `${text(row)}`.padStart(width)).join(''))
}
