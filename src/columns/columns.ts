// Every kind of column the packers know.

import type { AbsentColumn, AnyColumn, BitColumn, Int64Column, NullColumn, NumberColumn } from './column.ts'
import type { DecimalColumn } from './decimals.ts'
import type { DurationColumn, IntervalColumn } from './durations.ts'
import type { IndexColumn, ObjectColumn, OffsetListColumn, PairsColumn } from './nested.ts'
import type { BytesRunColumn, Utf8Column } from './text.ts'
import type { BytesViewColumn } from './text-views.ts'
import type { TimeColumn } from './times.ts'
import type { UnionColumn } from './unions.ts'

export type Column =
  | AbsentColumn
  | AnyColumn
  | BitColumn
  | BytesRunColumn
  | BytesViewColumn
  | DecimalColumn
  | DurationColumn
  | IndexColumn
  | Int64Column
  | IntervalColumn
  | NullColumn
  | NumberColumn
  | ObjectColumn
  | OffsetListColumn
  | PairsColumn
  | TimeColumn
  | UnionColumn
  | Utf8Column

/** Some of a column's values: value `i` of the batch is value `i + shift` of the column. */
export interface ColumnPart {
  readonly column: Column
  readonly shift: number
}

/** Rows that lie in one piece of every column. */
export interface ColumnBatch {
  readonly rowCount: number
  readonly parts: ReadonlyMap<string, ColumnPart>
}

export interface ColumnTable {
  readonly rowCount: number
  readonly names: readonly string[]
  readonly batches: readonly ColumnBatch[]
}
