// Packed rows against what else turns rows into bytes and back. After `npm run build`:
// `node --expose-gc bench/packed/run.mjs`.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import v8 from 'node:v8'
import { CASES } from '../data/index.mjs'
import { CLOCKS, DEFAULT_CLOCK } from '../lib/clock.mjs'
import { machineFacts } from '../lib/machine.mjs'
import { measure } from '../lib/measure.mjs'
import { printMachine, printTable } from '../lib/report.mjs'

const USAGE = `node --expose-gc bench/packed/run.mjs
  --case NAME      may be repeated (default movies, films)
  --rows N         rows of a list (default 20000)
  --budget MS      how long to measure a table, at least three rounds (default 4000)
  --warmup MS      how long each contestant runs before (default 600)
  --clock NAME     ${CLOCKS.join(' or ')} (default ${DEFAULT_CLOCK})
  --msgpackr DIR   a folder with msgpackr in its node_modules; without it msgpackr is left out
  --library FILE   the library to measure (default dist/index.js)`

const { values: options } = parseArgs({
  options: {
    case: { type: 'string', multiple: true, default: ['movies', 'films'] },
    rows: { type: 'string', default: '20000' },
    budget: { type: 'string', default: '4000' },
    warmup: { type: 'string', default: '600' },
    clock: { type: 'string', default: DEFAULT_CLOCK },
    msgpackr: { type: 'string' },
    library: { type: 'string', default: 'dist/index.js' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) console.log(USAGE)
else await main()

async function main() {
  const { compile, PackedList } = await import(pathToFileURL(resolve(options.library)).href)
  const msgpackr = options.msgpackr === undefined ? undefined : msgpackrOf(resolve(options.msgpackr))
  printMachine(machineFacts())
  for (const name of options.case) {
    const { schema, rows: make } = CASES.find(candidate => candidate.name === name)
    const rows = make(Number(options.rows))
    const list = { name, rows, serializer: compile(schema), PackedList, msgpackr }
    check(list)
    await table(`${name}: rows to bytes`, packing(list), 'v8.serialize', list)
    await table(`${name}: bytes to rows`, unpacking(list), 'v8.deserialize', list)
    await table(`${name}: to JSON`, writing(list), 'serialize(rows)', list)
  }
}

function msgpackrOf(folder) {
  const { Packr } = createRequire(resolve(folder, 'index.js'))('msgpackr')
  return new Packr()
}

/** What is measured is right. */
function check({ rows, serializer, PackedList }) {
  const bytes = serializer.pack(rows)
  assert.deepEqual(serializer.unpack(bytes), rows)
  assert(serializer.serialize(new PackedList(bytes)).blob.equals(serializer.serialize(rows).blob))
}

function packing({ rows, serializer, msgpackr }) {
  return [
    ['tocson pack', () => serializer.pack(rows)],
    ['v8.serialize', () => v8.serialize(rows)],
    ['structuredClone (no bytes)', () => structuredClone(rows)],
    ...(msgpackr ? [['msgpackr pack', () => msgpackr.pack(rows)]] : []),
  ]
}

function unpacking({ rows, serializer, msgpackr }) {
  const packed = serializer.pack(rows)
  const v8Bytes = v8.serialize(rows)
  const json = JSON.stringify(rows)
  const msgpackBytes = msgpackr && Buffer.from(msgpackr.pack(rows))
  return [
    ['tocson unpack', () => serializer.unpack(packed)],
    ['v8.deserialize', () => v8.deserialize(v8Bytes)],
    ['JSON.parse (dates stay text)', () => JSON.parse(json)],
    ...(msgpackr ? [['msgpackr unpack', () => msgpackr.unpack(msgpackBytes)]] : []),
  ]
}

function writing({ rows, serializer, PackedList }) {
  const packed = serializer.pack(rows)
  return [
    ['serialize(rows)', () => serializer.serialize(rows)],
    ['serialize(packed)', () => serializer.serialize(new PackedList(packed))],
    ['serialize(unpack(packed))', () => serializer.serialize(serializer.unpack(packed))],
  ]
}

async function table(title, ways, baseline, { rows, serializer }) {
  const contestants = ways.map(([name, run]) => ({ name, run, operations: rows.length }))
  const settings = {
    budgetMs: Number(options.budget),
    warmupMs: Number(options.warmup),
    clock: options.clock,
  }
  const about = `${rows.length} rows`
  const bytes = serializer.pack(rows).byteLength / rows.length
  const results = await measure(contestants, baseline, settings)
  printTable({ title, about, unit: 'row', bytes, baseline, contestants: results, notes: [] })
}
