// Streams that other threads write: the bytes, the toc and the errors of those that are written in this one.

import { once } from 'node:events'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import Type from 'typebox'
import { afterAll, describe, expect, it } from 'vitest'
import { type CompileOptions, compile, OptionError, Raw, type RowStream } from '../../src/index.ts'
import { createWriterPool } from '../../src/threads/index.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { bytesOf, errorOf, type Film, filmRows, films, SOURCES, WatchedRows } from '../toc/sliced.ts'
import { WorkerHere, withWorkers } from './workers-here.ts'

const CASES = isLong ? 20_000 : 200
const NAMES = Object.keys(SOURCES).filter(name => name !== 'set' && name !== 'Node stream')
const FORMATS = ['json', 'ndjson'] as const
const pools = [1, 3].map(threads => createWriterPool({ threads }))
afterAll(() => Promise.all(pools.map(pool => pool.close())))

const rows = filmRows(20_000)
const list = films.serialize(rows)
const here = { json: list.blob, ndjson: await bytesOf(films.stream(rows, { format: 'ndjson' })) }

/** Bytes and toc, or what was refused and where. */
async function outcomeOf(make: () => RowStream): Promise<string> {
  try {
    const stream = make()
    return `${await bytesOf(stream)} ${await stream.toc} ${stream.rowCount} ${stream.byteLength}`
  } catch (error) {
    const { code, path, message } = error as { code?: string; path?: string; message: string }
    return `${code} at ${path}: ${message}`
  }
}

describe('bytes and toc, or the error, are those of a stream of this thread', () => {
  it('for random rows of random schemas, which are those of serialize', async () => {
    const anyName = fc.constantFrom(...NAMES)
    const anyFormat = fc.constantFrom(...FORMATS)
    const property = fc.asyncProperty(schemaCase, anyName, anyFormat, async (example, name, format) => {
      const serializer = compile(example.schema as never, example.options as CompileOptions)
      const make = () => SOURCES[name]!(example.seeds.map(example.row)) as never[]
      const expected = await outcomeOf(() => serializer.stream(make(), { format }))
      for (const writer of pools) {
        const options = { format, writer, sliceMs: 0, highWaterMark: 1_000 }
        expect(await outcomeOf(() => serializer.stream(make(), options))).toBe(expected)
        expect(await outcomeOf(() => serializer.stream(make(), { format, writer }))).toBe(expected)
      }
      if (format === 'ndjson' || !expected.startsWith('[')) return
      const { blob, toc } = serializer.serialize(example.seeds.map(example.row) as never[])
      expect(expected.startsWith(`${blob} ${toc} `)).toBe(true)
    })
    await fc.assert(property, { numRuns: CASES, seed: testSeed() })
  })

  it.each(FORMATS)('for every kind of source, with more chunks than kernels: %s', async format => {
    for (const writer of pools) {
      for (const [name, source] of Object.entries(SOURCES)) {
        const stream = films.stream(source(rows), { writer, format })
        expect((await bytesOf(stream)).equals(here[format]), name).toBe(true)
        const before = format === 'json' ? 0 : 1
        expect((await stream.toc).join(), name).toBe(list.toc.map(start => start - before).join())
      }
    }
  })

  it('for any high-water mark and length of slices', async () => {
    for (const writer of pools) {
      for (const highWaterMark of [0, 1, 5_000, 100_000, 1e8]) {
        for (const sliceMs of [0, 0.1, 5]) {
          const stream = films.stream(rows, { writer, highWaterMark, sliceMs })
          expect((await bytesOf(stream)).equals(list.blob)).toBe(true)
        }
      }
    }
  })

  it('for no rows, rows as arrays, raw values with line breaks, and one huge row among small ones', async () => {
    const raw = compile(Type.Object({ value: Raw() }))
    const values = Array.from({ length: 3_000 }, (_, i) => ({ value: `{\r\n  "a\\n": [${i},\n2]\n}` }))
    const arrays = rows.map(row => [row.id, row.title, row.rating, row.released])
    const huge = [...rows, { id: 1, title: 'é"'.repeat(6_000_000), released: null }, ...rows]
    for (const format of FORMATS) {
      const empty = await outcomeOf(() => films.stream([], { format }))
      const lines = await bytesOf(raw.stream(values, { format }))
      const hugeHere = await bytesOf(films.stream(huge, { format }))
      for (const writer of pools) {
        expect(await outcomeOf(() => films.stream([], { format, writer }))).toBe(empty)
        expect((await bytesOf(raw.stream(values, { format, writer }))).equals(lines)).toBe(true)
        const stream = films.stream(arrays, { format, writer, rowMode: 'array' })
        expect((await bytesOf(stream)).equals(here[format])).toBe(true)
        expect((await bytesOf(films.stream(huge, { format, writer }))).equals(hugeHere)).toBe(true)
      }
    }
  })

  it('through a web stream and a response', async () => {
    for (const writer of pools) {
      const web = films.stream(rows, { writer }).toWeb()
      expect(await new Response(web as never).text()).toBe(list.blob.toString())
    }
  })

  it('in a worker of this thread', () =>
    withWorkers(WorkerHere, async () => {
      const writer = createWriterPool({ threads: 1 })
      for (const format of FORMATS) {
        for (const source of Object.values(SOURCES)) {
          const [bytes, built] = await Promise.all([
            bytesOf(films.stream(source(rows), { writer, format })),
            films.serializeAsync(source(rows), { writer }),
          ])
          expect(bytes.equals(here[format])).toBe(true)
          expect(built.blob.equals(list.blob)).toBe(true)
        }
      }
      await writer.close()
    }))

  it('without a toc, with progress', async () => {
    const seen: { rows: number; bytes: number; total?: number }[] = []
    const onProgress = (now: { rows: number; bytes: number }) => seen.push(now)
    const stream = films.stream(rows, { writer: pools[1]!, toc: false, onProgress })
    await bytesOf(stream)
    expect(await errorOf(stream.toc)).toMatchObject({ code: 'TOC_NOT_KEPT' })
    expect(seen.at(-1)).toEqual({ rows: 20_000, bytes: list.blob.byteLength, total: 20_000 })
    expect(seen.length).toBeGreaterThan(2)
  })
})

it('each chunk is memory of its own, which its reader may keep, change and give away', async () => {
  const chunks: Uint8Array[] = []
  const stream = films.stream(rows, { writer: pools[1]! })
  // As they were pushed: `read` and iterators may join them.
  stream.on('data', (chunk: Buffer<ArrayBuffer>) => {
    chunks.push(Buffer.from(chunk))
    expect(chunk.buffer).toBeInstanceOf(ArrayBuffer)
    expect(chunk.buffer.byteLength).toBe(chunk.byteLength)
    structuredClone(chunk, { transfer: [chunk.buffer] })
  })
  await once(stream, 'end')
  expect(Buffer.concat(chunks).equals(list.blob)).toBe(true)
})

it('user code finds the async context of whoever made the stream or the list', async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  const context = new AsyncLocalStorage<string>()
  const seen = ['mine', 'theirs'].map(name => ({ name, stores: new Set<string | undefined>() }))
  const writer = pools[0]!
  await Promise.all(
    seen.map(({ name, stores }) =>
      context.run(name, async () => {
        const onProgress = () => stores.add(context.getStore())
        const stream = films.stream(rows, { writer, onProgress })
        stream.on('data', onProgress)
        await new Promise(resolve => stream.once('end', resolve))
        await films.serializeAsync(rows, { writer, onProgress })
      }),
    ),
  )
  expect(seen.map(({ stores }) => [...stores])).toEqual([['mine'], ['theirs']])
})

describe('backpressure', () => {
  const endless = () => new WatchedRows<Film>(i => ({ done: false, value: rows[i % 20_000]! }))

  /** At some time no more rows are asked for; tells how many were. */
  async function rest(source: WatchedRows<Film>): Promise<number> {
    for (let asked = -1; asked !== source.asked || asked === 0; ) {
      asked = source.asked
      await sleep(50)
    }
    return source.asked
  }

  it.each([
    [10_000, 200_000, 2_000],
    [1_000_000, 2_300_000, 12_000],
  ])('of a reader that stops bounds bytes and rows: %i', async (highWaterMark, bytesMax, rowsMax) => {
    for (const writer of pools) {
      const source = endless()
      const stream = films.stream(source, { writer, highWaterMark })
      stream.read(0)
      for (let asked = await rest(source), i = 0; i < 5; i++) {
        expect(stream.readableLength).toBeGreaterThanOrEqual(highWaterMark)
        expect(stream.readableLength).toBeLessThan(bytesMax)
        // All that was packed is there, and but for two batches all that came is packed.
        expect(source.asked - stream.rowCount).toBeLessThanOrEqual(512)
        const { rowCount } = stream
        // Node 26 gives one buffer at a time, those before it all of them.
        while (stream.read() !== null);
        const more = await rest(source)
        expect(more).toBeGreaterThan(asked)
        expect(more - rowCount).toBeLessThan(rowsMax)
        asked = more
      }
      stream.destroy()
      await turn()
      expect(source.closed).toBe(1)
    }
  })

  it('of many readers that stop takes no kernel from those that go on', async () => {
    for (const writer of pools) {
      const stopped = Array.from({ length: 40 }, () => films.stream(endless(), { writer }))
      for (const stream of stopped) stream.read(0)
      await sleep(50)
      const built = await films.serializeAsync(rows, { writer })
      expect(built.blob.equals(list.blob)).toBe(true)
      expect((await bytesOf(films.stream(rows, { writer }))).equals(list.blob)).toBe(true)
      for (const stream of stopped) stream.destroy()
    }
  })

  it('is none of a reader that takes all, beside which builds get their turn', async () => {
    for (const writer of pools) {
      const stream = films.stream(new Set(rows), { writer, highWaterMark: 1e9 })
      const forever = films.stream(
        (function* () {
          for (;;) yield* rows
        })(),
        { writer, toc: false, highWaterMark: 1e9 },
      )
      forever.on('data', () => undefined)
      const outcomes = await Promise.all([
        films.serializeAsync(rows, { writer }),
        films.serializeAsync(new Set(rows), { writer }),
        bytesOf(stream),
      ])
      expect(outcomes[0].blob.equals(list.blob)).toBe(true)
      expect(outcomes[1].blob.equals(list.blob)).toBe(true)
      expect(outcomes[2].equals(list.blob)).toBe(true)
      expect(forever.destroyed).toBe(false)
      forever.destroy()
    }
  })
})

it('what is no pool is refused', () => {
  for (const writer of [{}, null, { openList: () => undefined }]) {
    expect(() => films.stream(rows, { writer: writer as never })).toThrow(OptionError)
  }
})
