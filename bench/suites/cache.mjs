// Reading a list in pages, apart from plain serialization: a list built once against what is usually done.
//
//     typical     cached bytes ─ parse ─> rows ─ slice, stringify ─> page       every page
//     uncached    rows ─ slice, stringify ─> page                               every page
//     tocson      rows ─ serialize ─> blob + toc   once;   a byte range         every page

import { Buffer } from 'node:buffer'
import { PageCache } from '../../dist/cache.js'
import { compile } from '../../dist/index.js'
import { movies } from '../data/movies.mjs'
import { measure } from '../lib/measure.mjs'

const ROW_COUNT = 10_000
const LIMIT = 100
const PAGE_COUNT = ROW_COUNT / LIMIT
const SEED = 13

const COLD = {
  tocson: 'tocson, cold: serialize, first page',
  typical: 'typical, cold: stringify, to bytes, first page',
}
const WARM = {
  view: 'tocson, warm: page().chunks(), no copy',
  copy: 'tocson, warm: page().toBuffer(), a copy',
  cache: 'tocson/cache, warm: PageCache.page() from memory',
  uncached: 'uncached: slice, stringify, to bytes',
  typical: 'typical, warm: bytes, parse, slice, stringify, to bytes',
}

/** @returns tables of building, of one page, and of reading the whole list */
export async function cacheSuite({ budgetMs, ...options }) {
  const rows = movies.rows(ROW_COUNT, SEED)
  const serializer = compile(movies.schema)
  const settings = { ...options, budgetMs: budgetMs / 2 }
  const cold = await measure(coldWays(rows, serializer), COLD.typical, settings)
  const warm = await measure(await warmWays(rows, serializer), WARM.typical, settings)
  return [
    table('cache, cold', 'a list of 10,000 movies until the first page is there', 'list', cold, COLD.typical),
    table('cache, warm', 'one page of 100 movies', 'page', warm, WARM.typical),
    wholeList(cold, warm),
  ]
}

function table(title, about, unit, contestants, baseline) {
  return { title, about, unit, baseline, contestants, notes: [] }
}

function coldWays(rows, serializer) {
  return [
    { name: COLD.tocson, operations: 1, run: () => serializer.serialize(rows).page(0, LIMIT).toBuffer() },
    { name: COLD.typical, operations: 1, run: () => [toBytes(rows), toBytes(rows.slice(0, LIMIT))] },
  ]
}

async function warmWays(rows, serializer) {
  const list = serializer.serialize(rows)
  const cached = toBytes(rows)
  const cache = new PageCache()
  const source = cache.source({ key: 'movies', build: () => list })
  await source.page({ offset: 0, limit: LIMIT })
  return [
    { name: WARM.view, operations: 1000, run: () => each(1000, offset => list.page(offset, LIMIT).chunks()) },
    { name: WARM.copy, operations: 500, run: () => each(500, offset => list.page(offset, LIMIT).toBuffer()) },
    {
      name: WARM.cache,
      operations: 500,
      isAsync: true,
      run: () => eachAwaited(500, offset => source.page({ offset, limit: LIMIT })),
    },
    {
      name: WARM.uncached,
      operations: 10,
      run: () => each(10, offset => toBytes(rows.slice(offset, offset + LIMIT))),
    },
    {
      name: WARM.typical,
      operations: 1,
      run: () => each(1, offset => toBytes(JSON.parse(cached.toString()).slice(offset, offset + LIMIT))),
    },
  ]
}

const toBytes = value => Buffer.from(JSON.stringify(value))

let next = 0

/** Page after page, round and round. */
function each(count, page) {
  let last
  for (let i = 0; i < count; i++) {
    next = (next + 1) % PAGE_COUNT
    last = page(next * LIMIT)
  }
  return last
}

async function eachAwaited(count, page) {
  let last
  for (let i = 0; i < count; i++) {
    next = (next + 1) % PAGE_COUNT
    last = await page(next * LIMIT)
  }
  return last
}

/** Main-thread time of all 100 pages, and after how many pages building the list has paid for itself. */
function wholeList(cold, warm) {
  const nsOf = (results, name) => results.find(it => it.name === name).ns
  const build = nsOf(cold, COLD.tocson).median
  const page = nsOf(warm, WARM.copy).median
  const uncached = nsOf(warm, WARM.uncached).median
  const totals = [
    ['tocson: build, then ranges', nsOf(cold, COLD.tocson), nsOf(warm, WARM.copy)],
    ['uncached: stringify every page', zero, nsOf(warm, WARM.uncached)],
    ['typical: parse and stringify every page', nsOf(cold, COLD.typical), nsOf(warm, WARM.typical)],
  ].map(([name, once, each]) => ({ name, ns: plus(once, each, PAGE_COUNT) }))
  const baseline = totals.at(-1).ns.median
  return {
    title: 'cache, whole list',
    about: '10,000 movies read in 100 pages of 100: main-thread time, computed from the two tables above',
    unit: 'list',
    contestants: totals.map(it => ({ ...it, ratio: { median: baseline / it.ns.median } })),
    figures: { 'pages until building has paid for itself, against uncached': build / (uncached - page) },
    notes: [],
  }
}

const zero = { median: 0, low: 0, high: 0 }

function plus(once, each, count) {
  return {
    median: once.median + count * each.median,
    low: once.low + count * each.low,
    high: once.high + count * each.high,
  }
}
