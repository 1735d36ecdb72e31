import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { acceptsNull } from '../../src/spec/nulls.ts'
import { serializeOne } from '../pack/both.ts'
import { INT, obj, STR } from '../schemas.ts'

const $defs = {
  Maybe: { type: ['integer', 'null'] },
  Loop: { anyOf: [{ $ref: '#/$defs/Loop' }, INT, { type: 'boolean' }] },
  Row: obj({ a: INT }),
}
const specOf = (schema: object) => compileSchema({ $defs, ...schema })

it.each<[object, boolean]>([
  [INT, false],
  [{ type: ['integer', 'null'] }, true],
  [{}, true],
  [{ const: null }, true],
  [{ const: 1 }, false],
  [{ enum: [1, null] }, true],
  [{ $ref: '#/$defs/Maybe' }, true],
  [{ $ref: '#/$defs/Row' }, false],
  [{ $ref: '#/$defs/Loop' }, false],
  [{ anyOf: [obj({ a: INT }), { $ref: '#/$defs/Maybe' }] }, true],
  [{ anyOf: [obj({ a: INT }), INT] }, false],
  [obj({ a: {} }), false],
  [{ type: 'array' }, false],
])('%j takes null: %s', (schema, expected) => {
  const { nodes, root } = specOf(schema)
  expect(acceptsNull(nodes, root)).toBe(expected)
})

describe('a default of null', () => {
  it.each<[string, object, object]>([
    [
      'is none where null is no value',
      obj({ a: { ...STR, default: null }, b: INT }, ['b']),
      { json: '{"b":1}' },
    ],
    [
      'is none beside omitEmpty',
      obj({ a: { ...STR, default: null, omitEmpty: true }, b: INT }, ['b']),
      { json: '{"b":1}' },
    ],
    [
      'is none at a reference',
      { $defs, ...obj({ a: { $ref: '#/$defs/Row', default: null }, b: INT }, ['b']) },
      { json: '{"b":1}' },
    ],
    [
      'is none where a value is required',
      obj({ a: { ...STR, default: null } }),
      { code: 'REQUIRED', path: '/a' },
    ],
    [
      'is written where null is a value',
      obj({ a: { type: ['string', 'null'], default: null }, b: INT }),
      { json: '{"a":null,"b":1}' },
    ],
    [
      'is written where a reference leads to it',
      { $defs, ...obj({ a: { $ref: 'Maybe', default: null } }) },
      { json: '{"a":null}' },
    ],
    ['is written where anything is', obj({ a: { default: null } }), { json: '{"a":null}' }],
  ])('%s', (_name, schema, outcome) => {
    expect(serializeOne(schema, () => ({ b: 1 }))).toMatchObject(outcome)
  })
})
