// slow-json-stringify has a schema language of its own, without nullable values, unions or records. Strings go through
// JSON.stringify: its own `escape()` writes a backslash before a raw line end, which is not JSON.

import { attr, sjs } from 'slow-json-stringify'

export function slowJson(schema) {
  const { type, items } = JSON.parse(JSON.stringify(schema))
  if (type === 'array') return listOf(items)
  return sjs(template(schema))
}

/** It starts from an object, so a list is joined here as its own array serializer does. */
function listOf(items) {
  const one = sjs(template(items))
  return rows => {
    let json = ''
    for (let i = 0; i < rows.length - 1; i++) json += `${one(rows[i])},`
    return `[${json}${one(rows[rows.length - 1])}]`
  }
}

function template(schema) {
  if (schema.format === 'date-time') return attr('string', date => date.toISOString())
  if (schema.type === 'string') return attr('string', text => JSON.stringify(text).slice(1, -1))
  if (schema.type === 'integer' || schema.type === 'number') return attr('number')
  if (schema.type === 'boolean') return attr('boolean')
  if (schema.type === 'array') return attr('array', sjs(template(schema.items)))
  if (schema.properties === undefined) throw new Error(`cannot do ${JSON.stringify(schema).slice(0, 60)}`)
  const required = schema.required ?? []
  if (Object.keys(schema.properties).length !== required.length) throw new Error('cannot do optional values')
  return Object.fromEntries(Object.entries(schema.properties).map(([name, it]) => [name, template(it)]))
}
