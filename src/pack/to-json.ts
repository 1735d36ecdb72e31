// `toJSON` where an object may be null or missing as well: what it gives decides which of them it is, as
// `JSON.stringify` has it.

import type { Field, NodeIndex, NodeOf, Spec } from '../spec/spec.ts'
import { mismatch } from './failure.ts'

/** Calls the `toJSON` of a value that has one; what comes back has none that counts. */
export type Unwrap = (value: WithToJson, key: string | number) => unknown

export interface WithToJson {
  toJSON(key: string): unknown
}

export function hasToJson(value: unknown): value is WithToJson {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { toJSON?: unknown }).toJSON === 'function'
  )
}

/** What a `toJSON` returned is written as it is, even when it has a `toJSON` itself. */
export function withoutToJson(value: object): object {
  return new Proxy(value, {
    get: (target, name) => (name === 'toJSON' ? undefined : Reflect.get(target, name)),
  })
}

/** Whether a property's value may be missing, or stood in for by a default. */
export function mayBeMissing({ optional, defaultValue }: Field): boolean {
  return optional || defaultValue !== undefined
}

/**
 * How values of this node are unwrapped; `undefined` where no object stands, and where a codec reads them.
 * `unionUnwrap` gives the way of a union, when there is an object among its variants.
 */
export function unwrapOf(
  { nodes }: Spec,
  index: NodeIndex,
  unionUnwrap: (node: NodeOf<'union'>) => Unwrap | undefined,
): Unwrap | undefined {
  let node = nodes[index]!
  for (let hops = 0; hops <= nodes.length; hops++) {
    if (node.encode) return undefined
    if (node.op === 'object') return unwrapObject
    if (node.op === 'union') return unionUnwrap(node)
    if (node.op !== 'ref') return undefined
    node = nodes[node.target]!
  }
  return undefined
}

function unwrapObject(value: WithToJson, key: string | number): unknown {
  const result = value.toJSON(String(key))
  if (result === undefined || result === null) return result
  if (typeof result !== 'object' || Array.isArray(result)) throw mismatch(result, ' from toJSON')
  return hasToJson(result) ? withoutToJson(result) : result
}
