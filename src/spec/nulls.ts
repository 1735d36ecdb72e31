// Where null is a value, and where it only says that there is none.

import type { NodeIndex, SpecNode } from './spec.ts'

/** A default of null where null is no value is none: that is how many schemas spell it. */
export function dropNullDefaults(nodes: readonly SpecNode[]): void {
  for (const node of nodes) {
    if (node.op !== 'object') continue
    for (const field of node.fields) {
      if (field.defaultValue !== null || acceptsNull(nodes, field.node)) continue
      Object.assign(field, { defaultValue: undefined, omissible: field.optional })
    }
  }
}

/** Whether null is a value of this node, itself or through what it refers to. */
export function acceptsNull(nodes: readonly SpecNode[], index: NodeIndex): boolean {
  return nullIn(nodes, index, new Set())
}

function nullIn(nodes: readonly SpecNode[], index: NodeIndex, seen: Set<NodeIndex>): boolean {
  const node = nodes[index]!
  if (node.nullable || node.op === 'any') return true
  if (seen.has(index)) return false
  seen.add(index)
  switch (node.op) {
    case 'const':
      return node.value.value === null
    case 'ref':
      return nullIn(nodes, node.target, seen)
    case 'union':
      return node.variants.some(variant => nullIn(nodes, variant, seen))
    default:
      return false
  }
}
