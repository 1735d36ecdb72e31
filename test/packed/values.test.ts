// What each kind of value is after it was packed and unpacked, by generated code and by the interpreter.

import { isDeepStrictEqual } from 'node:util'
import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import type { UnpackOptions } from '../../src/packed/packed-format.ts'
import { PackedList } from '../../src/packed/packed-list.ts'
import { compile } from '../../src/serializer.ts'
import { Bytes, CalendarDate, DateTime, Duration, Raw, Time } from '../../src/spec/builders.ts'
import { everyRow, everything } from './everything.ts'

/** The unpacked form of one value, the same from both walkers. */
function trip(schema: object, value: unknown, options: UnpackOptions = {}): unknown {
  const [generated, interpreted] = [true, false].map(codegen => {
    const serializer = compile(schema, { codegen })
    const bytes = serializer.pack([value])
    const list = serializer.serialize(new PackedList(bytes))
    expect(list.blob).toEqual(serializer.serialize([value]).blob)
    return serializer.unpack(bytes, options)[0]
  })
  expect(interpreted).toStrictEqual(generated)
  return generated
}

const noon = new Date('2026-11-21T12:00:00Z')
const nullable = (schema: Type.TSchema) => Type.Union([schema, Type.Null()])

test.each([
  ['an integer', Type.Integer(), 7, 7],
  ['an integer beyond 32 bits', Type.Integer(), 2 ** 40, 2 ** 40],
  ['minus zero, an integer', Type.Integer(), -0, 0],
  ['a number', Type.Number(), 0.1, 0.1],
  ['NaN', Type.Number(), Number.NaN, Number.NaN],
  ['a number that is null', nullable(Type.Number()), null, null],
  ['a bigint', Type.BigInt(), 5n, 5n],
  ['a bigint beyond doubles', Type.BigInt(), -(2n ** 70n), -(2n ** 70n)],
  ['a boolean', Type.Boolean(), false, false],
  ['text', Type.String(), 'naïve 😀 \ud83d', 'naïve 😀 \ud83d'],
  ['an enum', Type.Enum(['a', 'b']), 'b', 'b'],
  ['a const', Type.Literal('x'), 'x', 'x'],
  ['null', Type.Null(), null, null],
  ['a Date', DateTime(), noon, noon],
  ['epoch ms', DateTime(), noon.getTime(), noon],
  ['a date as text', DateTime(), '2026-11-21T12:00:00Z', '2026-11-21T12:00:00Z'],
  ['a calendar date', CalendarDate(), noon, noon],
  ['a time', Time(), noon, noon],
  ['ms', Duration(), 5000, 5000],
  ['units', Duration(), { hours: 1 }, 'PT1H'],
  ['bytes', Bytes(), new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ['base64', Bytes(), 'AQI=', new Uint8Array([1, 2])],
  ['base64 with other bits behind', Bytes(), 'AQJ=', 'AQJ='],
  ['any', Type.Any(), { a: [1, null] }, { a: [1, null] }],
  ['raw', Raw(), '{"a":1}', '{"a":1}'],
  ['raw bytes', Raw(), Buffer.from('[1]'), '[1]'],
  ['a tuple', Type.Tuple([Type.Integer(), Type.String()]), [1, 'a'], [1, 'a']],
  ['an array', Type.Array(nullable(Type.String())), ['a', null], ['a', null]],
  ['a Set', Type.Array(Type.Integer()), new Set([1, 2]), [1, 2]],
  ['a record', Type.Record(Type.String(), Type.Integer()), { a: 1 }, { a: 1 }],
  ['a default', Type.Object({ a: Type.Optional(Type.Integer({ default: 3 })) }), {}, { a: 3 }],
  ['an alias', Type.Object({ a: Type.Integer({ alias: 'b' }) }), { a: 3 }, { a: 3 }],
  ['what the schema does not name', Type.Object({ a: Type.Integer() }), { a: 3, z: 1 }, { a: 3 }],
] as [string, Type.TSchema, unknown, unknown][])('%s', (_, schema, value, expected) => {
  expect(trip(schema, value)).toStrictEqual(expected)
})

test('a codec comes as its encode gave it', () => {
  const schema = Type.Codec(Type.Integer())
    .Decode(seconds => ({ seconds }))
    .Encode(({ seconds }) => seconds)
  expect(trip(schema, { seconds: 3 })).toBe(3)
})

describe('objects', () => {
  test('missing properties are not there, the others in the order of the schema', () => {
    const schema = Type.Object({
      a: Type.Integer(),
      b: Type.Optional(Type.Integer()),
      c: Type.Integer(),
      d: Type.Optional(nullable(Type.String())),
    })
    expect(Object.keys(trip(schema, { d: null, c: 1, a: 2 }) as object)).toEqual(['a', 'c', 'd'])
  })

  test('no name becomes code or a prototype', () => {
    const names = ['__proto__', 'constructor', '"];throw 1//', '\u2028', '`+x+`', '']
    const schema = { type: 'object', properties: {} as Record<string, object>, required: names }
    for (const name of names)
      Object.defineProperty(schema.properties, name, { value: { type: 'integer' }, enumerable: true })
    const value = JSON.parse(`{${names.map((name, i) => `${JSON.stringify(name)}:${i}`)}}`)
    const result = trip(schema, value) as object
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
    expect(Object.entries(result)).toEqual(Object.entries(value))
  })

  test('records: a name that would set the prototype is a property', () => {
    const value = JSON.parse('{"__proto__":1,"a":2}')
    const result = trip(Type.Record(Type.String(), Type.Integer()), value) as object
    expect(Object.entries(result)).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ])
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  })

  test('records as Maps keep the order of all names', () => {
    const schema = Type.Record(Type.String(), Type.Integer())
    const map = new Map([
      ['b', 1],
      ['7', 2],
      ['3', 3],
    ])
    expect(trip(schema, map, { records: 'map' })).toEqual(map)
    expect([...(trip(schema, map, { records: 'map' }) as typeof map).keys()]).toEqual(['b', '7', '3'])
  })

  test('records are objects or Maps, and nothing else', () => {
    const serializer = compile(Type.Record(Type.String(), Type.Integer()))
    const bytes = serializer.pack([{ a: 1 }])
    expect(serializer.unpack(bytes, { records: 'object' })).toEqual([{ a: 1 }])
    expect(() => serializer.unpack(bytes, { records: 'Map' as 'map' })).toThrow(
      expect.objectContaining({ code: 'OPTION', option: 'records' }),
    )
  })

  test('literals that are objects are not shared with the schema', () => {
    const schema = { enum: [{ a: 1 }, 'x'] }
    const row = trip(schema, { a: 1 }) as { a: number }
    row.a = 2
    expect(schema.enum[0]).toEqual({ a: 1 })
  })

  test('hundreds of properties, and objects within objects', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 600 }, (_, i) => [`p${i}`, Type.Optional(Type.Integer())]),
    )
    const inner = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`q${i}`, Type.String()]))
    const schema = Type.Object({ ...wide, in: Type.Array(Type.Object(inner)) })
    const strings = Object.fromEntries(Object.keys(inner).map(name => [name, `v ${name}`]))
    const value = { p3: 3, p599: 599, in: [strings, strings] }
    expect(trip(schema, value)).toStrictEqual(value)
  })
})

test('a row of everything gives the same JSON again', () => {
  for (const codegen of [true, false]) {
    const serializer = compile(everything as Type.TSchema, { codegen })
    const expected = serializer.serialize(everyRow).blob.toString()
    const rows = serializer.unpack(serializer.pack(everyRow))
    expect(serializer.serialize(rows).blob.toString()).toBe(expected)
  }
})

test('rows from anywhere: none, an iterable, a list of many chunks, a row larger than a chunk', () => {
  const serializer = compile(Type.Object({ text: Type.String(), n: Type.Array(Type.Integer()) }))
  const small = { text: 'é', n: [1] }
  const large = { text: 'x'.repeat(400_000), n: Array.from({ length: 50_000 }, (_, i) => i) }
  const wide = { text: '\u4e2d'.repeat(400_000), n: [] }
  for (const rows of [
    [],
    [small],
    [small, large, small, wide, large],
    Array.from({ length: 3000 }, () => small),
  ]) {
    const bytes = serializer.pack(rows)
    expect(serializer.pack(new Set(rows.map(row => ({ ...row })))).equals(bytes)).toBe(true)
    expect(isDeepStrictEqual(serializer.unpack(bytes), rows)).toBe(true)
    const { blob, toc } = serializer.serialize(rows)
    const list = serializer.serialize(new PackedList(bytes))
    expect(list.blob.equals(blob)).toBe(true)
    expect(isDeepStrictEqual(list.toc, toc)).toBe(true)
  }
})

test('equal rows give equal bytes, whatever was packed before', () => {
  const serializer = compile(Type.String())
  const bytes = serializer.pack(['plain'])
  serializer.pack(['not ASCII: é'])
  expect(serializer.pack(['plain'])).toEqual(bytes)
})
