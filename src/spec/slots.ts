// Which values take a slot of the packed rows, and which have to be given one.

import type { Field, NodeIndex, SpecNode } from './spec.ts'

/** An element must take at least one slot, so that the packed area bounds how often a loop can run. */
export function ensureSlot(nodes: readonly SpecNode[], index: NodeIndex): void {
  if (!takesSlot(nodes, index)) Object.assign(nodes[index]!, { slotted: true })
}

function isOmittable(field: Field): boolean {
  return field.optional && field.defaultValue === undefined
}

/** Whether a value of this node always takes a slot. References are not followed: they may lead back here. */
function takesSlot(nodes: readonly SpecNode[], index: NodeIndex): boolean {
  const node = nodes[index]!
  if (node.nullable || node.slotted) return true
  switch (node.op) {
    case 'object':
      return (
        node.rest.length > 0 || node.fields.some(field => isOmittable(field) || takesSlot(nodes, field.node))
      )
    case 'tuple':
      return node.items.some(item => takesSlot(nodes, item))
    case 'const':
    case 'ref':
      return false
    default:
      return true
  }
}
