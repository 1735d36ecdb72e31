// Rows that are not simply objects with named properties (unions, records, references, codecs): the packers
// of rows read them through views, objects whose properties are places in columns. There are as many views as
// a chunk has rows, used again for each chunk.

import { passes } from '../spec/key-test.ts'
import type { NodeIndex, Spec } from '../spec/spec.ts'
import { columnForRoot } from './column-for.ts'
import type { ColumnBatch, ColumnPart } from './columns.ts'
import { arraysOf } from './memory.ts'

const ROW = Symbol('row')

interface RowView {
  [ROW]: number
}

export class RowViews {
  /** What to look at after each chunk: views are objects, so any code of the user may see them. */
  readonly memory: readonly ArrayBufferView[]
  readonly #parts: readonly ColumnPart[]
  readonly #properties: PropertyDescriptorMap
  readonly #views: RowView[] = []

  constructor(spec: Spec, { parts }: ColumnBatch) {
    const fitted = [...parts].map(([name, { column, shift }]): [string, ColumnPart] => [
      name,
      { column: columnForRoot(spec, name, column), shift },
    ])
    this.#parts = fitted.map(([, part]) => part)
    this.memory = this.#parts.flatMap(({ column }) => arraysOf(column))
    const properties: PropertyDescriptorMap = Object.create(null)
    for (const [name, part] of fitted) properties[name] = propertyOf(part)
    this.#properties = properties
  }

  /**
   * Views of rows from `start` on, as many as should be read at once, at most until `end`; good until the
   * next call.
   */
  over(start: number, end: number): readonly unknown[] {
    let fitting = end
    for (const { column, shift } of this.#parts) fitting = column.fit(start + shift, fitting + shift) - shift
    for (const { column, shift } of this.#parts) column.prepare(start + shift, fitting + shift)
    const count = fitting - start
    while (this.#views.length < count)
      this.#views.push(Object.defineProperties({ [ROW]: 0 }, this.#properties))
    this.#views.length = count
    for (let i = 0; i < count; i++) this.#views[i]![ROW] = start + i
    return this.#views
  }
}

function propertyOf({ column, shift }: ColumnPart): PropertyDescriptor {
  return {
    enumerable: true,
    get(this: RowView) {
      return column.value(this[ROW] + shift)
    },
  }
}

/** Whether some row of the schema may have a property of this name. */
export function mayHave(spec: Spec, name: string): boolean {
  const seen = new Set<NodeIndex>()
  const find = (index: NodeIndex): boolean => {
    if (seen.has(index)) return false
    seen.add(index)
    const node = spec.nodes[index]!
    if (node.encode) return true
    switch (node.op) {
      case 'any':
        return true
      case 'ref':
        return find(node.target)
      case 'union':
        return node.variants.some(find)
      case 'object':
        return node.names.has(name) || node.rest.some(rule => passes(rule.test, name))
      default:
        return false
    }
  }
  return find(spec.root)
}
