// A schema as fast-json-stringify wants it: plain JSON Schema, `nullable` rather than a union with null (which would
// send every value through its validator), and definitions at the root by pointer.

/** A plain copy without TypeBox's markers. */
export function plainSchema(schema) {
  const definitions = {}
  const root = plain(JSON.parse(JSON.stringify(schema)), definitions)
  return { ...root, definitions }
}

function plain(schema, definitions) {
  if (Array.isArray(schema)) return schema.map(it => plain(it, definitions))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $id, $defs, ...rest } = schema
  for (const [name, definition] of Object.entries($defs ?? {}))
    definitions[name] = plain(definition, definitions)
  const copy = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, plain(value, definitions)]),
  )
  if (typeof copy.$ref === 'string') copy.$ref = `#/definitions/${copy.$ref}`
  return nullableOf(copy.anyOf) ?? copy
}

function nullableOf(variants) {
  if (variants?.length !== 2 || variants[1].type !== 'null') return undefined
  return { ...variants[0], nullable: true }
}
