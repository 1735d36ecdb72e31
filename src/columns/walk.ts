// Packs rows of columns by following the plan for each of them: where code generation is forbidden. Must
// agree with generate.ts slot for slot; what is no struct or list goes through the same checks as values of
// rows.

import type { Interpreter } from '../pack/interpret.ts'
import { MISSING_SLOT, type PackedRows, packEach, push } from '../pack/packed-rows.ts'
import type { NodeOf, Spec } from '../spec/spec.ts'
import type { OffsetListColumn } from './nested.ts'
import type { Entry, Plan } from './plan.ts'

/**
 * Packs rows `start`, `start + 1`, … of the batch until `end`, or until the chunk is full, and returns the
 * first row not packed. Their columns are prepared.
 */
export type PackColumns = (packed: PackedRows, plan: Plan, start: number, end: number) => number

export function walkingPacker(spec: Spec, interpreter: Interpreter): PackColumns {
  const walker = new Walker(spec, interpreter)
  return (packed, plan, start, end) =>
    packEach(packed, spec.root, start, end, i => {
      if (plan.root.nullable || plan.root.slotted) push(packed, 0)
      for (const entry of plan.fields) walker.pack(packed, entry, i + entry.shift, 0)
    })
}

class Walker {
  readonly #spec: Spec
  readonly #interpreter: Interpreter

  constructor(spec: Spec, interpreter: Interpreter) {
    this.#spec = spec
    this.#interpreter = interpreter
  }

  pack(packed: PackedRows, entry: Entry, row: number, key: number): void {
    const { way } = entry
    packed.node = entry.node.index
    if (way === 'leaf' || isNull(entry, row)) {
      return packLeaf(this.#interpreter, packed, entry, row, key)
    }
    if (way === 'list') return this.#packList(packed, entry, row)
    if (omitsStruct(entry)) return push(packed, MISSING_SLOT)
    const { field, node } = entry
    if (node.nullable || node.slotted || field?.omissible) push(packed, 0)
    for (const child of entry.children) this.pack(packed, child, row + child.shift, 0)
  }

  #packList(packed: PackedRows, { column, children, field, node }: Entry, row: number): void {
    const { offsets } = column as OffsetListColumn
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    if (field?.omitEmpty && start === end) return push(packed, MISSING_SLOT)
    push(packed, end - start)
    const item = (node as NodeOf<'array'>).item
    packed.literalBytes += (end - start) * (this.#spec.program.literalBytes[item]! + 1)
    for (let i = start; i < end; i++) {
      if (packed.position > packed.slotEnd) packed.text = packed.grow(packed.position, packed.text)
      this.pack(packed, children[0]!, i, i - start)
    }
  }
}

export function isNull({ column }: Entry, row: number): boolean {
  return column.validity !== undefined && !column.validity.has(row)
}

/** An object without properties is empty; every other struct is not. */
export function omitsStruct({ column, field }: Entry): boolean {
  return field?.omitEmpty === true && column.kind === 'struct' && column.fields.size === 0
}

/** Packs a value with the checks of rows; `packed.node` is the entry's. */
export function packLeaf(
  interpreter: Interpreter,
  packed: PackedRows,
  { column, field, node }: Entry,
  row: number,
  key: number,
): void {
  const value = column.value(row)
  if (field) interpreter.packProperty(packed, field, value)
  else interpreter.packElement(packed, node.index, value, key)
}
