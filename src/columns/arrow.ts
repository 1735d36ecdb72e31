// Tables of Apache Arrow, seen by their structure: nothing is imported from it, and any copy of it will do.

import { arrowColumn, type Dictionaries, tooShort } from './arrow-data.ts'
import { childPath, columnError } from './checks.ts'
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
 * @throws SerializeError COLUMN_TYPE for a type that is not supported, and whatever is wrong with a column
 */
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

function batchOf(
  names: readonly string[],
  data: ArrowBatch['data'],
  dictionaries: Dictionaries,
): ColumnBatch {
  const parts = names.map((name, i): [string, ColumnPart] => {
    const path = childPath('', name)
    const column = arrowColumn(data.children[i], path, dictionaries)
    if (column.length < data.length) throw tooShort(path, `${data.length} values`, column.length)
    return [name, { column, shift: 0 }]
  })
  return { rowCount: data.length, parts: new Map(parts) }
}
