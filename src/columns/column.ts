// Columns as the packers see them, whatever they were given as. A column is read in windows: `prepare`
// decodes a range of values into a form that is quick to read, and only those may be read until the next
// call.
//
//     bytes   T h e _ L a n d G i r l s          one column of a batch, as it came
//     window        ├ text "Land" "Girls" ┤      values [start, end), decoded
//
// So memory does not grow with the column, and text is decoded in one call for a few hundred values.

import type { BigintArray, NumberArray } from './types.ts'

/** Bits that say which values are there. Bit `offset + i` belongs to value `i`. */
export class Validity {
  readonly bytes: Uint8Array
  readonly offset: number

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes
    this.offset = offset
  }

  has(index: number): boolean {
    const bit = this.offset + index
    return ((this.bytes[bit >> 3]! >> (bit & 7)) & 1) === 1
  }
}

export abstract class BaseColumn {
  readonly length: number
  /** Absent when every value is there. */
  readonly validity: Validity | undefined

  constructor(length: number, validity: Validity | undefined) {
    this.length = length
    this.validity = validity
  }

  /** Makes values `[start, end)` readable. */
  prepare(_start: number, _end: number): void {}

  /** Up to which value a window may go that starts at `start`, at least one and at most `end`. */
  fit(_start: number, end: number): number {
    return end
  }

  /** A value as a row would hold it, null where there is none. */
  value(index: number): unknown {
    return this.validity === undefined || this.validity.has(index) ? this.present(index) : null
  }

  /** A value that is there. */
  protected abstract present(index: number): unknown
}

abstract class ValuesColumn<Values extends ArrayLike<unknown>> extends BaseColumn {
  readonly values: Values

  constructor(values: Values, validity?: Validity) {
    super(values.length, validity)
    this.values = values
  }

  protected present(index: number): unknown {
    return this.values[index]
  }
}

/** JavaScript values. */
export class AnyColumn extends ValuesColumn<ArrayLike<unknown>> {
  readonly kind = 'any'
}

/** Numbers. */
export class NumberColumn extends ValuesColumn<NumberArray> {
  readonly kind = 'number'
}

/** Booleans, a bit each. */
export class BitColumn extends BaseColumn {
  readonly kind = 'bit'
  readonly bits: Validity

  constructor(bits: Validity, length: number, validity?: Validity) {
    super(length, validity)
    this.bits = bits
  }

  protected present(index: number): unknown {
    return this.bits.has(index)
  }
}

/** Nothing but nulls. */
export class NullColumn extends BaseColumn {
  readonly kind = 'null'

  constructor(length: number) {
    super(length, undefined)
  }

  protected present(): unknown {
    return null
  }
}

/** A property no column was given for. */
export class AbsentColumn extends BaseColumn {
  readonly kind = 'absent'

  constructor(length: number) {
    super(length, undefined)
  }

  protected present(): unknown {
    return undefined
  }
}

/**
 * Integers of 64 bits. Their window has them as doubles, NaN where a double is not exact. `narrow`: values
 * are numbers where they are exact, for properties that are numbers; otherwise they are bigints.
 */
export class Int64Column extends BaseColumn {
  readonly kind = 'int64'
  readonly values: BigintArray
  readonly narrow: boolean
  windowStart = 0
  numbers = new Float64Array(0)
  readonly #words: Int32Array

  constructor(values: BigintArray, validity: Validity | undefined, narrow = false) {
    super(values.length, validity)
    this.values = values
    this.narrow = narrow
    this.#words = wordsOf(values)
  }

  override prepare(start: number, end: number): void {
    const numbers = roomFor(this.numbers, end - start)
    const words = this.#words
    const isSigned = this.values instanceof BigInt64Array
    for (let i = start; i < end; i++) {
      const high = isSigned ? words[i * 2 + 1]! : words[i * 2 + 1]! >>> 0
      numbers[i - start] = exactNumber(high, words[i * 2]! >>> 0)
    }
    this.numbers = numbers
    this.windowStart = start
  }

  protected present(index: number): unknown {
    const number = this.narrow ? this.numbers[index - this.windowStart]! : Number.NaN
    return Number.isNaN(number) ? this.values[index] : number
  }
}

const EXACT_HIGH_MAX = 2 ** 21

/** The integer of two 32-bit halves, `low` without sign; NaN beyond ±2^53, where not all doubles are exact. */
export function exactNumber(high: number, low: number): number {
  const isBelow = high < EXACT_HIGH_MAX || (high === EXACT_HIGH_MAX && low === 0)
  return isBelow && high >= -EXACT_HIGH_MAX ? high * 2 ** 32 + low : Number.NaN
}

/** The 32-bit halves of 64-bit integers, low one first. */
export function wordsOf(values: BigintArray): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2)
}

/** An array for so many numbers: this one when it is large enough. */
export function roomFor(numbers: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  return numbers.length >= count ? numbers : new Float64Array(count * 2)
}
