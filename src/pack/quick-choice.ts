// What generated code can tell about a union's variant from a look at the value, without a call: the answers of
// `UnionChooser` for common values. Wherever these give none, the chooser decides.

import type { NodeOf, Spec, SpecNode, ValueKind } from '../spec/spec.ts'

/** More literals than this are found faster in a Map, by the chooser. */
const SCAN_MAX = 8
const UNDECIDED = '-1'

/**
 * JavaScript for the variant of `v`, -1 where the chooser has to say; `undefined` when it always has to. `constant`
 * gives a value a name in the generated code.
 */
export function quickChoice(
  spec: Spec,
  node: NodeOf<'union'>,
  constant: (value: unknown) => string,
): string | undefined {
  const choices = [
    [`typeof v==='string'`, primitiveChoice(spec, node, 'string')],
    [`typeof v==='number'`, primitiveChoice(spec, node, 'number')],
    [`typeof v==='boolean'`, primitiveChoice(spec, node, 'boolean')],
    ['v===null', primitiveChoice(spec, node, 'null')],
    [
      `typeof v==='object'&&v!==null&&typeof v.toJSON!=='function'&&!isArray(v)`,
      objectChoice(node, constant),
    ],
  ].filter(([, variant]) => variant !== UNDECIDED)
  if (choices.length === 0) return undefined
  return choices.map(([test, variant]) => `${test}?${variant}:`).join('') + UNDECIDED
}

function primitiveChoice(spec: Spec, node: NodeOf<'union'>, kind: ValueKind): string {
  const candidates = node.choice.byKind[kind]
  let integers = ''
  for (const variant of candidates) {
    const candidate = spec.nodes[node.variants[variant]!]!
    if (candidate.op === 'int' && kind === 'number' && !candidate.encode) {
      integers ||= `isInteger(v)?${variant}:`
      continue
    }
    // An only candidate is chosen even when it has to tell what is wrong with the value.
    const isChosen = candidates.length === 1 || takesAll(candidate, kind)
    return isChosen ? `(${integers}${variant})` : decided(integers)
  }
  return decided(integers)
}

function decided(integers: string): string {
  return integers === '' ? UNDECIDED : `(${integers}${UNDECIDED})`
}

/** Whether a node takes every value of a kind. */
function takesAll(node: SpecNode, kind: ValueKind): boolean {
  if (node.encode) return false
  if (node.op === 'any' || (kind === 'null' && node.nullable)) return true
  switch (kind) {
    case 'string':
      return ['string', 'bytes', 'date-time', 'date', 'time'].includes(node.op)
    case 'number':
      return node.op === 'float' && !node.rejectNonFinite
    case 'boolean':
      return node.op === 'bool'
    default:
      return false
  }
}

function objectChoice(node: NodeOf<'union'>, constant: (value: unknown) => string): string {
  const { discriminator } = node.choice
  if (!discriminator || discriminator.ownOnly || discriminator.variants.size > SCAN_MAX) return UNDECIDED
  const scan = [...discriminator.variants].map(([value, variant]) => `x===${constant(value)}?${variant}:`)
  return `(x=v[${JSON.stringify(discriminator.name)}],${scan.join('')}${UNDECIDED})`
}
