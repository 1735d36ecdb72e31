// Which variant of a union a value is: the first that would pack, found without packing wherever a cheap look tells.

import { describeValue } from '../errors.ts'
import type { NodeIndex, NodeOf, Spec, SpecNode, ValueKind } from '../spec/spec.ts'
import { kindsOf } from '../spec/union.ts'
import { ownValue } from './containers.ts'
import { Failure } from './failure.ts'
import { expectedOf } from './nodes.ts'
import type { PackedRows } from './packed-rows.ts'

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
  readonly #kinds = new Map<NodeIndex, ReadonlySet<ValueKind>>()

  constructor(spec: Spec, node: NodeOf<'union'>, tryPack: TryPack) {
    this.#spec = spec
    this.#node = node
    this.#tryPack = tryPack
  }

  /** Calls the `toJSON` of an object that only an object variant can take (a Date is a date to its variant). */
  unwrap(value: unknown, key: string): unknown {
    if (typeof value !== 'object' || value === null) return value
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON !== 'function') return value
    if (this.#isCertain(value)) return value
    const result: unknown = toJSON.call(value, key)
    return hasToJson(result) && !this.#isCertain(result) ? withoutToJson(result) : result
  }

  #isCertain(value: object): boolean {
    return this.#node.choice.byKind.object.some(i => this.#look(this.#variant(i), value) === 'yes')
  }

  /** Index of the first variant the value fits. Throws a Failure that says for each why it does not. */
  choose(value: unknown, packed: PackedRows): number {
    const { byKind, discriminator } = this.#node.choice
    const kind = kindOf(value)
    if (kind === 'object' && discriminator) {
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
      return `${expectedOf(this.#spec.nodes, this.#variant(i))}: ${reason}`
    })
    const code = value === undefined || value === null ? 'REQUIRED' : 'UNION'
    return new Failure(code, undefined, describeValue(value), undefined, ` (${reasons.join('; ')})`)
  }

  /** What a look without user code, beyond reading properties, can tell. */
  #look(node: SpecNode, value: unknown): Verdict {
    if (node.encode) return 'maybe'
    switch (node.op) {
      case 'any':
        return value === undefined ? 'no' : typeof value === 'bigint' ? 'maybe' : 'yes'
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
        return typeof value === 'string' || value instanceof Date ? 'yes' : 'maybe'
      case 'bytes':
        return typeof value === 'string' || value instanceof Uint8Array ? 'yes' : whenBoxed(value)
      case 'object':
        return this.#lookAtObject(node, value)
      default:
        return 'maybe'
    }
  }

  #lookAtObject(node: NodeOf<'object'>, value: unknown): Verdict {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no'
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

function hasToJson(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { toJSON?: unknown }).toJSON === 'function'
  )
}

/** What a `toJSON` returned is written as it is, even when it has a `toJSON` itself. */
function withoutToJson(value: object): object {
  return new Proxy(value, {
    get: (target, name) => (name === 'toJSON' ? undefined : Reflect.get(target, name)),
  })
}

function whenBoxed(value: unknown): Verdict {
  return value instanceof String ||
    value instanceof Number ||
    value instanceof Boolean ||
    value instanceof BigInt
    ? 'maybe'
    : 'no'
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
