// What a schema costs before the first row: to compile, to compile and serialize one value, and in a new process.

import { compile } from '../../dist/index.js'
import { freshSchema } from '../data/fresh-schema.mjs'
import { runChild } from '../lib/child.mjs'
import { measure } from '../lib/measure.mjs'
import { summary } from '../lib/statistics.mjs'
import { peerNamed } from '../peers/index.mjs'
import { FAST_JSON } from '../peers/names.mjs'

/** Fields in a schema, and how many schemas make one run. */
const SIZES = [
  [5, 40],
  [50, 10],
  [500, 2],
]
const START_COUNT = 7

/** @returns a table for each size: nanoseconds a schema; and one of starting a process */
export async function compileSuite({ budgetMs, ...options }) {
  const tables = []
  for (const [fields, count] of SIZES) {
    tables.push(await tableOf(fields, count, { ...options, budgetMs: budgetMs / 3 }))
  }
  return [...tables, await startTable()]
}

async function tableOf(fields, count, options) {
  const fastJson = peerNamed(FAST_JSON).make
  const ways = [
    ['tocson', ({ schema }) => compile(schema)],
    ['tocson, interpreting packer', ({ schema }) => compile(schema, { codegen: false })],
    [FAST_JSON, ({ schema }) => fastJson(schema)],
    ['tocson, with the first value', ({ schema, value }) => compile(schema).serializeOne(value)],
    [`${FAST_JSON}, with the first value`, ({ schema, value }) => fastJson(schema)(value)],
  ]
  const contestants = ways.map(([name, work]) => ({
    name,
    operations: count,
    run: () => {
      for (let i = 0; i < count; i++) work(freshSchema(fields))
    },
  }))
  return {
    title: `compile, ${fields} fields`,
    about: 'schemas never seen before; making the schema itself is included',
    unit: 'schema',
    baseline: FAST_JSON,
    contestants: await measure(contestants, FAST_JSON, options),
    notes: [],
  }
}

/** A new process to its first bytes: import, compile, serialize; wall time, as a user waits for it. */
async function startTable() {
  const samples = []
  for (let i = 0; i < START_COUNT; i++) samples.push(await runChild('start', {}))
  const contestants = ['import', 'compile', 'serialize'].map(step => {
    const ns = summary(samples.map(sample => sample[step] * 1e6))
    return { name: `tocson, first ${step}`, ns, rounds: START_COUNT }
  })
  const about = '50 fields, in a new process; wall time'
  return { title: 'start', about, unit: 'process', contestants, notes: [] }
}
