// Tables of Apache Arrow, seen by their structure: nothing is imported from it, and any copy of it will do.

import { describeValue } from '../errors.ts'
import {
  bitsOf,
  type ColumnPath,
  childPath,
  columnError,
  isBigintArray,
  isNumberArray,
  offsetsOf,
  typeError,
} from './checks.ts'
import { BitColumn, Int64Column, NullColumn, NumberColumn, type Validity } from './column.ts'
import type { Column, ColumnBatch, ColumnPart, ColumnTable } from './columns.ts'
import { allValues, Dictionary, IndexColumn, ObjectColumn, OffsetListColumn } from './nested.ts'
import { BytesRunColumn, Utf8Column } from './text.ts'
import { TimeColumn } from './times.ts'
import type { ArrowBatch, ArrowTable, NumberArray, TimeUnit } from './types.ts'

/** One piece of a column, as Arrow keeps it. Slices have moved `values` and `valueOffsets` already, bitmaps not. */
interface ArrowData {
  readonly type: ArrowType
  readonly length: number
  readonly offset: number
  readonly nullCount: number
  readonly nullBitmap?: unknown
  readonly values?: unknown
  readonly valueOffsets?: unknown
  readonly children: readonly unknown[]
  readonly dictionary?: { readonly data: readonly unknown[] }
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

export function isArrowTable(value: object): value is ArrowTable {
  const { schema, batches } = value as Partial<ArrowTable>
  return Array.isArray(schema?.fields) && Array.isArray(batches)
}

export function isArrowBatch(value: object): value is ArrowBatch {
  const { schema, data } = value as Partial<ArrowBatch>
  return Array.isArray(schema?.fields) && Array.isArray(data?.children)
}

/** @throws SerializeError COLUMN_TYPE for a type that is not supported, and whatever is wrong with a column */
export function arrowTableBatches(
  fields: readonly { readonly name: string }[],
  batches: readonly ArrowBatch[],
): ColumnTable {
  const names = fields.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw columnError('COLUMN_TYPE', childPath('', twice), 'one column of this name', 'two')
  }
  const dictionaries: Dictionaries = new Map()
  const read = batches.map(({ data }) => batchOf(names, data, dictionaries))
  return { rowCount: read.reduce((sum, { rowCount }) => sum + rowCount, 0), names, batches: read }
}

function batchOf(names: readonly string[], data: ArrowBatch['data'], dictionaries: Dictionaries): ColumnBatch {
  const parts = names.map((name, i): [string, ColumnPart] => {
    const path = childPath('', name)
    const column = arrowColumn(data.children[i], path, dictionaries)
    if (column.length < data.length) throw tooShort(path, `${data.length} values`, column.length)
    return [name, { column, shift: 0 }]
  })
  return { rowCount: data.length, parts: new Map(parts) }
}

function tooShort(path: ColumnPath, expected: string, received: number): Error {
  return columnError('COLUMN_LENGTH', path, expected, `${received}`)
}

/** A piece of an Arrow column. */
export function arrowColumn(input: unknown, path: ColumnPath, dictionaries: Dictionaries): Column {
  if (typeof (input as Partial<ArrowData> | undefined)?.type?.typeId !== 'number') {
    throw typeError(path, 'Arrow data', input)
  }
  const data = input as ArrowData
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
      const bytes = bytesOf(data, path)
      return new Utf8Column(bytes, offsetsOf(data.valueOffsets, data.length, bytes.length, path), validity)
    }
    case TYPE.BINARY:
    case TYPE.LARGE_BINARY: {
      const bytes = bytesOf(data, path)
      return new BytesRunColumn(bytes, offsetsOf(data.valueOffsets, data.length, bytes.length, path), validity)
    }
    case TYPE.DICTIONARY:
      return indexColumn(data, validity, path, dictionaries)
    case TYPE.LIST:
    case TYPE.LARGE_LIST: {
      const child = arrowColumn(data.children[0], path, dictionaries)
      return new OffsetListColumn(offsetsOf(data.valueOffsets, data.length, child.length, path), child, validity)
    }
    case TYPE.FIXED_SIZE_LIST:
      return fixedListColumn(data, validity, path, dictionaries)
    case TYPE.STRUCT:
      return structColumn(data, validity, path, dictionaries)
    default:
      throw columnError('COLUMN_TYPE', path, 'an Arrow type that is supported', typeName(data.type))
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
function valuesOf(data: ArrowData, path: ColumnPath): NumberArray | BigInt64Array | BigUint64Array {
  const { values, length } = data
  if (isNumberArray(values) || isBigintArray(values)) {
    if (values.length >= length) return values.length === length ? values : values.subarray(0, length)
    throw tooShort(path, `${length} values`, values.length)
  }
  // Arrow leaves the array out where there is nothing to hold.
  if (length === 0 && (values === undefined || values === null)) return new Float64Array(0)
  throw columnError('COLUMN_TYPE', path, 'a typed array of values', describeValue(values))
}

function bytesOf(data: ArrowData, path: ColumnPath): Uint8Array {
  if (data.values === undefined || data.values === null) return new Uint8Array(0)
  if (data.values instanceof Uint8Array) return data.values
  throw typeError(path, 'Uint8Array', data.values)
}

function numberColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const values = valuesOf(data, path)
  if (isBigintArray(values)) return new Int64Column(values, validity)
  const isHalf = data.type.typeId === TYPE.FLOAT && data.type.precision === HALF_PRECISION
  return new NumberColumn(isHalf ? Float64Array.from(values, halfToDouble) : values, validity)
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function halfToDouble(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function timeColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const units = data.type.typeId === TYPE.DATE ? DATE_UNITS : TIMESTAMP_UNITS
  const unit = units[data.type.unit ?? -1]
  if (unit === undefined) throw columnError('COLUMN_TYPE', path, 'a known unit', typeName(data.type))
  return new TimeColumn(valuesOf(data, path), unit, validity)
}

function indexColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const indices = valuesOf(data, path)
  const plain = isBigintArray(indices) ? Float64Array.from(indices as BigInt64Array, Number) : indices
  const { dictionary } = data
  if (!dictionary) return new IndexColumn(plain, new Dictionary([]), validity)
  let decoded = dictionaries.get(dictionary)
  if (!decoded) {
    const pieces = dictionary.data.map(piece => allValues(arrowColumn(piece, path, dictionaries)))
    dictionaries.set(dictionary, (decoded = new Dictionary(pieces.flat())))
  }
  return new IndexColumn(plain, decoded, validity)
}

function fixedListColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const size = data.type.listSize ?? 0
  const child = arrowColumn(data.children[0], path, dictionaries)
  const offsets = Float64Array.from({ length: data.length + 1 }, (_, i) => i * size)
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
