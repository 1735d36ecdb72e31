// The checking walk: whether slots and text are what a packer could have made of rows of this spec. The
// kernel trusts what it is given, so nothing from outside reaches it without passing here. This is the walker
// where code generation is forbidden, and the one that tells what is wrong; generate-check.ts must accept the
// same.

import { expectedOf } from '../pack/nodes.ts'
import { MISSING_SLOT, TEXT_FOLLOWS } from '../pack/packed-rows.ts'
import { escapeToken } from '../spec/forms.ts'
import { exhausted } from '../spec/program.ts'
import type { NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import type { Cursor } from './cursor.ts'
import { isDigits, isEpochMs, isIndex, isJson, isRestName } from './leaves.ts'

/**
 * What is wrong, and where: a slot of the chunk, a JSON pointer whose first token is the row in the chunk.
 */
export interface Fault {
  readonly position: number
  readonly path: readonly (string | number)[]
  readonly reason: string
}

/** Walks `rowCount` rows and moves the cursor behind them; what is wrong with them, or `undefined`. */
export function findFault(spec: Spec, cursor: Cursor, rowCount: number): Fault | undefined {
  const walk = new CheckingWalk(spec, cursor)
  try {
    for (let i = 0; i < rowCount; i++) walk.step(i, spec.root, false)
    return undefined
  } catch (error) {
    const { position } = cursor
    if (error instanceof Wrong) return { position: walk.valuePosition, path: walk.path, reason: error.reason }
    // Only the walk's own recursion gets here: `maxDepth` may allow more than the stack.
    if (!(error instanceof RangeError)) throw error
    return { position, path: [], reason: 'nested deeper than the stack' }
  }
}

/** JSON pointer of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map(token => `/${escapeToken(String(token))}`).join('')
}

/** Ops whose slot says only whether they are there. */
export function hasPresenceSlot({ op }: SpecNode): boolean {
  return op === 'object' || op === 'tuple' || op === 'const' || op === 'ref'
}

class Wrong {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

class CheckingWalk {
  readonly path: (string | number)[] = []
  /** Where the value that is being looked at starts. */
  valuePosition = 0
  readonly #spec: Spec
  readonly #cursor: Cursor

  constructor(spec: Spec, cursor: Cursor) {
    this.#spec = spec
    this.#cursor = cursor
  }

  step(token: string | number, index: NodeIndex, omissible: boolean): void {
    this.path.push(token)
    this.#visit(index, omissible)
    this.path.pop()
  }

  #visit(index: NodeIndex, omissible: boolean): void {
    const node = this.#spec.nodes[index]!
    const cursor = this.#cursor
    this.valuePosition = cursor.position
    if (omissible || node.nullable || node.slotted) {
      const slot = cursor.slots[cursor.position]
      const isAbsent = (node.nullable && Number.isNaN(slot)) || (omissible && slot === MISSING_SLOT)
      if (isAbsent || hasPresenceSlot(node)) {
        if (!isAbsent && slot !== 0) this.#fail(node, slot)
        cursor.position++
      }
      if (isAbsent) return
    }
    this.#inside(node, omissible)
  }

  #inside(node: SpecNode, omissible: boolean): void {
    switch (node.op) {
      case 'object':
        return this.#insideObject(node)
      case 'array':
        return this.#insideArray(node)
      case 'tuple':
        for (const [i, item] of node.items.entries()) this.step(i, item, false)
        return
      case 'union':
        return this.#visit(node.variants[this.#index(node, node.variants.length)]!, false)
      case 'ref':
        return this.#insideReference(node)
      case 'const':
        return
      case 'enum':
        return void this.#index(node, node.values.length)
      case 'int':
        return this.#slot(node, Number.isInteger)
      case 'float': {
        // Where null can be told from missing, infinity is missing; elsewhere it is written as null.
        const maybe = omissible || node.nullable
        return this.#slot(node, slot => {
          if (Number.isFinite(slot)) return true
          return !node.rejectNonFinite && (maybe ? Number.isNaN(slot) : slot !== undefined)
        })
      }
      case 'bool':
        return this.#slot(node, slot => slot === 0 || slot === 1)
      case 'string':
      case 'bytes':
        return void this.#text(node)
      case 'bigint':
        return this.#numberOrText(node, Number.isSafeInteger, isDigits)
      case 'date-time':
      case 'date':
      case 'time':
        return this.#numberOrText(node, isEpochMs)
      case 'duration':
        return this.#numberOrText(node, Number.isSafeInteger)
      case 'any':
      case 'raw': {
        if (!isJson(this.#text(node), this.#spec.htmlSafe)) throw new Wrong('expected JSON, got other text')
        return
      }
      default:
        return exhausted(node)
    }
  }

  #fail(node: SpecNode, slot: number | undefined): never {
    const received = slot === undefined ? 'the end of the slots' : `slot ${slot}`
    throw new Wrong(`expected ${expectedOf(this.#spec.nodes, node)}, got ${received}`)
  }

  #slot(node: SpecNode, isValid: (slot: number | undefined) => boolean): void {
    const slot = this.#cursor.slots[this.#cursor.position]
    if (!isValid(slot)) this.#fail(node, slot)
    this.#cursor.position++
  }

  #index(node: SpecNode, end: number): number {
    const slot = this.#cursor.slots[this.#cursor.position]
    if (!isIndex(slot) || slot >= end) this.#fail(node, slot)
    this.#cursor.position++
    return slot
  }

  #text(node: SpecNode): string {
    const cursor = this.#cursor
    const start = cursor.textPosition
    const length = cursor.slots[cursor.position]
    if (!isIndex(length)) this.#fail(node, length)
    if (start + length > cursor.units)
      throw new Wrong(`a text of ${length} units, but ${cursor.units - start} are left`)
    cursor.position++
    cursor.textPosition += length
    return cursor.text.slice(start, cursor.textPosition)
  }

  #numberOrText(
    node: SpecNode,
    isValid: (slot: number | undefined) => boolean,
    isText: (text: string) => boolean = () => true,
  ): void {
    if (this.#cursor.slots[this.#cursor.position] !== TEXT_FOLLOWS) return this.#slot(node, isValid)
    this.#cursor.position++
    if (!isText(this.#text(node))) throw new Wrong('expected digits, got other text')
  }

  #insideObject(node: NodeOf<'object'>): void {
    for (const field of node.fields) this.step(field.name, field.node, field.omissible)
    if (node.rest.length > 0) this.#insideRest(node)
  }

  #insideRest(node: NodeOf<'object'>): void {
    const count = this.#count(node)
    this.#cursor.literalBytes += count * restLiteralBytes(this.#spec, node)
    const names = new Set<string>()
    for (let i = 0; i < count; i++) {
      const name = this.#text(node)
      const rule = node.rest.length > 1 ? this.#index(node, node.rest.length) : 0
      if (!isRestName(name, rule, node, names))
        throw new Wrong('a name twice, or one the schema does not admit')
      this.step(name, node.rest[rule]!.node, false)
    }
  }

  /** Each element takes a slot at least, so no count passes what is left of them. */
  #count(node: SpecNode): number {
    return this.#index(node, this.#cursor.slots.length - this.#cursor.position)
  }

  #insideArray(node: NodeOf<'array'>): void {
    const count = this.#count(node)
    this.#cursor.literalBytes += count * (this.#spec.program.literalBytes[node.item]! + 1)
    for (let i = 0; i < count; i++) this.step(i, node.item, false)
  }

  #insideReference(node: NodeOf<'ref'>): void {
    const cursor = this.#cursor
    const { maxDepth } = this.#spec
    if (++cursor.depth > maxDepth) throw new Wrong(`more than ${maxDepth} nested references`)
    cursor.literalBytes += this.#spec.program.literalBytes[node.target]!
    this.#visit(node.target, false)
    cursor.depth--
  }
}

/** What one property beside the schema's own adds to the literals, at most. */
export function restLiteralBytes(spec: Spec, node: NodeOf<'object'>): number {
  return Math.max(...node.rest.map(rule => spec.program.literalBytes[rule.node]!))
}
