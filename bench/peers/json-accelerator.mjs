// json-accelerator with the markers it looks for: dates as a union with `Date`, optional properties by symbol.

import { createAccelerator } from 'json-accelerator'

const OPTIONAL = Symbol.for('TypeBox.Optional')
const KIND = Symbol.for('TypeBox.Kind')

export function accelerate(schema) {
  return createAccelerator(marked(JSON.parse(JSON.stringify(schema))))
}

function marked(schema) {
  if (schema.$defs !== undefined || schema.$ref !== undefined) throw new Error('does not know $ref')
  if (schema.format === 'date-time') return { anyOf: [{ type: 'Date' }, schema] }
  if (schema.type === 'integer') return { type: 'number' }
  if (schema.anyOf !== undefined) return union(schema.anyOf.map(marked))
  if (schema.type === 'array') return { ...schema, items: marked(schema.items) }
  if (schema.patternProperties !== undefined) return record(schema)
  if (schema.properties !== undefined) return object(schema)
  return schema
}

/** A nullable date is one union, not a union of a union, and null is seen only if it comes first. */
function union(variants) {
  const flat = variants.flatMap(it => it.anyOf ?? [it])
  return { anyOf: [...flat.filter(it => it.type === 'null'), ...flat.filter(it => it.type !== 'null')] }
}

function record(schema) {
  const [pattern, values] = Object.entries(schema.patternProperties)[0]
  return { type: 'object', [KIND]: 'Record', patternProperties: { [pattern]: marked(values) } }
}

function object({ type, required = [], properties }) {
  const copies = Object.entries(properties).map(([name, property]) => {
    const copy = marked(property)
    return [name, required.includes(name) ? copy : { ...copy, [OPTIONAL]: 'Optional' }]
  })
  return { type, properties: Object.fromEntries(copies) }
}
