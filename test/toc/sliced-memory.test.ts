import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isLong } from '../random.ts'
import { errorOf, type Film, filmRows, films, stalled, WatchedRows } from './sliced.ts'

/** TOCSON_STREAM_ROWS=10000000 streams that many. */
const ROWS = Number(process.env.TOCSON_STREAM_ROWS ?? (isLong ? 10_000_000 : 300_000))
const GROWTH_MAX = 96 * 2 ** 20
const rows = filmRows(1_000)

function* cycle(count: number): Generator<Film> {
  for (let i = 0; i < count; i++) yield rows[i % rows.length]!
}

async function* slowly(count: number): AsyncGenerator<Film> {
  for (const row of cycle(count)) yield row
}

/** Timers and the like that keep a process alive. */
const openResources = () =>
  process.getActiveResourcesInfo().filter(name => name === 'Immediate' || name === 'Timeout').length

describe('memory', () => {
  it.each([
    ['a generator', cycle],
    ['an async generator', slowly],
  ])('streaming %s grows by no more than a few chunks, the toc apart', async (_, source) => {
    let byteLength = 0
    let peak = 0
    const sink = new Writable({
      write(chunk: Buffer, __, done) {
        byteLength += chunk.byteLength
        peak = Math.max(peak, process.memoryUsage.rss())
        setImmediate(done)
      },
    })
    await pipeline(films.stream(cycle(20_000)), new Writable({ write: (_chunk, __, done) => done() }))
    const before = process.memoryUsage.rss()
    const stream = films.stream(source(ROWS), { toc: false })
    await pipeline(stream, sink)
    expect(byteLength).toBe(stream.byteLength)
    expect(peak - before).toBeLessThan(GROWTH_MAX)
  })
})

describe('resources', () => {
  it('of builds and streams that end, fail, are aborted or dropped are given back', async () => {
    await turn()
    const before = openResources()
    const controller = new AbortController()
    const { signal } = controller
    for (let i = 0; i < 50; i++) {
      await films.serializeAsync(cycle(300), { signal })
      await errorOf(films.serializeAsync([5] as never, { signal }))
      films.stream(cycle(300), { signal }).destroy()
      const stream = films.stream(new WatchedRows<Film>(() => stalled), { signal })
      stream.on('error', () => undefined).read(0)
      films.serializeAsync(new WatchedRows<Film>(() => stalled), { signal })
    }
    controller.abort()
    for (let turns = 0; turns < 5; turns++) await turn()
    expect(openResources()).toBeLessThanOrEqual(before + 1)
  })

  it('of 2,000 builds in a row do not add up', async () => {
    for (let i = 0; i < 200; i++) await films.serializeAsync(rows)
    const before = process.memoryUsage.rss()
    for (let i = 0; i < 2_000; i++) await films.serializeAsync(rows.slice(0, 300))
    expect(process.memoryUsage.rss() - before).toBeLessThan(GROWTH_MAX)
  })
})

/** The longest block is a figure, not a verdict: machines are shared. Only a build in one go would fail this. */
it('the event loop is never kept for the whole of a build', async () => {
  const many = Array.from({ length: 200_000 }, (_, i) => rows[i % rows.length]!)
  let longestMs = 0
  let last = performance.now()
  let isBuilding = true
  const tick = () => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
    if (isBuilding) setImmediate(tick)
  }
  const start = performance.now()
  tick()
  await films.serializeAsync(many)
  isBuilding = false
  const wholeMs = performance.now() - start
  process.stdout.write(`longest block of ${Math.round(wholeMs)} ms, ${longestMs.toFixed(1)} ms\n`)
  expect(longestMs).toBeLessThan(Math.max(500, wholeMs * 0.9))
})
