// Text in UTF-8 and bytes, both as one run of bytes with offsets.

import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { Failure } from '../pack/failure.ts'
import { BaseColumn, type Validity } from './column.ts'
import { viewOf } from './stage.ts'

/** Offsets as numbers; one more than values. */
export type Offsets = Int32Array | Float64Array

/** A window ends with the value that passes this many bytes: chunks hold no more text. */
export const WINDOW_BYTES = 48 * 1024

/** Bytes `[offsets[i], offsets[i + 1])` for value `i`. */
abstract class RunColumn extends BaseColumn {
  bytes: Buffer
  readonly offsets: Offsets

  constructor(bytes: Uint8Array, offsets: Offsets, validity: Validity | undefined) {
    super(offsets.length - 1, validity)
    this.bytes = bufferOf(bytes)
    this.offsets = offsets
  }

  /** The arrays values are read from. */
  get memory(): readonly ArrayBufferView[] {
    return [this.bytes, this.offsets]
  }

  override fit(start: number, end: number): number {
    return fitOffsets(this.offsets, start, end, WINDOW_BYTES)
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The first end past `start` at which offsets have advanced by `limit`, at most `end`. */
export function fitOffsets(offsets: Offsets, start: number, end: number, limit: number): number {
  const from = offsets[start]!
  if (offsets[end]! - from <= limit) return end
  let [low, high] = [start + 1, end]
  while (low < high) {
    const middle = (low + high) >> 1
    if (offsets[middle]! - from >= limit) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Text. A window of ASCII needs no decoding: its bytes are its units. After `decode`, value `windowStart + i`
 * of any window is `text.substring(starts[i], ends[i])`; where its bytes are not UTF-8, `starts[i]` is -1.
 */
export class Utf8Column extends RunColumn {
  readonly kind = 'text'
  /** The bytes, for those who copy them. */
  view = viewOf(this.bytes)
  windowStart = 0
  isAscii = true
  text = ''
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  #windowEnd = 0
  #isDecoded = true

  override prepare(start: number, end: number): void {
    this.windowStart = start
    this.#windowEnd = end
    this.#isDecoded = false
    this.isAscii = isAscii(this.#run())
  }

  /** Other bytes for the offsets of windows to come. */
  protected replace(bytes: Uint8Array): void {
    this.bytes = bufferOf(bytes)
    this.view = viewOf(bytes)
  }

  #run(): Buffer {
    return this.bytes.subarray(this.offsets[this.windowStart], this.offsets[this.#windowEnd])
  }

  decode(): void {
    if (this.#isDecoded) return
    this.#isDecoded = true
    const start = this.windowStart
    const end = this.#windowEnd
    if (this.starts.length < end - start) {
      this.starts = new Int32Array((end - start) * 2)
      this.ends = new Int32Array((end - start) * 2)
    }
    const run = this.#run()
    if (this.isAscii) this.#fillAscii(run, start, end)
    else if (isUtf8(run) && this.#fillUnits(run, start, end)) this.text = run.toString()
    else this.#fillOneByOne(start, end)
  }

  #fillAscii(run: Buffer, start: number, end: number): void {
    const { offsets, starts, ends } = this
    const from = offsets[start]!
    this.text = run.toString('latin1')
    for (let i = start; i < end; i++) {
      starts[i - start] = offsets[i]! - from
      ends[i - start] = offsets[i + 1]! - from
    }
  }

  /** Where values start and end in UTF-16 units; false when a value starts in the middle of a character. */
  #fillUnits(run: Buffer, start: number, end: number): boolean {
    const { offsets, starts, ends } = this
    const from = offsets[start]!
    let [units, byte] = [0, 0]
    for (let i = start; i < end; i++) {
      const to = offsets[i + 1]! - from
      if (byte < to && (run[byte]! & 0xc0) === 0x80) return false
      starts[i - start] = units
      for (; byte < to; byte++) {
        const value = run[byte]!
        // Continuation bytes add nothing, leads of four bytes two units.
        if ((value & 0xc0) !== 0x80) units += value >= 0xf0 ? 2 : 1
      }
      ends[i - start] = units
    }
    return true
  }

  #fillOneByOne(start: number, end: number): void {
    const { bytes, offsets, starts, ends } = this
    let text = ''
    for (let i = start; i < end; i++) {
      const value = bytes.subarray(offsets[i], offsets[i + 1])
      const isText = isUtf8(value)
      starts[i - start] = isText ? text.length : -1
      if (isText) text += value.toString()
      ends[i - start] = text.length
    }
    this.text = text
  }

  protected present(index: number): unknown {
    this.decode()
    const i = index - this.windowStart
    const start = this.starts[i]!
    if (start < 0) throw new Failure('COLUMN_TEXT', 'text in UTF-8', 'bytes that are not UTF-8')
    return this.text.substring(start, this.ends[i])
  }
}

/** Bytes. */
export class BytesRunColumn extends RunColumn {
  readonly kind = 'bytes'

  /** A plain array, as rows hold: a Buffer has a `toJSON`, which would be written where anything may be. */
  protected present(index: number): unknown {
    const { buffer, byteLength, byteOffset } = this.bytes.subarray(
      this.offsets[index],
      this.offsets[index + 1],
    )
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
}
