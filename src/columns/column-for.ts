// The column for a property: a column itself does not know what it is for. Numbers, bigints and text are made
// of the same integers, and milliseconds or fields of the same durations.

import type { NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { Int64Column } from './column.ts'
import type { Column } from './columns.ts'
import type { DecimalForm } from './decimals.ts'
import { DurationColumn } from './durations.ts'
import { IndexColumn, ObjectColumn, OffsetListColumn, PairsColumn } from './nested.ts'
import { TimeColumn } from './times.ts'
import { UnionColumn } from './unions.ts'

/**
 * The column whose values, as rows would hold them, are what the node takes. Columns inside it are followed
 * as far as the schema is clear about them; the column itself is given back when there is nothing to change.
 */
export function columnFor(spec: Spec, node: SpecNode, column: Column): Column {
  return new Fitting(spec).column(node, column)
}

/** The same for a column of rows that are no plain objects, where one schema is clear for the property. */
export function columnForRoot(spec: Spec, name: string, column: Column): Column {
  return new Fitting(spec).property(spec.nodes[spec.root]!, name, column)
}

class Fitting {
  readonly #spec: Spec

  constructor(spec: Spec) {
    this.#spec = spec
  }

  column(node: SpecNode, column: Column): Column {
    if (node.encode) return column
    switch (column.kind) {
      case 'dictionary': {
        const { dictionary, indices, validity } = column
        const fitted = dictionary.fitted(node.index, entries => this.column(node, entries))
        return fitted === dictionary ? column : new IndexColumn(indices, fitted, validity)
      }
      case 'union': {
        const { childIndices, children, offsets } = column
        return new UnionColumn(
          childIndices,
          children.map(child => this.column(node, child)),
          offsets,
        )
      }
      case 'list':
      case 'map':
      case 'struct':
        return this.#container(this.#target(node), column)
      default:
        return this.#scalar(this.#target(node), column)
    }
  }

  /** What references lead to, unless they lead nowhere. */
  #target(node: SpecNode): SpecNode {
    let target = node
    for (let hops = 0; target.op === 'ref' && hops < this.#spec.nodes.length; hops++) {
      const next = this.#spec.nodes[target.target]!
      if (next.encode) break
      target = next
    }
    return target
  }

  #container(node: SpecNode, column: Column): Column {
    if (column.kind === 'list' && node.op === 'array') {
      return new OffsetListColumn(column.offsets, this.#at(node.item, column.child), column.validity)
    }
    if (node.op !== 'object') return column
    const record = recordItem(node)
    if (column.kind === 'map') {
      const { items, keys, offsets, validity } = column
      const fitted = record === undefined ? items : this.#at(record, items)
      // A Map is a record's; where properties are named, they are looked up by name.
      return new PairsColumn(offsets, [keys, fitted], validity, node.fields.length === 0)
    }
    if (column.kind !== 'struct') return column
    const nodes = new Map(node.fields.map(field => [field.name, field.node]))
    const fields = [...column.fields].map(([name, child]): [string, Column] => {
      const index = nodes.get(name) ?? record
      return [name, index === undefined ? child : this.#at(index, child)]
    })
    return new ObjectColumn(new Map(fields), column.length, column.validity)
  }

  property(root: SpecNode, name: string, column: Column): Column {
    const node = root.encode ? root : this.#target(root)
    if (node.encode || node.op !== 'object') return column
    const index = node.fields.find(field => field.name === name)?.node ?? recordItem(node)
    return index === undefined ? column : this.#at(index, column)
  }

  #at(index: NodeIndex, column: Column): Column {
    return this.column(this.#spec.nodes[index]!, column)
  }

  #scalar(node: SpecNode, column: Column): Column {
    switch (column.kind) {
      case 'int64': {
        const { validity, values } = column
        return this.#isNarrow(node) ? new Int64Column(values, validity, true) : column
      }
      case 'decimal':
        return column.as(this.#decimalForm(node))
      case 'time': {
        const { unit, validity, values } = column
        if (node.op === 'duration') return new DurationColumn(values, unit, validity)
        return isTime(node) ? new TimeColumn(values, unit, validity, true) : column
      }
      case 'number':
        return isTime(node) ? new TimeColumn(column.values, 'ms', column.validity, true) : column
      default:
        return column
    }
  }

  /** Whether integers of 64 bits are numbers here, where these are exact. */
  #isNarrow(node: SpecNode): boolean {
    if (node.op !== 'union') return node.op === 'int' || node.op === 'float' || isNumberChoice(node)
    const ops = this.#opsOf(node)
    return !ops.has('bigint') && !ops.has('any') && (ops.has('int') || ops.has('float'))
  }

  #decimalForm(node: SpecNode): DecimalForm {
    switch (node.op) {
      case 'enum':
      case 'const':
        return isNumberChoice(node) ? 'float' : 'text'
      case 'int':
      case 'bigint':
        return node.op
      case 'float':
      case 'date-time':
      case 'date':
      case 'time':
      case 'duration':
      case 'bytes':
        return 'float'
      case 'union': {
        const ops = this.#opsOf(node)
        if (ops.has('string') || ops.has('any') || ops.has('raw')) return 'text'
        return (['float', 'int', 'bigint'] as const).find(form => ops.has(form)) ?? 'text'
      }
      default:
        return 'text'
    }
  }

  /** The ops of a union's variants. */
  #opsOf(union: NodeOf<'union'>): ReadonlySet<SpecNode['op']> {
    const seen = new Set<SpecNode>()
    const add = (index: NodeIndex): void => {
      const node = this.#target(this.#spec.nodes[index]!)
      if (seen.has(node)) return
      seen.add(node)
      if (node.op === 'union') node.variants.forEach(add)
    }
    union.variants.forEach(add)
    return new Set([...seen].map(({ op }) => op))
  }
}

/** Some of the values of an enum are numbers, and none of them anything else that integers could be. */
function isNumberChoice(node: SpecNode): boolean {
  if (node.op !== 'enum' && node.op !== 'const') return false
  const values = node.op === 'enum' ? node.values : [node.value]
  const types = new Set(values.map(({ value }) => typeof value))
  return types.has('number') && !types.has('bigint') && !types.has('string')
}

/** Not so a reference to one: its slot may be another. */
export function isTime({ op }: SpecNode): boolean {
  return op === 'date-time' || op === 'date' || op === 'time'
}

/** The schema of a record's values, where there is but one. */
function recordItem({ rest }: NodeOf<'object'>): NodeIndex | undefined {
  return rest.length === 1 ? rest[0]!.node : undefined
}
