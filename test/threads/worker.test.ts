// What workers do, in this thread, and what pools do where threads do not start, or memory ends.

import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPacker } from '../../src/pack/packer.ts'
import { ChunkPlaces, GONE, newPlaces } from '../../src/threads/chunk-place.ts'
import * as words from '../../src/threads/control.ts'
import { createWriterPool, type WriterError } from '../../src/threads/index.ts'
import type { WorkerMessage } from '../../src/threads/messages.ts'
import { Pool } from '../../src/threads/pool.ts'
import { WorkerBody } from '../../src/threads/worker.ts'
import type { WriteRequest } from '../../src/toc/chunk-place.ts'
import { CHUNK_LIMITS } from '../../src/writer/kernel.ts'
import { sharedKernelModule } from '../../src/writer/shared-kernel.ts'
import { errorOf, type Film, filmRows, films, SOURCES, WatchedRows } from '../toc/sliced.ts'
import { liveWorkers, withPool } from './pools.ts'
import { WorkerHere, withWorkers } from './workers-here.ts'

const rows = filmRows(6_000)
const expected = films.serialize(rows)
const { packRows } = createPacker(films.spec, true)
afterEach(() => vi.restoreAllMocks())

describe('a worker in this thread', () => {
  it('writes the bytes and the toc of serialize, for every kind of source', () =>
    withWorkers(WorkerHere, () =>
      withPool({ threads: 1 }, async writer => {
        for (const [name, source] of Object.entries(SOURCES)) {
          const list = await films.serializeAsync(source(rows), { writer })
          expect(list.blob.equals(expected.blob), name).toBe(true)
          expect(list.toc, name).toEqual(expected.toc)
        }
      }),
    ))

  it('sees memory that was made larger for one huge row, and is not kept', () =>
    withWorkers(WorkerHere, async () => {
      const pool = new Pool(1, false)
      const huge = { id: 1, title: 'é"'.repeat(6_000_000), released: null }
      const list = await films.serializeAsync([...rows, huge, ...rows], { writer: pool })
      expect(list.blob.equals(films.serialize([...rows, huge, ...rows]).blob)).toBe(true)
      const slots = Array.from({ length: pool.kernelCount }, () => pool.take()!)
      for (const { kernel } of slots) expect(kernel.byteLength).toBeLessThan(64 * 2 ** 20)
      await pool.close()
    }))

  it('serves pages without rows', () =>
    withWorkers(WorkerHere, () =>
      withPool({ threads: 1 }, async writer => {
        const page = await films.serializeAsync(rows, { writer }).page(300, 0)
        expect(page.toBuffer().toString()).toBe('[]')
      }),
    ))

  it('leaves out the chunks of a list that nobody wants', () =>
    withWorkers(WorkerHere, () =>
      withPool({ threads: 1 }, async writer => {
        for (const delayTurns of [0, 1, 2, 3]) {
          const controller = new AbortController()
          const aborted = films.serializeAsync(rows, { writer, signal: controller.signal, sliceMs: 1 })
          for (let i = 0; i < delayTurns; i++) await new Promise(setImmediate)
          controller.abort()
          await errorOf(aborted)
          expect((await films.serializeAsync(rows, { writer })).blob.equals(expected.blob)).toBe(true)
        }
      }),
    ))

  it('tells by message what it has done where memory cannot be waited for', async () => {
    const { waitAsync } = Atomics
    Reflect.deleteProperty(Atomics, 'waitAsync')
    try {
      await withWorkers(WorkerHere, () =>
        withPool({ threads: 1 }, async writer => {
          expect((await films.serializeAsync(rows, { writer })).blob.equals(expected.blob)).toBe(true)
        }),
      )
    } finally {
      Object.defineProperty(Atomics, 'waitAsync', { value: waitAsync, writable: true, configurable: true })
    }
  })

  it('does not sleep through a signal that came during its round', () => {
    const size = { threads: 1, kernelCount: 16 }
    const control = new SharedArrayBuffer(words.controlWords(size) * 4)
    const { port1, port2 } = new MessageChannel()
    const module = sharedKernelModule()
    const data = { control, size, worker: 0, bytesPort: port1, module, wakesByMessage: false }
    const body = new WorkerBody(data, port2)
    const signal = body.round()
    const wait = vi.spyOn(Atomics, 'wait')
    Atomics.add(new Int32Array(control), words.workerStart(size, 0) + words.SIGNAL, 1)
    body.sleep(signal)
    expect(wait).toHaveReturnedWith('not-equal')
    port1.close()
  })
})

describe('places of chunks', () => {
  const memoryOf = (isWide: boolean, start = 1) => ({
    places: newPlaces(4, start),
    blob: new SharedArrayBuffer(64),
    toc: new SharedArrayBuffer(64),
    isWide,
  })

  it('follow each other, with toc entries of either size', () => {
    for (const isWide of [false, true]) {
      const memory = memoryOf(isWide)
      const places = new ChunkPlaces(memory)
      places.place(0, 0, Buffer.from('ab,c,'), Uint32Array.of(0, 3))
      expect(places.waitFor(1)).toBe(true)
      places.place(1, 2, Buffer.from('d,'), Uint32Array.of(0))
      expect(places.placed).toBe(2)
      expect(places.endOf(1)).toBe(8)
      expect(Buffer.from(memory.blob, 1, 7).toString()).toBe('ab,c,d,')
      const toc = isWide ? new Float64Array(memory.toc, 0, 3) : new Uint32Array(memory.toc, 0, 3)
      expect([...toc]).toEqual([1, 4, 6])
    }
  })

  it.each([
    [1, true],
    [GONE, false],
  ])('are waited for until another thread stores %i', async (stored, result) => {
    const memory = memoryOf(false)
    const thread = new Worker(
      `const placed = new Int32Array(require('node:worker_threads').workerData)
      Atomics.wait(placed, 1, 0, 100)
      Atomics.store(placed, 0, ${stored})
      Atomics.notify(placed, 0)`,
      { eval: true, workerData: memory.places },
    )
    await once(thread, 'online')
    expect(new ChunkPlaces(memory).waitFor(1)).toBe(result)
    await once(thread, 'exit')
  })
})

describe('a toc that becomes wide', () => {
  it('has the same entries, wherever it happens', async () => {
    for (const narrowBytesMax of [0, 100_000, expected.blob.byteLength - 1]) {
      const pool = new Pool(2, false, narrowBytesMax)
      try {
        for (const source of [rows, new Set(rows)]) {
          const list = await films.serializeAsync(source, { writer: pool, sliceMs: 1 })
          expect(list.blob.equals(expected.blob)).toBe(true)
          expect(list.toc).toBeInstanceOf(Float64Array)
          expect([...list.toc]).toEqual([...expected.toc])
          const page = list.page(5_000, 100).toBuffer()
          expect(page.equals(expected.page(5_000, 100).toBuffer())).toBe(true)
        }
      } finally {
        await pool.close()
      }
    }
  })

  it('gives back the kernel that waits for it when the build ends before', async () => {
    await withWorkers(WorkerHere, async () => {
      const pool = new Pool(1, false, 1_000_000)
      const list = pool.openList(request())
      for (let given = 0; !list.isFull; given++) {
        const kernel = list.take()!
        list.write(kernel, packRows(kernel.packed, rows, 0, 256))
        if (given > 1_000) throw new Error('it never had to wait')
      }
      expect(list.isDrained).toBe(false)
      expect(list.take()).toBeUndefined()
      list.endSlice()
      list.close()
      list.close()
      await vi.waitFor(() => {
        const taken = Array.from({ length: pool.kernelCount }, () => pool.take())
        for (const slot of taken) if (slot) pool.giveBack(slot)
        expect(taken.every(slot => slot !== undefined)).toBe(true)
      })
      await pool.close()
    })
  })
})

describe('a thread that has died', () => {
  it('of an error is named as the cause', () =>
    withPool({ threads: 1 }, async writer => {
      const build = films.serializeAsync(
        new WatchedRows<Film>(i => ({ done: false, value: rows[i % 6_000]! })),
        {
          writer,
        },
      )
      const message: WorkerMessage = { kind: 'kernel', kernel: 0, memory: {} as never, memoryNumber: 0 }
      await new Promise(setImmediate)
      liveWorkers()[0]!.postMessage(message)
      const error = (await errorOf(build)) as WriterError
      expect(error).toMatchObject({ code: 'WRITER_DIED' })
      expect(error.cause).toMatchObject({ name: 'LinkError' })
    }))

  it('three times without work is not replaced for a while', async () => {
    for (const onUnavailable of ['error', 'in-thread'] as const) {
      await withPool({ threads: 3, onUnavailable }, async writer => {
        await new Promise(setImmediate)
        await Promise.all(liveWorkers().map(worker => worker.terminate()))
        expect(writer.liveThreads).toBe(0)
        const build = films.serializeAsync(rows, { writer })
        if (onUnavailable === 'in-thread') {
          expect((await build).blob.equals(expected.blob)).toBe(true)
        } else {
          const error = (await errorOf(build)) as WriterError
          expect(error.code).toBe('WRITER_UNAVAILABLE')
          expect((error.cause as Error).message).toMatch(/^the thread ended with \d$/)
        }
        expect(writer.liveThreads).toBe(0)
      })
    }
  })

  it('three times without work leaves the work to those that live', () =>
    withPool({ threads: 4 }, async writer => {
      await new Promise(setImmediate)
      await Promise.all(
        liveWorkers()
          .slice(1)
          .map(worker => worker.terminate()),
      )
      expect(writer.liveThreads).toBe(1)
      const list = await films.serializeAsync(rows, { writer })
      expect(list.blob.equals(expected.blob)).toBe(true)
      expect(writer.liveThreads).toBe(1)
    }))

  it('leaves chunks that are not written when nobody wants their list by then', async () => {
    const pool = new Pool(1, true)
    const list = pool.openList(request())
    const slot = pool.take()!
    const places = new ChunkPlaces({
      ...{ places: newPlaces(16, 1), isWide: false },
      ...{ blob: new SharedArrayBuffer(8), toc: new SharedArrayBuffer(8) },
    })
    const onWritten = vi.fn()
    const target = { kind: 'list' as const, listNumber: 0, places, index: 3, firstRow: 0, onWritten }
    const write = vi.spyOn(slot.kernel, 'writePrepared')
    pool.lost({ slot, rowCount: 1, target, onLost: vi.fn() }, list, new Error('died'))
    pool.settle()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(onWritten).not.toHaveBeenCalled()
    places.giveUp()
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledOnce())
    expect(write).not.toHaveBeenCalled()
    list.close()
    await pool.close()
  })
})

describe('pools', () => {
  it('end the threads that were started when one more does not start', async () => {
    const ended = vi.fn()
    let started = 0
    class ThirdFails extends WorkerHere {
      constructor(text: string, options: ConstructorParameters<typeof WorkerHere>[1]) {
        if (started === 2) throw new Error('no more threads')
        super(text, options)
        started++
        this.once('exit', ended)
      }
    }
    await withWorkers(ThirdFails, async () => {
      const make = () => createWriterPool({ threads: 3 })
      expect(make).toThrow(expect.objectContaining({ code: 'WRITER_UNAVAILABLE' }))
      await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(2))
    })
  })

  it('go on at once when a worker was faster than the wait for it', () =>
    withPool({ threads: 1 }, async writer => {
      const { waitAsync } = Atomics
      const spy = vi.spyOn(Atomics, 'waitAsync').mockImplementation(((
        words_: Int32Array,
        at: number,
        value: number,
      ) => {
        Atomics.add(words_, at, 1)
        return waitAsync(words_, at, value)
      }) as never)
      expect((await films.serializeAsync(rows, { writer })).blob.equals(expected.blob)).toBe(true)
      expect(spy.mock.results.every(({ value }) => value.async === false)).toBe(true)
    }))
})

function request(): WriteRequest {
  return {
    ...{ spec: films.spec, limits: CHUNK_LIMITS, sliceMs: 1, expectedRows: undefined, expectedRowBytes: 0 },
    ...{ isAwaited: () => false, onWritten: () => undefined, onError: () => undefined },
  }
}
