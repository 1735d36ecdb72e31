// `toJSON` that gives null or nothing, where an object may be that as well: as `JSON.stringify` writes it.

import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile, SerializeError } from '../../src/index.ts'

const withNull = (schema: object) => Type.Union([schema as never, Type.Null()])
const point = Type.Object({ x: Type.Integer() })
const circle = Type.Object({ kind: Type.Literal('circle'), r: Type.Number() })
const square = Type.Object({ kind: Type.Literal('square'), a: Type.Number() })
const gives = (value: unknown) => ({ toJSON: () => value })
const same = { x: 7 }

class Document {
  readonly #fields: unknown
  constructor(fields: unknown) {
    this.#fields = fields
  }
  toJSON() {
    return this.#fields
  }
}

const CASES: readonly (readonly [string, object, unknown])[] = [
  ['a property that may be null', Type.Object({ p: withNull(point) }), { p: gives(null) }],
  ['an optional property, undefined', Type.Object({ p: Type.Optional(point) }), { p: gives(undefined) }],
  [
    'an optional property that may be null',
    Type.Object({ p: Type.Optional(withNull(point)) }),
    { p: gives(null) },
  ],
  ['an element that may be null', Type.Array(withNull(point)), [gives(null), gives(undefined), gives(same)]],
  ['a tuple', Type.Tuple([withNull(point), withNull(point)]), [gives(null), gives(same)]],
  [
    'a record',
    Type.Record(Type.String(), withNull(point)),
    { a: gives(null), b: gives(undefined), c: gives(same) },
  ],
  ['a record of what is no null', Type.Record(Type.String(), point), { a: gives(undefined), c: gives(same) }],
  [
    'a Map in it',
    Type.Object({ p: withNull(Type.Record(Type.String(), Type.Integer())) }),
    { p: gives(null) },
  ],
  [
    'properties by pattern',
    {
      type: 'object',
      patternProperties: { '^a': { anyOf: [point, { type: 'null' }] }, '^b': { type: 'integer' } },
    },
    { a1: gives(null), b1: 1, a2: gives(same), a3: gives(undefined) },
  ],
  ['a union of objects', Type.Object({ p: Type.Union([circle, square, Type.Null()]) }), { p: gives(null) }],
  [
    'an optional union',
    Type.Object({ p: Type.Optional(Type.Union([circle, square])) }),
    { p: gives(undefined) },
  ],
  [
    'a union of objects and others',
    Type.Array(Type.Union([point, Type.String(), Type.Null()])),
    [gives(null), gives('s')],
  ],
  [
    'a reference',
    { $defs: { P: point }, type: 'array', items: { anyOf: [{ $ref: '#/$defs/P' }, { type: 'null' }] } },
    [gives(null), gives(same)],
  ],
  [
    'a class',
    Type.Object({ p: withNull(point), q: Type.Optional(point) }),
    { p: new Document(null), q: new Document(undefined) },
  ],
  ['a toJSON that gives a toJSON', Type.Array(withNull(point)), [gives({ x: 1, toJSON: () => null })]],
  [
    'a Date beside objects',
    Type.Array(Type.Union([point, Type.String({ format: 'date-time' }), Type.Null()])),
    [new Date(0)],
  ],
]

describe.each([true, false])('codegen: %s', codegen => {
  it.each(CASES)('%s', (_, schema, value) => {
    const serializer = compile(schema as never, { codegen })
    expect(serializer.serializeOne(value as never).toString()).toBe(JSON.stringify(value))
    expect(serializer.serialize([value, value] as never).blob.toString()).toBe(JSON.stringify([value, value]))
  })

  it('a row', () => {
    const serializer = compile(withNull(point), { codegen })
    const rows = [gives(null), gives(undefined), gives(same)]
    expect(serializer.serialize(rows as never).blob.toString()).toBe(JSON.stringify(rows))
  })

  it('an invalid Date is null to a union that knows no dates, inside one that does', () => {
    const inner = Type.Union([circle, square, Type.Null(), Type.Number()])
    const schema = Type.Array(Type.Union([inner, Type.String({ format: 'date-time' })]))
    const value = [new Date(Number.NaN), new Date(0), gives(null)]
    expect(
      compile(schema, { codegen })
        .serializeOne(value as never)
        .toString(),
    ).toBe(JSON.stringify(value))
  })

  it('null counts as missing where a property is optional and cannot be null', () => {
    const serializer = compile(Type.Object({ p: Type.Optional(point) }), { codegen })
    expect(serializer.serializeOne({ p: gives(null) } as never).toString()).toBe('{}')
  })

  it('a default stands in', () => {
    const schema = Type.Object({ p: Type.Object({ x: Type.Integer() }, { default: { x: 1 } }) })
    expect(
      compile(schema, { codegen })
        .serializeOne({ p: gives(undefined) } as never)
        .toString(),
    ).toBe('{"p":{"x":1}}')
  })

  it('is called once, with the key', () => {
    const keys: unknown[] = []
    const document = { toJSON: (key: unknown) => void keys.push(key) }
    const schema = Type.Object({ p: Type.Optional(point), list: Type.Array(withNull(point)) })
    compile(schema, { codegen }).serializeOne({ p: document, list: [document] } as never)
    expect(keys).toEqual(['p', '0'])
  })

  it.each([
    ['null where it may not be', Type.Object({ p: point }), gives(null), 'REQUIRED', 'null from toJSON'],
    [
      'a number for an optional object',
      Type.Object({ p: Type.Optional(point) }),
      gives(5),
      'TYPE',
      'number 5 from toJSON',
    ],
    [
      'an array for one that may be null',
      Type.Object({ p: withNull(point) }),
      gives([1]),
      'TYPE',
      'array from toJSON',
    ],
  ])('tells of %s', (_, schema, p, code, received) => {
    const run = () => compile(schema as never, { codegen }).serializeOne({ p } as never)
    expect(run).toThrow(SerializeError)
    expect(run).toThrow(expect.objectContaining({ code, path: '/p', received }))
  })
})
