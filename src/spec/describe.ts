// A compiled spec as text, one line a node, for people.

import { exhausted } from './program.ts'
import type { Field, NodeIndex, Spec, SpecNode } from './spec.ts'

/**
 * Prints the flat spec: index, tree, op and options of every node.
 *
 * @example
 * console.log(describe(movies.spec))
 * // 0  object
 * // 1    id: int
 * // 2    name: string
 */
export function describe(spec: Spec): string {
  const lines: string[] = []
  const pending: NodeIndex[] = []
  const seen = new Set<NodeIndex>()
  const visit = (index: NodeIndex, depth: number, label: string): void => {
    const node = spec.nodes[index]!
    seen.add(index)
    lines.push(`${String(index).padEnd(3)} ${'  '.repeat(depth)}${label}${nodeText(node)}`)
    if (node.op === 'ref') pending.push(node.target)
    for (const [child, text] of children(node)) visit(child, depth + 1, text)
  }
  visit(spec.root, 0, '')
  for (let target = pending.shift(); target !== undefined; target = pending.shift()) {
    if (!seen.has(target)) visit(target, 0, '')
  }
  const { bytes, entryCount } = spec.program
  return `${lines.join('\n')}\n${spec.nodes.length} nodes, ${entryCount} entries, ${bytes.length} bytes of program`
}

function children(node: SpecNode): [NodeIndex, string][] {
  switch (node.op) {
    case 'object': {
      const fields = node.fields.map((field): [NodeIndex, string] => [field.node, fieldText(field)])
      const rest = node.rest.map((rule): [NodeIndex, string] => {
        const text = 'text' in rule.test ? ` ${JSON.stringify(rule.test.text)}` : ''
        return [rule.node, `[${rule.test.kind}${text}]: `]
      })
      return [...fields, ...rest]
    }
    case 'array':
      return [[node.item, '']]
    case 'tuple':
      return node.items.map((item, i) => [item, `${i}: `])
    case 'union':
      return node.variants.map((variant, i) => [variant, `| ${i}: `])
    default:
      return []
  }
}

function fieldText({ name, writtenName, optional, omitEmpty, defaultValue }: Field): string {
  const alias = writtenName === name ? '' : ` as ${JSON.stringify(writtenName)}`
  const mark = optional ? '?' : ''
  const empty = omitEmpty ? ' (omit empty)' : ''
  const fallback = defaultValue === undefined ? '' : ` (default ${JSON.stringify(defaultValue)})`
  return `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}${mark}${alias}${empty}${fallback}: `
}

function nodeText(node: SpecNode): string {
  const nullable = node.nullable ? ' | null' : ''
  const codec = node.encode ? 'codec -> ' : ''
  return `${codec}${opText(node)}${nullable}`
}

function opText(node: SpecNode): string {
  switch (node.op) {
    case 'object':
    case 'array':
    case 'tuple':
    case 'int':
    case 'bool':
    case 'string':
    case 'date':
    case 'bytes':
    case 'any':
      return node.op
    case 'union': {
      const { discriminator } = node.choice
      return discriminator ? `union by ${JSON.stringify(discriminator.name)}` : 'union'
    }
    case 'ref':
      return `ref -> ${node.target}`
    case 'float':
      return node.rejectNonFinite ? 'float (finite)' : 'float'
    case 'bigint':
      return node.asString ? 'bigint (as string)' : 'bigint'
    case 'const':
      return `const ${node.value.json}`
    case 'enum':
      return `enum ${node.values.map(value => value.json).join(' ')}`
    case 'date-time':
    case 'time':
      return node.wholeSeconds ? `${node.op} (seconds)` : node.op
    case 'duration':
      return node.asSeconds ? 'duration (seconds)' : 'duration'
    case 'raw':
      return node.trusted ? 'raw (trusted)' : 'raw'
    default:
      return exhausted(node)
  }
}
