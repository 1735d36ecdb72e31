// Lists written by another thread: what is left for the main one, which only packs.

import { Buffer } from 'node:buffer'
import { compile } from '../../dist/index.js'
import { createWriterPool } from '../../dist/threads.js'
import { caseNamed } from '../data/index.mjs'
import { measure } from '../lib/measure.mjs'
import { BASELINE } from '../peers/names.mjs'

const SEED = 31
const ROW_COUNT = 100_000

/** @returns a table of the rows of a case: nanoseconds a row, of the main thread when the clock is `cpu` */
export async function poolSuite({ name, ...options }) {
  const pool = createWriterPool({ threads: 1 })
  const table = await tableOf(name, pool, options)
  await pool.close()
  return [table]
}

async function tableOf(name, writer, options) {
  const { schema, rows: makeRows } = caseNamed(name)
  const rows = makeRows(ROW_COUNT, SEED)
  const serializer = compile(schema)
  const expected = serializer.serialize(rows).blob
  const list = await serializer.serializeAsync(rows, { writer })
  if (!list.blob.equals(expected)) throw new Error(`${name}: the pool writes something else`)
  const ways = {
    'tocson, a pool of one thread': () => serializer.serializeAsync(rows, { writer }),
    'tocson, serialize': () => serializer.serialize(rows),
    [BASELINE]: () => Buffer.from(JSON.stringify(rows)),
  }
  const contestants = Object.entries(ways).map(([way, run]) => ({
    name: way,
    run,
    isAsync: true,
    operations: rows.length,
  }))
  return {
    title: `pool, ${name}`,
    about: `${ROW_COUNT.toLocaleString('en')} rows, time of the main thread`,
    unit: 'row',
    bytes: expected.byteLength / ROW_COUNT,
    baseline: BASELINE,
    contestants: await measure(contestants, BASELINE, options),
    notes: [],
  }
}
