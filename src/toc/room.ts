// How much memory a list is given before all of its rows are seen. Moving what is there costs more than writing it, and
// memory that is never touched costs nothing; but one row of megabytes among small ones says nothing of the others.

import { Buffer } from 'node:buffer'
import { Failure } from '../pack/failure.ts'

/** Rows differ: room for this much more than the average so far, in fractions of it. */
export const SLACK = 1 / 8
const BYTES_MIN = 1024
/** Taken for any list, however little was seen of it. */
const BYTES_FREE = 2 ** 20
/** The most that is taken at once, but for lists of which a good part is there. */
const BYTES_MAX = 2 ** 30
const TIMES_MAX = 16
/** So many rows are a sample, unless a huge one is among them: no chunk of small rows is larger. */
const SAMPLE_ROWS = 64
const SAMPLE_CHUNK_BYTES = 512 * 1024
/** Huge rows are believed to go on once none is more than this part of what there is, and only so far at once. */
const HUGE_PART = 1 / 16
const HUGE_TIMES = 4
/** Rows of earlier lists count, but what they were like may have changed. */
const EARLIER_TIMES_MAX = 4

/** The rows of a list that are there. */
export interface SeenRows {
  readonly byteLength: number
  readonly rowCount: number
  /** Bytes of the largest chunk of them. */
  readonly largestChunk: number
}

/**
 * @param expectedRows how many there will be in all, when known
 * @param expectedRowBytes bytes of a row in earlier lists, 0 when there was none
 * @returns bytes, no fewer than there are
 */
export function bytesToReserve(
  { byteLength, rowCount, largestChunk }: SeenRows,
  expectedRows: number | undefined,
  expectedRowBytes = 0,
): number {
  const doubled = Math.max(BYTES_MIN, 2 * byteLength)
  if (expectedRows === undefined) return doubled
  const left = expectedRows - rowCount
  if (left <= 0) return byteLength
  const average = byteLength / rowCount
  const rowBytes = Math.max(average, Math.min(expectedRowBytes, EARLIER_TIMES_MAX * average))
  const all = Math.ceil(byteLength + left * rowBytes * (1 + SLACK)) + BYTES_MIN
  if (rowCount >= SAMPLE_ROWS && largestChunk <= SAMPLE_CHUNK_BYTES) {
    return Math.min(all, Math.max(BYTES_MAX, TIMES_MAX * byteLength))
  }
  const areHuge = largestChunk <= HUGE_PART * byteLength
  return Math.min(all, Math.max(BYTES_FREE, areHuge ? HUGE_TIMES * byteLength : doubled))
}

/** A buffer of `wanted` bytes, or of those needed when there is no such memory. @throws Failure TOO_LARGE */
export function allocate(wanted: number, needed: number): Buffer<ArrayBuffer> {
  try {
    return Buffer.allocUnsafeSlow(wanted)
  } catch {
    return allocateExactly(needed)
  }
}

function allocateExactly(byteLength: number): Buffer<ArrayBuffer> {
  try {
    return Buffer.allocUnsafeSlow(byteLength)
  } catch (cause) {
    throw new Failure('TOO_LARGE', 'rows that fit into memory', `${byteLength} bytes`, cause)
  }
}
