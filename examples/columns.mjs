// An Arrow file to JSON and pages: 200,000 real flights, as columns and as the rows Arrow makes of them.
//
//     npm run build && node examples/columns.mjs
//     node examples/columns.mjs --rounds 20

import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Type from 'typebox'
import { readArrow } from '../dist/arrow.js'
import { compile } from '../dist/index.js'

const FLIGHTS = fileURLToPath(
  new URL('../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url),
)
const HELP = `node examples/columns.mjs [options]
  --file FILE    Arrow IPC with the columns delay, distance and time (default: flights-200k.arrow of vega-datasets)
  --rounds N     how often each way runs; the median counts (default 5)
  --help`

const flights = compile(Type.Object({ delay: Type.Integer(), distance: Type.Integer(), time: Type.Number() }))

try {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', default: FLIGHTS },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) console.log(HELP)
  else run(values.file, roundsOf(values.rounds))
} catch (error) {
  console.error(`${error.message}\nTry --help.`)
  process.exitCode = 2
}

function roundsOf(text) {
  const rounds = Number(text)
  if (Number.isSafeInteger(rounds) && rounds > 0) return rounds
  throw new Error(`--rounds: expected an integer above 0, got ${text}`)
}

function run(file, rounds) {
  const table = readArrow(readFileSync(file))
  const list = flights.serializeColumns(table)
  const page = list.page(100_000, 2).toBuffer().toString()
  console.log(`${file}: ${table.numRows} rows, ${list.blob.byteLength} bytes of JSON`)
  console.log(`rows 100,000 and 100,001: ${page}`)
  const columns = median('serializeColumns(table)', rounds, () => flights.serializeColumns(table))
  const rows = median('serialize(table.toArray())', rounds, () => flights.serialize(table.toArray()))
  console.log(`columns are ${(rows / columns).toFixed(1)} times as fast, and give the same bytes:`)
  console.log(flights.serialize(table.toArray()).blob.equals(list.blob))
}

/** Milliseconds. */
function median(name, rounds, way) {
  const times = Array.from({ length: rounds }, (_, round) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${round + 1} of ${rounds}`)
    const start = performance.now()
    way()
    return performance.now() - start
  }).sort((a, b) => a - b)
  const middle = times[Math.floor(rounds / 2)]
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  console.log(`${name.padEnd(28)}${middle.toFixed(1).padStart(8)} ms`)
  return middle
}
