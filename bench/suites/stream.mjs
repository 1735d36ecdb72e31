// Streaming rows, in this thread and with a pool: what it takes of the main thread's time, to a file and to a
// reader that does nothing, and how far the resident set grows over ten million rows.

import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { compile } from '../../dist/index.js'
import { createWriterPool } from '../../dist/threads.js'
import { movies } from '../data/movies.mjs'
import { clockNamed, DEFAULT_CLOCK } from '../lib/clock.mjs'

const SEED = 29
const DISTINCT = 20_000
const ROW_COUNT = 10_000_000
const TIMED_ROWS = 1_000_000
const TIMED_ROUNDS = 5
const WARMUP_ROWS = 200_000
const MIB = 2 ** 20

/** @returns tables of figures */
export async function streamSuite() {
  const serializer = compile(movies.schema)
  const distinct = movies.rows(DISTINCT, SEED)
  const folder = mkdtempSync(join(tmpdir(), 'tocson-stream-'))
  const writer = createWriterPool({ threads: 1 })
  const array = Array.from(rowsOf(distinct, TIMED_ROWS))
  const run = (options, count, target) =>
    streamed(serializer.stream.bind(serializer), options, {
      rows: count === TIMED_ROWS ? array : rowsOf(distinct, count),
      count,
      target: target === 'file' ? createWriteStream(join(folder, 'rows.json')) : nothing(),
    })
  const ways = { stream: {}, 'stream, a pool of one thread': { writer } }
  try {
    // Growth first: later runs find memory that earlier ones have left.
    const growth = {}
    for (const [way, options] of Object.entries(ways)) {
      await run(options, WARMUP_ROWS, 'file')
      globalThis.gc?.()
      growth[way] = await run(options, ROW_COUNT, 'file')
    }
    const times = await timesOf(ways, run)
    return Object.keys(ways).map(way => tableOf(way, growth[way], times[way]))
  } finally {
    await writer.close()
    rmSync(folder, { recursive: true })
  }
}

/** Medians of the main thread's ns a row, the ways in turn. */
async function timesOf(ways, run) {
  const times = {}
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    for (const target of ['file', 'nothing']) {
      for (const [way, options] of Object.entries(ways)) {
        globalThis.gc?.()
        times[way] ??= { file: [], nothing: [] }
        times[way][target].push((await run(options, TIMED_ROWS, target)).nsPerRow)
      }
    }
  }
  return times
}

function tableOf(title, { seconds, byteLength, growth, tocBytes }, times) {
  return {
    title,
    about: `${ROW_COUNT.toLocaleString('en')} movies to a file; times of the main thread, an array of ${TIMED_ROWS.toLocaleString('en')}`,
    contestants: [],
    figures: {
      seconds,
      'GB written': byteLength / 1e9,
      'MiB of growth, toc included': growth / MIB,
      'MiB of growth, toc apart': (growth - tocBytes) / MIB,
      'ns a row, to a file': median(times.file),
      'ns a row, to a reader that does nothing': median(times.nothing),
    },
    notes: [],
  }
}

async function streamed(streamOf, options, { rows, count, target }) {
  const now = clockNamed(DEFAULT_CLOCK)
  const before = process.memoryUsage.rss()
  let peak = before
  const onProgress = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const start = performance.now()
  const startMs = now()
  const stream = streamOf(rows, { ...options, onProgress: count === ROW_COUNT ? onProgress : undefined })
  await pipeline(stream, target)
  const toc = await stream.toc
  return {
    nsPerRow: ((now() - startMs) * 1e6) / count,
    seconds: (performance.now() - start) / 1000,
    byteLength: stream.byteLength,
    growth: peak - before,
    tocBytes: toc.byteLength,
  }
}

function nothing() {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

function* rowsOf(distinct, count) {
  for (let i = 0; i < count; i++) yield distinct[i % DISTINCT]
}
