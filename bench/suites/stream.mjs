// Streaming ten million rows to a file: how far the resident set grows.

import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pipeline } from 'node:stream/promises'
import { compile } from '../../dist/index.js'
import { movies } from '../data/movies.mjs'

const SEED = 29
const DISTINCT = 20_000
const ROW_COUNT = 10_000_000
const WARMUP_ROWS = 200_000
const MIB = 2 ** 20

/** @returns one table of figures */
export async function streamSuite() {
  const serializer = compile(movies.schema)
  const distinct = movies.rows(DISTINCT, SEED)
  const folder = mkdtempSync(join(tmpdir(), 'tocson-stream-'))
  const write = count => toFile(serializer, distinct, count, join(folder, 'rows.json'))
  try {
    await write(WARMUP_ROWS)
    globalThis.gc?.()
    const { seconds, byteLength, growth, tocBytes } = await write(ROW_COUNT)
    return [
      {
        title: 'stream',
        about: `${ROW_COUNT.toLocaleString('en')} movies to a file`,
        contestants: [],
        figures: {
          seconds: seconds,
          'GB written': byteLength / 1e9,
          'MiB of growth, toc included': growth / MIB,
          'MiB of growth, toc apart': (growth - tocBytes) / MIB,
        },
        notes: [],
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function toFile(serializer, distinct, count, file) {
  const before = process.memoryUsage.rss()
  let peak = before
  const onProgress = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const start = performance.now()
  const stream = serializer.stream(rowsOf(distinct, count), { onProgress })
  await pipeline(stream, createWriteStream(file))
  const toc = await stream.toc
  return {
    seconds: (performance.now() - start) / 1000,
    byteLength: stream.byteLength,
    growth: peak - before,
    tocBytes: toc.byteLength,
  }
}

function* rowsOf(distinct, count) {
  for (let i = 0; i < count; i++) yield distinct[i % DISTINCT]
}
