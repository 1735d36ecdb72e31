// The text of a chunk in the kernel's memory. Short strings come joined in one JavaScript string, at the end of the
// chunk; joining a long one would only copy it once more, so those are written as they come, after what was pending.
//
// Text is ASCII, one byte a unit, until a string is not; from there on, and for the next chunks, it is UTF-16.

import { Buffer } from 'node:buffer'

/** Units that fit; more are for the caller to place elsewhere. */
export const AREA_UNITS = 96 * 1024
/** UTF-8, which is how ASCII is tried, takes up to three bytes a unit. */
const TRIED_BYTES_PER_UNIT = 3
export const AREA_BYTES = AREA_UNITS * TRIED_BYTES_PER_UNIT
/** After so many chunks in UTF-16, ASCII is tried again. */
const WIDE_CHUNKS_MAX = 16

export class TextArea {
  /** The whole memory; replaced when it grows. */
  bytes: Buffer
  /** First byte of the area. */
  start = 0
  /** UTF-16 units in the area. */
  units = 0
  /** The units are two bytes each. */
  wide = false
  #wideChunks = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get byteLength(): number {
    return this.wide ? this.units * 2 : this.units
  }

  /** Forgets what kind of text came before. */
  open(): void {
    this.wide = false
    this.#wideChunks = 0
    this.units = 0
  }

  /** Empties the area for the next chunk. */
  reset(): void {
    this.units = 0
    if (this.wide && ++this.#wideChunks === WIDE_CHUNKS_MAX) {
      this.wide = false
      this.#wideChunks = 0
    }
  }

  /** Appends text; false, with nothing written, when it does not fit. */
  append(text: string): boolean {
    const { length } = text
    if (this.units + length > AREA_UNITS) return false
    if (length === 0) return true
    const position = this.start + this.byteLength
    if (!this.wide) {
      if (writeUtf8(this.bytes, text, position, length * TRIED_BYTES_PER_UNIT) === length) {
        this.units += length
        return true
      }
      this.#widen()
    }
    this.bytes.write(text, this.start + this.units * 2, length * 2, 'utf16le')
    this.units += length
    return true
  }

  /** Appends text that is ASCII already; false, with nothing written, when it does not fit. */
  appendAscii(ascii: Buffer): boolean {
    if (this.units + ascii.length > AREA_UNITS) return false
    if (this.units === 0) this.wide = false
    if (this.wide) return this.append(ascii.toString('latin1'))
    this.bytes.set(ascii, this.start + this.units)
    this.units += ascii.length
    return true
  }

  /** What is in the area, as a string: only for the paths of errors, and when it must move. */
  toString(): string {
    const end = this.start + this.byteLength
    return this.bytes.toString(this.wide ? 'utf16le' : 'latin1', this.start, end)
  }

  #widen(): void {
    if (this.units > 0) this.bytes.write(this.toString(), this.start, this.units * 2, 'utf16le')
    this.wide = true
  }
}

/**
 * Node's method behind `write(…, 'utf8')`, 15 ns cheaper a call, which a single small value feels. Not documented, so
 * it may go.
 */
const { utf8Write } = Buffer.prototype as {
  utf8Write?: (text: string, start: number, length: number) => number
}

function writeUtf8(bytes: Buffer, text: string, start: number, length: number): number {
  return utf8Write ? utf8Write.call(bytes, text, start, length) : bytes.write(text, start, length, 'utf8')
}
