// One column as it is given, in any of its forms.

import { describeValue } from '../errors.ts'
import { isArrowVector, vectorChunks, vectorColumn } from './arrow.ts'
import { scaleOf } from './arrow-leaves.ts'
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
import { AnyColumn, BitColumn, Int64Column, NumberColumn, type Validity, wordsOf } from './column.ts'
import type { Column } from './columns.ts'
import { DecimalColumn } from './decimals.ts'
import {
  Dictionary,
  evenOffsets,
  IndexColumn,
  isKeys,
  KEYS_EXPECTED,
  ObjectColumn,
  OffsetListColumn,
  PairsColumn,
} from './nested.ts'
import { BytesRunColumn, Utf8Column } from './text.ts'
import { TIME_UNITS, TimeColumn } from './times.ts'
import type { TimeUnit } from './types.ts'

export function chunksOf(input: unknown, path: ColumnPath): Column[] {
  return isArrowVector(input) ? vectorChunks(input, path, new Map()) : [readColumn(input, path)]
}

/** Forms of a column by their keys; the first of a form tells it from others. */
const FORMS = {
  values: ['values', 'validity'],
  times: ['unit', 'values', 'validity'],
  decimals: ['scale', 'values', 'validity'],
  dictionary: ['indices', 'dictionary', 'validity'],
  text: ['text', 'offsets', 'validity'],
  bytes: ['bytes', 'offsets', 'validity'],
  bits: ['bits', 'length', 'validity'],
  list: ['offsets', 'values', 'validity'],
  map: ['keys', 'values', 'offsets', 'validity'],
  fixed: ['size', 'values', 'validity'],
  struct: ['fields', 'validity'],
} as const

const EXPECTED = `array, typed array, Arrow vector, or object with ${Object.values(FORMS)
  .map(([first, second]) => (second === 'validity' ? first : `${first} and ${second}`))
  .join(', ')}`

/** What a form has under its keys. */
type Form = Readonly<Record<string, unknown>>

/** A column, or one inside another. */
function readColumn(input: unknown, path: ColumnPath): Column {
  if (Array.isArray(input) || ArrayBuffer.isView(input)) return plainColumn(input, undefined, path)
  if (typeof input !== 'object' || input === null) throw typeError(path, EXPECTED, input)
  if (isArrowVector(input)) return vectorColumn(input, path, new Map())
  const keys = Object.keys(input).filter(key => (input as Record<string, unknown>)[key] !== undefined)
  const form = (Object.keys(FORMS) as (keyof typeof FORMS)[]).find(name => {
    const known: readonly string[] = FORMS[name]
    return (
      keys.every(key => known.includes(key)) && known.every(key => key === 'validity' || keys.includes(key))
    )
  })
  if (form) return formed(form, input as Form, path)
  throw columnError('COLUMN_TYPE', path, EXPECTED, `object with ${keys.slice(0, 8).join(', ') || 'nothing'}`)
}

function formed(form: keyof typeof FORMS, input: Form, path: ColumnPath): Column {
  const validity = (length: number) => validityOf(input.validity, length, path)
  switch (form) {
    case 'values':
      return plainColumn(input.values, input.validity, path)
    case 'times':
      return times(input, path)
    case 'decimals':
      return decimals(input, path)
    case 'dictionary':
      return dictionary(input, path)
    case 'text':
    case 'bytes':
      return run(form, input, path)
    case 'bits': {
      const length = countOf(input.length, childPath(path, 'length'))
      return new BitColumn(
        bitsOf(input.bits, 0, length, childPath(path, 'bits'), true),
        length,
        validity(length),
      )
    }
    case 'list': {
      const child = readColumn(input.values, childPath(path, 'values'))
      const offsets = offsetsOf(input.offsets, undefined, child.length, childPath(path, 'offsets'))
      return new OffsetListColumn(offsets, child, validity(offsets.length - 1))
    }
    case 'map':
      return map(input, path)
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

function plainColumn(values: unknown, bitmap: unknown, path: ColumnPath): Column {
  const validity = (length: number) => validityOf(bitmap, length, path)
  if (Array.isArray(values)) return new AnyColumn(values, validity(values.length))
  const array = typedArrayOf(values, path)
  if (array === undefined) throw typeError(path, 'array or typed array', values)
  if (isBigintArray(array)) return new Int64Column(array, validity(array.length))
  return new NumberColumn(array, validity(array.length))
}

function times({ values, unit, validity }: Form, path: ColumnPath): Column {
  if (!TIME_UNITS.includes(unit as TimeUnit)) {
    throw columnError('COLUMN_TYPE', childPath(path, 'unit'), TIME_UNITS.join(', '), describeValue(unit))
  }
  const array = Array.isArray(values) ? values : typedArrayOf(values, path)
  if (array === undefined) throw typeError(childPath(path, 'values'), 'array or typed array', values)
  return new TimeColumn(array, unit as TimeUnit, validityOf(validity, array.length, path))
}

function decimals({ values, scale, validity }: Form, path: ColumnPath): Column {
  const array = typedArrayOf(values, path)
  const isWide = array instanceof BigInt64Array
  if (!isWide && !(array instanceof Int32Array)) {
    throw typeError(childPath(path, 'values'), 'BigInt64Array or Int32Array', values)
  }
  const words = isWide ? wordsOf(array) : array
  const digits = scaleOf(scale, childPath(path, 'scale'))
  return new DecimalColumn(words, isWide ? 2 : 1, digits, validityOf(validity, array.length, path))
}

function map({ keys, values, offsets, validity }: Form, path: ColumnPath): Column {
  const pairs = structFields({ keys, values }, path)
  const [keyColumn, items] = [pairs.get('keys')!, pairs.get('values')!]
  if (!isKeys(keyColumn)) {
    throw columnError('COLUMN_TYPE', childPath(path, 'keys'), KEYS_EXPECTED, 'a column of others')
  }
  const ends = offsetsOf(offsets, undefined, items.length, childPath(path, 'offsets'))
  return new PairsColumn(ends, [keyColumn, items], validityOf(validity, ends.length - 1, path))
}

function dictionary({ indices, dictionary: values, validity }: Form, path: ColumnPath): Column {
  const entriesPath = childPath(path, 'dictionary')
  const entries = new Dictionary([readColumn(values, entriesPath)], entriesPath)
  const array = typedArrayOf(indices, path)
  if (array === undefined) throw typeError(childPath(path, 'indices'), 'typed array of indices', indices)
  return new IndexColumn(asNumbers(array), entries, validityOf(validity, array.length, path))
}

function run(form: 'text' | 'bytes', input: Form, path: ColumnPath): Column {
  const bytes = bytesOf(input[form], childPath(path, form))
  const offsets = offsetsOf(input.offsets, undefined, bytes.length, childPath(path, 'offsets'))
  const validity = validityOf(input.validity, offsets.length - 1, path)
  return form === 'text'
    ? new Utf8Column(bytes, offsets, validity)
    : new BytesRunColumn(bytes, offsets, validity)
}

function fixedList({ size, values, validity }: Form, path: ColumnPath): Column {
  const child = readColumn(values, childPath(path, 'values'))
  const perList = countOf(size, childPath(path, 'size'))
  const count = perList === 0 ? 0 : child.length / perList
  if (!Number.isInteger(count) || (perList === 0 && child.length > 0)) {
    throw columnError(
      'COLUMN_LENGTH',
      childPath(path, 'values'),
      `lists of ${perList}`,
      `${child.length} values`,
    )
  }
  return new OffsetListColumn(evenOffsets(count, perList), child, validityOf(validity, count, path))
}

function structFields(input: unknown, path: ColumnPath): ReadonlyMap<string, Column> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw typeError(path, 'columns by name', input)
  }
  const given = Object.entries(input).filter(([, column]) => column !== undefined)
  const fields = given.map(([name, column]) => [name, readColumn(column, childPath(path, name))] as const)
  const [first] = fields
  const other = fields.find(([, { length }]) => length !== first![1].length)
  if (other) {
    const expected = `${first![1].length} values, as ${JSON.stringify(first![0])} has`
    throw columnError('COLUMN_LENGTH', childPath(path, other[0]), expected, `${other[1].length}`)
  }
  return new Map(fields)
}
