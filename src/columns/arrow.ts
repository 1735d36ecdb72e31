// Tables of Apache Arrow, seen by their structure: nothing is imported from it, and any copy of it will do.

import { arrowColumn, type Dictionaries } from './arrow-data.ts'
import { tooShort } from './arrow-type.ts'
import { childPath, columnError, countOf } from './checks.ts'
import type { ColumnBatch, ColumnPart, ColumnTable } from './columns.ts'
import type { ArrowBatch, ArrowTable } from './types.ts'

export function isArrowTable(value: object): value is ArrowTable {
  const { schema, batches } = value as Partial<ArrowTable>
  return Array.isArray(schema?.fields) && Array.isArray(batches)
}

export function isArrowBatch(value: object): value is ArrowBatch {
  const { schema, data } = value as Partial<ArrowBatch>
  return Array.isArray(schema?.fields) && Array.isArray(data?.children)
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
    const column = arrowColumn(children[i], path, dictionaries)
    if (column.length < rowCount) throw tooShort(path, `${rowCount} values`, column.length)
    parts.set(name, { column, shift: 0 })
  }
  return { rowCount, parts }
}
