// What columns are made of, checked once per batch: afterwards nothing is read beyond its end.

import { describeValue, SerializeError, type SerializeErrorCode } from '../errors.ts'
import { escapeToken } from '../spec/compile-schema.ts'
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

const arrayPrototype = Object.getPrototypeOf(Int8Array.prototype) as object
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
  const Type = NUMBER_ARRAYS[name as NumberArrayName] ?? BIGINT_ARRAYS[name as BigintArrayName]
  if (Type === undefined) return undefined
  const isOwn = Object.getPrototypeOf(value) === Type.prototype && !Object.hasOwn(value, 'length')
  const array = isOwn ? (value as NumberArray) : new Type(buffer as ArrayBuffer, byteOffset, lengthOf(value))
  const isResizable = 'resizable' in buffer && buffer.resizable
  return isResizable ? array.slice() : array
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
  return isBigintArray(array) ? Float64Array.from(array as BigInt64Array, Number) : array
}

/** Offsets into something of `limit` units, `count + 1` of them, none before the one before it. */
export function offsetsOf(
  value: unknown,
  count: number | undefined,
  limit: number,
  path: ColumnPath,
): Offsets {
  const offsets = plainOffsets(value, path)
  const expected = count === undefined ? 1 : count + 1
  if (offsets.length < expected || (count === undefined && offsets.length === 0)) {
    throw columnError('COLUMN_LENGTH', path, `at least ${expected} offsets`, `${offsets.length}`)
  }
  const end = count === undefined ? offsets.length : expected
  let before = 0
  for (let i = 0; i < end; i++) {
    const offset = offsets[i]!
    if (offset >= before && offset <= limit) {
      before = offset
      continue
    }
    throw columnError(
      'COLUMN_OFFSET',
      childPath(path, i),
      `offset in ${before}..${limit}`,
      `number ${offset}`,
    )
  }
  return end === offsets.length ? offsets : offsets.subarray(0, end)
}

function plainOffsets(value: unknown, path: ColumnPath): Offsets {
  const array = typedArrayOf(value, path)
  if (array === undefined) throw typeError(path, 'a typed array of offsets', value)
  if (array instanceof Int32Array || array instanceof Uint32Array) {
    // What was checked must stay as it was, whatever other threads do.
    return array.buffer instanceof SharedArrayBuffer ? array.slice() : array
  }
  const offsets = Float64Array.from(asNumbers(array))
  const fraction = offsets.findIndex(offset => !Number.isInteger(offset))
  if (fraction === -1) return offsets
  throw columnError('COLUMN_OFFSET', childPath(path, fraction), 'integer', `number ${offsets[fraction]}`)
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
  const padded = Math.ceil(byteLength / BITMAP_PADDING) * BITMAP_PADDING
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
