// Columns against the rows they make up: rows that are there, rows made of the columns, rows Arrow makes.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { tableFromIPC } from 'apache-arrow'
import Type from 'typebox'
import { compile } from '../../dist/index.js'
import { trades } from '../data/trades.mjs'
import { measure } from '../lib/measure.mjs'

const SEED = 29
const FLIGHTS = new URL('../../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url)
const flightsSchema = Type.Object({ delay: Type.Integer(), distance: Type.Integer(), time: Type.Number() })
const BASELINE = 'serialize(table.toArray())'
const FLOOR = '(only filling a blob of that size)'

/** @returns a table of a set of columns, `flights` or `trades`: nanoseconds a row */
export async function columnsSuite({ name, rows: count, ...options }) {
  if (name === 'trades') {
    return [await tableOf(name, trades.schema, trades.table(count, SEED), rowsOfTrades, options)]
  }
  const flights = tableFromIPC(readFileSync(FLIGHTS)).slice(0, Math.max(count, 20_000))
  return [await tableOf('flights-200k.arrow', flightsSchema, flights, rowsOfFlights, options)]
}

async function tableOf(name, schema, table, rowsOf, options) {
  const serializer = compile(schema)
  const interpreting = compile(schema, { codegen: false })
  const arrays = arraysOf(table)
  const rows = rowsOf(arrays, table.numRows)
  const ways = {
    'serializeColumns(table)': () => serializer.serializeColumns(table),
    'serializeColumns(table), no generated code': () => interpreting.serializeColumns(table),
    'serializeColumns(arrays)': () => serializer.serializeColumns(arrays),
    'serialize(rows that are there)': () => serializer.serialize(rows),
    'serialize(rows made of the arrays)': () => serializer.serialize(rowsOf(arrays, table.numRows)),
    [BASELINE]: () => serializer.serialize(table.toArray()),
    'JSON.stringify(rows) + Buffer.from': () => Buffer.from(JSON.stringify(rows)),
  }
  const { blob } = serializer.serialize(rows)
  for (const [way, run] of Object.entries(ways)) {
    const written = run()
    assert((written.blob ?? written).equals(blob), way)
  }
  ways[FLOOR] = () => Buffer.allocUnsafeSlow(blob.byteLength).fill(0x20)
  const contestants = Object.entries(ways).map(([way, run]) => ({ name: way, run, operations: rows.length }))
  return {
    title: `columns, ${name}`,
    about: `${rows.length} rows`,
    unit: 'row',
    bytes: blob.byteLength / rows.length,
    baseline: BASELINE,
    contestants: await measure(contestants, BASELINE, options),
    notes: [],
  }
}

/** Plain arrays of numbers, strings and Dates; typed arrays where Arrow has some. */
function arraysOf(table) {
  const columns = table.schema.fields.map(({ name }) => {
    const vector = table.getChild(name)
    if (name === 'at') return [name, Array.from(vector, ms => new Date(ms))]
    return [name, vector.nullCount === 0 && !/Utf8/.test(vector.type) ? vector.toArray() : [...vector]]
  })
  return Object.fromEntries(columns)
}

// As quick as rows can be made: literals, every property read from an array of its own.

function rowsOfFlights({ delay, distance, time }, count) {
  const rows = new Array(count)
  for (let i = 0; i < count; i++) rows[i] = { delay: delay[i], distance: distance[i], time: time[i] }
  return rows
}

function rowsOfTrades({ id, account, symbol, side, at, price, note }, count) {
  const rows = new Array(count)
  for (let i = 0; i < count; i++) {
    rows[i] = {
      id: id[i],
      account: account[i],
      symbol: symbol[i],
      side: side[i],
      at: at[i],
      price: price[i],
      note: note[i],
    }
  }
  return rows
}
