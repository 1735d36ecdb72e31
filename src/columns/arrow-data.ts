// One piece of an Arrow column.

import {
  decimalColumn,
  fixedBytesColumn,
  intervalColumn,
  numberColumn,
  timeColumn,
  viewColumn,
} from './arrow-leaves.ts'
import {
  type ArrowData,
  arrayOf,
  byteValuesOf,
  dataOf,
  TYPE,
  tooShort,
  typeName,
  validityOf,
  valuesOf,
} from './arrow-type.ts'
import { asNumbers, bitsOf, type ColumnPath, childPath, columnError, countOf, offsetsOf } from './checks.ts'
import { BitColumn, NullColumn, type Validity } from './column.ts'
import type { Column } from './columns.ts'
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
import { UnionColumn } from './unions.ts'

/** Dictionaries that were decoded: batches share them. */
export type Dictionaries = Map<object, Dictionary>

/** A piece of an Arrow column. */
export function arrowColumn(input: unknown, path: ColumnPath, dictionaries: Dictionaries): Column {
  const data = dataOf(input, path)
  const validity = validityOf(data, path)
  if (isBackfilled(data, validity)) return new NullColumn(data.length)
  switch (data.type.typeId) {
    case TYPE.NULL:
      return new NullColumn(data.length)
    case TYPE.INT:
    case TYPE.FLOAT:
      return numberColumn(data, validity, path)
    case TYPE.BOOL:
      return new BitColumn(
        bitsOf(byteValuesOf(data, path), data.offset, data.length, path, false),
        data.length,
        validity,
      )
    case TYPE.DECIMAL:
      return decimalColumn(data, validity, path)
    case TYPE.DATE:
    case TYPE.TIME:
    case TYPE.TIMESTAMP:
    case TYPE.DURATION:
      return timeColumn(data, validity, path)
    case TYPE.INTERVAL:
      return intervalColumn(data, validity, path)
    case TYPE.FIXED_SIZE_BINARY:
      return fixedBytesColumn(data, validity, path)
    case TYPE.BINARY_VIEW:
    case TYPE.UTF8_VIEW:
      return viewColumn(data, validity, path)
    case TYPE.UTF8:
    case TYPE.LARGE_UTF8:
    case TYPE.BINARY:
    case TYPE.LARGE_BINARY:
      return runColumn(data, validity, path)
    case TYPE.DICTIONARY:
      return indexColumn(data, validity, path, dictionaries)
    case TYPE.LIST:
    case TYPE.LARGE_LIST: {
      const child = arrowColumn(childDataOf(data, 0), path, dictionaries)
      const offsets = offsetsOf(startsOf(data), data.length, child.length, path)
      return new OffsetListColumn(offsets, child, validity)
    }
    case TYPE.FIXED_SIZE_LIST:
      return fixedListColumn(data, validity, path, dictionaries)
    case TYPE.STRUCT:
      return structColumn(data, validity, path, dictionaries)
    case TYPE.MAP:
      return mapColumn(data, validity, path, dictionaries)
    case TYPE.UNION:
      return unionColumn(data, path, dictionaries)
    default:
      throw columnError('COLUMN_TYPE', path, 'an Arrow type that is supported', typeName(data.type))
  }
}

/** Where a column is shorter than others of its table, Arrow puts nulls that have a bitmap and no values. */
function isBackfilled(data: ArrowData, validity: Validity | undefined): boolean {
  const { length, nullCount } = data
  if (length === 0 || nullCount !== length || validity === undefined || !isBare(data)) return false
  for (let i = 0; i < length; i++) if (validity.has(i)) return false
  return true
}

/** Whether there are no values; children may not be there either, and say another length when sliced. */
function isBare({ children, valueOffsets, values }: Partial<ArrowData>): boolean {
  const buffers = [values, valueOffsets] as readonly (ArrayLike<unknown> | null | undefined)[]
  if (buffers.some(buffer => buffer?.length)) return false
  return (children ?? []).every(child => isBare(child ?? {}))
}

/** Of no values there may be no children either: tables without batches have such pieces. */
function childDataOf({ children, length, type }: ArrowData, i: number): unknown {
  const child = children[i]
  const childType = type.children?.[i]?.type
  if (child !== undefined || length > 0 || childType === undefined) return child
  return { type: childType, length: 0, offset: 0 }
}

/** Of no values there may be no offsets either, not even the first. */
function startsOf({ length, valueOffsets }: ArrowData): unknown {
  const isEmpty = !valueOffsets || (valueOffsets as Int32Array).length === 0
  return length === 0 && isEmpty ? new Int32Array(1) : valueOffsets
}

function runColumn(data: ArrowData, validity: Validity | undefined, path: ColumnPath): Column {
  const { typeId } = data.type
  const bytes = byteValuesOf(data, path)
  const offsets = offsetsOf(startsOf(data), data.length, bytes.length, path)
  const isText = typeId === TYPE.UTF8 || typeId === TYPE.LARGE_UTF8
  return isText ? new Utf8Column(bytes, offsets, validity) : new BytesRunColumn(bytes, offsets, validity)
}

function indexColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const indices = asNumbers(valuesOf(data, path))
  const { dictionary } = data
  if (!dictionary) return new IndexColumn(indices, new Dictionary([], path), validity)
  let decoded = dictionaries.get(dictionary)
  if (!decoded) {
    decoded = new Dictionary(
      dictionary.data.map(piece => arrowColumn(piece, path, dictionaries)),
      path,
    )
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
  const child = arrowColumn(childDataOf(data, 0), path, dictionaries)
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
    const column = arrowColumn(childDataOf(data, i), fieldPath, dictionaries)
    if (column.length < data.length) throw tooShort(fieldPath, `${data.length} values`, column.length)
    return [name, column]
  })
  return new ObjectColumn(new Map(fields), data.length, validity)
}

/** A map is a list of structs of a key and a value, whatever they are called. */
function mapColumn(
  data: ArrowData,
  validity: Validity | undefined,
  path: ColumnPath,
  dictionaries: Dictionaries,
): Column {
  const pairs = dataOf(childDataOf(data, 0), path)
  const [keys, items] = [0, 1].map(i => {
    const column = arrowColumn(childDataOf(pairs, i), path, dictionaries)
    if (column.length < pairs.length) throw tooShort(path, `${pairs.length} keys and values`, column.length)
    return column
  }) as [Column, Column]
  if (!isKeys(keys)) throw columnError('COLUMN_TYPE', path, KEYS_EXPECTED, typeName(data.type))
  const offsets = offsetsOf(startsOf(data), data.length, pairs.length, path)
  return new PairsColumn(offsets, [keys, items], validity)
}

const DENSE = 1
/** Type ids are signed bytes, of which Arrow uses those from 0 on. */
const TYPE_IDS_MAX = 128

function unionColumn(data: ArrowData, path: ColumnPath, dictionaries: Dictionaries): Column {
  const { length, type } = data
  const children = (type.children ?? []).map(({ name }, i) =>
    arrowColumn(childDataOf(data, i), childPath(path, name), dictionaries),
  )
  const childOf = new Int16Array(TYPE_IDS_MAX).fill(-1)
  // Without a list of them, the ids are the positions of the children.
  const isListed = (type.typeIds?.length ?? 0) > 0
  for (const child of children.keys()) childOf[isListed ? Number(type.typeIds![child]) : child] = child
  const typeIds = arrayOf(data.typeIds, length, path)
  const indices = Int32Array.from({ length }, (_, i) => childOf[Number(typeIds[i])] ?? -1)
  if (type.mode === DENSE)
    return new UnionColumn(indices, children, unionOffsets(data, indices, children, path))
  const short = children.find(child => child.length < length)
  if (short) throw tooShort(path, `${length} values of each type`, short.length)
  return new UnionColumn(indices, children, undefined)
}

/** Where in its child each value is: within it, and for each child never before the one before. */
function unionOffsets(
  { length, valueOffsets }: ArrowData,
  childIndices: Int32Array,
  children: readonly Column[],
  path: ColumnPath,
): Float64Array {
  const array = arrayOf(valueOffsets, length, path)
  const offsets = new Float64Array(length)
  const before = children.map(() => 0)
  for (let i = 0; i < length; i++) {
    const child = childIndices[i]!
    if (child < 0) continue
    const offset = Number(array[i])
    const end = children[child]!.length
    if (!(offset >= before[child]! && offset < end && Number.isInteger(offset))) {
      const expected = `integer from ${before[child]} on, below ${end}`
      throw columnError('COLUMN_OFFSET', childPath(path, i), expected, `number ${offset}`)
    }
    before[child] = offset
    offsets[i] = offset
  }
  return offsets
}
