// Which variant of a union a value is: the first that would pack, found without packing wherever a cheap look tells.

import { types } from 'node:util'
import { describeValue } from '../errors.ts'
import type { NodeIndex, NodeOf, Spec, SpecNode, ValueKind } from '../spec/spec.ts'
import { kindsOf } from '../spec/union.ts'
import { ownValue } from './containers.ts'
import { Failure } from './failure.ts'
import { expectedOfVariant } from './nodes.ts'
import type { PackedRows } from './packed-rows.ts'
import { temporalTag, timeOfDate } from './times.ts'
import { hasToJson, type Unwrap, withoutToJson } from './to-json.ts'

/**
 * Packs a value aside, for its outcome only: `undefined`, or why it does not fit, with the path inside it. `around`:
 * what is being packed when the question comes up.
 */
export type TryPack = (index: NodeIndex, value: unknown, around: PackedRows) => string | undefined

type Verdict = 'no' | 'maybe' | 'yes'

export class UnionChooser {
  readonly #spec: Spec
  readonly #node: NodeOf<'union'>
  readonly #tryPack: TryPack
  /** Whether an object stands among the variants: then the union is an object position, where `toJSON` counts. */
  readonly #hasObject: boolean
  readonly #kinds = new Map<NodeIndex, ReadonlySet<ValueKind>>()

  constructor(spec: Spec, node: NodeOf<'union'>, tryPack: TryPack) {
    this.#spec = spec
    this.#node = node
    this.#tryPack = tryPack
    this.#hasObject = node.variants.some(variant => this.#leadsToObject(variant))
  }

  /** `unwrap`, where it does anything. */
  get unwrapping(): Unwrap | undefined {
    return this.#hasObject ? (value, key) => this.unwrap(value, key) : undefined
  }

  /** Calls the `toJSON` of an object that no variant takes as it is (a Date is a date to its variant). */
  unwrap(value: unknown, key: string | number): unknown {
    if (!this.#hasObject || !hasToJson(value)) return value
    if (this.#node.variants.some(variant => this.#takesWhole(variant, value))) return value
    const result: unknown = value.toJSON(String(key))
    return hasToJson(result) ? withoutToJson(result) : result
  }

  #leadsToObject(index: NodeIndex, hops = 0): boolean {
    const node = this.#spec.nodes[index]!
    if (node.op === 'ref') return hops < this.#spec.nodes.length && this.#leadsToObject(node.target, hops + 1)
    return (
      node.op === 'object' ||
      (node.op === 'union' && node.variants.some(v => this.#leadsToObject(v, hops + 1)))
    )
  }

  /** Whether a variant may read a value with a `toJSON` otherwise than by calling it. */
  #takesWhole(index: NodeIndex, value: object, hops = 0): boolean {
    const node = this.#spec.nodes[index]!
    if (node.encode || hops > this.#spec.nodes.length) return true
    switch (node.op) {
      case 'any':
        return true
      case 'date-time':
      case 'date':
      case 'time':
      case 'duration':
        return (isDate(value) && node.op !== 'duration') || temporalTag(node.op, value) !== undefined
      case 'bytes':
      case 'raw':
        return types.isUint8Array(value)
      case 'ref':
        return this.#takesWhole(node.target, value, hops + 1)
      case 'union':
        return node.variants.some(variant => this.#takesWhole(variant, value, hops + 1))
      default:
        return false
    }
  }

  /** Index of the first variant the value fits. Throws a Failure that says for each why it does not. */
  choose(value: unknown, packed: PackedRows): number {
    const { byKind, discriminator } = this.#node.choice
    const kind = kindOf(value)
    if (kind === 'object' && discriminator && !hasToJson(value)) {
      const object = value as Record<string, unknown>
      const { name, ownOnly, variants } = discriminator
      const chosen = variants.get(ownOnly ? ownValue(object, name) : object[name])
      if (chosen !== undefined) return chosen
    }
    return this.#chooseAmong(byKind[kind], value, packed)
  }

  #chooseAmong(candidates: readonly number[], value: unknown, packed: PackedRows): number {
    const possible: number[] = []
    for (const i of candidates) {
      const verdict = this.#look(this.#variant(i), value)
      if (verdict === 'no') continue
      if (verdict === 'yes' && possible.length === 0) return i
      possible.push(i)
    }
    // With one left the packer itself tells what is wrong, at the place where it is wrong.
    if (possible.length === 1) return possible[0]!
    for (const i of possible) {
      if (this.#tryPack(this.#node.variants[i]!, value, packed) === undefined) return i
    }
    throw this.#failure(value, packed)
  }

  #variant(i: number): SpecNode {
    return this.#spec.nodes[this.#node.variants[i]!]!
  }

  #failure(value: unknown, packed: PackedRows): Failure {
    const reasons = this.#node.variants.map((variant, i) => {
      const reason = this.#tryPack(variant, value, packed) ?? 'fits'
      return `${expectedOfVariant(this.#spec.nodes, this.#variant(i))}: ${reason}`
    })
    const code = value === undefined || value === null ? 'REQUIRED' : 'UNION'
    return new Failure(code, undefined, describeValue(value), undefined, ` (${reasons.join('; ')})`)
  }

  /** What a look without user code, beyond reading properties, can tell. */
  #look(node: SpecNode, value: unknown): Verdict {
    if (node.encode) return 'maybe'
    if (value === null && node.nullable) return 'yes'
    switch (node.op) {
      case 'any':
        return lookAtAny(value)
      case 'string':
        return typeof value === 'string' ? 'yes' : whenBoxed(value)
      case 'int':
        return typeof value === 'number' ? (Number.isInteger(value) ? 'yes' : 'no') : whenBoxed(value)
      case 'float':
        return typeof value === 'number' ? (node.rejectNonFinite ? 'maybe' : 'yes') : whenBoxed(value)
      case 'bool':
        return typeof value === 'boolean' ? 'yes' : whenBoxed(value)
      case 'bigint':
        return typeof value === 'bigint' ? 'yes' : whenBoxed(value)
      case 'date-time':
      case 'date':
      case 'time':
        if (typeof value === 'string') return 'yes'
        if (isDate(value)) return Number.isNaN(timeOfDate(value)) ? 'maybe' : 'yes'
        return temporalTag(node.op, value) ? 'yes' : 'maybe'
      case 'duration':
        return temporalTag(node.op, value) ? 'yes' : 'maybe'
      case 'bytes':
        return typeof value === 'string' || types.isUint8Array(value) ? 'yes' : whenBoxed(value)
      case 'object':
        return this.#lookAtObject(node, value)
      default:
        return 'maybe'
    }
  }

  #lookAtObject(node: NodeOf<'object'>, value: unknown): Verdict {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no'
    if (hasToJson(value)) return 'maybe'
    for (const field of node.fields) {
      if (field.optional || field.defaultValue !== undefined) continue
      const own = field.ownOnly ? ownValue(value, field.name) : (value as Record<string, unknown>)[field.name]
      if (!this.#kindsOf(field.node).has(kindOf(own)) || this.#isOtherLiteral(field.node, own)) return 'no'
    }
    return 'maybe'
  }

  #isOtherLiteral(index: NodeIndex, value: unknown): boolean {
    const node = this.#spec.nodes[index]!
    if (node.encode || (typeof value === 'object' && value !== null)) return false
    if (node.nullable && value === null) return false
    if (node.op === 'const') return node.value.value !== value
    return node.op === 'enum' && !node.values.some(candidate => candidate.value === value)
  }

  #kindsOf(index: NodeIndex): ReadonlySet<ValueKind> {
    let kinds = this.#kinds.get(index)
    if (!kinds) {
      kinds = new Set(kindsOf(this.#spec.nodes, index, new Set()))
      this.#kinds.set(index, kinds)
    }
    return kinds
  }
}

/** `JSON.stringify` refuses bigints, wherever they are, and cycles. */
function lookAtAny(value: unknown): Verdict {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 'no'
  return (typeof value === 'object' && value !== null) || typeof value === 'bigint' ? 'maybe' : 'yes'
}

function whenBoxed(value: unknown): Verdict {
  return types.isBoxedPrimitive(value) ? 'maybe' : 'no'
}

/** Also what only has the prototype of one: its time is asked for, and there is none. */
function isDate(value: unknown): value is Date {
  return value instanceof Date || types.isDate(value)
}

function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return typeof value as ValueKind
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object'
    default:
      return 'missing'
  }
}
