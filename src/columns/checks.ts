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

const NUMBER_ARRAYS = [
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Float32Array,
  Float64Array,
]

export function isNumberArray(value: unknown): value is NumberArray {
  return NUMBER_ARRAYS.some(type => value instanceof type)
}

export function isBigintArray(value: unknown): value is BigintArray {
  return value instanceof BigInt64Array || value instanceof BigUint64Array
}

/** Offsets into something of `limit` units, `count + 1` of them, none before the one before it. */
export function offsetsOf(value: unknown, count: number | undefined, limit: number, path: ColumnPath): Offsets {
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
    throw columnError('COLUMN_OFFSET', childPath(path, i), `offset in ${before}..${limit}`, `number ${offset}`)
  }
  return end === offsets.length ? offsets : offsets.subarray(0, end)
}

function plainOffsets(value: unknown, path: ColumnPath): Offsets {
  if (value instanceof Int32Array || value instanceof Uint32Array) return value
  if (isBigintArray(value)) return Float64Array.from(value as BigInt64Array, Number)
  if (!isNumberArray(value)) throw typeError(path, 'a typed array of offsets', value)
  const offsets = Float64Array.from(value)
  const fraction = offsets.findIndex(offset => !Number.isInteger(offset))
  if (fraction === -1) return offsets
  throw columnError('COLUMN_OFFSET', childPath(path, fraction), 'integer', `number ${offsets[fraction]}`)
}

/** Bitmaps come padded to 64 bytes at most. */
const BITMAP_PADDING = 64

/** Bits for `count` values from `offset` on. `isPadded`: as long as that asks for, and not much longer. */
export function bitsOf(
  value: unknown,
  offset: number,
  count: number,
  path: ColumnPath,
  isExact: boolean,
): Validity {
  if (!(value instanceof Uint8Array)) throw typeError(path, 'Uint8Array of bits', value)
  const byteLength = Math.ceil((offset + count) / 8)
  const padded = Math.ceil(byteLength / BITMAP_PADDING) * BITMAP_PADDING
  if (value.length < byteLength || (isExact && value.length > padded)) {
    throw columnError(
      'COLUMN_LENGTH',
      path,
      `bitmap of ${byteLength} bytes for ${count} values`,
      `${value.length} bytes`,
    )
  }
  return new Validity(value, offset)
}
