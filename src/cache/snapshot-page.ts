// A page that knows its snapshot: bytes, counts, version and the cursors around it.

import { Buffer } from 'node:buffer'
import type { Toc } from '../toc/json-list.ts'
import type { OwnBuffer } from '../toc/own-buffer.ts'
import { nextCursorOf, prevCursorOf } from './cursor.ts'
import type { RowRange } from './page-range.ts'
import type { SourcePage } from './source.ts'

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')
const BRACKET_BYTES = 2

/** Which snapshot a page is cut from. */
export interface SnapshotRows {
  readonly version: string
  readonly toc: Toc
  readonly length: number
}

/**
 * Rows `[offset, offset + count)` of one snapshot as a complete JSON array.
 * All bytes are borrowed views that are never written again.
 */
export class SnapshotPage implements SourcePage {
  readonly offset: number
  readonly count: number
  readonly total: number
  readonly byteLength: number
  readonly version: string
  readonly #slice: Buffer
  readonly #toc: Toc
  readonly #range: RowRange
  readonly #limit: number

  constructor(rows: SnapshotRows, range: RowRange, limit: number, slice: Buffer) {
    this.offset = range.start
    this.count = range.end - range.start
    this.total = rows.length
    this.byteLength = slice.byteLength + BRACKET_BYTES
    this.version = rows.version
    this.#slice = slice
    this.#toc = rows.toc
    this.#range = range
    this.#limit = limit
  }

  /** Cursor of the following page with the same limit; `undefined` on the last one. */
  get nextCursor(): string | undefined {
    return nextCursorOf(this.version, this.#range, this.#limit, this.total)
  }

  /** Cursor of the page before; `undefined` on the first one. */
  get prevCursor(): string | undefined {
    return prevCursorOf(this.version, this.#range, this.#limit)
  }

  /** `'['`, rows, `']'`, without copying a row. */
  chunks(): Buffer[] {
    return [OPEN, this.#slice, CLOSE]
  }

  /** The array as one buffer of its own (copies the page once). */
  toBuffer(): OwnBuffer {
    return Buffer.concat(this.chunks(), this.byteLength)
  }

  /** Each row's bytes in turn, as views. */
  *rows(): Generator<Buffer, void> {
    const toc = this.#toc
    const base = toc[this.offset]!
    for (let index = this.offset; index < this.offset + this.count; index += 1) {
      yield this.#slice.subarray(toc[index]! - base, toc[index + 1]! - 1 - base)
    }
  }
}

/** The rows' bytes of a range, cut from a whole blob; a view. */
export function cutRows(blob: Buffer, toc: Toc, range: RowRange): Buffer {
  if (range.start === range.end) return blob.subarray(0, 0)
  return blob.subarray(toc[range.start]!, toc[range.end]! - 1)
}
