// The layout of docs/FORMAT.md, and every error it promises.

import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { SerializeError } from '../../src/errors.ts'
import { PackedError } from '../../src/packed/packed-error.ts'
import { PackedList } from '../../src/packed/packed-list.ts'
import { compile, type Serializer } from '../../src/serializer.ts'
import { DateTime, Duration, Raw } from '../../src/spec/builders.ts'
import type { CompileOptions } from '../../src/spec/spec.ts'
import { forge, reseal } from './bytes.ts'
import { read, readerOf } from './outcomes.ts'

const movie = Type.Object({ id: Type.Integer(), title: Type.String(), rating: Type.Optional(Type.Number()) })
const movies = compile(movie)
const rows = [
  { id: 7, title: 'Alien', rating: 8.5 },
  { id: 8, title: 'Ann' },
]

test('the example of the docs', () => {
  const docs = readFileSync(new URL('../../docs/FORMAT.md', import.meta.url), 'utf8')
  const dump = docs.slice(docs.indexOf('# Packed rows')).match(/^ *\d+ {2}(?:[0-9a-f]{2} )+/gm)!
  const documented = dump.flatMap(line => line.trim().split(/\s+/).slice(1)).join('')
  expect(movies.pack(rows).toString('hex')).toBe(documented)
})

test('a list tells its length and schema, and borrows its bytes', () => {
  const bytes = movies.pack(rows)
  const list = new PackedList(bytes)
  expect(list.length).toBe(2)
  expect(list.bytes.buffer).toBe(bytes.buffer)
  expect(list.fingerprint.toString('hex')).toBe(bytes.toString('hex', 8, 24))
  expect(movies.unpack(list)).toEqual(movies.unpack(new Uint8Array(bytes)))
})

test('bytes that are taken away, before or after they are opened, are too few', () => {
  const taken = new Uint8Array(movies.pack(rows))
  const list = new PackedList(taken)
  structuredClone(taken.buffer, { transfer: [taken.buffer] })
  expect(() => new PackedList(taken)).toThrow(expect.objectContaining({ code: 'PACKED_MAGIC' }))
  for (const read of [() => movies.unpack(list), () => movies.serialize(list)]) {
    expect(read).toThrow(expect.objectContaining({ name: 'PackedError', code: 'PACKED_LENGTH', offset: 0 }))
  }
})

test('a Uint8Array is rows to serialize, a PackedList is packed rows', () => {
  const integers = compile(Type.Integer())
  const bytes = integers.pack([1, 2])
  expect(integers.serialize(bytes).length).toBe(bytes.length)
  expect(integers.serialize(new PackedList(bytes)).blob.toString()).toBe('[1,2]')
})

test('the error of a value that does not fit is that of serialize', () => {
  const wrong = [...rows, { id: 'x', title: '' }] as never
  for (const source of [wrong, new Set(wrong) as never]) {
    const error = errorOf(() => movies.pack(source))
    expect(error).toBeInstanceOf(SerializeError)
    expect(error).toMatchObject({ code: 'TYPE', path: '/2/id' })
  }
})

test('an iterable is closed when a row does not fit, and when it throws it is not', () => {
  let closed = 0
  function* endless(last: () => unknown): Generator<never> {
    try {
      for (;;) yield last() as never
    } finally {
      closed++
    }
  }
  expect(errorOf(() => movies.pack(endless(() => 'no movie')))).toMatchObject({ code: 'TYPE', path: '/0' })
  expect(closed).toBe(1)
  const broken = {
    [Symbol.iterator]: () => ({
      next: () => {
        throw new Error('gone')
      },
    }),
  }
  expect(errorOf(() => movies.pack(broken as never))).toMatchObject({ code: 'USER_CODE', path: '/0' })
})

describe('bytes that are no packed rows of this schema', () => {
  const change = (position: number, value: number, seal = true) => {
    const bytes = Buffer.from(movies.pack(rows))
    bytes[position] = value
    return seal ? reseal(bytes) : bytes
  }
  test.each([
    ['nothing', Buffer.alloc(0), 'PACKED_MAGIC', 0],
    ['JSON', Buffer.from('[{"id":7}]'), 'PACKED_MAGIC', 0],
    ['a header cut off', movies.pack(rows).subarray(0, 20), 'PACKED_LENGTH', 20],
    ['a format to come', change(4, 3), 'PACKED_FORMAT', 4],
    ['a header damaged', change(24, 9, false), 'PACKED_HEADER', 44],
    ['zeros that are not', change(6, 1), 'PACKED_HEADER', 6],
    ['cut off', movies.pack(rows).subarray(0, -8), 'PACKED_LENGTH', movies.pack(rows).length - 8],
    ['other counts', change(24, 9), 'PACKED_HEADER', 24],
    ['another schema', compile(Type.Integer()).pack([1]), 'PACKED_SCHEMA', 8],
    ['a chunk damaged', change(70, 9, false), 'PACKED_CHUNK', 48],
    ['a chunk without rows', change(48, 0), 'PACKED_CHUNK', 48],
    ['text of three bytes a unit', change(50, 3), 'PACKED_CHUNK', 50],
    ['a chunk past the end', change(52, 200), 'PACKED_CHUNK', 48],
    ['text that is not ASCII', change(112, 0xe9), 'PACKED_VALUE', 112],
  ] as [string, Buffer, string, number][])('%s', (_, bytes, code, offset) => {
    for (const run of [() => movies.unpack(bytes), () => movies.serialize(new PackedList(bytes))]) {
      const error = errorOf(run)
      expect(error).toBeInstanceOf(PackedError)
      expect(error).toMatchObject({ code, offset })
    }
  })

  test('not bytes at all', () => {
    expect(errorOf(() => movies.unpack('TOCP' as never))).toMatchObject({ code: 'PACKED_MAGIC' })
  })
})

describe('slots no packer makes', () => {
  const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY]
  test.each([
    ['a fraction for an integer', Type.Integer(), [1.5], '', '/0'],
    ['null for an integer', Type.Integer(), [nan], '', '/0'],
    ['missing where nothing is optional', Type.Object({ a: Type.Integer() }), [inf], '', '/0/a'],
    ['missing in an array', Type.Array(Type.String()), [1, inf], '', '/0/0'],
    ['a third boolean', Type.Boolean(), [2], '', '/0'],
    ['past the last enum value', Type.Enum(['a', 'b']), [2], '', '/0'],
    ['before the first variant', Type.Union([Type.Integer(), Type.String()]), [-1], '', '/0'],
    ['more elements than slots', Type.Array(Type.Integer()), [2, 1], '', '/0'],
    ['a count of 2 ** 32', Type.Array(Type.Integer()), [2 ** 32, 1], '', '/0'],
    ['a presence of 1', Type.Object({ o: Type.Optional(Type.Object({})) }), [1], '', '/0/o'],
    ['text longer than there is', Type.String(), [3], 'ab', '/0'],
    ['a length of minus one', Type.String(), [-1], '', '/0'],
    ['a date beyond all dates', DateTime(), [8.64e15 + 2], '', '/0'],
    ['a date with a fraction', DateTime(), [0.5], '', '/0'],
    ['a duration beyond 2 ** 53', Duration(), [2 ** 53], '', '/0'],
    ['digits that are none', Type.BigInt(), [-inf, 2], '1e', '/0'],
    ['any that is no JSON', Type.Any(), [3], '{]}', '/0'],
    ['raw that is no JSON', Raw({ trusted: true }), [1], 'x', '/0'],
    ['a record with a name twice', Type.Record(Type.String(), Type.Integer()), [2, 1, 5, 1, 6], 'aa', '/0'],
    [
      'a name the schema has beside the others',
      Type.Object({ a: Type.Integer() }, { additionalProperties: Type.Integer() }),
      [1, 1, 1, 2],
      'a',
      '/0',
    ],
    ['a slot too many', Type.Integer(), [1, 2], '', ''],
    ['text too much', Type.String(), [1], 'ab', ''],
    ['slots missing at the end', Type.Tuple([Type.Integer(), Type.Integer()]), [1], '', '/0/1'],
  ] as [string, Type.TSchema, number[], string, string][])('%s', (_, schema, slots, text, path) => {
    const serializer = compile(schema)
    const fingerprint = new PackedList(serializer.pack([])).fingerprint
    const bytes = forge(fingerprint, 1, slots, text)
    expect(errorOf(() => serializer.unpack(bytes))).toMatchObject({ code: 'PACKED_VALUE', path })
    expect(read(readerOf(schema), bytes)).toBe('refused')
  })

  test('references nested deeper than the option allows, and than the stack', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } } }
    for (const [maxDepth, depth] of [
      [3, 4],
      [10_000, 10_001],
    ] as const) {
      const reader = readerOf(tree, { maxDepth })
      const bytes = forge(reader.formats[0]!.fingerprint, 1, [...new Array(depth).fill(0), inf])
      expect(read(reader, bytes)).toBe('refused')
    }
  })

  test('text that could end a script, where it may not', () => {
    const reader = readerOf(Type.Any(), { htmlSafe: true })
    expect(read(reader, forge(reader.formats[0]!.fingerprint, 1, [3], '"<"'))).toBe('refused')
    expect(read(reader, forge(reader.formats[0]!.fingerprint, 1, [3], '"-"'))).toBe('read')
  })
})

describe('fingerprints', () => {
  const of = (schema: object, options: CompileOptions = {}) => {
    return new PackedList((compile(schema, options) as Serializer<unknown>).pack([])).fingerprint.toString(
      'hex',
    )
  }
  const base = of(movie)
  test.each([
    ['a name', Type.Object({ ...movie.properties, id: Type.Integer(), titel: Type.String() })],
    ['a type', Type.Object({ ...movie.properties, id: Type.Number() })],
    [
      'the order',
      Type.Object({ title: Type.String(), id: Type.Integer(), rating: Type.Optional(Type.Number()) }),
    ],
    ['what is optional', Type.Object({ ...movie.properties, rating: Type.Number() })],
    ['what may be null', Type.Object({ ...movie.properties, id: Type.Union([Type.Integer(), Type.Null()]) })],
    ['what is admitted beside', Type.Object(movie.properties, { additionalProperties: Type.Integer() })],
  ])('differ with %s', (_, schema) => {
    expect(of(schema)).not.toBe(base)
  })

  test('differ with the values of an enum, the style of a duration, htmlSafe', () => {
    expect(of(Type.Enum(['a', 'b']))).not.toBe(of(Type.Enum(['b', 'a'])))
    expect(of(Type.Literal(1))).not.toBe(of(Type.Literal('1')))
    expect(of(Duration())).not.toBe(of(Duration({ style: 'seconds' })))
    expect(of(movie, { htmlSafe: true })).not.toBe(base)
  })

  test('agree when only the writing differs: the new schema writes rows packed by the old', () => {
    const renamed = compile(
      Type.Object({ ...movie.properties, id: Type.Integer({ alias: 'movieId', minimum: 0 }) }),
    )
    expect(
      renamed
        .serialize(new PackedList(movies.pack(rows)))
        .slice(0, 1)
        .toString(),
    ).toBe('{"movieId":7,"title":"Alien","rating":8.5}')
    expect(of(movie, { codegen: false, maxDepth: 3 })).toBe(base)
  })
})

function errorOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test.each([true, false])('a NaN of any payload is packed as the same bytes (codegen: %s)', codegen => {
  const numbers = compile(Type.Number(), { codegen })
  const [odd] = new Float64Array(new BigUint64Array([0x7ff8_0000_dead_beefn]).buffer)
  expect(numbers.pack([odd!]).equals(numbers.pack([Number.NaN]))).toBe(true)
})
