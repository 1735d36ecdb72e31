// How a union finds its variant, worked out once: by the kind of value, then by a discriminating property.

import {
  type NodeIndex,
  type NodeOf,
  type SpecNode,
  type UnionChoice,
  VALUE_KINDS,
  type ValueKind,
} from './spec.ts'

const TIME_KINDS: readonly ValueKind[] = ['string', 'number', 'object']
const ALL_KINDS: readonly ValueKind[] = VALUE_KINDS

export function planUnion(nodes: readonly SpecNode[], variants: readonly NodeIndex[]): UnionChoice {
  const byKind = Object.fromEntries(VALUE_KINDS.map(kind => [kind, [] as number[]])) as Record<
    ValueKind,
    number[]
  >
  variants.forEach((variant, i) => {
    for (const kind of kindsOf(nodes, variant, new Set())) byKind[kind].push(i)
  })
  return { byKind, discriminator: findDiscriminator(nodes, variants) }
}

/** The kinds a node may accept. A boxed primitive is an object to `typeof`, so scalars list both. */
export function kindsOf(
  nodes: readonly SpecNode[],
  index: NodeIndex,
  seen: Set<NodeIndex>,
): readonly ValueKind[] {
  if (seen.has(index)) return []
  seen.add(index)
  const node = nodes[index]!
  if (node.encode) return ALL_KINDS
  const kinds = plainKindsOf(nodes, node, seen)
  return node.nullable ? [...new Set<ValueKind>([...kinds, 'null'])] : kinds
}

function plainKindsOf(
  nodes: readonly SpecNode[],
  node: SpecNode,
  seen: Set<NodeIndex>,
): readonly ValueKind[] {
  switch (node.op) {
    case 'object':
      return ['object']
    case 'array':
    case 'tuple':
      return ['array', 'object'] // a Set, a typed array or another iterable is an object
    case 'int':
    case 'float':
      return ['number', 'object']
    case 'bigint':
      return ['bigint', 'object']
    case 'bool':
      return ['boolean', 'object']
    case 'string':
      return ['string', 'object']
    case 'date-time':
    case 'date':
    case 'time':
    case 'duration':
      return TIME_KINDS
    case 'bytes':
      return ['string', 'object']
    case 'raw':
      return ['string', 'object']
    case 'any':
      return ALL_KINDS
    case 'const':
      return literalKinds([node.value.value])
    case 'enum':
      return literalKinds(node.values.map(value => value.value))
    case 'ref':
      return kindsOf(nodes, node.target, seen)
    case 'union':
      return [...new Set(node.variants.flatMap(variant => kindsOf(nodes, variant, seen)))]
  }
}

function literalKinds(values: readonly unknown[]): readonly ValueKind[] {
  const kinds = values.map((value): ValueKind => {
    if (value === null) return 'null'
    if (Array.isArray(value)) return 'array'
    return typeof value as ValueKind
  })
  return [...new Set<ValueKind>([...kinds, 'object'])]
}

/** Beside objects, these may stand in a discriminated union: no plain object is one of their values. */
const NEVER_PLAIN_OBJECTS: ReadonlySet<SpecNode['op']> = new Set([
  'array',
  'tuple',
  'int',
  'float',
  'bigint',
  'bool',
  'string',
  'bytes',
  'date-time',
  'date',
  'time',
])

/** A property that every variant for objects requires, with literals no other variant has. */
function findDiscriminator(
  nodes: readonly SpecNode[],
  variants: readonly NodeIndex[],
): UnionChoice['discriminator'] {
  const objects: { object: NodeOf<'object'>; variant: number }[] = []
  for (const [variant, index] of variants.entries()) {
    const object = objectOf(nodes, index)
    if (object) objects.push({ object, variant })
    else if (nodes[index]!.encode || !NEVER_PLAIN_OBJECTS.has(nodes[index]!.op)) return undefined
  }
  const [first] = objects
  if (!first || objects.length < 2) return undefined
  for (const { name, ownOnly } of first.object.fields) {
    const byValue = new Map<unknown, number>()
    const distinct = objects.every(({ object, variant }) => claim(nodes, object, name, variant, byValue))
    if (distinct) return { name, ownOnly, variants: byValue }
  }
  return undefined
}

/** The object a variant stands for, through references, unless a codec or null comes between. */
function objectOf(nodes: readonly SpecNode[], index: NodeIndex): NodeOf<'object'> | undefined {
  let node = nodes[index]!
  for (let hops = 0; node.op === 'ref' && hops < nodes.length; hops++) {
    if (node.encode || node.nullable) return undefined
    node = nodes[node.target]!
  }
  return node.op === 'object' && !node.encode ? node : undefined
}

/** Enters a variant's literals for a property; false when it has none, or one is taken. */
function claim(
  nodes: readonly SpecNode[],
  object: NodeOf<'object'>,
  name: string,
  variant: number,
  byValue: Map<unknown, number>,
): boolean {
  const field = object.fields.find(candidate => candidate.name === name)
  if (!field || field.optional || field.defaultValue !== undefined) return false
  const node = nodes[field.node]!
  if (node.encode || node.nullable) return false
  const values = node.op === 'const' ? [node.value] : node.op === 'enum' ? node.values : []
  for (const { value } of values) {
    if (byValue.has(value) || (typeof value === 'object' && value !== null)) return false
    byValue.set(value, variant)
  }
  return values.length > 0
}
