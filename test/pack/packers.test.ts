// Both packers, same bytes and errors: places where they once differed or gave a wrong answer.

import { runInNewContext } from 'node:vm'
import { Temporal } from 'temporal-polyfill'
import Type from 'typebox'
import { describe, expect, it, vi } from 'vitest'
import { Bytes, CalendarDate, compile, DateTime, Duration, Time } from '../../src/index.ts'
import { toSerializeError } from '../../src/pack/border.ts'
import { PackedRows } from '../../src/pack/packed-rows.ts'
import { type Outcome, serialize, serializeOne } from './both.ts'

const tagged = (tag: string, text: unknown) => ({ [Symbol.toStringTag]: tag, toString: () => text })
const isoCodec = Type.Codec(Type.String())
  .Decode(text => new Date(text))
  .Encode(date => date.toISOString())
const NULLABLE_CODEC = Type.Union([isoCodec, Type.Null()])
const INTEGER = { type: 'integer' }
const object = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})

const INTEGERS = { type: 'array', items: INTEGER }
const TEXTS_OR_FLAGS = {
  anyOf: [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'boolean' } },
  ],
}

type Row = readonly [name: string, schema: object, value: () => unknown, expected: string]

const VALUES: readonly Row[] = [
  ['an object that only inherits from Date', DateTime(), () => Object.create(Date.prototype), 'TYPE '],
  ['a Proxy of a Date', DateTime(), () => new Proxy(new Date(0), {}), 'TYPE '],
  ['a date that prints NaN', CalendarDate(), () => tagged('Temporal.PlainDate', Number.NaN), 'TYPE '],
  ['a date that prints -Infinity', CalendarDate(), () => tagged('Temporal.PlainDate', -Infinity), 'TYPE '],
  ['a date that prints nothing', CalendarDate(), () => tagged('Temporal.PlainDate', undefined), 'TYPE '],
  ['an object tagged String for a date', DateTime(), () => tagged('String', 'x'), 'TYPE '],
  ['a boxed string for a date', DateTime(), () => new String('x'), '"x"'],
  ['an invalid Date that another variant takes', union(DateTime(), {}), () => new Date(Number.NaN), 'null'],
  ['null beside a codec', NULLABLE_CODEC, () => null, 'null'],
  ['a value of the codec beside null', NULLABLE_CODEC, () => new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['a hole beside a codec', Type.Array(NULLABLE_CODEC), () => new Array(2), '[null,null]'],
  ['a Set for a tuple in a union', union({ prefixItems: [INTEGER] }, INTEGER), () => new Set([1]), '[1]'],
  ['a boxed string for bytes in a union', union(Bytes(), INTEGER), () => new String('QQ=='), '"QQ=="'],
  ['a bigint behind any in a union', union({}, { type: 'bigint' }), () => 5n, '5'],
  ['a Temporal value in a union', union(Time(), INTEGER), () => new Temporal.PlainTime(5), '"05:00:00.000Z"'],
  [
    'a Temporal.Duration in a union with an object',
    union(Duration({ style: 'seconds' }), object({ a: INTEGER })),
    () => Temporal.Duration.from('PT5M'),
    '"300s"',
  ],
  [
    'a Buffer of JSON in a union',
    union({ raw: true }, object({ a: INTEGER })),
    () => Buffer.from('[1]'),
    '[1]',
  ],
  [
    'null for a nullable object in a union',
    union({ ...object({}), nullable: true }, { type: 'array' }),
    () => null,
    'null',
  ],
  [
    'a bigint inside any in a union',
    union({}, object({ a: { type: 'bigint' } })),
    () => ({ a: 5n }),
    '{"a":5}',
  ],
  ['a generator in a union of arrays', TEXTS_OR_FLAGS, () => values(true, false), '[true,false]'],
  [
    'generators in a union of objects',
    union(object({ a: INTEGERS, b: INTEGERS }), object({ a: INTEGERS, b: TEXTS_OR_FLAGS })),
    () => ({ a: values(1, 2), b: values('x') }),
    '{"a":[1,2],"b":["x"]}',
  ],
  [
    'a generator for a tuple in a union',
    union({ prefixItems: [INTEGER] }, { prefixItems: [{ type: 'string' }] }),
    () => values('x'),
    '["x"]',
  ],
  ['a generator that no variant of a union takes', TEXTS_OR_FLAGS, () => values('x', 1), 'UNION '],
  ['an empty value where a default stands in', withDefault(7), () => ({ a: '' }), '{}'],
  ['a missing value where a default stands in', withDefault(7), () => ({}), '{"a":7}'],
  [
    'a default beside a codec that has a value',
    codecDefault({}),
    () => ({ a: new Date(0) }),
    '{"a":"1970-01-01T00:00:00.000Z"}',
  ],
  ['a default beside a codec', codecDefault({}), () => ({}), '{"a":"none"}'],
  [
    'a default beside a codec that may be empty',
    codecDefault({ omitEmpty: true }),
    () => ({ a: new Date(0) }),
    '{"a":"1970-01-01T00:00:00.000Z"}',
  ],
  ['an empty value of it', codecDefault({ omitEmpty: true }), () => ({ a: [] }), '{}'],
  [
    'a Map with names no pattern takes',
    { type: 'object', patternProperties: { '^x-': INTEGER } },
    () =>
      new Map([
        ['y', 'no integer'],
        ['x-1', 1],
      ] as [string, unknown][]),
    '{"x-1":1}',
  ],
  [
    'a long list in a union, tried aside',
    union(
      object({ n: { type: 'array', items: INTEGER }, t: { type: 'string' } }),
      object({ n: { type: 'array', items: INTEGER } }),
    ),
    () => ({ n: Array.from({ length: 5_000 }, (_, i) => i) }),
    JSON.stringify({ n: Array.from({ length: 5_000 }, (_, i) => i) }),
  ],
  [
    'an error of a named union says its name',
    { $defs: { Shape: union(INTEGER, { type: 'boolean' }) }, ...object({ a: { $ref: '#/$defs/Shape' } }) },
    () => ({}),
    'REQUIRED /a',
  ],
  ['a boxed string for a duration', Duration(), () => new String('P1D'), '"P1D"'],
  [
    'a codec with an enum in a record',
    { type: 'object', additionalProperties: wrappedEnum() },
    () => ({ r: { wrapped: true } }),
    '{"r":true}',
  ],
  [
    'an error behind a reference that is already packed',
    {
      $defs: { L: object({ next: union({ $ref: '#/$defs/L' }, { type: 'null' }) }) },
      ...object({ a: { $ref: '#/$defs/L' }, b: INTEGER }),
    },
    () => ({ a: { next: { next: null } }, b: 'x' }),
    'TYPE /b',
  ],
  [
    'literals that are objects, with their properties in another order',
    object({
      a: { enum: [{ x: { p: 1, q: [{ r: 1, s: null }] }, y: 'y' }, 'z'] },
      b: { const: { k: 1, l: 2 } },
    }),
    () => ({ a: { y: new String('y'), x: { q: [{ s: null, r: 1 }], p: 1 } }, b: { l: 2, k: 1 } }),
    '{"a":{"x":{"p":1,"q":[{"r":1,"s":null}]},"y":"y"},"b":{"k":1,"l":2}}',
  ],
  [
    'a date and boxes of another realm, in unions',
    object({
      at: union({ type: 'string', format: 'date' }, object({ a: INTEGER })),
      flags: { type: 'array', items: union(INTEGER, { type: 'boolean' }, { type: 'bigint' }) },
    }),
    () => runInNewContext('({ at: new Date(5), flags: [new Boolean(true), new Number(7), Object(1n)] })'),
    '{"at":"1970-01-01","flags":[true,7,1]}',
  ],
  [
    'a toJSON that returns its object, in a union',
    union(object({ a: INTEGER }), { type: 'string' }),
    onceJson,
    '{"a":1}',
  ],
]

const ROWS: readonly Row[] = [
  ['a boxed string for rows', { type: 'string' }, () => new String('abc'), 'TYPE '],
  ['a revoked Proxy for rows', INTEGER, revoked, 'USER_CODE '],
  [
    'an error whose message throws',
    INTEGER,
    () => ({ [Symbol.iterator]: () => ({ next: unreadable }) }),
    'USER_CODE /0',
  ],
]

describe('both packers', () => {
  it.each(VALUES)('%s', (_name, schema, value, expected) => {
    expect(shortOf(serializeOne(schema, value))).toBe(expected)
  })
  it.each(ROWS)('%s', (_name, schema, value, expected) => {
    expect(shortOf(serialize(schema, value))).toBe(expected)
  })

  it('name the place of an error after a getter that serialized with the same serializer', () => {
    const schema = object({ a: INTEGER, b: object({ c: INTEGER }) })
    for (const codegen of [true, false]) {
      const serializer = compile(schema, { codegen })
      const row = {
        get a() {
          serializer.serializeOne({ a: 1, b: { c: 2 } })
          return 'x'
        },
        b: { c: 1 },
      }
      expect(() => serializer.serializeOne(row)).toThrow('/a: expected integer, got string "x"')
    }
  })

  it('keep room for what follows a nested reference, however deep', () => {
    const names = Array.from({ length: 800 }, (_, i) => `f${i}`)
    const fields = Object.fromEntries(names.map(name => [name, INTEGER]))
    const schema = object({ child: union({ $ref: '#' }, { type: 'null' }), ...fields })
    let value: object | null = null
    for (let depth = 0; depth < 200; depth++)
      value = { child: value, ...Object.fromEntries(names.map((n, i) => [n, i])) }
    expect(shortOf(serializeOne(schema, () => value, { maxDepth: 1000 }))).toBe(JSON.stringify(value))
  })

  it('try nested unions in time that grows with the value, not with the power of its depth', () => {
    const branch = (extra: Record<string, object>) => object({ a: { $ref: '#/$defs/N' }, ...extra }, ['a'])
    const variants = [
      branch({ x: INTEGER }),
      branch({ y: { type: 'string' } }),
      object({ leaf: { type: 'boolean' } }),
    ]
    const schema = { $defs: { N: { anyOf: variants } }, $ref: '#/$defs/N' }
    let value: object = { leaf: true }
    for (let depth = 0; depth < 60; depth++) value = { a: value }
    expect(shortOf(serializeOne(schema, () => value))).toBe(JSON.stringify(value))
  })

  it('try unions of references to each other in time that does not double with each', () => {
    const $defs = {
      A: union({ $ref: '#/$defs/B' }, { type: 'string' }),
      B: union({ $ref: '#/$defs/A' }, { type: 'boolean' }),
    }
    expect(serializeOne({ $defs, $ref: '#/$defs/A' }, () => 'x')).toEqual({ json: '"x"' })
    expect(shortOf(serializeOne({ $defs, $ref: '#/$defs/A' }, () => 5))).toMatch(/^UNION /)
  })

  it('read inherited names as missing, whatever the shapes of the rows', () => {
    const names = Array.from({ length: 8 }, (_, i) => `f${i}`)
    const schema = object(
      Object.fromEntries([...names, 'toString'].map(name => [name, { type: 'string' }])),
      [],
    )
    const rows = Array.from({ length: 60 }, (_, r) =>
      Object.fromEntries(names.filter((_, i) => (r >> (i % 5)) & 1).map(n => [n, n])),
    )
    expect(shortOf(serialize(schema, () => rows))).toBe(JSON.stringify(rows))
  })

  it('name a union inside a union by its reference', () => {
    const $defs = { Shape: union(INTEGER, { type: 'boolean' }), Row: object({ b: INTEGER }) }
    const a = union({ type: 'string' }, { $ref: '#/$defs/Shape' }, { $ref: '#/$defs/Row' })
    const outcome = serializeOne({ $defs, ...object({ a }) }, () => ({}))
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^\/a: expected string or Shape or object \(Row\), got undefined/),
    })
  })

  it('read own properties only, where somebody added to what all objects inherit', () => {
    const schema = { type: 'object', additionalProperties: INTEGER }
    Object.assign(Object.prototype, { polluted: 'x' })
    try {
      expect(shortOf(serializeOne(schema, () => ({ a: 1 })))).toBe('{"a":1}')
    } finally {
      delete (Object.prototype as Record<string, unknown>).polluted
    }
  })

  it('are chosen by the option, and by what the process allows', () => {
    expect(compile(INTEGER).packer).toBe('generated')
    expect(compile(INTEGER, { codegen: true }).packer).toBe('generated')
    expect(compile(INTEGER, { codegen: false }).packer).toBe('interpreted')
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('Code generation from strings disallowed for this context')
    })
    try {
      const serializer = compile(INTEGER)
      expect([serializer.packer, serializer.serializeOne(5).toString()]).toEqual(['interpreted', '5'])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('say that a row is too large when its slots cannot grow', () => {
    const packed = new PackedRows(new Float64Array(4), 0, () => undefined)
    packed.slotEnd = 2
    expect(packed.grow(2, 'pending')).toBe('pending')
    expect(() => packed.grow(3, '')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })

  // V8 parses the code of some 900 arrays, but finds too little stack for it when it first runs.
  it.each([
    [101, 'object'],
    [600, 'object'],
    [101, 'array'],
    [900, 'array'],
  ])('interpret a schema whose code would be nested too deep: %i levels, %s', (levels, type) => {
    let schema: object = INTEGER
    let value: unknown = 1
    for (let i = 0; i < levels; i++) {
      schema = type === 'array' ? { type, items: schema } : object({ a: schema })
      value = type === 'array' ? [value] : { a: value }
    }
    const deep = compile(schema)
    expect(deep.packer).toBe('interpreted')
    expect(shortOf(serializeOne(schema, () => value))).toBe(JSON.stringify(value))
    expect(JSON.stringify(deep.unpack(deep.pack([value])))).toBe(JSON.stringify([value]))
  })

  it.each([
    ['Array buffer allocation failed', 'TOO_LARGE'],
    ['Invalid typed array length: 4294967296', 'TOO_LARGE'],
    ['Invalid string length', 'TOO_LARGE'],
    ['Maximum call stack size exceeded', 'DEPTH'],
    ['something else', 'USER_CODE'],
  ])('call RangeError "%s" %s', (message, code) => {
    const { spec } = compile(INTEGER)
    const packed = new PackedRows(new Float64Array(1), 0, () => {})
    expect(toSerializeError(new RangeError(message), spec, packed, undefined).code).toBe(code)
  })
})

function shortOf(outcome: Outcome): string {
  return 'json' in outcome ? outcome.json : `${outcome.code} ${outcome.path}`
}

function union(...anyOf: readonly object[]): object {
  return { anyOf }
}

function* values(...items: readonly unknown[]): Generator<unknown> {
  yield* items
}

function withDefault(value: unknown): object {
  return object({ a: { type: 'integer', default: value, omitEmpty: true } }, [])
}

function codecDefault(options: object): object {
  const a = Object.defineProperty({ type: 'string', default: 'none', ...options }, '~codec', {
    value: { encode: (date: Date) => date.toISOString() },
  })
  return object({ a }, [])
}

function wrappedEnum(): object {
  const encode = (value: { readonly wrapped: unknown }) => value.wrapped
  return Object.defineProperty({ enum: ['a', true] }, '~codec', { value: { encode } })
}

function onceJson(): object {
  let calls = 0
  return {
    a: 1,
    toJSON() {
      if (++calls > 1) throw new Error('called twice')
      return this
    },
  }
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

function unreadable(): never {
  throw Object.defineProperty(new Error(), 'message', {
    get() {
      throw new Error('hidden')
    },
  })
}
