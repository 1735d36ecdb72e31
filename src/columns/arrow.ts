// Tables of Apache Arrow, seen by their structure: nothing is imported from it, and any copy of it will do.

import { arrowColumn, type Dictionaries } from './arrow-data.ts'
import { tooShort } from './arrow-type.ts'
import { type ColumnPath, childPath, columnError, countOf } from './checks.ts'
import type { Column, ColumnBatch, ColumnPart, ColumnTable } from './columns.ts'
import type { ArrowBatch, ArrowTable, ArrowVector } from './types.ts'
import { UnionColumn } from './unions.ts'

export function isArrowTable(value: object): value is ArrowTable {
  const { schema, batches } = value as Partial<ArrowTable>
  return Array.isArray(schema?.fields) && Array.isArray(batches)
}

export function isArrowBatch(value: object): value is ArrowBatch {
  const { schema, data } = value as Partial<ArrowBatch>
  return Array.isArray(schema?.fields) && Array.isArray(data?.children)
}

export function isArrowVector(value: unknown): value is ArrowVector {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { type, data } = value as Partial<ArrowVector>
  return typeof type === 'object' && typeof type?.typeId === 'number' && Array.isArray(data)
}

export function vectorChunks({ data }: ArrowVector, path: ColumnPath, dictionaries: Dictionaries): Column[] {
  return data.map(piece => arrowColumn(piece, path, dictionaries))
}

/** A vector where one column is asked for. */
export function vectorColumn(vector: ArrowVector, path: ColumnPath, dictionaries: Dictionaries): Column {
  const chunks = vectorChunks(vector, path, dictionaries)
  return chunks.length === 1 ? chunks[0]! : UnionColumn.ofPieces(chunks)
}

/**
 * The batches of a table; columns that are not wanted are not read, so they may be of any type.
 *
 * @throws SerializeError COLUMN_TYPE for a type that is not supported, and whatever is wrong with a column
 */
export function arrowTableBatches(
  names: readonly string[],
  batches: readonly ArrowBatch[],
  isWanted: (name: string) => boolean,
): ColumnTable {
  const twice = names.find((name, i) => names.indexOf(name) !== i && isWanted(name))
  if (twice !== undefined) {
    throw columnError('COLUMN_TYPE', childPath('', twice), 'one column of this name', 'two')
  }
  const dictionaries: Dictionaries = new Map()
  const wanted = names.map(isWanted)
  const read = batches.map(({ data }) => batchOf(names, wanted, data, dictionaries))
  return { rowCount: read.reduce((sum, { rowCount }) => sum + rowCount, 0), names, batches: read }
}

function batchOf(
  names: readonly string[],
  wanted: readonly boolean[],
  { children, length }: ArrowBatch['data'],
  dictionaries: Dictionaries,
): ColumnBatch {
  const rowCount = countOf(length, '')
  const parts = new Map<string, ColumnPart>()
  for (const [i, name] of names.entries()) {
    if (!wanted[i]) continue
    const path = childPath('', name)
    const child = children[i]
    // Arrow itself puts the vectors there when it makes a table of columns without rows.
    const column = isArrowVector(child)
      ? vectorColumn(child, path, dictionaries)
      : arrowColumn(child, path, dictionaries)
    if (column.length < rowCount) throw tooShort(path, `${rowCount} values`, column.length)
    parts.set(name, { column, shift: 0 })
  }
  return { rowCount, parts }
}
