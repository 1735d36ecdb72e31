// 100 rows out of 100,000: a byte range of the list against cutting the rows and serializing them.

import { Buffer } from 'node:buffer'
import { compile } from '../../dist/index.js'
import { movies } from '../data/movies.mjs'
import { intsAndStrings } from '../data/numbers.mjs'
import { Random } from '../data/random.mjs'
import { measure } from '../lib/measure.mjs'

const ROW_COUNT = 100_000
const LIMIT = 100
const SEED = 11
const SLICE = 'JSON.stringify(rows.slice()) + Buffer.from'

/** @returns a table for each kind of row: nanoseconds a page */
export async function pagesSuite({ budgetMs, ...options }) {
  const tables = []
  for (const it of [intsAndStrings, movies])
    tables.push(await tableOf(it, { ...options, budgetMs: budgetMs / 2 }))
  return tables
}

async function tableOf({ name, schema, rows: makeRows }, options) {
  const rows = makeRows(ROW_COUNT, SEED)
  const list = compile(schema).serialize(rows)
  const ways = [
    ['tocson, page (a view)', 10_000, offset => list.page(offset, LIMIT)],
    ['tocson, page().chunks()', 10_000, offset => list.page(offset, LIMIT).chunks()],
    ['tocson, slice (a view)', 10_000, offset => list.slice(offset, LIMIT)],
    ['tocson, page().toBuffer() (a copy)', 1000, offset => list.page(offset, LIMIT).toBuffer()],
    [
      'JSON.stringify(rows.slice()), string',
      20,
      offset => JSON.stringify(rows.slice(offset, offset + LIMIT)),
    ],
    [SLICE, 20, offset => Buffer.from(JSON.stringify(rows.slice(offset, offset + LIMIT)))],
  ]
  assertSamePages(list, rows)
  const contestants = ways.map(([name, operations, page]) => ({
    name,
    operations,
    run: () => each(operations, page),
  }))
  return {
    title: `pages, ${name}`,
    about: `${LIMIT} rows of ${ROW_COUNT.toLocaleString('en')}, at random offsets`,
    unit: 'page',
    bytes: list.page(ROW_COUNT / 2, LIMIT).byteLength,
    baseline: SLICE,
    contestants: await measure(contestants, SLICE, options),
    notes: [],
  }
}

const offsets = new Random(SEED)

function each(count, page) {
  let last
  for (let i = 0; i < count; i++) last = page(offsets.int(0, ROW_COUNT - LIMIT))
  return last
}

function assertSamePages(list, rows) {
  for (let i = 0; i < 100; i++) {
    const offset = offsets.int(0, ROW_COUNT - LIMIT)
    const expected = JSON.stringify(rows.slice(offset, offset + LIMIT))
    if (list.page(offset, LIMIT).toBuffer().toString() !== expected)
      throw new Error(`page at ${offset} differs`)
  }
}
