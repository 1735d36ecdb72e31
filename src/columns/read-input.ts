// Columns as they are given, in the form the packers know. Whatever is wrong with their shape is an error
// here, before a row is packed.

import { arrowTableBatches, isArrowBatch, isArrowTable } from './arrow.ts'
import { childPath, columnError, typeError } from './checks.ts'
import type { Column, ColumnBatch, ColumnPart, ColumnTable } from './columns.ts'
import { assertKnown } from './plan.ts'
import { chunksOf } from './read-column.ts'

/** Which columns the schema names, and whether others are left out or refused. */
export interface WantedColumns {
  readonly isKnown: (name: string) => boolean
  readonly dropsUnknown: boolean
  /** Columns that are left out are never looked at. Rows that are no plain objects may look at any. */
  readonly ignoresDropped: boolean
}

/**
 * The table that columns are.
 *
 * @throws SerializeError COLUMN_UNKNOWN
 * @throws SerializeError COLUMN_TYPE, COLUMN_LENGTH, COLUMN_OFFSET, COLUMN_INDEX, COLUMN_TEXT
 */
export function readColumns(input: unknown, wanted: WantedColumns): ColumnTable {
  const { isKnown, dropsUnknown, ignoresDropped } = wanted
  if (typeof input !== 'object' || input === null || Array.isArray(input) || ArrayBuffer.isView(input)) {
    throw typeError('', 'columns by name, or an Arrow table', input)
  }
  const isTable = isArrowTable(input)
  if (isTable || isArrowBatch(input)) {
    const names = input.schema.fields.map(({ name }) => name)
    if (!dropsUnknown) assertKnown(names, isKnown, '')
    return arrowTableBatches(names, isTable ? input.batches : [input], isKnown)
  }
  const columns = Object.entries(input).filter(([, column]) => column !== undefined)
  const given = columns.map(([name]) => name)
  if (!dropsUnknown) assertKnown(given, isKnown, '')
  const known = ignoresDropped ? columns.filter(([name]) => isKnown(name)) : columns
  // When all are left out, they still say how many rows there are.
  const chunked = (known.length > 0 ? known : columns).map(([name, column]) => ({
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
  const rowCount = assertEqualLengths(
    columns.map(({ name, chunks }) => ({ name, length: totalLength(chunks) })),
  )
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

/** The chunk that row `start`, which is there, lies in. */
function partAt(chunks: readonly Column[], start: number): ColumnPart {
  let [chunk, shift] = [0, start]
  while (shift >= chunks[chunk]!.length) shift -= chunks[chunk++]!.length
  return { column: chunks[chunk]!, shift }
}

function assertEqualLengths(columns: readonly { name: string; length: number }[]): number {
  const [first] = columns
  if (!first) return 0
  const other = columns.find(({ length }) => length !== first.length)
  if (!other) return first.length
  const expected = `${first.length} values, as ${JSON.stringify(first.name)} has`
  throw columnError('COLUMN_LENGTH', childPath('', other.name), expected, `${other.length}`)
}
