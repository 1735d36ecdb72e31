// Packed rows: what the packers hand to the kernel. Numbers in one area, all text of a chunk in one string.
//
//     slots   ├ 7 ┼ 5 ┼ 4.5 ┼ NULL ┼ 2 ┼ 3 ┼ 4 ┼ …      doubles, in the order the program reads them
//               │   └ length of "Alien" in UTF-16 units    └ a count, then its elements
//               └ an integer
//     text    Alien Ann Emma …                               (without the spaces)
//
// A slot that may be null or missing says so with a value no content has. Content is always finite.

import type { Buffer } from 'node:buffer'
import type { Copies } from './containers.ts'
import { Failure } from './failure.ts'

/** The value is null. Also any number that is written as null. */
export const NULL_SLOT = Number.NaN
/** The property is not there. */
export const MISSING_SLOT = Number.POSITIVE_INFINITY
/** Not a number after all: the next slot is the length of a text to write as a string. */
export const TEXT_FOLLOWS = Number.NEGATIVE_INFINITY

/** Text that is no longer in JavaScript's hands. */
export interface WrittenText {
  readonly units: number
  append(text: string): void
  appendAscii(ascii: Buffer): void
  /** Units `[start, end)`, which were appended in one go. */
  slice(start: number, end: number): string
}

/** The packed rows of one chunk while they are filled. The two packers and the kernel's host share one. */
export class PackedRows {
  /** The whole memory as doubles; replaced when it grows. */
  slots: Float64Array
  /** Next free slot. */
  position: number
  /** Text that is not written yet. */
  text = ''
  /** Upper bound of the literal bytes that loops and references add to those of the rows themselves. */
  literalBytes = 0
  /** How many references are open. */
  depth = 0
  /** The node being packed, for the path of an error; generated code keeps it in a variable. */
  node = 0
  /** Inside a trial: what became of the trials inside it, by value, then by node and depth. */
  trials: Map<unknown, Map<number, string | undefined>> | undefined
  /** Once something was tried in this chunk: the iterables read since. */
  copies: Copies | undefined
  /** A row starts only below this slot. */
  rowSlotEnd: number
  /** Past this slot there may be no room for one pass over the spec, or much text is pending; `grow` sees to both. */
  slotEnd: number

  // Where packing stopped, for the error's path: set once by the innermost function that fails.
  failed = false
  failedNode = 0
  failedPosition = 0
  failedDepth = 0
  /** Of the text up to there, what was not written yet. */
  failedText = ''
  rowIndex = 0
  rowPosition = 0
  rowTextStart = 0

  readonly #enlarge: (packed: PackedRows) => void
  readonly #written: WrittenText | undefined

  /**
   * `enlarge` gives the slots more room, keeping their content, and moves `slotEnd`. `written` takes text before the
   * chunk is full; without it all text stays pending.
   */
  constructor(
    slots: Float64Array,
    start: number,
    enlarge: (packed: PackedRows) => void,
    written?: WrittenText,
  ) {
    this.slots = slots
    this.position = start
    this.rowSlotEnd = start
    this.slotEnd = start
    this.#enlarge = enlarge
    this.#written = written
  }

  /** Units of text that are written already; they come before `text`. */
  get writtenUnits(): number {
    return this.#written === undefined ? 0 : this.#written.units
  }

  /** Writes what is pending and a long string behind it, and returns what is pending then. */
  writeLong(pending: string, long: string): string {
    if (this.#written === undefined) return pending + long
    this.#written.append(pending)
    this.#written.append(long)
    return ''
  }

  /** Writes what is pending and ASCII behind it, and returns what is pending then. */
  writeAscii(pending: string, ascii: Buffer): string {
    if (this.#written === undefined) return pending + ascii.toString('latin1')
    this.#written.append(pending)
    this.#written.appendAscii(ascii)
    return ''
  }

  /** In the middle of a large row: makes room for more, writes what is pending, and returns what is pending then. */
  grow(position: number, pending: string): string {
    this.position = position
    this.#enlarge(this)
    if (position > this.slotEnd)
      throw new Failure('TOO_LARGE', 'a row that fits into memory', 'more values than that')
    if (this.#written === undefined) return pending
    this.#written.append(pending)
    return ''
  }

  /** Remembers where the innermost packer stood; later calls, on the way out, change nothing. */
  fail(node: number, position: number, text: string): void {
    if (this.failed) return
    this.failed = true
    this.failedNode = node
    this.failedPosition = position
    this.failedText = text
    this.failedDepth = this.depth
  }

  /** Units `[start, end)` of the text up to where packing stopped: a name, which is not written in pieces. */
  failedName(start: number, end: number): string {
    const written = this.writtenUnits
    if (start < written) return this.#written!.slice(start, end)
    return this.failedText.slice(start - written, end - written)
  }

  /** The row in which packing failed. */
  failRow(index: number, position: number, textStart: number): void {
    this.rowIndex = index
    this.rowPosition = position
    this.rowTextStart = textStart
  }
}

/**
 * Packs `rows[start]`, `rows[start + 1]`, … until `end`, or until the chunk is full, and returns the index of the
 * first row not packed. Throws whatever a check or user code threw, after `PackedRows.fail`.
 */
export type PackRows = (packed: PackedRows, rows: ArrayLike<unknown>, start: number, end: number) => number

export function push(packed: PackedRows, slot: number): void {
  packed.slots[packed.position++] = slot
}

/**
 * The loop of `PackRows` where no code is generated: `packRow` packs the row of each index, beginning at node `root`.
 */
export function packEach(
  packed: PackedRows,
  root: number,
  start: number,
  end: number,
  packRow: (index: number) => void,
): number {
  let i = start
  let rowPosition = packed.position
  let rowTextStart = 0
  try {
    for (; i < end; i++) {
      rowPosition = packed.position
      rowTextStart = packed.writtenUnits + packed.text.length
      if (rowPosition > packed.rowSlotEnd || rowTextStart > CHUNK_TEXT_UNITS) break
      packed.node = root
      packRow(i)
    }
  } catch (error) {
    packed.fail(packed.node, packed.position, packed.text)
    packed.failRow(i, rowPosition, rowTextStart)
    throw error
  }
  return i
}

/** A chunk ends after the row that passes this many UTF-16 units. */
export const CHUNK_TEXT_UNITS = 48 * 1024
/** Longer strings are written at once: joining them costs more than a call. */
export const LONG_TEXT_UNITS = 96
