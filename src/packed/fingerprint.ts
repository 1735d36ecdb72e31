// What tells whether packed rows can be read by a serializer: a hash of everything that decides what the
// slots mean.
//
// In it: the tree of nodes, their ops, the names and the order of properties, what may be null or missing,
// the values of enums, and what changes the text that is packed (`htmlSafe`, the style of durations). Not in
// it: what only changes how the same values are written or checked, such as aliases, precisions, default
// values and codecs.

import type { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { exhausted } from '../spec/program.ts'
import type { Spec, SpecNode } from '../spec/spec.ts'
import { FINGERPRINT_BYTES } from './format.ts'

/** Changes whenever what goes into a fingerprint does. */
const FINGERPRINT_VERSION = 1

/** 16 bytes that agree when two specs give the same meaning to the same slots. */
export function fingerprintOf(spec: Spec): Buffer {
  const content = [FINGERPRINT_VERSION, spec.root, spec.htmlSafe, spec.nodes.map(nodeContent)]
  const hash = createHash('sha256').update(JSON.stringify(content)).digest()
  return hash.subarray(0, FINGERPRINT_BYTES)
}

function nodeContent(node: SpecNode): unknown[] {
  return [node.op, node.nullable, node.slotted, ...opContent(node)]
}

function opContent(node: SpecNode): unknown[] {
  switch (node.op) {
    case 'object': {
      const fields = node.fields.map(({ name, node: index, omissible }) => [name, index, omissible])
      const names = node.rest.length > 0 ? [...node.names] : []
      return [fields, node.rest.map(rule => [rule.test, rule.node]), names]
    }
    case 'array':
      return [node.item]
    case 'tuple':
      return [node.items]
    case 'union':
      return [node.variants]
    case 'ref':
      return [node.target]
    case 'enum':
      return [node.values.map(({ value, json }) => [typeof value, json])]
    case 'const':
      return [[typeof node.value.value, node.value.json]]
    case 'duration':
      return [node.asSeconds]
    case 'int':
    case 'float':
    case 'bigint':
    case 'bool':
    case 'string':
    case 'date-time':
    case 'date':
    case 'time':
    case 'bytes':
    case 'any':
    case 'raw':
      return []
    default:
      return exhausted(node)
  }
}
