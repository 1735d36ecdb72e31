// Pieces of Arrow columns that are made of no other columns.

import { types } from 'node:util'
import {
  type ArrowData,
  byteValuesOf,
  TYPE,
  tooShort,
  typeName,
  valuesOf,
  wordsOfValues,
} from './arrow-type.ts'
import { bytesOf, type ColumnPath, columnError, countOf, isBigintArray, typeError } from './checks.ts'
import { Int64Column, NumberColumn, type Validity } from './column.ts'
import type { Column } from './columns.ts'
import { DecimalColumn, SCALE_MAX } from './decimals.ts'
import { INTERVAL_WORDS, IntervalColumn } from './durations.ts'
import { doublesOf } from './halves.ts'
import { evenOffsets } from './nested.ts'
import { BytesRunColumn } from './text.ts'
import { BytesViewColumn, Utf8ViewColumn, VIEW_BYTES, Views } from './text-views.ts'
import { TimeColumn } from './times.ts'
import type { BigintArray, TimeUnit } from './types.ts'

const HALF_PRECISION = 0
const DATE_UNITS: readonly TimeUnit[] = ['day', 'ms']
const TIME_UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns']
const DECIMAL_BITS = [32, 64, 128, 256]

export function numberColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const values = valuesOf(data, path)
  if (isBigintArray(values)) return new Int64Column(values, validity)
  const isHalf = data.type.typeId === TYPE.FLOAT && data.type.precision === HALF_PRECISION
  return new NumberColumn(isHalf ? doublesOf(values) : values, validity)
}

/** Dates and timestamps count from 1970, times from midnight; durations are told by what they are for. */
export function timeColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const { type } = data
  const units = type.typeId === TYPE.DATE ? DATE_UNITS : TIME_UNITS
  const unit = units[type.unit ?? -1]
  if (unit === undefined) throw columnError('COLUMN_TYPE', path, 'a known unit', typeName(type))
  const isNarrow = unit === 'day' || (type.typeId === TYPE.TIME && (unit === 's' || unit === 'ms'))
  return new TimeColumn(isNarrow ? valuesOf(data, path) : longsOf(data, path), unit, validity)
}

/** Of dates and timestamps, version 15 of Arrow and those before it keep the halves of 64 bits one by one. */
function longsOf(data: ArrowData, path: ColumnPath): BigintArray {
  const values = data.length > 0 ? valuesOf(data, path) : new BigInt64Array(0)
  if (isBigintArray(values)) return values
  const { typeId } = data.type
  const mayBeHalves = typeId === TYPE.DATE || typeId === TYPE.TIMESTAMP
  if (!mayBeHalves) throw typeError(path, 'BigInt64Array of times', values)
  const halves = wordsOfValues(data, 2, path)
  const { buffer, byteOffset, length } = halves.byteOffset % 8 === 0 ? halves : halves.slice()
  return new BigInt64Array(buffer, byteOffset, length / 2)
}

export function decimalColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const { bitWidth = 128, scale = Number.NaN } = data.type
  if (!DECIMAL_BITS.includes(bitWidth)) {
    throw columnError('COLUMN_TYPE', path, 'decimals of 32, 64, 128 or 256 bits', typeName(data.type))
  }
  const stride = bitWidth / 32
  return new DecimalColumn(wordsOfValues(data, stride, path), stride, scaleOf(scale, path), validity)
}

/** @throws SerializeError COLUMN_TYPE */
export function scaleOf(scale: unknown, path: ColumnPath): number {
  if (Number.isInteger(scale) && Math.abs(scale as number) <= SCALE_MAX) return scale as number
  throw typeError(path, `scale in ${-SCALE_MAX}..${SCALE_MAX}`, scale)
}

export function intervalColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const stride = INTERVAL_WORDS[data.type.unit ?? -1]
  if (stride === undefined) throw columnError('COLUMN_TYPE', path, 'a known unit', typeName(data.type))
  return new IntervalColumn(wordsOfValues(data, stride, path), stride, validity)
}

export function fixedBytesColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const { length } = data
  const width = countOf(data.type.byteWidth, path)
  const bytes = byteValuesOf(data, path)
  if (bytes.length < length * width) throw tooShort(path, `${length * width} bytes`, bytes.length)
  return new BytesRunColumn(bytes, evenOffsets(length, width), validity)
}

/** Text or bytes that say where they lie. */
export function viewColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const { length, variadicBuffers = [] } = data
  if (!Array.isArray(variadicBuffers)) throw typeError(path, 'buffers of a view', variadicBuffers)
  const bytes = unshared(byteValuesOf(data, path))
  if (bytes.length < length * VIEW_BYTES) throw tooShort(path, `${length} views`, bytes.length / VIEW_BYTES)
  const buffers = variadicBuffers.map(buffer => bytesOf(buffer, path))
  const views = new Views(bytes, length, buffers, validity).check(path)
  return data.type.typeId === TYPE.UTF8_VIEW ? new Utf8ViewColumn(views) : new BytesViewColumn(views)
}

/** What was checked must stay as it was, whatever other threads do. */
function unshared(bytes: Uint8Array): Uint8Array {
  return types.isSharedArrayBuffer(bytes.buffer) ? bytes.slice() : bytes
}
