// Gathers the chunks of a list into one blob and its toc, touching fresh memory as little as can be: it costs more
// than writing the bytes. The blob is sized from the rows seen so far; pages never touched are never paid for.

import { Buffer } from 'node:buffer'
import { collection } from './collection.ts'
import { emptyList, JsonList, type Toc } from './json-list.ts'
import { allocate, bytesToReserve } from './room.ts'

const OPEN = 0x5b
const CLOSE = 0x5d
const UINT32_MAX = 2 ** 32 - 1
const TOC_ENTRIES_MIN = 64
/** A sparse array, or a Proxy, may announce more rows than it has: beyond this the toc grows with the rows. */
const TOC_ENTRIES_TRUSTED = 4 * 1024 * 1024
const EMPTY = Buffer.alloc(0)

/** What a chunk's writer shows: bytes `[start, end)`, and where in them each row starts. */
export interface WrittenRows {
  readonly bytes: Buffer
  readonly start: number
  /** Behind the comma of the last row. */
  readonly end: number
  readonly offsets: Uint32Array
}

/** A blob on its way to a larger one. */
export interface BlobMove {
  /** Moves up to so many bytes more; true when all have moved. */
  step(byteLength: number): boolean
}

export class ListBuilder {
  /** How many rows there are so far. */
  rowCount = 0
  /** Bytes so far, the opening bracket included. */
  byteLength = 1
  #blob: Buffer | undefined
  #toc: Toc
  #largestChunk = 0
  readonly #expectedRows: number | undefined
  readonly #expectedRowBytes: number

  /** `expectedRows`: how many will come, when known; `expectedRowBytes`: their size, as far as known, else 0. */
  constructor(expectedRows: number | undefined, expectedRowBytes: number) {
    this.#expectedRows = expectedRows
    this.#expectedRowBytes = expectedRowBytes
    const entries = Math.min(expectedRows ?? TOC_ENTRIES_MIN, TOC_ENTRIES_TRUSTED)
    this.#toc = new Uint32Array(entries + 1)
  }

  /** Whether these bytes fit without moving those that are there. */
  hasRoom(byteLength: number): boolean {
    return this.#blob === undefined || this.byteLength + byteLength <= this.#blob.byteLength
  }

  /** Rows `[start, end)` of those that are there, without brackets. A view that is never written again. */
  rows(start: number, end: number): Buffer {
    if (start >= end) return EMPTY
    const endByte = end === this.rowCount ? this.byteLength : this.#toc[end]!
    return this.#blob!.subarray(this.#toc[start]!, endByte - 1)
  }

  /** Begins to make room for a chunk: bytes move in pieces, and nothing is appended until they all have. */
  startMove(chunkBytes: number, chunkRows: number): BlobMove {
    const to = this.#larger(chunkBytes, chunkRows)
    const from = this.#blob!
    let moved = 0
    return {
      step: byteLength => {
        moved += from.copy(to, moved, moved, Math.min(moved + byteLength, this.byteLength))
        if (moved < this.byteLength) return false
        this.#blob = to
        return true
      },
    }
  }

  append(rows: WrittenRows, rowCount: number): void {
    const { bytes, start, end, offsets } = rows
    const blob = this.#reserve(end - start, rowCount)
    bytes.copy(blob, this.byteLength, start, end)
    this.#toc = appendOffsets(this.#toc, this.rowCount, offsets, rowCount, this.byteLength, end - start)
    this.rowCount += rowCount
    this.byteLength += end - start
    this.#largestChunk = Math.max(this.#largestChunk, end - start)
  }

  finish(): JsonList {
    const { rowCount, byteLength } = this
    if (rowCount === 0) {
      const empty = emptyList()
      this.byteLength = empty.blob.byteLength
      return empty
    }
    const blob = this.#blob!.subarray(0, byteLength)
    blob[0] = OPEN
    blob[byteLength - 1] = CLOSE
    const toc = this.#toc.length === rowCount + 1 ? this.#toc : this.#toc.slice(0, rowCount + 1)
    toc[rowCount] = byteLength
    return new JsonList(blob, toc)
  }

  #reserve(chunkBytes: number, chunkRows: number): Buffer {
    const needed = this.byteLength + chunkBytes
    if (this.#blob && needed <= this.#blob.byteLength) return this.#blob
    const larger = this.#larger(chunkBytes, chunkRows)
    this.#blob?.copy(larger, 0, 0, this.byteLength)
    this.#blob = larger
    return larger
  }

  #larger(chunkBytes: number, chunkRows: number): Buffer {
    const seen = {
      byteLength: this.byteLength + chunkBytes,
      rowCount: this.rowCount + chunkRows,
      largestChunk: Math.max(this.#largestChunk, chunkBytes),
    }
    const blob = allocate(bytesToReserve(seen, this.#expectedRows, this.#expectedRowBytes), seen.byteLength)
    collection.afterAllocation(blob.byteLength)
    return blob
  }
}

/**
 * Enters the starts of `count` rows, given relative to byte `base`, from entry `first` on, and returns the toc: the
 * same one, or a larger or wider copy when it no longer fits.
 */
export function appendOffsets(
  toc: Toc,
  first: number,
  offsets: ArrayLike<number>,
  count: number,
  base: number,
  byteLength: number,
): Toc {
  const target = makeRoom(toc, first, first + count + 1, base + byteLength)
  for (let i = 0; i < count; i++) target[first + i] = base + offsets[i]!
  return target
}

function makeRoom(toc: Toc, used: number, entries: number, byteLength: number): Toc {
  const wide = toc instanceof Float64Array || byteLength > UINT32_MAX
  const length = entries <= toc.length ? toc.length : Math.max(entries, 2 * toc.length)
  if (length === toc.length && wide === toc instanceof Float64Array) return toc
  const target = wide ? new Float64Array(length) : new Uint32Array(length)
  target.set(toc.subarray(0, used))
  return target
}
