// A schema that says the same another way: through references, chains of them, recursive ones and `allOf`.

import type { Schema } from '../oracle/reference.ts'
import type { Random } from '../random.ts'

/** Keywords of a property: they stay where the property is. */
const PROPERTY_KEYWORDS = ['alias', 'default', 'omitEmpty']

/** What else a schema may say about how its values are written. */
const STYLES: Readonly<Record<string, Schema>> = {
  bigint: { asString: true },
  number: { nonFinite: 'throw' },
  'date-time': { precision: 'second' },
  time: { precision: 'second' },
  duration: { style: 'seconds' },
}

/** `{ treeOf: schema }` becomes a reference to nodes with a `value` and the `next` node, or null. */
export function disguised(schema: Schema, random: Random): Schema {
  const $defs: Record<string, Schema> = {}
  const define = (definition: Schema): Schema => {
    const name = `d${Object.keys($defs).length}`
    $defs[name] = definition
    return { $ref: `#/$defs/${name}` }
  }

  const hide = (plain: Schema): Schema => {
    // Null stays beside what is nullable.
    if (plain.type === 'null') return plain
    const entries = Object.entries(inside(plain))
    const isOfProperty = ([keyword]: [string, unknown]) => PROPERTY_KEYWORDS.includes(keyword)
    const ofProperty = Object.fromEntries(entries.filter(isOfProperty))
    const ofValue = Object.fromEntries(entries.filter(entry => !isOfProperty(entry)))
    return { ...ways[random.below(ways.length)]!(ofValue), ...ofProperty }
  }
  const same = (hidden: Schema) => hidden
  const ways = [
    ...Array.from({ length: 5 }, () => same),
    define,
    (hidden: Schema) => define(define(hidden)),
    (hidden: Schema) => ({ allOf: [hidden] }),
    (hidden: Schema) => ({ allOf: [define(hidden)] }),
  ]

  const inside = (plain: Schema): Schema => {
    const { additionalProperties, anyOf, items, prefixItems, properties, treeOf, ...others } = plain
    if (treeOf) return { ...treeOfValues(hide(treeOf)), ...others }
    return {
      ...others,
      ...(random.chance(0.1) && STYLES[plain.format ?? plain.type]),
      ...(additionalProperties && { additionalProperties: hide(additionalProperties) }),
      ...(anyOf && { anyOf: anyOf.map(hide) }),
      ...(items !== undefined && { items: items && hide(items) }),
      ...(prefixItems && { prefixItems: prefixItems.map(hide) }),
      ...(properties && { properties: mapped(properties, hide) }),
    }
  }
  const treeOfValues = (value: Schema): Schema => {
    const node = define({})
    const properties = { value, next: { anyOf: [node, { type: 'null' }] } }
    $defs[node.$ref.split('/').at(-1)!] = { type: 'object', properties, required: ['value', 'next'] }
    return node
  }

  const root = hide(schema)
  return { ...root, $defs }
}

function mapped(schemas: Record<string, Schema>, change: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]))
}
