// Rows as arrays of column values, as database drivers and CSV parsers give them. The packers read objects, so each
// row of a chunk is seen through a view whose properties are places in the array; the views are used again for every
// chunk, and no object is made per row.

import { describeValue, OptionError, SerializeError } from '../errors.ts'
import type { Field, Spec } from '../spec/spec.ts'

export class ArrayRows {
  readonly #View: new () => RowView
  readonly #views: RowView[] = []
  readonly #fieldCount: number

  /** @throws OptionError when a row of this schema is not simply an object */
  constructor(spec: Spec) {
    const fields = rowFields(spec)
    this.#View = viewOf(fields)
    this.#fieldCount = fields.length
  }

  /** Views of `rows[start..end)`; good until the next call. `firstIndex`: the list's index of `rows[0]`. */
  over(rows: ArrayLike<unknown>, start: number, end: number, firstIndex: number): readonly unknown[] {
    const count = end - start
    while (this.#views.length < count) this.#views.push(new this.#View())
    for (let i = 0; i < count; i++) {
      const row = rows[start + i]
      this.#assertRow(row, firstIndex + start + i)
      this.#views[i]![ROW] = row
    }
    return this.#views
  }

  #assertRow(row: unknown, index: number): asserts row is readonly unknown[] {
    if (Array.isArray(row) && row.length === this.#fieldCount) return
    const expected = `array of ${this.#fieldCount} column values`
    if (!Array.isArray(row)) throw new SerializeError('TYPE', `/${index}`, expected, describeValue(row))
    throw new SerializeError('LENGTH', `/${index}`, expected, `${row.length} values`)
  }
}

const ROW = Symbol('row')

interface RowView {
  [ROW]: readonly unknown[]
}

/** The columns: the properties of the object that a row is, itself or through a reference. */
function rowFields(spec: Spec): readonly Field[] {
  let node = spec.nodes[spec.root]!
  while (node.op === 'ref' && node.encode === undefined) node = spec.nodes[node.target]!
  const isRecord = node.op === 'object' && node.fields.length === 0 && node.rest.length > 0
  if (node.op === 'object' && node.encode === undefined && !isRecord) return node.fields
  throw new OptionError('rowMode', "'object' for a schema whose rows are not plain objects", 'array')
}

/**
 * A class with one getter per column. A name that every object inherits counts only when it is an object's own, so
 * those getters are put on each view.
 */
function viewOf(fields: readonly Field[]): new () => RowView {
  const own = fields.map((field, i) => ({ field, i })).filter(({ field }) => field.ownOnly)
  class View implements RowView {
    [ROW]: readonly unknown[] = []

    constructor() {
      for (const { field, i } of own) defineColumn(this, field.name, i)
    }
  }
  fields.forEach((field, i) => {
    if (!field.ownOnly) defineColumn(View.prototype, field.name, i)
  })
  return View
}

function defineColumn(target: object, name: string, index: number): void {
  Object.defineProperty(target, name, {
    get(this: RowView) {
      return this[ROW][index]
    },
  })
}
