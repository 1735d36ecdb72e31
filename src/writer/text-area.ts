// The text of a chunk in the kernel's memory. Short strings come joined in one JavaScript string, at the end of the
// chunk or some thousand values later; joining a long one would only copy it once more, so those are written as they
// come, after what was pending.
//
// Text is ASCII, one byte a unit, until a string is not; from there on, and for the next chunks, it is UTF-16. What a
// large row has more than the area takes is put aside, and moved to where there is room for all of it in the end.

import { Buffer } from 'node:buffer'
import { Failure } from '../pack/failure.ts'

/** Units that fit. */
export const AREA_UNITS = 96 * 1024
/** UTF-8, which is how ASCII is tried, takes up to three bytes a unit. */
const TRIED_BYTES_PER_UNIT = 3
export const AREA_BYTES = AREA_UNITS * TRIED_BYTES_PER_UNIT
/** After so many chunks in UTF-16, ASCII is tried again. */
const WIDE_CHUNKS_MAX = 16

/** Text put aside. */
interface Part {
  /** Units of text before it. */
  readonly start: number
  readonly bytes: Buffer
  readonly wide: boolean
}

export class TextArea {
  /** The whole memory; replaced when it grows. */
  bytes: Buffer
  /** First byte of the area. */
  start = 0
  /** UTF-16 units of all text. */
  units = 0
  /** The text takes two bytes a unit: what is in the area does, what was put aside will. */
  wide = false
  #parts: Part[] = []
  /** Of `units`, those in the area. */
  #areaUnits = 0
  #wideChunks = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Of all text, once it is in one place. */
  get byteLength(): number {
    return this.wide ? this.units * 2 : this.units
  }

  /** Some of the text is not in the area. */
  get isSpilled(): boolean {
    return this.units > this.#areaUnits
  }

  /** Forgets what kind of text came before. */
  open(): void {
    this.wide = false
    this.#wideChunks = 0
    this.clear()
  }

  /** Empties the area for the next chunk. */
  reset(): void {
    this.clear()
    if (this.wide && ++this.#wideChunks === WIDE_CHUNKS_MAX) {
      this.wide = false
      this.#wideChunks = 0
    }
  }

  clear(): void {
    this.units = this.#areaUnits = 0
    this.#parts = []
  }

  append(text: string): void {
    const { length } = text
    if (length === 0) return
    if (this.#areaUnits + length > AREA_UNITS) {
      this.#spill()
      if (length > AREA_UNITS) return this.#putAside(text)
    }
    const isAscii = !this.wide && this.#writeAscii(text)
    if (!isAscii) this.#writeWide(text)
    this.units += length
    this.#areaUnits += length
  }

  /** Appends text that is ASCII already. */
  appendAscii(ascii: Buffer): void {
    const { length } = ascii
    if (this.units === 0) this.wide = false
    if (this.wide || length > AREA_UNITS) return this.append(ascii.toString('latin1'))
    if (this.#areaUnits + length > AREA_UNITS) this.#spill()
    this.bytes.set(ascii, this.start + this.#areaUnits)
    this.units += length
    this.#areaUnits += length
  }

  /** Units `[start, end)`, which were appended in one go: only for the paths of errors. */
  slice(start: number, end: number): string {
    const areaStart = this.units - this.#areaUnits
    const inArea = { start: areaStart, bytes: this.#area(), wide: this.wide }
    const part = start < areaStart ? this.#partAt(start) : inArea
    const width = part.wide ? 2 : 1
    const encoding = part.wide ? 'utf16le' : 'latin1'
    return part.bytes.toString(encoding, (start - part.start) * width, (end - part.start) * width)
  }

  /** Found by halves: the walk to an error may ask for very many names. */
  #partAt(unit: number): Part {
    let [low, high] = [0, this.#parts.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#parts[middle]!.start <= unit) low = middle
      else high = middle
    }
    return this.#parts[low]!
  }

  /** Copies all text to where there is room for it; what was put aside is gone then. */
  moveTo(position: number): void {
    let end = position
    for (const { bytes, wide } of this.#parts) {
      if (wide === this.wide) end += bytes.copy(this.bytes, end)
      else end += this.bytes.write(bytes.toString('latin1'), end, bytes.length * 2, 'utf16le')
    }
    this.#area().copy(this.bytes, end)
    this.#parts = []
  }

  /** False when the text is not ASCII; nothing of it counts as written then. */
  #writeAscii(text: string): boolean {
    const { length } = text
    return writeUtf8(this.bytes, text, this.start + this.#areaUnits, length * TRIED_BYTES_PER_UNIT) === length
  }

  #writeWide(text: string): void {
    if (!this.wide) {
      const ascii = this.#areaText()
      this.bytes.write(ascii, this.start, ascii.length * 2, 'utf16le')
      this.wide = true
    }
    this.bytes.write(text, this.start + this.#areaUnits * 2, text.length * 2, 'utf16le')
  }

  #area(): Buffer {
    return this.bytes.subarray(this.start, this.start + this.#areaUnits * (this.wide ? 2 : 1))
  }

  #areaText(): string {
    return this.#area().toString(this.wide ? 'utf16le' : 'latin1')
  }

  /** Puts aside what is in the area. */
  #spill(): void {
    if (this.#areaUnits === 0) return
    const start = this.units - this.#areaUnits
    this.#parts.push({ start, bytes: taken(() => Buffer.from(this.#area())), wide: this.wide })
    this.#areaUnits = 0
  }

  /** Text that is longer than the area, which is empty. */
  #putAside(text: string): void {
    const utf8 = this.wide ? undefined : taken(() => Buffer.from(text))
    if (utf8?.length !== text.length) this.wide = true
    const bytes = this.wide ? taken(() => Buffer.from(text, 'utf16le')) : utf8!
    this.#parts.push({ start: this.units, bytes, wide: this.wide })
    this.units += text.length
  }
}

/** @throws Failure TOO_LARGE when there is no such memory */
function taken(take: () => Buffer): Buffer {
  try {
    return take()
  } catch (cause) {
    throw new Failure('TOO_LARGE', 'a row that fits into memory', 'more text than that', cause)
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
