// Building a large list without blocking: what slices cost, how long the event loop waits, when the first page is
// there.

import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'
import { compile } from '../../dist/index.js'
import { createWriterPool } from '../../dist/threads.js'
import { movies } from '../data/movies.mjs'
import { measure } from '../lib/measure.mjs'
import { quantile } from '../lib/statistics.mjs'

const SEED = 23
const DISTINCT = 20_000
const MILLION = 1_000_000
const LIMIT = 100
const BUILDS = 5
const FIRST_PAGES = 21

/** @returns tables: nanoseconds a row; milliseconds of waiting */
export async function asyncSuite({ budgetMs, ...options }) {
  const serializer = compile(movies.schema)
  const distinct = movies.rows(DISTINCT, SEED)
  const rows = Array.from({ length: 100_000 }, (_, i) => distinct[i % DISTINCT])
  const million = Array.from({ length: MILLION }, (_, i) => distinct[i % DISTINCT])
  const ways = {
    'tocson serializeAsync, array': () => serializer.serializeAsync(rows),
    'tocson serialize, array': () => serializer.serialize(rows),
    'tocson serializeAsync, generator': () => serializer.serializeAsync(rowsOf(rows)),
    'tocson serialize, generator': () => serializer.serialize(rowsOf(rows)),
  }
  const contestants = Object.entries(ways).map(([name, run]) => ({
    name,
    run,
    isAsync: true,
    operations: rows.length,
  }))
  const baseline = 'tocson serialize, array'
  const writer = createWriterPool({ threads: 1 })
  return [
    {
      title: 'slices',
      about: '100,000 movies in one go and in slices of 5 ms',
      unit: 'row',
      baseline,
      contestants: await measure(contestants, baseline, { ...options, budgetMs }),
      notes: [],
    },
    {
      title: 'event loop',
      about: `${MILLION.toLocaleString('en')} movies; milliseconds of wall time`,
      contestants: [],
      figures: {
        ...(await longestBlocks('serializeAsync', () => serializer.serializeAsync(million))),
        ...(await longestBlocks('serializeAsync, a pool of one thread', () =>
          serializer.serializeAsync(million, { writer }),
        )),
        ...(await longestBlocks('serialize', async () => serializer.serialize(million))),
        ...(await firstPages(serializer, million)),
      },
      notes: [],
    },
  ]
}

function* rowsOf(rows) {
  yield* rows
}

/**
 * As `monitorEventLoopDelay` has it. A large buffer makes the engine collect the rows' garbage, which no slice can cut
 * short, so its longest pause stands beside.
 */
async function longestBlocks(name, build) {
  const blocks = []
  let longestPause = 0
  const pauses = new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) longestPause = Math.max(longestPause, duration)
  })
  for (let i = 0; i < BUILDS; i++) {
    globalThis.gc?.()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    pauses.observe({ entryTypes: ['gc'] })
    await new Promise(resolve => setTimeout(resolve, 20))
    await build()
    await new Promise(resolve => setTimeout(resolve, 20))
    delay.disable()
    pauses.disconnect()
    blocks.push(delay.max / 1e6)
  }
  return {
    [`${name}: longest block, median of ${BUILDS} builds`]: quantile(blocks, 0.5),
    [`${name}: longest block, worst of ${BUILDS} builds`]: Math.max(...blocks),
    [`${name}: longest pause of the garbage collector in them`]: longestPause,
  }
}

/** From the call to the page, for rows that come one by one. The builds are aborted then. */
async function firstPages(serializer, rows) {
  const times = []
  for (let i = 0; i < FIRST_PAGES; i++) {
    const controller = new AbortController()
    const start = performance.now()
    const build = serializer.serializeAsync(rowsOf(rows), { signal: controller.signal })
    const page = await build.page(0, LIMIT)
    times.push(performance.now() - start)
    if (page.count !== LIMIT) throw new Error(`the first page has ${page.count} rows`)
    controller.abort()
    await build.then(undefined, () => {})
  }
  return {
    [`serializeAsync: first page after, median of ${FIRST_PAGES}`]: quantile(times, 0.5),
    [`serializeAsync: first page after, worst of ${FIRST_PAGES}`]: Math.max(...times),
  }
}
