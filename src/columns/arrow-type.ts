// What a piece of an Arrow column is made of, each part checked when it is asked for.

import { describeValue } from '../errors.ts'
import {
  bitsOf,
  bytesOf,
  type ColumnPath,
  columnError,
  countOf,
  isBigintArray,
  typedArrayName,
  typedArrayOf,
  typeError,
} from './checks.ts'
import { type Validity, wordsOf } from './column.ts'
import type { BigintArray, NumberArray } from './types.ts'

/**
 * One piece of a column, as Arrow keeps it. Slices have moved `values` and `valueOffsets` already, bitmaps
 * not.
 */
export interface ArrowData {
  readonly type: ArrowType
  readonly length: number
  readonly offset: number
  readonly nullCount: number
  readonly nullBitmap?: unknown
  readonly values?: unknown
  readonly valueOffsets?: unknown
  readonly typeIds?: unknown
  readonly variadicBuffers?: unknown
  readonly children: readonly unknown[]
  readonly dictionary?: { readonly data: readonly unknown[] } | undefined
}

export interface ArrowType {
  readonly typeId: number
  readonly children?: readonly { readonly name: string; readonly type?: ArrowType }[]
  readonly unit?: number
  readonly precision?: number
  readonly listSize?: number
  readonly bitWidth?: number
  readonly scale?: number
  readonly byteWidth?: number
  readonly mode?: number
  readonly typeIds?: ArrayLike<number>
}

/** `Type` of Arrow's JavaScript. */
export const TYPE = {
  DICTIONARY: -1,
  NULL: 1,
  INT: 2,
  FLOAT: 3,
  BINARY: 4,
  UTF8: 5,
  BOOL: 6,
  DECIMAL: 7,
  DATE: 8,
  TIME: 9,
  TIMESTAMP: 10,
  INTERVAL: 11,
  LIST: 12,
  STRUCT: 13,
  UNION: 14,
  FIXED_SIZE_BINARY: 15,
  FIXED_SIZE_LIST: 16,
  MAP: 17,
  DURATION: 18,
  LARGE_BINARY: 19,
  LARGE_UTF8: 20,
  LARGE_LIST: 21,
  BINARY_VIEW: 23,
  UTF8_VIEW: 24,
} as const

/** Each property is read once: what was checked is what is used. */
export function dataOf(input: unknown, path: ColumnPath): ArrowData {
  if (typeof (input as Partial<ArrowData> | null | undefined)?.type?.typeId !== 'number') {
    throw typeError(path, 'Arrow data', input)
  }
  const { children, dictionary, length, nullBitmap, nullCount, offset, type } = input as ArrowData
  const { typeIds, valueOffsets, values, variadicBuffers } = input as ArrowData
  return {
    type,
    length: countOf(length, path),
    offset: countOf(offset, path),
    nullCount,
    nullBitmap,
    values,
    valueOffsets,
    typeIds,
    variadicBuffers,
    children: Array.isArray(children) ? children : [],
    dictionary,
  }
}

/** `Decimal[10e+2]`: how Arrow prints its types. */
export function typeName(type: ArrowType): string {
  try {
    return `the Arrow type ${String(type)}`
  } catch {
    return `the Arrow type ${type.typeId}`
  }
}

export function validityOf(data: ArrowData, path: ColumnPath): Validity | undefined {
  const { nullBitmap } = data
  const isThere = nullBitmap !== undefined && nullBitmap !== null && (nullBitmap as Uint8Array).length !== 0
  if (data.type.typeId === TYPE.NULL || !isThere || data.nullCount === 0) return undefined
  return bitsOf(nullBitmap, data.offset, data.length, path, false)
}

/** Slices keep what is behind them, and a file that was cut off has less than it says. */
export function valuesOf(data: ArrowData, path: ColumnPath): NumberArray | BigintArray {
  return arrayOf(data.values, data.length, path)
}

/** The first `length` of an array. */
export function arrayOf(values: unknown, length: number, path: ColumnPath): NumberArray | BigintArray {
  // Arrow leaves the array out where there is nothing to hold.
  if (length === 0 && (values === undefined || values === null)) return new Float64Array(0)
  const array = typedArrayOf(values, path)
  if (array === undefined) throw typeError(path, 'a typed array of values', values)
  if (array.length < length) throw tooShort(path, `${length} values`, array.length)
  return array.length === length ? array : array.subarray(0, length)
}

/** Values of so many words of 32 bits each, as these. */
export function wordsOfValues(data: ArrowData, perValue: number, path: ColumnPath): Int32Array {
  const { values } = data
  if (data.length === 0 && (values === undefined || values === null)) return new Int32Array(0)
  const array = typedArrayOf(values, path)
  const isWords = array instanceof Int32Array || array instanceof Uint32Array
  if (!isWords && !isBigintArray(array)) {
    const received = array === undefined ? describeValue(values) : typedArrayName(array)
    throw columnError('COLUMN_TYPE', path, 'a typed array of 32 or 64 bits', received)
  }
  const words = isWords ? new Int32Array(array.buffer, array.byteOffset, array.length) : wordsOf(array)
  const count = data.length * perValue
  if (words.length < count) throw tooShort(path, `${data.length} values`, Math.floor(words.length / perValue))
  return words.subarray(0, count)
}

/** Text, bytes or bits; of no values there may be none. */
export function byteValuesOf({ values }: ArrowData, path: ColumnPath): Uint8Array {
  return values === undefined || values === null ? new Uint8Array(0) : bytesOf(values, path)
}

export function tooShort(path: ColumnPath, expected: string, received: number): Error {
  return columnError('COLUMN_LENGTH', path, expected, `${received}`)
}
