// Lowers nodes to the program the kernel walks: one flat run of fixed-size entries, tables, literals.
//
//     byte 0                          tables            literals
//     ├ entry ┬ entry ┬ … ┬ entry ────┼ i32 i32 i32 … ──┼ ,"rating":  "name":  …  (UTF-8, escaped)
//     │
//     └ op u8 │ flags u8 │ – │ argument i32 │ literal length i32 │ literal position i32 │ literal's first 16 bytes
//
// Everything constant between two values (`},"rating":`) is one literal and belongs to the later value's entry,
// so walking an object costs one dispatch per property. Positions count from the program's first byte.

import { encodeJsonString } from '../escape/json-string.ts'
import * as ops from './ops.ts'
import type { Field, NodeIndex, NodeOf, RestRule, SpecNode } from './spec.ts'

export interface Program {
  /** Entries, tables and literals, ready to be copied into the kernel. */
  readonly bytes: Uint8Array
  readonly entryCount: number
  /** Upper bound of the literal bytes one pass over a node writes, without loops and references. */
  readonly literalBytes: Uint32Array
}

interface Entry {
  readonly op: number
  flags: number
  argument: number
  readonly literal: Uint8Array
}

/** What is known of an object's properties already written when the next one starts. */
type Written = 'none' | 'maybe' | 'some'

const utf8 = new TextEncoder()

export function layOut(nodes: readonly SpecNode[], root: NodeIndex, htmlSafe: boolean): Program {
  const builder = new ProgramBuilder(nodes, htmlSafe)
  builder.lower(root, false)
  builder.emit(ops.OP_ROW_NEXT)
  builder.lowerReferences()
  return builder.finish()
}

class ProgramBuilder {
  readonly #nodes: readonly SpecNode[]
  readonly #htmlSafe: boolean
  readonly #entries: Entry[] = []
  readonly #tables: number[] = []
  readonly #tableEntries: Entry[] = []
  readonly #blocks: { bytes: Uint8Array; position: number }[] = []
  /** Entry where each referenced node's subroutine starts; calls are patched at the end. */
  readonly #subroutines = new Map<NodeIndex, number>()
  readonly #calls: { entry: Entry; target: NodeIndex }[] = []
  readonly #enumTables: { table: number; values: Uint8Array[] }[] = []
  readonly #literalBytes: Uint32Array
  #pending: Uint8Array[] = []
  #pendingComma = false

  constructor(nodes: readonly SpecNode[], htmlSafe: boolean) {
    this.#nodes = nodes
    this.#literalBytes = new Uint32Array(nodes.length)
    this.#htmlSafe = htmlSafe
  }

  /** Appends to the literal that the next entry will carry. */
  #text(part: string | Uint8Array): void {
    this.#pending.push(typeof part === 'string' ? utf8.encode(part) : part)
  }

  emit(op: number, flags = 0, argument = 0): Entry {
    const literal = concat(this.#pending)
    this.#pending = []
    const comma = this.#pendingComma ? ops.FLAG_COMMA : 0
    this.#pendingComma = false
    const htmlSafe = this.#htmlSafe ? ops.FLAG_HTML_SAFE : 0
    const entry = { op, flags: flags | comma | htmlSafe, argument, literal }
    this.#entries.push(entry)
    return entry
  }

  /** Before a jump target, and before a literal that may be skipped, what is pending must be out. */
  #flush(): void {
    if (this.#pending.length > 0) this.emit(ops.OP_LITERAL)
  }

  /** Flushes, and gives the position of the next entry. */
  #label(): number {
    this.#flush()
    return this.#entries.length * ops.ENTRY_BYTES
  }

  /** One line an op; `optional` says that the slot may say missing. */
  lower(index: NodeIndex, optional: boolean): void {
    const node = this.#nodes[index]!
    const flags = optional || node.nullable || node.slotted ? ops.FLAG_MAYBE : 0
    switch (node.op) {
      case 'object':
        return this.#maybe(flags, () => this.#lowerObject(node))
      case 'tuple':
        return this.#maybe(flags, () => this.#lowerTuple(node))
      case 'const':
        return this.#maybe(flags, () => this.#text(jsonBytes(node.value.json)))
      case 'ref':
        return this.#maybe(flags, () => this.#lowerCall(node))
      case 'array':
        return this.#lowerArray(node, flags)
      case 'union':
        return this.#lowerUnion(node.variants, flags)
      case 'enum':
        return this.#lowerEnum(node, flags)
      case 'int':
        return void this.emit(ops.OP_INT, flags)
      case 'float':
        return void this.emit(ops.OP_FLOAT, flags)
      case 'bigint':
        return void this.emit(node.asString ? ops.OP_BIGINT_STRING : ops.OP_BIGINT, flags)
      case 'bool':
        return void this.emit(ops.OP_BOOL, flags)
      case 'string':
      case 'bytes':
        return void this.emit(ops.OP_STRING, flags)
      case 'date-time':
        return void this.emit(node.wholeSeconds ? ops.OP_DATE_TIME_SECONDS : ops.OP_DATE_TIME, flags)
      case 'date':
        return void this.emit(ops.OP_DATE, flags)
      case 'time':
        return void this.emit(node.wholeSeconds ? ops.OP_TIME_SECONDS : ops.OP_TIME, flags)
      case 'duration':
        return void this.emit(node.asSeconds ? ops.OP_DURATION_SECONDS : ops.OP_DURATION, flags)
      case 'any':
      case 'raw':
        return void this.emit(ops.OP_TEXT, flags)
      default:
        return exhausted(node)
    }
  }

  /** A presence entry in front of what has no slot, only where the value may be null or missing. */
  #maybe(flags: number, lowerBody: () => void): void {
    if (flags === 0) return lowerBody()
    const presence = this.emit(ops.OP_OBJECT, flags)
    lowerBody()
    presence.argument = this.#label()
  }

  #lowerObject(node: NodeOf<'object'>): void {
    this.#text('{')
    let written: Written = 'none'
    for (const field of node.fields) written = this.#lowerField(field, written)
    if (node.rest.length > 0) this.#lowerRest(node.rest)
    this.#text('}')
  }

  #lowerField(field: Field, written: Written): Written {
    const optional = field.omissible
    if (optional) this.#flush()
    if (written === 'maybe') this.#pendingComma = true
    if (written !== 'none') this.#text(',')
    this.#text(encodeJsonString(field.writtenName, this.#htmlSafe))
    this.#text(':')
    this.lower(field.node, optional)
    if (!optional || written === 'some') return 'some'
    return 'maybe'
  }

  #lowerRest(rules: readonly RestRule[]): void {
    this.#flush()
    const rest = this.emit(ops.OP_REST)
    const start = this.#label()
    this.emit(ops.OP_REST_KEY)
    if (rules.length === 1) this.lower(rules[0]!.node, false)
    else
      this.#lowerUnion(
        rules.map(rule => rule.node),
        0,
      )
    this.emit(ops.OP_REST_NEXT, 0, start)
    rest.argument = this.#label()
  }

  #lowerTuple(node: NodeOf<'tuple'>): void {
    this.#text('[')
    node.items.forEach((item, i) => {
      if (i > 0) this.#text(',')
      this.lower(item, false)
    })
    this.#text(']')
  }

  #lowerArray(node: NodeOf<'array'>, flags: number): void {
    const array = this.emit(ops.OP_ARRAY, flags)
    const start = this.#label()
    this.lower(node.item, false)
    this.emit(ops.OP_ARRAY_NEXT, 0, start)
    array.argument = this.#label()
  }

  #lowerUnion(variants: readonly NodeIndex[], flags: number): void {
    const union = this.emit(ops.OP_UNION, flags, this.#tables.length)
    this.#tableEntries.push(union)
    const table = this.#tables.length
    this.#tables.push(0, ...variants.map(() => 0))
    const jumps = variants.map((variant, i) => {
      this.#tables[table + 1 + i] = this.#label()
      this.lower(variant, false)
      return this.emit(ops.OP_JUMP)
    })
    const end = this.#label()
    this.#tables[table] = end
    for (const jump of jumps) jump.argument = end
  }

  #lowerEnum(node: NodeOf<'enum'>, flags: number): void {
    this.#tableEntries.push(this.emit(ops.OP_ENUM, flags, this.#tables.length))
    const values = node.values.map(value => jsonBytes(value.json))
    this.#enumTables.push({ table: this.#tables.length, values })
    for (const value of values) this.#tables.push(0, value.length)
  }

  #lowerCall(node: NodeOf<'ref'>): void {
    this.#calls.push({ entry: this.emit(ops.OP_CALL), target: node.target })
  }

  /** Subroutines may call others, so the list of calls grows while it is read. */
  lowerReferences(): void {
    for (let i = 0; i < this.#calls.length; i++) {
      const { target } = this.#calls[i]!
      if (this.#subroutines.has(target)) continue
      this.#subroutines.set(target, this.#label())
      this.lower(target, false)
      this.emit(ops.OP_RETURN)
    }
    for (const call of this.#calls) call.entry.argument = this.#subroutines.get(call.target)!
  }

  finish(): Program {
    const tableStart = this.#entries.length * ops.ENTRY_BYTES
    let end = tableStart + this.#tables.length * 4
    const place = (bytes: Uint8Array): number => {
      const position = end
      this.#blocks.push({ bytes, position })
      end += bytes.length
      return position
    }
    for (const entry of this.#tableEntries) entry.argument = tableStart + entry.argument * 4
    for (const { table, values } of this.#enumTables) {
      values.forEach((value, i) => {
        this.#tables[table + 2 * i] = place(value)
      })
    }
    const long = this.#entries.map(entry =>
      entry.literal.length > ops.LITERAL_HEAD_BYTES ? place(entry.literal) : 0,
    )
    const bytes = new Uint8Array(end)
    this.#writeEntries(bytes, long)
    new Int32Array(bytes.buffer, tableStart, this.#tables.length).set(this.#tables)
    for (const { bytes: block, position } of this.#blocks) bytes.set(block, position)
    // What is inside a node comes after it.
    for (let index = this.#nodes.length - 1; index >= 0; index--) {
      this.#literalBytes[index] = this.#literalBytesOf(this.#nodes[index]!)
    }
    return { bytes, entryCount: this.#entries.length, literalBytes: this.#literalBytes }
  }

  #writeEntries(bytes: Uint8Array, literalPositions: readonly number[]): void {
    const view = new DataView(bytes.buffer)
    this.#entries.forEach((entry, i) => {
      const position = i * ops.ENTRY_BYTES
      view.setUint8(position, entry.op)
      view.setUint8(position + 1, entry.flags)
      view.setInt32(position + ops.ENTRY_ARGUMENT, entry.argument, true)
      view.setInt32(position + ops.ENTRY_LITERAL_LENGTH, entry.literal.length, true)
      view.setInt32(position + ops.ENTRY_LITERAL_POSITION, literalPositions[i]!, true)
      bytes.set(entry.literal.subarray(0, ops.LITERAL_HEAD_BYTES), position + ops.ENTRY_LITERAL_HEAD)
    })
  }

  /** Upper bound, counting every property as present and every union at its longest variant. */
  #literalBytesOf(node: SpecNode): number {
    const bytes = this.#literalBytes
    switch (node.op) {
      case 'object':
        return node.fields.reduce((sum, field) => sum + this.#nameBytes(field) + bytes[field.node]!, 2)
      case 'tuple':
        return node.items.reduce((sum, item) => sum + 1 + bytes[item]!, 2)
      case 'union':
        return Math.max(...node.variants.map(variant => bytes[variant]!))
      case 'const':
        return jsonBytes(node.value.json).length
      case 'enum':
        return Math.max(...node.values.map(value => jsonBytes(value.json).length))
      default:
        return 0
    }
  }

  /** A name with its colon and comma. */
  #nameBytes(field: Field): number {
    return encodeJsonString(field.writtenName, this.#htmlSafe).length + 2
  }
}

function jsonBytes(json: string): Uint8Array {
  return utf8.encode(json)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    bytes.set(part, position)
    position += part.length
  }
  return bytes
}

/** Reached only when an op has been added to the type and not to a walker. */
export function exhausted(node: never): never {
  throw new Error(`unhandled op: ${JSON.stringify(node)}`)
}
