// A process with a pool, and what it does with it; what is left open must not keep it alive. Prints `done` and a figure.

import { setImmediate as turn } from 'node:timers/promises'
import { compile } from '../../src/index.ts'
import { createWriterPool } from '../../src/threads/index.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'

const serializer = compile(FILM_SCHEMA as never)
const films = loadFilms() as never[]
const writer = createWriterPool({ threads: 2 })

async function build(count: number): Promise<number> {
  const rows = Array.from({ length: count }, (_, i) => films[i % films.length]!)
  return (await serializer.serializeAsync(rows, { writer })).blob.byteLength
}

/** Lists of about 20 MB that nobody keeps: the most memory there was at once, in MiB. */
async function peakOf(count: number): Promise<number> {
  let peak = 0
  for (let i = 0; i < count; i++) {
    await build(50_000)
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return Math.round(peak / 2 ** 20)
}

/** A stream that comes as fast as it is read: how far the process grows, in MiB. */
async function growthOf(count: number): Promise<number> {
  const few = new Array<never>(20_000).fill(films[0]!)
  await bytesOf(serializer.stream(few, { writer }), () => undefined)
  const before = process.memoryUsage.rss()
  let peak = before
  const rows = (function* () {
    for (let i = 0; i < count; i++) yield films[i % films.length]!
  })()
  await bytesOf(serializer.stream(rows, { writer, toc: false }), () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  })
  return Math.round((peak - before) / 2 ** 20)
}

async function bytesOf(stream: AsyncIterable<Uint8Array>, onChunk: () => void): Promise<number> {
  let byteLength = 0
  for await (const chunk of stream) {
    byteLength += chunk.byteLength
    onChunk()
  }
  return byteLength
}

const tasks: Record<string, () => unknown> = {
  'never used': () => 0,
  'idle after a list': () => build(1_000),
  'idle after an abort': async () => {
    const controller = new AbortController()
    const list = serializer.serializeAsync(new Set(films), { writer, signal: controller.signal })
    setTimeout(() => controller.abort(), 2)
    return list.then(
      ({ length }) => length,
      () => 1,
    )
  },
  'a list under way': () => {
    void serializer.serializeAsync(films, { writer }).then(({ length }) => console.log('done', length))
    return undefined
  },
  'idle after a stream': () => bytesOf(serializer.stream(films, { writer }), () => undefined),
  'a stream nobody reads': () => {
    const rows = new Array<never>(100_000).fill(films[0]!)
    return new Promise(resolve => {
      serializer.stream(rows, { writer, onProgress: progress => progress.rows > 0 && resolve(progress.rows) })
    })
  },
  'a stream under way': () => {
    void bytesOf(serializer.stream(films, { writer }), () => undefined).then(bytes =>
      console.log('done', bytes),
    )
    return undefined
  },
  // Several times: how far the threads are by then is a matter of luck.
  'a stream that waits for kernels of one that went': async () => {
    const rows = new Array<never>(100_000).fill(films[0]!)
    let count = 0
    for (let round = 0; round < 20; round++) {
      const first = serializer.stream(rows, { writer, highWaterMark: 1e9, sliceMs: 100 })
      await turn()
      const stream = serializer.stream(films, { writer })
      const bytes = bytesOf(stream, () => undefined)
      for (let turns = 0; turns < 2; turns++) await turn()
      first.destroy()
      await bytes
      count += stream.rowCount
    }
    return count
  },
  'a pool that closes under a stream': async () => {
    let count = 0
    for (; count < 5; count++) {
      await using pool = createWriterPool({ threads: 2 })
      const stream = serializer.stream(films, { writer: pool })
      stream.on('error', () => undefined).resume()
      for (let turns = 0; turns < 2; turns++) await turn()
    }
    return count
  },
  growth: () => growthOf(Number(process.argv[3])),
  memory: () => peakOf(Number(process.argv[3])),
}

const figure = await tasks[process.argv[2]!]!()
if (figure !== undefined) console.log('done', figure)
