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
const SLICED = 100_000
const BUILDS = 9
const FIRST_PAGES = 21

const SLICES = 'slices'

/**
 * `name` is slices or the event loop; what else it says is how Node was started.
 *
 * @returns a table: nanoseconds a row, or milliseconds of waiting
 */
export async function asyncSuite({ name, ...options }) {
  const serializer = compile(movies.schema)
  const distinct = movies.rows(DISTINCT, SEED)
  const rowsOfCount = count => Array.from({ length: count }, (_, i) => distinct[i % DISTINCT])
  if (name === SLICES) return [await slicesTable(serializer, rowsOfCount(SLICED), options)]
  return [await eventLoopTable(name, serializer, rowsOfCount(MILLION))]
}

async function slicesTable(serializer, rows, options) {
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
  return {
    title: SLICES,
    about: `${SLICED.toLocaleString('en')} movies in one go and in slices of 5 ms`,
    unit: 'row',
    baseline,
    contestants: await measure(contestants, baseline, options),
    notes: [],
  }
}

async function eventLoopTable(title, serializer, rows) {
  const writer = createWriterPool({ threads: 1 })
  return {
    title,
    about: `${rows.length.toLocaleString('en')} movies; milliseconds of wall time`,
    contestants: [],
    figures: {
      ...(await longestBlocks('serializeAsync', () => serializer.serializeAsync(rows))),
      ...(await longestBlocks('serializeAsync, a pool of one thread', () =>
        serializer.serializeAsync(rows, { writer }),
      )),
      ...(await longestBlocks('serialize', async () => serializer.serialize(rows))),
      ...(await firstPages(serializer, rows)),
    },
    notes: [],
  }
}

function* rowsOf(rows) {
  yield* rows
}

/**
 * As `monitorEventLoopDelay` has it, one list after the other as a service makes them. A large buffer makes the engine
 * collect garbage, which no slice can cut short, so its longest pause stands beside.
 */
async function longestBlocks(name, build) {
  await build()
  const blocks = []
  let longestPause = 0
  const pauses = new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) longestPause = Math.max(longestPause, duration)
  })
  pauses.observe({ entryTypes: ['gc'] })
  for (let i = 0; i < BUILDS; i++) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    await new Promise(resolve => setTimeout(resolve, 20))
    await build()
    await new Promise(resolve => setTimeout(resolve, 20))
    delay.disable()
    blocks.push(delay.max / 1e6)
  }
  pauses.disconnect()
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
