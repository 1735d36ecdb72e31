// A list of rows to one JSON array: every peer and both packers, in one process.

import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { compile } from '../../dist/index.js'
import { caseNamed } from '../data/index.mjs'
import { measure } from '../lib/measure.mjs'
import { faultOf } from '../lib/verify.mjs'
import { PEERS } from '../peers/index.mjs'
import { BASELINE } from '../peers/names.mjs'

const SEED = 20261121
const FLOOR = '(only filling a blob of that size)'
const FILLING = 0x20

/** @returns one table: nanoseconds a row */
export async function rowsSuite({ name, rows: count, ...options }) {
  const { schema, rows: makeRows, about } = caseNamed(name)
  const rows = makeRows(count, SEED)
  const expected = Buffer.from(JSON.stringify(rows))
  const notes = []
  const contestants = contestantsOf(schema, notes)
    .map(({ name, serialize }) => ({ name, operations: count, run: () => serialize(rows) }))
    .filter(contestant => agrees(contestant, expected, notes))
  contestants.push(floor(expected.byteLength, count))
  return [
    {
      title: name,
      about,
      unit: 'row',
      bytes: expected.byteLength / count,
      baseline: BASELINE,
      contestants: await measure(contestants, BASELINE, options),
      notes,
    },
  ]
}

function contestantsOf(schema, notes) {
  const generated = compile(schema)
  const interpreted = compile(schema, { codegen: false })
  const contestants = [
    { name: 'tocson', serialize: rows => generated.serialize(rows).blob },
    { name: 'tocson, interpreting packer', serialize: rows => interpreted.serialize(rows).blob },
  ]
  for (const { name, make } of PEERS) {
    try {
      contestants.push({ name, serialize: make(Type.Array(schema)) })
    } catch (error) {
      notes.push(`${name}: cannot do this schema (${error.message.slice(0, 80)})`)
    }
  }
  return contestants
}

/** What nobody can go below: the memory of the result, allocated and written once. */
function floor(byteLength, count) {
  return { name: FLOOR, operations: count, run: () => Buffer.allocUnsafeSlow(byteLength).fill(FILLING) }
}

/** Ours has to be right; a peer that throws is left out, one that writes something else is noted. */
function agrees({ name, run }, expected, notes) {
  let fault
  try {
    fault = faultOf(run(), expected)
  } catch (error) {
    notes.push(`${name}: throws (${error.message.slice(0, 80)})`)
    return false
  }
  if (fault !== undefined && name.startsWith('tocson')) throw new Error(`${name}: ${fault}`)
  if (fault !== undefined) notes.push(`${name}: ${fault}`)
  return true
}
