// The path of an error, found after it happened: the packed slots already tell which values came before, so
// following the spec along them ends where packing stopped. Rows without errors pay nothing for it.

import { escapeToken } from '../spec/forms.ts'
import { passes } from '../spec/key-test.ts'
import type { Field, NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { MISSING_SLOT, type PackedRows, TEXT_FOLLOWS } from './packed-rows.ts'

/** The steps to the place where packing failed. */
export interface FailedPlace {
  readonly path: readonly string[]
  /** The field that each step is, where it is one. */
  readonly fields: readonly (Field | undefined)[]
}

/**
 * JSON pointer, inside the value of node `start`, of the place where packing failed; `''` is the value itself.
 * `depth`: how many references were open there.
 */
export function locate(spec: Spec, packed: PackedRows, start: NodeIndex, depth = 0): string {
  return pointerOf(locatePlace(spec, packed, start, depth).path)
}

export function pointerOf(path: readonly string[]): string {
  return path.map(token => `/${escapeToken(token)}`).join('')
}

export function locatePlace(spec: Spec, packed: PackedRows, start: NodeIndex, depth = 0): FailedPlace {
  const walk = new Walk(spec, packed, depth)
  try {
    walk.visit(start, false)
  } catch (error) {
    // The walk takes more stack than packing took: nested deeper than it gets, the path ends where it got to.
    if (!(error instanceof RangeError)) throw error
  }
  return walk
}

class Walk {
  readonly path: string[] = []
  readonly fields: (Field | undefined)[] = []
  readonly #spec: Spec
  readonly #packed: PackedRows
  #position: number
  #textPosition: number
  #depth: number

  constructor(spec: Spec, packed: PackedRows, depth: number) {
    this.#spec = spec
    this.#depth = depth
    this.#packed = packed
    this.#position = packed.rowPosition
    this.#textPosition = packed.rowTextStart
  }

  /** Whether packing stopped at this value or inside it; otherwise the walk stands behind it. */
  visit(index: NodeIndex, optional: boolean): boolean {
    if (this.#isHere(index)) return true
    if (this.#position >= this.#packed.failedPosition && !this.#mayHideFailure()) return false
    const node = this.#spec.nodes[index]!
    if ((optional || node.nullable || node.slotted) && this.#skipsAbsent(node)) return false
    return this.#inside(node)
  }

  #isHere(index: NodeIndex): boolean {
    const { failedNode, failedPosition, failedDepth } = this.#packed
    return index === failedNode && this.#position === failedPosition && this.#depth === failedDepth
  }

  /** Values without slots can nest at the very position where packing stopped, but not deeper than it was. */
  #mayHideFailure(): boolean {
    return this.#position === this.#packed.failedPosition && this.#depth <= this.#packed.failedDepth
  }

  #slot(): number {
    return this.#packed.slots[this.#position++]!
  }

  #skipText(): void {
    this.#textPosition += this.#slot()
  }

  #name(): string {
    const start = this.#textPosition
    this.#skipText()
    return this.#packed.failedName(start, this.#textPosition)
  }

  /** Consumes a presence slot, or peeks at a value slot that says null or missing. */
  #skipsAbsent(node: SpecNode): boolean {
    if (this.#position >= this.#packed.failedPosition) return false
    const slot = this.#packed.slots[this.#position]!
    const absent = Number.isNaN(slot) || slot === MISSING_SLOT
    const hasPresenceSlot =
      node.op === 'object' || node.op === 'tuple' || node.op === 'const' || node.op === 'ref'
    if (absent || hasPresenceSlot) this.#position++
    return absent
  }

  #inside(node: SpecNode): boolean {
    switch (node.op) {
      case 'object':
        return this.#insideObject(node)
      case 'array':
        return this.#insideArray(node)
      case 'tuple':
        return node.items.some((item, i) => this.#step(String(i), item, false))
      case 'union':
        return this.#insideUnion(node)
      case 'ref': {
        this.#depth++
        if (this.visit(node.target, false)) return true
        this.#depth--
        return false
      }
      case 'const':
        return false
      case 'string':
      case 'bytes':
      case 'any':
      case 'raw':
        if (this.#position < this.#packed.failedPosition) this.#skipText()
        return false
      default:
        if (this.#position < this.#packed.failedPosition && this.#slot() === TEXT_FOLLOWS) this.#skipText()
        return false
    }
  }

  #step(token: string, index: NodeIndex, optional: boolean, field?: Field): boolean {
    this.path.push(token)
    this.fields.push(field)
    if (this.visit(index, optional)) return true
    this.path.pop()
    this.fields.pop()
    return false
  }

  #insideObject(node: NodeOf<'object'>): boolean {
    for (const field of node.fields) {
      if (this.#step(field.name, field.node, field.omissible, field)) return true
    }
    return node.rest.length > 0 && this.#insideRest(node)
  }

  #insideRest(node: NodeOf<'object'>): boolean {
    if (this.#position >= this.#packed.failedPosition) return false
    const count = this.#slot()
    for (let i = 0; i < count && this.#position < this.#packed.failedPosition; i++) {
      const name = this.#name()
      const rule = node.rest.find(candidate => passes(candidate.test, name))!
      if (node.rest.length > 1 && this.#position < this.#packed.failedPosition) this.#position++
      if (this.#step(name, rule.node, false)) return true
    }
    return false
  }

  #insideArray(node: NodeOf<'array'>): boolean {
    if (this.#position >= this.#packed.failedPosition) return false
    const count = this.#slot()
    for (let i = 0; i < count && this.#position <= this.#packed.failedPosition; i++) {
      if (this.#step(String(i), node.item, false)) return true
    }
    return false
  }

  #insideUnion(node: NodeOf<'union'>): boolean {
    if (this.#position >= this.#packed.failedPosition) return false
    return this.visit(node.variants[this.#slot()]!, false)
  }
}
