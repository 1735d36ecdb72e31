import { Buffer } from 'node:buffer'
import type { OwnBuffer } from './own-buffer.ts'

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')
const ENVELOPE_BYTES = 2

/**
 * One page of a list: a complete JSON array over rows `[offset, offset + count)`.
 *
 * The bytes of the rows are borrowed from the list's blob: read them, never write them.
 *
 * @example
 * const page = list.page(40, 20)
 * response.setHeader('content-length', page.byteLength)
 * for (const chunk of page.chunks()) response.write(chunk)
 */
export class Page<Total extends number | undefined = number> {
  /** Index of the first row, clamped to `total`. */
  readonly offset: number
  /** How many rows the page has. */
  readonly count: number
  /** How many rows the whole list has; `undefined` while a build does not know it yet. */
  readonly total: Total
  /** Size of the complete JSON array in bytes, brackets included. */
  readonly byteLength: number
  readonly #slice: Buffer

  constructor(slice: Buffer, offset: number, count: number, total: Total) {
    this.#slice = slice
    this.offset = offset
    this.count = count
    this.total = total
    this.byteLength = slice.byteLength + ENVELOPE_BYTES
  }

  /** The array as `'['`, rows, `']'`, without copying a row: made for `cork` / `writev`. */
  chunks(): Buffer[] {
    return [OPEN, this.#slice, CLOSE]
  }

  /** The array as one buffer of its own (copies the page once). */
  toBuffer(): OwnBuffer {
    return Buffer.concat(this.chunks(), this.byteLength)
  }
}
