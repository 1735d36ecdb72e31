import { assertOptions } from '../errors.ts'
import type { Columns, ColumnsOptions } from './types.ts'

/**
 * Columns where rows are expected: `serializeAsync`, `stream` and `pack` take them, and `serialize`, too. An Arrow
 * table alone could as well be its rows, so columns say what they are with this class.
 *
 * The columns are read while the list is built: do not change them before it is.
 *
 * @example
 * const build = flights.serializeAsync(new ColumnList(readArrow(bytes)), { writer: pool })
 * await pipeline(flights.stream(new ColumnList({ delay, distance })), response)
 */
export class ColumnList<T = unknown> {
  readonly columns: Columns
  readonly options: ColumnsOptions

  /** @param columns as for `serializeColumns`; what does not fit is reported by whoever reads them */
  constructor(columns: Columns<T>, options: ColumnsOptions = {}) {
    assertOptions(options)
    this.columns = columns as Columns
    this.options = options
  }
}
