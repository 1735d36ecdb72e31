// One value at a time, at the sizes handlers answer with.

import { Buffer } from 'node:buffer'
import { compile } from '../../dist/index.js'
import { VALUES } from '../data/values.mjs'
import { measure } from '../lib/measure.mjs'
import { faultOf } from '../lib/verify.mjs'
import { peerNamed } from '../peers/index.mjs'
import { BASELINE, FAST_JSON } from '../peers/names.mjs'

const SEED = 7

/** @returns a table for each size: nanoseconds a value */
export async function serializeOneSuite({ budgetMs, ...options }) {
  const tables = []
  for (const it of VALUES) tables.push(await tableOf(it, { ...options, budgetMs: budgetMs / 3 }))
  return tables
}

async function tableOf({ name, about, schema, values: makeValues, count }, options) {
  const values = makeValues(count, SEED)
  const serializer = compile(schema)
  const notes = []
  const contestants = [
    { name: 'tocson', serialize: value => serializer.serializeOne(value) },
    ...[BASELINE, FAST_JSON].map(peer => ({ name: peer, serialize: peerNamed(peer).make(schema) })),
  ]
  for (const { name, serialize } of contestants) {
    const fault = values.map(it => faultOf(serialize(it), Buffer.from(JSON.stringify(it)))).find(Boolean)
    if (fault !== undefined) notes.push(`${name}: ${fault}`)
  }
  const bytes = values.reduce((sum, it) => sum + Buffer.byteLength(JSON.stringify(it)), 0) / count
  const runs = contestants.map(({ name, serialize }) => ({
    name,
    operations: count,
    run: () => each(values, serialize),
  }))
  return {
    title: `serializeOne, ${name}`,
    about,
    unit: 'value',
    bytes,
    baseline: BASELINE,
    contestants: await measure(runs, BASELINE, options),
    notes,
  }
}

function each(values, serialize) {
  let last
  for (let i = 0; i < values.length; i++) last = serialize(values[i])
  return last
}
