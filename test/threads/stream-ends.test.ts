// How streams on other threads end: sources that fail, aborts, threads that die, pools that close, readers that go.

import { once } from 'node:events'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RowStream } from '../../src/index.ts'
import { createPacker } from '../../src/pack/packer.ts'
import { createWriterPool, WriterError, type WriterPool } from '../../src/threads/index.ts'
import { Pool } from '../../src/threads/pool.ts'
import { CHUNK_LIMITS } from '../../src/writer/kernel.ts'
import { isLong, randomOf, testSeed } from '../random.ts'
import { bytesOf, errorOf, type Film, filmRows, films, SOURCES, stalled, WatchedRows } from '../toc/sliced.ts'
import { liveWorkers, withPool } from './pools.ts'

const ROUNDS = isLong ? 2_000 : 40
const rows = filmRows(6_000)
const list = films.serialize(rows)

async function stillWrites(writer: WriterPool): Promise<void> {
  expect((await bytesOf(films.stream(rows, { writer }))).equals(list.blob)).toBe(true)
  expect((await films.serializeAsync(rows, { writer })).blob.equals(list.blob)).toBe(true)
}

/** True when all bytes came, or whatever ended it. */
async function endOf(stream: RowStream): Promise<true | Error> {
  try {
    const bytes = await bytesOf(stream)
    expect(bytes.equals(list.blob)).toBe(true)
    return true
  } catch (error) {
    expect(await errorOf(stream.toc)).toBeInstanceOf(Error)
    return error as Error
  }
}

const slow = () => new Writable({ highWaterMark: 1, write: (_, __, done) => void setTimeout(done, 1) })

describe('errors', () => {
  it('of a row or a source destroy the stream with its path, wherever it is, and close the source', () =>
    withPool({ threads: 2 }, async writer => {
      for (const at of [0, 1, 255, 256, 700, 5_999]) {
        const source = new WatchedRows<Film>(i => ({ done: false, value: (i === at ? {} : rows[i]) as Film }))
        const stream = films.stream(source, { writer })
        const error = await errorOf(bytesOf(stream))
        expect(error).toMatchObject({ code: 'REQUIRED', path: `/${at}/id` })
        expect(await errorOf(stream.toc)).toBe(error)
        expect([source.closed, stream.destroyed]).toEqual([1, true])
        const cause = new Error('cursor lost')
        const throwing = function* () {
          yield* rows.slice(0, at)
          throw cause
        }
        const thrown = await errorOf(bytesOf(films.stream(throwing(), { writer })))
        expect(thrown).toMatchObject({ code: 'USER_CODE', path: `/${at}`, cause })
      }
      expect(await errorOf(bytesOf(films.stream(null as never, { writer })))).toMatchObject({ code: 'TYPE' })
      await stillWrites(writer)
    }))

  it('of a progress listener and of a reader destroy it', () =>
    withPool({ threads: 2 }, async writer => {
      const cause = new Error('no terminal')
      const onProgress = ({ rows: count }: { rows: number }) => {
        if (count > 500) throw cause
      }
      expect(await errorOf(bytesOf(films.stream(rows, { writer, onProgress })))).toMatchObject({ cause })
      const source = new WatchedRows<Film>(i => ({ done: false, value: rows[i % 6_000]! }))
      const broken = new Writable({ write: (_, __, done) => done(new Error('disk full')) })
      const failed = await errorOf(pipeline(films.stream(source, { writer }), broken))
      expect([(failed as Error).message, source.closed]).toEqual(['disk full', 1])
      await stillWrites(writer)
    }))

  it('of a listener are uncaught, as always, and stop no other stream', () =>
    withPool({ threads: 1 }, async writer => {
      const listeners = process.rawListeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      const uncaught = once(process, 'uncaughtException')
      try {
        const stream = films.stream(rows, { writer })
        const other = endOf(films.stream(rows, { writer }))
        stream.once('data', () => {
          throw new Error('of the listener')
        })
        expect((await uncaught)[0]).toMatchObject({ message: 'of the listener' })
        expect(await other).toBe(true)
        stream.destroy()
      } finally {
        for (const listener of listeners) process.on('uncaughtException', listener as never)
      }
      await stillWrites(writer)
    }))
})

it('sends what came before a source stalls, and ends at once', () =>
  withPool({ threads: 2 }, async writer => {
    const source = new WatchedRows<Film>(i => (i < 600 ? { done: false, value: rows[i]! } : stalled))
    const controller = new AbortController()
    const stream = films.stream(source, { writer, signal: controller.signal })
    let byteLength = 0
    stream.on('error', () => undefined)
    stream.on('data', chunk => (byteLength += chunk.byteLength))
    for (let i = 0; i < 200 && stream.rowCount < 600; i++) await sleep(10)
    expect(stream.rowCount).toBe(600)
    // But for the last row's comma.
    expect(byteLength).toBe(list.toc[600]! - 1)
    controller.abort('enough')
    expect(await errorOf(stream.toc)).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect(source.closed).toBe(1)
    await stillWrites(writer)
  }))

it('aborts and destroys at random moments leave nothing behind', async () => {
  const seed = testSeed()
  const random = randomOf(seed)
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  await withPool({ threads: 2 }, async writer => {
    for (let round = 0; round < ROUNDS; round++) {
      const controller = new AbortController()
      const streams = Array.from({ length: 4 }, () => {
        const source = random.pick(Object.values(SOURCES))(rows)
        const highWaterMark = random.pick([4_000, 1_000_000])
        return films.stream(source, { writer, signal: controller.signal, sliceMs: 1, highWaterMark })
      })
      // Node's pipeline waits for ever for a stream that is destroyed without an error with its last bytes unread.
      const isPiped = streams.map(() => random.chance(0.2))
      const ends = streams.map((stream, i) =>
        isPiped[i]
          ? pipeline(stream, slow()).then(
              () => true,
              error => error,
            )
          : endOf(stream),
      )
      const kept = endOf(films.stream(rows, { writer }))
      await sleep(random.below(10))
      if (random.chance(0.5)) controller.abort()
      else
        for (const [i, stream] of streams.entries())
          stream.destroy(isPiped[i] ? new Error('gone') : undefined)
      for (const end of ends) {
        const result = await end
        expect(result === true || result instanceof Error, `seed ${seed}`).toBe(true)
      }
      expect(await kept).toBe(true)
    }
    await stillWrites(writer)
  })
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

it('a stream that is destroyed gives all its kernels back', async () => {
  const pool = new Pool(1, false)
  const { packRows } = createPacker(films.spec, true)
  const stream = pool.openStream({
    ...{ spec: films.spec, limits: CHUNK_LIMITS, format: 'json', bytesAheadMax: 1e9, keepsOffsets: true },
    ...{ onWritten: () => undefined, onError: () => undefined },
  })
  for (let given = 0; given < 10 && !stream.isFull; given++) {
    const kernel = stream.take()!
    stream.write(kernel, packRows(kernel.packed, rows, 0, 256))
  }
  expect(stream.bytesAhead).toBeGreaterThan(0)
  // One that was taken and not written, too.
  stream.take()
  stream.close()
  stream.close()
  stream.endSlice()
  const taken = []
  for (let i = 0; i < 200 && taken.length < pool.kernelCount; i++) {
    const slot = pool.take()
    if (slot) taken.push(slot)
    else await sleep(5)
  }
  expect(taken.length).toBe(pool.kernelCount)
  await pool.close()
})

describe('threads that die at random moments', () => {
  it('destroy the streams they wrote, and are replaced', () =>
    withPool({ threads: 2 }, async writer => {
      const random = randomOf(testSeed())
      let died = 0
      for (let round = 0; round < ROUNDS; round++) {
        const ends = [1, 2, 3].map(() => endOf(films.stream(rows, { writer })))
        await sleep(random.below(8))
        const ended = liveWorkers()
          .slice(0, 1)
          .map(worker => worker.terminate())
        for (const end of ends) {
          const result = await end
          if (result === true) continue
          expect(result).toBeInstanceOf(WriterError)
          expect((result as WriterError).code).toMatch(/WRITER_DIED|WRITER_UNAVAILABLE/)
          died++
        }
        await Promise.all(ended)
      }
      expect(died).toBeGreaterThan(0)
      await sleep(1_000)
      await stillWrites(writer)
    }))

  it('change nothing where this thread may write, whatever they were doing', () =>
    withPool({ threads: 3, onUnavailable: 'in-thread' }, async writer => {
      const seed = testSeed()
      const random = randomOf(seed)
      for (let round = 0; round < ROUNDS; round++) {
        const ends = [1, 2, 3].map(() =>
          endOf(films.stream(random.pick([rows, new Set(rows)]), { writer, sliceMs: random.pick([0, 5]) })),
        )
        const build = films.serializeAsync(rows, { writer })
        await sleep(random.below(8))
        const victims = liveWorkers().slice(0, 1 + random.below(3))
        const ended = victims.map(worker => worker.terminate())
        for (const end of ends) expect(await end, `seed ${seed}`).toBe(true)
        expect((await build).blob.equals(list.blob)).toBe(true)
        await Promise.all(ended)
      }
      await stillWrites(writer)
    }))
})

describe('close', () => {
  it('destroys streams under way, those of a slow reader and those that come later', async () => {
    const writer = createWriterPool({ threads: 2 })
    const fast = bytesOf(films.stream(rows, { writer }))
    const waiting = pipeline(films.stream(new Set(rows), { writer, highWaterMark: 1_000 }), slow())
    const stalling = bytesOf(films.stream(new WatchedRows<Film>(() => stalled), { writer }))
    const errors = [fast, waiting, stalling].map(errorOf)
    await Promise.all([writer.close(), writer.close()])
    errors.push(errorOf(bytesOf(films.stream(rows, { writer }))))
    for (const error of errors) expect(await error).toMatchObject({ code: 'WRITER_CLOSED' })
    expect(liveWorkers()).toEqual([])
  })

  it('lets streams go on in this thread when they may', async () => {
    for (const delayMs of [0, 1, 3, 6]) {
      const writer = createWriterPool({ threads: 2, onUnavailable: 'in-thread' })
      const ends = [1, 2].map(() => endOf(films.stream(new Set(rows), { writer, sliceMs: 0 })))
      await sleep(delayMs)
      await writer.close()
      for (const end of ends) expect(await end).toBe(true)
      await stillWrites(writer)
    }
    expect(liveWorkers()).toEqual([])
  })
})
