// One piece of an Arrow column.

import {
  asNumbers,
  bitsOf,
  bytesOf,
  type ColumnPath,
  childPath,
  columnError,
  countOf,
  isBigintArray,
  offsetsOf,
  typedArrayOf,
  typeError,
} from './checks.ts'
import { BitColumn, Int64Column, NullColumn, NumberColumn, type Validity } from './column.ts'
import type { Column } from './columns.ts'
import { doublesOf } from './halves.ts'
import { allValues, Dictionary, evenOffsets, IndexColumn, ObjectColumn, OffsetListColumn } from './nested.ts'
import { BytesRunColumn, Utf8Column } from './text.ts'
import { TimeColumn } from './times.ts'
import type { BigintArray, NumberArray, TimeUnit } from './types.ts'

/**
 * One piece of a column, as Arrow keeps it. Slices have moved `values` and `valueOffsets` already, bitmaps
 * not.
 */
interface ArrowData {
  readonly type: ArrowType
  readonly length: number
  readonly offset: number
  readonly nullCount: number
  readonly nullBitmap?: unknown
  readonly values?: unknown
  readonly valueOffsets?: unknown
  readonly children: readonly unknown[]
  readonly dictionary?: { readonly data: readonly unknown[] } | undefined
}

interface ArrowType {
  readonly typeId: number
  readonly children?: readonly { readonly name: string }[]
  readonly unit?: number
  readonly precision?: number
  readonly listSize?: number
}

/** `Type` of Arrow's JavaScript. */
const TYPE = {
  DICTIONARY: -1,
  NULL: 1,
  INT: 2,
  FLOAT: 3,
  BINARY: 4,
  UTF8: 5,
  BOOL: 6,
  DATE: 8,
  TIMESTAMP: 10,
  LIST: 12,
  STRUCT: 13,
  FIXED_SIZE_LIST: 16,
  LARGE_BINARY: 19,
  LARGE_UTF8: 20,
  LARGE_LIST: 21,
} as const
const HALF_PRECISION = 0
const DATE_UNITS: readonly TimeUnit[] = ['day', 'ms']
const TIMESTAMP_UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns']

/** Dictionaries that were decoded: batches share them. */
export type Dictionaries = Map<object, Dictionary>

/** A piece of an Arrow column. */
export function arrowColumn(input: unknown, path: ColumnPath, dictionaries: Dictionaries): Column {
  const data = dataOf(input, path)
  const validity = validityOf(data, path)
  switch (data.type.typeId) {
    case TYPE.NULL:
      return new NullColumn(data.length)
    case TYPE.INT:
    case TYPE.FLOAT:
      return numberColumn(data, validity, path)
    case TYPE.BOOL:
      return new BitColumn(bitsOf(data.values, data.offset, data.length, path, false), data.length, validity)
    case TYPE.DATE:
    case TYPE.TIMESTAMP:
      return timeColumn(data, validity, path)
    case TYPE.UTF8:
    case TYPE.LARGE_UTF8: {
      const bytes = textOf(data, path)
      return new Utf8Column(bytes, offsetsOf(data.valueOffsets, data.length, bytes.length, path), validity)
    }
    case TYPE.BINARY:
    case TYPE.LARGE_BINARY: {
      const bytes = textOf(data, path)
      return new BytesRunColumn(
        bytes,
        offsetsOf(data.valueOffsets, data.length, bytes.length, path),
        validity,
      )
    }
    case TYPE.DICTIONARY:
      return indexColumn(data, validity, path, dictionaries)
    case TYPE.LIST:
    case TYPE.LARGE_LIST: {
      const child = arrowColumn(data.children[0], path, dictionaries)
      return new OffsetListColumn(
        offsetsOf(data.valueOffsets, data.length, child.length, path),
        child,
        validity,
      )
    }
    case TYPE.FIXED_SIZE_LIST:
      return fixedListColumn(data, validity, path, dictionaries)
    case TYPE.STRUCT:
      return structColumn(data, validity, path, dictionaries)
    default:
      throw columnError('COLUMN_TYPE', path, 'an Arrow type that is supported', typeName(data.type))
  }
}

/** Each property is read once: what was checked is what is used. */
function dataOf(input: unknown, path: ColumnPath): ArrowData {
  if (typeof (input as Partial<ArrowData> | null | undefined)?.type?.typeId !== 'number') {
    throw typeError(path, 'Arrow data', input)
  }
  const { children, dictionary, length, nullBitmap, nullCount, offset, type, valueOffsets, values } =
    input as ArrowData
  return {
    type,
    length: countOf(length, path),
    offset: countOf(offset, path),
    nullCount,
    nullBitmap,
    values,
    valueOffsets,
    children: Array.isArray(children) ? children : [],
    dictionary,
  }
}

/** `Decimal[10e+2]`: how Arrow prints its types. */
function typeName(type: ArrowType): string {
  try {
    return `the Arrow type ${String(type)}`
  } catch {
    return `the Arrow type ${type.typeId}`
  }
}

function validityOf(data: ArrowData, path: ColumnPath): Validity | undefined {
  const { nullBitmap } = data
  const isThere = nullBitmap !== undefined && nullBitmap !== null && (nullBitmap as Uint8Array).length !== 0
  if (data.type.typeId === TYPE.NULL || !isThere || data.nullCount === 0) return undefined
  return bitsOf(nullBitmap, data.offset, data.length, path, false)
}

/** Slices keep what is behind them, and a file that was cut off has less than it says. */
function valuesOf(data: ArrowData, path: ColumnPath): NumberArray | BigintArray {
  const { length, values } = data
  // Arrow leaves the array out where there is nothing to hold.
  if (length === 0 && (values === undefined || values === null)) return new Float64Array(0)
  const array = typedArrayOf(values, path)
  if (array === undefined) throw typeError(path, 'a typed array of values', values)
  if (array.length < length) throw tooShort(path, `${length} values`, array.length)
  return array.length === length ? array : array.subarray(0, length)
}

function textOf({ values }: ArrowData, path: ColumnPath): Uint8Array {
  return values === undefined || values === null ? new Uint8Array(0) : bytesOf(values, path)
}

function numberColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const values = valuesOf(data, path)
  if (isBigintArray(values)) return new Int64Column(values, validity)
  const isHalf = data.type.typeId === TYPE.FLOAT && data.type.precision === HALF_PRECISION
  return new NumberColumn(isHalf ? doublesOf(values) : values, validity)
}

function timeColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const units = data.type.typeId === TYPE.DATE ? DATE_UNITS : TIMESTAMP_UNITS
  const unit = units[data.type.unit ?? -1]
  if (unit === undefined) throw columnError('COLUMN_TYPE', path, 'a known unit', typeName(data.type))
  const values = valuesOf(data, path)
  // Versions before 15 keep the halves of 64 bits one by one.
  if (unit !== 'day' && data.length > 0 && !isBigintArray(values)) {
    throw typeError(path, 'BigInt64Array of times, as apache-arrow has from version 15 on', values)
  }
  return new TimeColumn(values, unit, validity)
}

function indexColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const indices = asNumbers(valuesOf(data, path))
  const { dictionary } = data
  if (!dictionary) return new IndexColumn(indices, new Dictionary([]), validity)
  let decoded = dictionaries.get(dictionary)
  if (!decoded) {
    const pieces = dictionary.data.map(piece => allValues(arrowColumn(piece, path, dictionaries), path))
    decoded = new Dictionary(pieces.flat())
    dictionaries.set(dictionary, decoded)
  }
  return new IndexColumn(indices, decoded, validity)
}

function fixedListColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const size = countOf(data.type.listSize, path)
  const child = arrowColumn(data.children[0], path, dictionaries)
  const offsets = evenOffsets(data.length, size)
  if (child.length < data.length * size) throw tooShort(path, `${data.length * size} elements`, child.length)
  return new OffsetListColumn(offsets, child, validity)
}

function structColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const fields = (data.type.children ?? []).map(({ name }, i): [string, Column] => {
    const fieldPath = childPath(path, name)
    const column = arrowColumn(data.children[i], fieldPath, dictionaries)
    if (column.length < data.length) throw tooShort(fieldPath, `${data.length} values`, column.length)
    return [name, column]
  })
  return new ObjectColumn(new Map(fields), data.length, validity)
}

export function tooShort(path: ColumnPath, expected: string, received: number): Error {
  return columnError('COLUMN_LENGTH', path, expected, `${received}`)
}
