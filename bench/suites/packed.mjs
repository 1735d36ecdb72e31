// Packed rows against what else turns rows into bytes and back, and JSON written from them.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import v8 from 'node:v8'
import { Packr } from 'msgpackr'
import { compile, PackedList } from '../../dist/index.js'
import { caseNamed } from '../data/index.mjs'
import { measure } from '../lib/measure.mjs'

const SEED = 19

/** @returns three tables of the rows of a case: nanoseconds a row */
export async function packedSuite({ name, rows: count, ...options }) {
  const { schema, rows: makeRows } = caseNamed(name)
  const list = { name, rows: makeRows(count, SEED), serializer: compile(schema), msgpackr: new Packr() }
  checkRoundTrip(list)
  return [
    await tableOf(list, 'rows to bytes', packing(list), 'v8.serialize', options),
    await tableOf(list, 'bytes to rows', unpacking(list), 'v8.deserialize', options),
    await tableOf(list, 'bytes to JSON', writing(list), 'serialize(rows)', options),
  ]
}

/** What is measured is right. */
function checkRoundTrip({ rows, serializer }) {
  const bytes = serializer.pack(rows)
  assert.deepEqual(serializer.unpack(bytes), rows)
  assert(serializer.serialize(new PackedList(bytes)).blob.equals(serializer.serialize(rows).blob))
}

function packing({ rows, serializer, msgpackr }) {
  return {
    'tocson pack': () => serializer.pack(rows),
    'v8.serialize': () => v8.serialize(rows),
    'structuredClone (no bytes)': () => structuredClone(rows),
    'msgpackr pack': () => msgpackr.pack(rows),
  }
}

function unpacking({ rows, serializer, msgpackr }) {
  const packed = serializer.pack(rows)
  const v8Bytes = v8.serialize(rows)
  const json = JSON.stringify(rows)
  const msgpackBytes = Buffer.from(msgpackr.pack(rows))
  return {
    'tocson unpack': () => serializer.unpack(packed),
    'v8.deserialize': () => v8.deserialize(v8Bytes),
    'JSON.parse (dates stay text)': () => JSON.parse(json),
    'msgpackr unpack': () => msgpackr.unpack(msgpackBytes),
  }
}

function writing({ rows, serializer }) {
  const packed = serializer.pack(rows)
  return {
    'tocson serialize(packed)': () => serializer.serialize(new PackedList(packed)),
    'serialize(rows)': () => serializer.serialize(rows),
    'serialize(unpack(packed))': () => serializer.serialize(serializer.unpack(packed)),
  }
}

async function tableOf({ name, rows, serializer }, about, ways, baseline, options) {
  const contestants = Object.entries(ways).map(([way, run]) => ({ name: way, run, operations: rows.length }))
  return {
    title: `packed, ${name}: ${about}`,
    about: `${rows.length} rows`,
    unit: 'row',
    bytes: serializer.pack(rows).byteLength / rows.length,
    baseline,
    contestants: await measure(contestants, baseline, options),
    notes: [],
  }
}
