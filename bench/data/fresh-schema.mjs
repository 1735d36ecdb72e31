// Schemas nobody has seen before: V8 keeps the code of a text it has compiled, so every schema has names of its own.

import Type from 'typebox'

const KINDS = [
  [Type.Integer(), 7],
  [Type.String(), 'seven'],
  [Type.Number(), 7.5],
  [Type.Boolean(), true],
  [Type.Array(Type.String()), ['seven']],
]

let serial = 0

/** An object schema of so many fields, and a value of it. */
export function freshSchema(fields) {
  serial++
  const properties = {}
  const value = {}
  for (let i = 0; i < fields; i++) {
    const [schema, sample] = KINDS[i % KINDS.length]
    properties[`field${serial}_${i}`] = schema
    value[`field${serial}_${i}`] = sample
  }
  return { schema: Type.Object(properties), value }
}
