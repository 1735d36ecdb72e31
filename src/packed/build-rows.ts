// Rows from checked slots, by a walk over the nodes: for where code generation is forbidden. Must make the
// same rows as generate-build.ts.

import { MISSING_SLOT, TEXT_FOLLOWS } from '../pack/packed-rows.ts'
import { exhausted } from '../spec/program.ts'
import type { NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { hasPresenceSlot } from './check-rows.ts'
import type { BuildRows, Cursor } from './cursor.ts'
import { arrayFor, bytesValue, literalValue, setOwn } from './leaves.ts'

/** `maps`: properties of an object without named ones come as a Map. */
export function interpretingBuild(spec: Spec, maps: boolean): BuildRows {
  return (cursor, rows, start, rowCount) => {
    const walk = new BuildingWalk(spec, maps, cursor)
    for (let i = 0; i < rowCount; i++) rows[start + i] = walk.value(spec.root, false)
  }
}

class BuildingWalk {
  readonly #spec: Spec
  readonly #maps: boolean
  readonly #cursor: Cursor

  constructor(spec: Spec, maps: boolean, cursor: Cursor) {
    this.#spec = spec
    this.#maps = maps
    this.#cursor = cursor
  }

  /** A value that is not missing; `omissible`: its slot could have said so. */
  value(index: NodeIndex, omissible: boolean): unknown {
    const node = this.#spec.nodes[index]!
    if (omissible || node.nullable || node.slotted) {
      const isNull = node.nullable && Number.isNaN(this.#cursor.slots[this.#cursor.position])
      if (isNull || hasPresenceSlot(node)) this.#cursor.position++
      if (isNull) return null
    }
    return this.#inside(node)
  }

  #slot(): number {
    return this.#cursor.slots[this.#cursor.position++]!
  }

  #text(): string {
    const cursor = this.#cursor
    const start = cursor.textPosition
    cursor.textPosition += this.#slot()
    return cursor.text.slice(start, cursor.textPosition)
  }

  #inside(node: SpecNode): unknown {
    switch (node.op) {
      case 'object':
        return this.#object(node)
      case 'array':
        return this.#array(node)
      case 'tuple':
        return node.items.map(item => this.value(item, false))
      case 'union':
        return this.value(node.variants[this.#slot()]!, false)
      case 'ref':
        return this.value(node.target, false)
      case 'const':
        return literalValue(node.value)
      case 'enum':
        return literalValue(node.values[this.#slot()]!)
      case 'int':
        return this.#slot() + 0 // no -0: an integer has none
      case 'float':
        return this.#slot()
      case 'bool':
        return this.#slot() === 1
      case 'string':
      case 'raw':
        return this.#text()
      case 'bytes':
        return bytesValue(this.#text())
      case 'any':
        return JSON.parse(this.#text())
      case 'bigint':
        return BigInt(this.#numberOrText())
      case 'date-time':
      case 'date':
      case 'time': {
        const time = this.#numberOrText()
        return typeof time === 'number' ? new Date(time) : time
      }
      case 'duration':
        return this.#numberOrText()
      default:
        return exhausted(node)
    }
  }

  #numberOrText(): number | string {
    const slot = this.#slot()
    return slot === TEXT_FOLLOWS ? this.#text() : slot
  }

  #object(node: NodeOf<'object'>): unknown {
    if (this.#maps && node.fields.length === 0 && node.rest.length > 0) {
      const map = new Map<string, unknown>()
      this.#rest(node, (name, value) => map.set(name, value))
      return map
    }
    const object: Record<string, unknown> = {}
    const { slots } = this.#cursor
    for (const { name, node: index, omissible } of node.fields) {
      if (omissible && slots[this.#cursor.position] === MISSING_SLOT) this.#cursor.position++
      else setOwn(object, name, this.value(index, omissible))
    }
    if (node.rest.length > 0) this.#rest(node, (name, value) => setOwn(object, name, value))
    return object
  }

  #rest(node: NodeOf<'object'>, add: (name: string, value: unknown) => void): void {
    const count = this.#slot()
    for (let i = 0; i < count; i++) {
      const name = this.#text()
      const rule = node.rest.length > 1 ? this.#slot() : 0
      add(name, this.value(node.rest[rule]!.node, false))
    }
  }

  #array(node: NodeOf<'array'>): unknown[] {
    const count = this.#slot()
    const array = arrayFor(count)
    for (let i = 0; i < count; i++) array[i] = this.value(node.item, false)
    return array
  }
}
