// One way of serializing a million rows, alone in its process: how far memory rises above the rows themselves.

import { Buffer } from 'node:buffer'
import { readFileSync, writeFileSync } from 'node:fs'
import { compile } from '../../dist/index.js'
import { intsAndStrings } from '../data/numbers.mjs'

const SEED = 17

const WAYS = {
  tocson: rows => listOf(rows),
  iterable: rows => listOf(rows.values()),
  native: rows => ({ blob: Buffer.from(JSON.stringify(rows)) }),
}

/** @returns bytes: of the blob and toc, at the peak above what was there before, and kept outside the heap after */
export function memoryWaySuite({ way, rows: count }) {
  const rows = intsAndStrings.rows(count, SEED)
  WAYS[way](rows.slice(0, 1000))
  globalThis.gc()
  const before = process.memoryUsage()
  resetPeak()
  const { blob, toc } = WAYS[way](rows)
  const peak = peakBytes()
  globalThis.gc()
  const after = process.memoryUsage()
  return {
    blob: blob.byteLength,
    toc: toc?.byteLength ?? 0,
    peak: peak - before.rss,
    external: after.external - before.external,
    rowCount: rows.length,
  }
}

function listOf(rows) {
  return compile(intsAndStrings.schema).serialize(rows)
}

/** Linux keeps the peak since it was last reset; elsewhere the peak of the process's life has to do. */
function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {}
}

function peakBytes() {
  try {
    const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
    return Number(kib) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
