// What `allOf`, conditions and what stands beside a reference come out as, when the parts overlap, contradict each
// other, come from other documents or contain themselves.

import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import type { CompileOptions } from '../../src/spec/spec.ts'
import { serializeOne } from '../pack/both.ts'

const INT = { type: 'integer' }
const STR = { type: 'string' }
const obj = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})
/** What holds where `k` has a value. */
const whenK = (value: string, then: unknown) => ({
  if: { properties: { k: { const: value } }, required: ['k'] },
  then,
})
const documentOf = (schema: object) => ({ schemas: { ext: { definitions: { Y: INT }, ...schema } } })
const Y = { $ref: '#/definitions/Y' }
const text = Type.Codec(Type.String())
  .Decode(value => value)
  .Encode(value => `<${value}>`)

type Row = readonly [name: string, schema: object, value: unknown, json: string, options?: CompileOptions]

const OVERLAPS: readonly Row[] = [
  ['alias', { allOf: [obj({ a: STR }), obj({ a: { ...STR, alias: 'b' } })] }, { a: 'x' }, '{"b":"x"}'],
  ['default', { allOf: [obj({ a: { default: 'x' } }, []), obj({ a: STR }, [])] }, {}, '{"a":"x"}'],
  ['omitEmpty', { allOf: [obj({ a: { omitEmpty: true } }, []), obj({ a: STR }, [])] }, { a: '' }, '{}'],
  ['the nearer default', obj({ a: { allOf: [{ ...INT, default: 1 }], default: 2 } }, []), {}, '{"a":2}'],
  ['enums of objects', { allOf: [{ enum: [{ a: 1 }, 2] }, { enum: [{ a: 1 }] }] }, { a: 1 }, '{"a":1}'],
  [
    'consts that are one object',
    { allOf: [{ const: { a: 1, b: 2 } }, { const: { b: 2, a: 1 } }] },
    { b: 2, a: 1 },
    '{"a":1,"b":2}',
  ],
  ['bigint consts', { allOf: [{ const: 1n }, { const: 1n }] }, 1n, '1'],
  ['an enum and its const', { allOf: [{ enum: ['a', 'b'] }, { const: 'b' }] }, 'b', '"b"'],
  [
    'tuples, the longer last',
    { allOf: [{ prefixItems: [STR] }, { prefixItems: [STR, INT] }] },
    ['a', 1],
    '["a",1]',
  ],
  [
    'a written format last',
    { allOf: [{ ...STR, format: 'x' }, { format: 'date' }] },
    new Date(0),
    '"1970-01-01"',
  ],
  [
    'a property that another part forbids',
    { allOf: [obj({ a: INT, b: INT }, ['a']), { properties: { b: false } }] },
    { a: 1, b: 2 },
    '{"a":1}',
  ],
  ['nullable parts', { allOf: [{ allOf: [obj({})], nullable: true }] }, null, 'null'],
  [
    'one codec twice',
    Type.Intersect([Type.Object({ a: text }), Type.Object({ a: text })]),
    { a: 'x' },
    '{"a":"<x>"}',
  ],
]

const CONDITIONS: readonly Row[] = [
  [
    'several',
    { ...obj({ k: STR }), allOf: [whenK('a', obj({ a: INT })), whenK('b', obj({ b: INT })), whenK('c', {})] },
    { k: 'b', a: 1, b: 2 },
    '{"k":"b","b":2}',
  ],
  [
    'several, none of which holds',
    { ...obj({ k: STR }), allOf: [whenK('a', obj({ a: INT })), whenK('b', obj({ b: INT }))] },
    { k: 'z', a: 1, b: 2 },
    '{"k":"z"}',
  ],
  [
    'the same with different consequences',
    { allOf: [whenK('a', obj({ a: INT })), whenK('a', obj({ b: INT }))] },
    { k: 'a', a: 1, b: 2 },
    '{"k":"a","a":1,"b":2}',
  ],
  ['beside a union', { anyOf: [obj({ k: STR }), INT], allOf: [whenK('a', {}), whenK('b', {})] }, 5, '5'],
  [
    'else false',
    { ...obj({ k: STR }), ...whenK('a', obj({ a: INT })), else: false },
    { k: 'a', a: 1 },
    '{"k":"a","a":1}',
  ],
  [
    'unions that agree by an enum',
    {
      allOf: [
        { oneOf: [obj({ k: { enum: ['a'] }, x: INT }), obj({ k: { enum: ['b'] }, y: INT })] },
        { oneOf: [obj({ k: { const: 'a' }, z: INT }), obj({ k: { const: 'b' }, w: INT })] },
      ],
    },
    { k: 'b', y: 1, w: 2 },
    '{"k":"b","y":1,"w":2}',
  ],
  ['a variant of another type', { ...STR, anyOf: [INT, { minLength: 1 }] }, 'x', '"x"'],
  ['variants that nothing is', { anyOf: [false, { not: {} }, STR] }, 'x', '"x"'],
  [
    'variants that refuse a property',
    { oneOf: [obj({ a: INT, b: false }, ['a']), obj({ a: false, b: INT }, ['b'])] },
    { b: 1 },
    '{"b":1}',
  ],
]

const RECURSION: readonly Row[] = [
  [
    'a reference with a type',
    obj({ v: INT, next: { $ref: '#', type: 'object' } }, ['v']),
    { v: 1, next: { v: 2 } },
    '{"v":1,"next":{"v":2}}',
  ],
  [
    'children that are more than their parent',
    obj({ v: INT, kids: { type: 'array', items: { allOf: [{ $ref: '#' }, obj({ w: INT })] } } }, ['v']),
    { v: 1, kids: [{ v: 2, w: 3, kids: [{ v: 4, w: 5 }] }] },
    '{"v":1,"kids":[{"v":2,"kids":[{"v":4,"w":5}],"w":3}]}',
  ],
  [
    'a reference to the whole beside a part that says nothing of it',
    {
      ...{ $ref: '#/$defs/Action' },
      $defs: {
        Action: {
          allOf: [
            obj(
              {
                next: { $ref: '#/$defs/Action' },
                each: { type: 'array', items: { $ref: '#/$defs/Action' } },
              },
              [],
            ),
            { anyOf: [{ $ref: '#/$defs/Log' }, { $ref: '#/$defs/Stop' }] },
          ],
        },
        Log: obj({ type: { const: 'log' }, next: {}, each: { items: { title: 'again' } } }, ['type']),
        Stop: obj({ type: { const: 'stop' }, next: { description: 'none' } }, ['type']),
      },
    },
    { type: 'log', next: { type: 'log', next: { type: 'stop' } }, each: [{ type: 'log', each: [] }] },
    '{"next":{"next":{"type":"stop"},"type":"log"},"each":[{"each":[],"type":"log"}],"type":"log"}',
  ],
  [
    'the same or null',
    obj({ v: INT, next: { anyOf: [{ allOf: [{ $ref: '#' }, obj({ w: INT })] }, { type: 'null' }] } }, ['v']),
    { v: 1, next: { v: 2, w: 3, next: null } },
    '{"v":1,"next":{"v":2,"next":null,"w":3}}',
  ],
  [
    'an Intersect in a Cyclic',
    Type.Cyclic(
      {
        N: Type.Object({
          v: Type.Integer(),
          n: Type.Optional(Type.Intersect([Type.Ref('N'), Type.Object({ w: Type.Integer() })])),
        }),
      },
      'N',
    ),
    { v: 1, n: { v: 2, w: 3, n: { v: 4, w: 5 } } },
    '{"v":1,"n":{"v":2,"n":{"v":4,"w":5},"w":3}}',
  ],
]

const SCOPES: readonly Row[] = [
  [
    'a part of a part',
    { definitions: { Y: STR }, allOf: [{ $ref: 'ext' }, obj({ q: STR })] },
    { p: 1, q: 'x' },
    '{"p":1,"q":"x"}',
    documentOf({ allOf: [obj({ p: Y })] }),
  ],
  [
    'a variant of a part',
    { allOf: [{ $ref: 'ext' }, obj({ q: STR })] },
    { p: 1, q: 'x' },
    '{"q":"x","p":1}',
    documentOf({ anyOf: [obj({ p: Y }), obj({ r: Y })] }),
  ],
  [
    'properties of both',
    { allOf: [{ $ref: 'ext' }, obj({ p: obj({ w: STR }) })] },
    { p: { z: 1, w: 'x' } },
    '{"p":{"z":1,"w":"x"}}',
    documentOf(obj({ p: obj({ z: Y }) })),
  ],
  [
    'a consequence',
    { allOf: [{ $ref: 'ext' }, obj({ k: STR })] },
    { k: 'a', p: 1 },
    '{"k":"a","p":1}',
    documentOf(whenK('a', obj({ p: Y }))),
  ],
  [
    'properties that are not evaluated',
    { allOf: [{ $ref: 'ext' }, obj({ q: STR })] },
    { p: 1, q: 'x' },
    '{"q":"x","p":1}',
    documentOf({ type: 'object', unevaluatedProperties: Y }),
  ],
  [
    'an inline part with an $id',
    { allOf: [{ $id: 'inner', definitions: { Y: INT }, ...obj({ p: Y }) }, obj({ q: STR })] },
    { p: 1, q: 'x' },
    '{"p":1,"q":"x"}',
  ],
  [
    'a condition of a part with an $id',
    { allOf: [{ $id: 'inner', definitions: { Y: INT }, ...obj({ k: STR }), ...whenK('a', obj({ p: Y })) }] },
    { k: 'a', p: 1 },
    '{"k":"a","p":1}',
  ],
]

const BESIDE: readonly Row[] = [
  [
    'unevaluatedProperties beside $ref',
    { $defs: { X: obj({ a: INT }) }, $ref: '#/$defs/X', unevaluatedProperties: STR },
    { a: 1, z: 'x' },
    '{"a":1,"z":"x"}',
  ],
  [
    'unevaluatedProperties that close a recursion',
    obj({ v: INT, next: { $ref: '#', unevaluatedProperties: false } }, ['v']),
    { v: 1, next: { v: 2 } },
    '{"v":1,"next":{"v":2}}',
  ],
  [
    'contentEncoding beside $ref',
    { $defs: { X: STR }, $ref: '#/$defs/X', contentEncoding: 'base64' },
    new Uint8Array([1]),
    '"AQ=="',
  ],
  [
    'contentEncoding beside anyOf',
    { anyOf: [STR, { type: 'null' }], contentEncoding: 'base64' },
    new Uint8Array([1]),
    '"AQ=="',
  ],
]

describe.each<[string, readonly Row[]]>([
  ['an overlap', OVERLAPS],
  ['a condition', CONDITIONS],
  ['recursion', RECURSION],
  ['references of', SCOPES],
  ['what stands beside', BESIDE],
])('%s', (_group, rows) => {
  it.each(rows.map(row => [row[0], row] as const))('%s', (_name, [, schema, value, json, options]) => {
    expect(serializeOne(schema, () => value, options)).toEqual({ json })
  })
})

describe('is refused:', () => {
  it.each<[string, object, string, string]>([
    ['bigint consts that differ', { allOf: [{ const: 1n }, { const: 2n }] }, '', 'const'],
    ['enums without a common value', { allOf: [{ enum: ['a'] }, { enum: ['b'] }] }, '', 'enum'],
    ['a const outside the enum', { allOf: [{ enum: ['a'] }, { const: 'b' }] }, '', 'enum'],
    ['two written formats', { allOf: [{ format: 'date' }, { format: 'time' }] }, '', 'format'],
    ['no possible variant', { ...STR, anyOf: [INT, { type: 'boolean' }] }, '/anyOf/1', 'allOf'],
    ['variants that nothing is', { anyOf: [false, { not: {} }] }, '/anyOf/0', 'schema'],
    ['what plain variants say twice', { anyOf: [STR, obj({ a: false })] }, '/anyOf/1/properties/a', 'schema'],
    [
      'more combinations than can be written out',
      { allOf: [...'abcdefghijklm'].map(letter => whenK(letter, obj({ [letter]: INT }))) },
      '',
      'if',
    ],
  ])('%s', (_name, schema, pointer, keyword) => {
    expect(() => compile(schema)).toThrow(expect.objectContaining({ pointer, keyword }))
  })
})
