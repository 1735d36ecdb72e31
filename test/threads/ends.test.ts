// How builds on other threads end: sources that fail or stall, aborts, threads that die, pools that close.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AbortedError, OptionError } from '../../src/index.ts'
import { createWriterPool, WriterError, type WriterPool } from '../../src/threads/index.ts'
import { isLong, randomOf, testSeed } from '../random.ts'
import { errorOf, type Film, filmRows, films, SOURCES, stalled, WatchedRows } from '../toc/sliced.ts'
import { liveWorkers, outcomeOf, withPool } from './pools.ts'

const ROUNDS = isLong ? 2_000 : 40
const rows = filmRows(5_000)
const expected = films.serialize(rows)

async function stillWrites(writer: WriterPool): Promise<void> {
  const list = await films.serializeAsync(rows, { writer })
  expect(list.blob.equals(expected.blob)).toBe(true)
}

afterEach(() => vi.unstubAllGlobals())

describe('sources', () => {
  it('that throw or give a wrong row reject with its path, wherever it is', () =>
    withPool({ threads: 2 }, async writer => {
      for (const at of [0, 1, 255, 256, 700, 4_999]) {
        const wrong = rows.with(at, { ...rows[at]!, title: 5 as never })
        const throwing = function* () {
          yield* rows.slice(0, at)
          throw new Error('cursor lost')
        }
        for (const make of [() => wrong, () => SOURCES['async generator']!(wrong), throwing]) {
          const outcome = await outcomeOf(() => films.serializeAsync(make(), { writer }))
          expect(outcome).toBe(await outcomeOf(() => films.serializeAsync(make())))
          expect(outcome).toContain(`/${at}`)
        }
      }
      await stillWrites(writer)
    }))

  it('that stall keep nobody waiting: early pages, progress, an abort', () =>
    withPool({ threads: 2 }, async writer => {
      const controller = new AbortController()
      const source = new WatchedRows<Film>(i => (i < 600 ? { done: false, value: rows[i]! } : stalled))
      const told: number[] = []
      const onProgress = (progress: { rows: number }) => told.push(progress.rows)
      const build = films.serializeAsync(source, { writer, signal: controller.signal, onProgress })
      const page = await build.page(500, 100)
      expect(page.toBuffer().equals(expected.page(500, 100).toBuffer())).toBe(true)
      const late = build.page(600, 1)
      expect(build.rowCount).toBe(600)
      expect(told.at(-1)).toBe(600)
      controller.abort(new Error('enough'))
      expect(await errorOf(build)).toBeInstanceOf(AbortedError)
      expect(await errorOf(late)).toBeInstanceOf(AbortedError)
      expect(page.toBuffer().equals(expected.page(500, 100).toBuffer())).toBe(true)
      await stillWrites(writer)
    }))

  it('may use the pool themselves, or abort their own build', () =>
    withPool({ threads: 1 }, async writer => {
      const inner: PromiseLike<unknown>[] = []
      const controller = new AbortController()
      const build = films.serializeAsync(
        rows.map((row, i) => ({
          ...row,
          get title() {
            if (i % 1_000 === 0) inner.push(films.serializeAsync(rows, { writer }))
            if (i === 3_500) controller.abort()
            return row.title
          },
        })),
        { writer, signal: controller.signal },
      )
      expect(await errorOf(build)).toBeInstanceOf(AbortedError)
      expect(await Promise.all(inner)).toHaveLength(4)
      await stillWrites(writer)
    }))
})

it('aborts at random moments leave nothing behind', () =>
  withPool({ threads: 2 }, async writer => {
    const random = randomOf(testSeed())
    for (let round = 0; round < ROUNDS; round++) {
      const controller = new AbortController()
      const sources = Object.values(SOURCES)
      const builds = Array.from({ length: 4 }, () =>
        films.serializeAsync(random.pick(sources)(rows), { writer, signal: controller.signal, sliceMs: 1 }),
      )
      const kept = films.serializeAsync(rows, { writer })
      await sleep(random.below(12))
      controller.abort()
      for (const build of builds) {
        const outcome = await outcomeOf(() => build)
        if (!outcome.startsWith('ABORTED')) expect(outcome.startsWith('[{')).toBe(true)
      }
      expect((await kept).blob.equals(expected.blob)).toBe(true)
    }
  }))

describe('threads that die at random moments', () => {
  it('reject the builds they wrote, and are replaced', () =>
    withPool({ threads: 2 }, async writer => {
      const random = randomOf(testSeed())
      let died = 0
      for (let round = 0; round < ROUNDS; round++) {
        const builds = [1, 2, 3].map(() => films.serializeAsync(rows, { writer }))
        await sleep(random.below(8))
        const victims = liveWorkers().slice(0, 1)
        const ended = Promise.all(victims.map(worker => worker.terminate()))
        for (const build of builds) {
          const result = await build.then(
            list => list.blob.equals(expected.blob),
            error => error,
          )
          if (result === true) continue
          expect(result).toBeInstanceOf(WriterError)
          expect((result as WriterError).code).toMatch(/WRITER_DIED|WRITER_UNAVAILABLE/)
          died++
        }
        await ended
      }
      expect(died).toBeGreaterThan(0)
      await sleep(1_000)
      await stillWrites(writer)
    }))

  it('change nothing where this thread may write, whatever they were doing', () =>
    withPool({ threads: 3, onUnavailable: 'in-thread' }, async writer => {
      const random = randomOf(testSeed())
      for (let round = 0; round < ROUNDS; round++) {
        const builds = [1, 2, 3].map(() =>
          films.serializeAsync(random.pick([rows, new Set(rows)]), { writer }),
        )
        await sleep(random.below(8))
        const victims = liveWorkers().slice(0, 1 + random.below(3))
        const ended = victims.map(worker => worker.terminate())
        for (const build of builds) expect((await build).blob.equals(expected.blob)).toBe(true)
        await Promise.all(ended)
      }
      await stillWrites(writer)
    }))
})

describe('close', () => {
  it('ends the threads and rejects what was under way and what comes later', async () => {
    const writer = createWriterPool({ threads: 2 })
    const build = films.serializeAsync(rows, { writer })
    const stalling = films.serializeAsync(new WatchedRows<Film>(() => stalled), { writer })
    await Promise.all([writer.close(), writer.close()])
    for (const promise of [build, stalling, films.serializeAsync(rows, { writer })]) {
      expect(await errorOf(promise)).toMatchObject({ code: 'WRITER_CLOSED' })
    }
    expect(liveWorkers()).toEqual([])
    expect(writer.liveThreads).toBe(0)
  })

  it('lets builds go on in this thread when they may', async () => {
    const writer = createWriterPool({ threads: 2, onUnavailable: 'in-thread' })
    const build = films.serializeAsync(rows, { writer })
    await writer.close()
    expect((await build).blob.equals(expected.blob)).toBe(true)
    await stillWrites(writer)
    expect(liveWorkers()).toEqual([])
  })

  it('leaves no wait for a worker, which would keep the pool for ever', async () => {
    const waitAsync = vi.spyOn(Atomics, 'waitAsync')
    for (const onUnavailable of ['error', 'in-thread', 'error', 'in-thread'] as const) {
      const writer = createWriterPool({ threads: 2, onUnavailable })
      const count = waitAsync.mock.results.length
      const build = Promise.allSettled([films.serializeAsync(rows, { writer })])
      while (waitAsync.mock.results.length === count) await turn()
      await writer.close()
      await build
    }
    const waits = waitAsync.mock.results.map(({ value }) => (value as { value: unknown }).value)
    waitAsync.mockRestore()
    const ended = Promise.all(waits).then(() => 'ended')
    expect(await Promise.race([ended, sleep(2_000, 'waiting')])).toBe('ended')
  })
})

describe('where there are no threads', () => {
  it('without shared memory: a typed error, or this thread', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined)
    expect(() => createWriterPool()).toThrow(WriterError)
    const writer = createWriterPool({ onUnavailable: 'in-thread' })
    expect(writer.liveThreads).toBe(0)
    await stillWrites(writer)
    await writer.close()
  })

  it('without waitAsync workers send messages', async () => {
    const { waitAsync } = Atomics
    Reflect.deleteProperty(Atomics, 'waitAsync')
    try {
      await withPool({ threads: 2 }, async writer => {
        for (let i = 0; i < 5; i++) await stillWrites(writer)
      })
    } finally {
      Object.defineProperty(Atomics, 'waitAsync', { value: waitAsync, writable: true, configurable: true })
    }
  })

  it('options that cannot be are refused', async () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 65]) {
      expect(() => createWriterPool({ threads })).toThrow(OptionError)
    }
    expect(() => createWriterPool({ onUnavailable: 'hope' as never })).toThrow(OptionError)
    expect(() => films.serializeAsync(rows, { writer: {} as never })).toThrow(OptionError)
  })
})
