// What columns are made of, checked once per batch: afterwards nothing is read beyond its end.

import { types } from 'node:util'
import { describeValue, SerializeError, type SerializeErrorCode } from '../errors.ts'
import { escapeToken } from '../spec/forms.ts'
import { Validity } from './column.ts'
import type { Offsets } from './text.ts'
import type { BigintArray, NumberArray } from './types.ts'

/** Where a column is: a JSON pointer into the columns, `''` for all of them. */
export type ColumnPath = string

export function childPath(path: ColumnPath, token: string | number): ColumnPath {
  return `${path}/${escapeToken(String(token))}`
}

export function columnError(
  code: SerializeErrorCode,
  path: ColumnPath,
  expected: string,
  received: string,
): SerializeError {
  return new SerializeError(code, path, expected, received)
}

/** @throws SerializeError COLUMN_TYPE */
export function typeError(path: ColumnPath, expected: string, received: unknown): SerializeError {
  return columnError('COLUMN_TYPE', path, expected, describeValue(received))
}

export function countOf(value: unknown, path: ColumnPath): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw typeError(path, 'integer >= 0', value)
}

const NUMBER_ARRAYS = {
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Float32Array,
  Float64Array,
}
const BIGINT_ARRAYS = { BigInt64Array, BigUint64Array }
type NumberArrayName = keyof typeof NUMBER_ARRAYS
type BigintArrayName = keyof typeof BIGINT_ARRAYS

const arrayPrototype = Object.getPrototypeOf(Int8Array.prototype) as Int8Array
const [tagOf, lengthOf] = [Symbol.toStringTag, 'length'].map(key => {
  const { get } = Object.getOwnPropertyDescriptor(arrayPrototype, key)!
  return (value: unknown): unknown => get!.call(value)
}) as [(value: unknown) => string | undefined, (value: unknown) => number]

/** `Int8Array`: what an array really is, whatever its class says; it may be of another realm. */
export function typedArrayName(value: unknown): string {
  return tagOf(value) ?? ''
}

/**
 * A typed array as one of this realm's own, which no subclass has changed and nothing can make shorter;
 * `undefined` for any other value.
 *
 * @throws SerializeError COLUMN_TYPE when it is detached: its length of zero would look like a column without
 * rows
 */
export function typedArrayOf(value: unknown, path: ColumnPath): NumberArray | BigintArray | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  const { buffer, byteOffset } = value
  if ('detached' in buffer && buffer.detached) {
    throw columnError('COLUMN_TYPE', path, 'array or typed array', 'a detached typed array')
  }
  const name = typedArrayName(value)
  if (name === 'Float16Array') return Float32Array.from(value as unknown as ArrayLike<number>)
  const Type = NUMBER_ARRAYS[name as NumberArrayName] ?? BIGINT_ARRAYS[name as BigintArrayName]
  if (Type === undefined) return undefined
  const isResizable = 'resizable' in buffer && buffer.resizable
  if (isResizable && isBeyond(value)) {
    throw columnError('COLUMN_TYPE', path, 'array or typed array', 'a typed array beyond its buffer')
  }
  const isOwn = Object.getPrototypeOf(value) === Type.prototype && !Object.hasOwn(value, 'length')
  const array = isOwn ? (value as NumberArray) : new Type(buffer as ArrayBuffer, byteOffset, lengthOf(value))
  return isResizable ? array.slice() : array
}

/** Whether a buffer was made too small for the array, whose length is zero then. */
function isBeyond(array: ArrayBufferView): boolean {
  try {
    arrayPrototype.keys.call(array)
    return false
  } catch {
    return true
  }
}

/** A typed array of bytes, by the same rules. */
export function bytesOf(value: unknown, path: ColumnPath): Uint8Array {
  const array = typedArrayOf(value, path)
  if (array instanceof Uint8Array) return array
  throw typeError(path, 'Uint8Array', value)
}

export function isBigintArray(value: unknown): value is BigintArray {
  return value instanceof BigInt64Array || value instanceof BigUint64Array
}

/** Of bigints, those beyond 2^53 are beyond anything that is counted here, too. */
export function asNumbers(array: NumberArray | BigintArray): NumberArray {
  if (!isBigintArray(array)) return array
  const numbers = new Float64Array(array.length)
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(array[i])
  return numbers
}

/** Offsets into something of `limit` units, `count + 1` of them, none before the one before it. */
export function offsetsOf(
  value: unknown,
  count: number | undefined,
  limit: number,
  path: ColumnPath,
): Offsets {
  const array = typedArrayOf(value, path)
  if (array === undefined) throw typeError(path, 'a typed array of offsets', value)
  const length = count === undefined ? array.length : count + 1
  if (array.length < length || length === 0) {
    throw columnError('COLUMN_LENGTH', path, `at least ${Math.max(length, 1)} offsets`, `${array.length}`)
  }
  // What was checked must stay as it was, whatever other threads do.
  const isShared = types.isSharedArrayBuffer(array.buffer)
  const offsets = array instanceof Int32Array && !isShared ? array : new (offsetsType(limit))(length)
  let before = 0
  for (let i = 0; i < length; i++) {
    const offset = Number(array[i])
    if (!(offset >= before && offset <= limit && Number.isInteger(offset))) {
      const expected = `integer in ${before}..${limit}`
      throw columnError('COLUMN_OFFSET', childPath(path, i), expected, `number ${offset}`)
    }
    before = offset
    if (offsets !== array) offsets[i] = offset
  }
  return offsets.length === length ? offsets : offsets.subarray(0, length)
}

/** The smaller the better, and one type for as many columns as can be: their code is the same then. */
function offsetsType(limit: number): typeof Int32Array | typeof Float64Array {
  return limit < 2 ** 31 ? Int32Array : Float64Array
}

/** Bitmaps come padded to 64 bytes at most. */
const BITMAP_PADDING = 64

/** Bits for `count` values from `offset` on. `isExact`: they are no part of a longer bitmap. */
export function bitsOf(
  value: unknown,
  offset: number,
  count: number,
  path: ColumnPath,
  isExact: boolean,
): Validity {
  const bytes = bytesOf(value, path)
  const byteLength = Math.ceil((offset + count) / 8)
  // Of no values, too: some give every bitmap its 64 bytes.
  const padded = Math.max(1, Math.ceil(byteLength / BITMAP_PADDING)) * BITMAP_PADDING
  if (bytes.length < byteLength || (isExact && bytes.length > padded)) {
    throw columnError(
      'COLUMN_LENGTH',
      path,
      `bitmap of ${byteLength} bytes for ${count} values`,
      `${bytes.length} bytes`,
    )
  }
  return new Validity(bytes, offset)
}
