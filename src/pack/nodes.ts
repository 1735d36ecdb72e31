// Questions about nodes that both packers and the paths of errors ask.

import type { NodeIndex, SpecNode } from '../spec/spec.ts'

/** Children in the order they are packed; a reference's target is not its child. */
export function childrenOf(node: SpecNode): readonly NodeIndex[] {
  switch (node.op) {
    case 'object':
      return [...node.fields.map(field => field.node), ...node.rest.map(rule => rule.node)]
    case 'array':
      return [node.item]
    case 'tuple':
      return node.items
    case 'union':
      return node.variants
    default:
      return []
  }
}

/** How many nodes each node's tree has, itself included. */
export function subtreeSizes(nodes: readonly SpecNode[]): Uint32Array {
  const sizes = new Uint32Array(nodes.length)
  // Children have higher indexes than their parents.
  for (let i = nodes.length - 1; i >= 0; i--) {
    sizes[i] = childrenOf(nodes[i]!).reduce((sum, child) => sum + sizes[child]!, 1)
  }
  return sizes
}

/** How deep nodes are nested in each other; references lead out of it. */
export function nestingOf(nodes: readonly SpecNode[]): number {
  const depths = new Uint32Array(nodes.length)
  nodes.forEach((node, i) => {
    for (const child of childrenOf(node)) depths[child] = depths[i]! + 1
  })
  return depths.reduce((deepest, depth) => Math.max(deepest, depth), 0)
}

/** What a node asks for, in the words of an error. */
export function expectedOf(nodes: readonly SpecNode[], node: SpecNode): string {
  const text = plainExpected(nodes, node)
  return node.nullable ? `${text} or null` : text
}

const TITLE_CHARACTERS_MAX = 40

/** The same of a variant of a union, which is told from the others by its title. */
export function expectedOfVariant(nodes: readonly SpecNode[], node: SpecNode): string {
  const { op, title } = node
  const isNamed = title !== undefined && (op === 'object' || op === 'array' || op === 'tuple')
  const text = plainExpected(nodes, node) + (isNamed ? ` (${title.slice(0, TITLE_CHARACTERS_MAX)})` : '')
  return node.nullable ? `${text} or null` : text
}

const LISTED_VALUES_MAX = 8

function plainExpected(nodes: readonly SpecNode[], node: SpecNode): string {
  switch (node.op) {
    case 'int':
      return 'integer'
    case 'float':
      return 'number'
    case 'bool':
      return 'boolean'
    case 'bytes':
      return 'Uint8Array or base64 string'
    case 'date-time':
    case 'date':
    case 'time':
      return `${node.op} (Date, epoch ms, Temporal or string)`
    case 'duration':
      return 'duration (ms, Temporal.Duration, units or string)'
    case 'any':
      return 'any value'
    case 'raw':
      return 'JSON as string or bytes'
    case 'const':
      return node.value.json
    case 'enum': {
      const listed = node.values.slice(0, LISTED_VALUES_MAX).map(value => value.json)
      return `one of ${listed.join(', ')}${node.values.length > LISTED_VALUES_MAX ? ', …' : ''}`
    }
    case 'tuple':
      return `array of ${node.items.length} elements`
    case 'union':
      return node.variants.map(variant => expectedOfVariant(nodes, nodes[variant]!)).join(' or ')
    case 'ref': {
      const target = nodes[node.target]!
      return target.op === 'ref' || target.op === 'union'
        ? node.name
        : `${plainExpected(nodes, target)} (${node.name})`
    }
    case 'object':
    case 'array':
    case 'string':
    case 'bigint':
      return node.op
  }
}
