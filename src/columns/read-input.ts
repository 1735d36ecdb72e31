// Columns as they are given, in the form the packers know. Whatever is wrong with their shape is an error here, before
// a row is packed.

import { describeValue } from '../errors.ts'
import { arrowColumn, arrowTableBatches, type Dictionaries, isArrowBatch, isArrowTable } from './arrow.ts'
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
import { AnyColumn, BitColumn, Int64Column, NumberColumn, type Validity } from './column.ts'
import type { Column, ColumnBatch, ColumnPart, ColumnTable } from './columns.ts'
import { allValues, Dictionary, IndexColumn, ObjectColumn, OffsetListColumn } from './nested.ts'
import { BytesRunColumn, Utf8Column } from './text.ts'
import { TIME_UNITS, TimeColumn } from './times.ts'
import type { ArrowVector, NumberArray, TimeUnit } from './types.ts'

/**
 * The table that columns are.
 *
 * @throws SerializeError COLUMN_TYPE, COLUMN_LENGTH, COLUMN_OFFSET, COLUMN_INDEX, COLUMN_TEXT
 */
export function readColumns(input: unknown): ColumnTable {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || ArrayBuffer.isView(input)) {
    throw typeError('', 'columns by name, or an Arrow table', input)
  }
  if (isArrowTable(input)) return arrowTableBatches(input.schema.fields, input.batches)
  if (isArrowBatch(input)) return arrowTableBatches(input.schema.fields, [input])
  const chunked = Object.entries(input).map(([name, column]) => ({
    name,
    chunks: chunksOf(column, childPath('', name)),
  }))
  return tableOf(chunked)
}

interface ChunkedColumn {
  readonly name: string
  readonly chunks: readonly Column[]
}

function tableOf(columns: readonly ChunkedColumn[]): ColumnTable {
  const rowCount = assertEqualLengths(columns.map(({ name, chunks }) => ({ name, length: totalLength(chunks) })))
  const ends = new Set(columns.flatMap(({ chunks }) => endsOf(chunks)))
  const batches: ColumnBatch[] = []
  let start = 0
  for (const end of [...ends].sort((a, b) => a - b)) {
    if (end === start) continue
    const parts = new Map(columns.map(({ name, chunks }) => [name, partAt(chunks, start)]))
    batches.push({ rowCount: end - start, parts })
    start = end
  }
  return { rowCount, names: columns.map(({ name }) => name), batches }
}

function totalLength(chunks: readonly Column[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

function endsOf(chunks: readonly Column[]): number[] {
  let end = 0
  return chunks.map(({ length }) => (end += length))
}

/** The chunk that row `start` lies in. */
function partAt(chunks: readonly Column[], start: number): ColumnPart {
  let chunkStart = 0
  for (const column of chunks) {
    if (start < chunkStart + column.length) return { column, shift: start - chunkStart }
    chunkStart += column.length
  }
  throw new RangeError('no such row')
}

function assertEqualLengths(columns: readonly { name: string; length: number }[]): number {
  const [first] = columns
  if (!first) return 0
  const other = columns.find(({ length }) => length !== first.length)
  if (!other) return first.length
  const expected = `${first.length} values, as ${JSON.stringify(first.name)} has`
  throw columnError('COLUMN_LENGTH', childPath('', other.name), expected, `${other.length}`)
}

function chunksOf(input: unknown, path: ColumnPath): Column[] {
  if (!isArrowVector(input)) return [readColumn(input, path)]
  const dictionaries: Dictionaries = new Map()
  return input.data.map(data => arrowColumn(data, path, dictionaries))
}

function isArrowVector(value: unknown): value is ArrowVector {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { type, data } = value as Partial<ArrowVector>
  return typeof type === 'object' && typeof type?.typeId === 'number' && Array.isArray(data)
}

/** Forms of a column by their keys; the first of a form tells it from others. */
const FORMS = {
  values: ['values', 'validity'],
  times: ['unit', 'values', 'validity'],
  dictionary: ['indices', 'dictionary', 'validity'],
  text: ['text', 'offsets', 'validity'],
  bytes: ['bytes', 'offsets', 'validity'],
  bits: ['bits', 'length', 'validity'],
  list: ['offsets', 'values', 'validity'],
  fixed: ['size', 'values', 'validity'],
  struct: ['fields', 'validity'],
} as const

const EXPECTED = `array, typed array, Arrow vector, or object with ${Object.values(FORMS)
  .map(([first, second]) => (second === 'validity' ? first : `${first} and ${second}`))
  .join(', ')}`

/** A column, or one inside another. */
function readColumn(input: unknown, path: ColumnPath): Column {
  if (Array.isArray(input) || ArrayBuffer.isView(input)) return plainColumn(input, undefined, path)
  if (typeof input !== 'object' || input === null) throw typeError(path, EXPECTED, input)
  if (isArrowVector(input)) return joined(chunksOf(input, path))
  const keys = Object.keys(input).filter(key => (input as Record<string, unknown>)[key] !== undefined)
  const form = (Object.keys(FORMS) as (keyof typeof FORMS)[]).find(name => {
    const known: readonly string[] = FORMS[name]
    return keys.every(key => known.includes(key)) && known.every(key => key === 'validity' || keys.includes(key))
  })
  if (form) return formed(form, input as Record<string, unknown>, path)
  throw columnError('COLUMN_TYPE', path, EXPECTED, `object with ${keys.slice(0, 8).join(', ') || 'nothing'}`)
}

/** A vector inside another column, where pieces cannot be told from each other. */
function joined(chunks: readonly Column[]): Column {
  return chunks.length === 1 ? chunks[0]! : new AnyColumn(chunks.flatMap(allValues))
}

function formed(form: keyof typeof FORMS, input: Record<string, unknown>, path: ColumnPath): Column {
  const validity = (length: number) => validityOf(input.validity, length, path)
  switch (form) {
    case 'values':
      return plainColumn(input.values, input.validity, path)
    case 'times':
      return times(input, path)
    case 'dictionary':
      return dictionary(input, path)
    case 'text':
    case 'bytes':
      return run(form, input, path)
    case 'bits': {
      const length = countOf(input.length, childPath(path, 'length'))
      return new BitColumn(bitsOf(input.bits, 0, length, childPath(path, 'bits'), true), length, validity(length))
    }
    case 'list': {
      const child = readColumn(input.values, childPath(path, 'values'))
      const offsets = offsetsOf(input.offsets, undefined, child.length, childPath(path, 'offsets'))
      return new OffsetListColumn(offsets, child, validity(offsets.length - 1))
    }
    case 'fixed':
      return fixedList(input, path)
    case 'struct': {
      const fields = structFields(input.fields, childPath(path, 'fields'))
      const length = [...fields.values()][0]?.length ?? 0
      return new ObjectColumn(fields, length, validity(length))
    }
  }
}

function validityOf(value: unknown, length: number, path: ColumnPath): Validity | undefined {
  return value === undefined ? undefined : bitsOf(value, 0, length, childPath(path, 'validity'), true)
}

function countOf(value: unknown, path: ColumnPath): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw typeError(path, 'integer >= 0', value)
}

function plainColumn(values: unknown, bitmap: unknown, path: ColumnPath): Column {
  assertAttached(values, path)
  if (isNumberArray(values)) return new NumberColumn(values, validityOf(bitmap, values.length, path))
  if (isBigintArray(values)) return new Int64Column(values, validityOf(bitmap, values.length, path))
  if (Array.isArray(values)) return new AnyColumn(values, validityOf(bitmap, values.length, path))
  throw typeError(path, 'array or typed array', values)
}

/** A detached array has a length of zero, which would look like a column without rows. */
function assertAttached(values: unknown, path: ColumnPath): void {
  if (!ArrayBuffer.isView(values)) return
  const { buffer } = values
  if ('detached' in buffer && buffer.detached) {
    throw columnError('COLUMN_TYPE', path, 'array or typed array', 'a detached typed array')
  }
}

function times({ values, unit, validity }: Record<string, unknown>, path: ColumnPath): Column {
  assertAttached(values, path)
  if (!TIME_UNITS.includes(unit as TimeUnit)) {
    throw columnError('COLUMN_TYPE', childPath(path, 'unit'), TIME_UNITS.join(', '), describeValue(unit))
  }
  if (!isNumberArray(values) && !isBigintArray(values) && !Array.isArray(values)) {
    throw typeError(childPath(path, 'values'), 'array or typed array', values)
  }
  return new TimeColumn(values, unit as TimeUnit, validityOf(validity, values.length, path))
}

function dictionary({ indices, dictionary: values, validity }: Record<string, unknown>, path: ColumnPath): Column {
  const entries = new Dictionary(allValues(readColumn(values, childPath(path, 'dictionary'))))
  assertAttached(indices, path)
  if (!isNumberArray(indices) && !isBigintArray(indices)) {
    throw typeError(childPath(path, 'indices'), 'typed array of indices', indices)
  }
  return new IndexColumn(plainIndices(indices), entries, validityOf(validity, indices.length, path))
}

/** Indices beyond 2^53 are beyond any dictionary, too. */
export function plainIndices(indices: NumberArray | BigInt64Array | BigUint64Array): NumberArray {
  return isBigintArray(indices) ? Float64Array.from(indices as BigInt64Array, Number) : indices
}

function run(form: 'text' | 'bytes', input: Record<string, unknown>, path: ColumnPath): Column {
  const bytes = input[form]
  assertAttached(bytes, path)
  if (!(bytes instanceof Uint8Array)) throw typeError(childPath(path, form), 'Uint8Array', bytes)
  const offsets = offsetsOf(input.offsets, undefined, bytes.length, childPath(path, 'offsets'))
  const validity = validityOf(input.validity, offsets.length - 1, path)
  return form === 'text' ? new Utf8Column(bytes, offsets, validity) : new BytesRunColumn(bytes, offsets, validity)
}

function fixedList({ size, values, validity }: Record<string, unknown>, path: ColumnPath): Column {
  const child = readColumn(values, childPath(path, 'values'))
  const perList = countOf(size, childPath(path, 'size'))
  const count = perList === 0 ? 0 : child.length / perList
  if (!Number.isInteger(count) || (perList === 0 && child.length > 0)) {
    throw columnError('COLUMN_LENGTH', childPath(path, 'values'), `lists of ${perList}`, `${child.length} values`)
  }
  return new OffsetListColumn(evenOffsets(count, perList), child, validityOf(validity, count, path))
}

export function evenOffsets(count: number, size: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, i) => i * size)
}

function structFields(input: unknown, path: ColumnPath): ReadonlyMap<string, Column> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw typeError(path, 'columns by name', input)
  }
  const fields = Object.entries(input).map(
    ([name, column]) => [name, readColumn(column, childPath(path, name))] as const,
  )
  const [first] = fields
  const other = fields.find(([, { length }]) => length !== first![1].length)
  if (other) {
    const expected = `${first![1].length} values, as ${JSON.stringify(first![0])} has`
    throw columnError('COLUMN_LENGTH', childPath(path, other[0]), expected, `${other[1].length}`)
  }
  return new Map(fields)
}
