// A plan: which column each property of the schema is read from, and how. Made for every batch; the packers
// follow it row by row.
//
//     object            { way: 'row' }
//       title: string     { way: 'leaf',   column: Utf8Column }
//       tags: array       { way: 'list',   column: OffsetListColumn, children: [element] }
//       at: object        { way: 'struct', column: ObjectColumn,     children: [its fields] }

import type { Field, NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { childPath, columnError } from './checks.ts'
import { AbsentColumn } from './column.ts'
import { columnFor } from './column-for.ts'
import type { Column, ColumnBatch } from './columns.ts'
import type { Stage } from './stage.ts'

/** One property or element, and the column it is read from. */
export interface Entry {
  /** Position among the entries of the plan. */
  readonly id: number
  readonly node: SpecNode
  /** Absent for an element. */
  readonly field: Field | undefined
  /** Structs and lists are followed by the packers; anything else is a value. */
  readonly way: 'leaf' | 'struct' | 'list'
  readonly column: Column
  /** Row `i` of the batch is value `i + shift`; 0 inside structs and lists. */
  readonly shift: number
  readonly children: readonly Entry[]
}

export interface Plan {
  readonly root: NodeOf<'object'>
  /** The properties of a row, in the schema's order. */
  readonly fields: readonly Entry[]
  /** All entries by their id. */
  readonly entries: readonly Entry[]
  /** Where packers put text together that need not become strings one by one. */
  readonly stage: Stage
}

/** The object a row is when columns can be read without making one; `undefined`: views of rows are packed. */
export function plainRoot(spec: Spec): NodeOf<'object'> | undefined {
  const root = spec.nodes[spec.root]!
  return root.op === 'object' && root.encode === undefined && root.rest.length === 0 ? root : undefined
}

/** @throws SerializeError COLUMN_UNKNOWN inside structs */
export function planOf(
  spec: Spec,
  root: NodeOf<'object'>,
  { parts, rowCount }: ColumnBatch,
  dropsUnknown: boolean,
  stage: Stage,
): Plan {
  const planner = new Planner(spec, dropsUnknown)
  const fields = root.fields.map(field => {
    const part = parts.get(field.name)
    const column = part?.column ?? new AbsentColumn(rowCount)
    return planner.entry(field.node, field, column, part?.shift ?? 0, childPath('', field.name))
  })
  return { root, fields, entries: planner.entries, stage }
}

/**
 * A required property needs a column, unless its schema can make a value of nothing.
 *
 * @throws SerializeError REQUIRED
 */
export function assertRequired(spec: Spec, root: NodeOf<'object'>, names: readonly string[]): void {
  for (const field of root.fields) {
    const node = spec.nodes[field.node]!
    const mayDo = node.encode !== undefined || node.op === 'union' || node.op === 'ref'
    if (field.optional || field.defaultValue !== undefined || mayDo || names.includes(field.name)) continue
    throw columnError(
      'REQUIRED',
      childPath('', field.name),
      `column for ${JSON.stringify(field.name)}`,
      'none',
    )
  }
}

/** @throws SerializeError COLUMN_UNKNOWN */
export function assertKnown(names: Iterable<string>, known: (name: string) => boolean, path: string): void {
  for (const name of names) {
    if (known(name)) continue
    throw columnError('COLUMN_UNKNOWN', childPath(path, name), 'columns the schema names', 'another')
  }
}

class Planner {
  readonly entries: Entry[] = []
  readonly #spec: Spec
  readonly #dropsUnknown: boolean

  constructor(spec: Spec, dropsUnknown: boolean) {
    this.#spec = spec
    this.#dropsUnknown = dropsUnknown
  }

  entry(index: NodeIndex, field: Field | undefined, given: Column, shift: number, path: string): Entry {
    const node = this.#spec.nodes[index]!
    const id = this.entries.length
    const way = wayOf(node, given)
    const column = way === 'leaf' ? columnFor(this.#spec, node, given) : given
    const children: Entry[] = []
    const entry: Entry = { id, node, field, way, column, shift, children }
    // Ids follow the order of packing: an entry stands before its children.
    this.entries.push(entry)
    this.#addChildren(children, node, column, path)
    return entry
  }

  #addChildren(children: Entry[], node: SpecNode, column: Column, path: string): void {
    const way = wayOf(node, column)
    if (way === 'list' && node.op === 'array' && column.kind === 'list') {
      children.push(this.entry(node.item, undefined, column.child, 0, path))
    }
    if (way !== 'struct' || node.op !== 'object' || column.kind !== 'struct') return
    if (!this.#dropsUnknown) assertKnown(column.fields.keys(), name => node.names.has(name), path)
    for (const field of node.fields) {
      const child = column.fields.get(field.name) ?? new AbsentColumn(column.length)
      children.push(this.entry(field.node, field, child, 0, childPath(path, field.name)))
    }
  }
}

/**
 * Makes rows `[start, end)` of the batch readable, or as many of them as should be at once; returns the end.
 */
export function prepareRows({ fields }: Plan, start: number, end: number): number {
  let fitting = end
  for (const { column, shift } of fields) fitting = column.fit(start + shift, fitting + shift) - shift
  for (const entry of fields) prepare(entry, start + entry.shift, fitting + entry.shift)
  return fitting
}

/** Follows the entries, whose columns may be others than those of the struct or list they belong to. */
function prepare({ children, column, way }: Entry, start: number, end: number): void {
  if (way === 'leaf' || column.kind !== 'list') {
    if (way === 'leaf') column.prepare(start, end)
    for (const child of children) prepare(child, start, end)
  } else prepare(children[0]!, column.offsets[start]!, column.offsets[end]!)
}

function wayOf(node: SpecNode, column: Column): Entry['way'] {
  if (node.encode) return 'leaf'
  if (node.op === 'array' && column.kind === 'list') return 'list'
  return node.op === 'object' && node.rest.length === 0 && column.kind === 'struct' ? 'struct' : 'leaf'
}
