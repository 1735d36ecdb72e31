// Errors a person can act on: each with its code, its place, and what was expected and came, from both packers alike.

import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { describeValue } from '../src/errors.ts'
import { compile, SerializeError, TocsonError } from '../src/index.ts'
import { serialize, serializeOne } from './pack/both.ts'
import { INT, obj, STR } from './schemas.ts'

const actor = obj({ name: STR, rating: { type: 'number' } })
const movies = obj({ title: STR, actors: { type: 'array', items: actor } })
const cat = { ...obj({ meows: { type: 'boolean' } }) }
const dog = { ...obj({ barks: { type: 'boolean' }, legs: INT }) }
const tree = obj({ v: INT, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] }, last: INT })

type Row = readonly [schema: object, value: unknown, code: string, message: string]

const ROWS: readonly Row[] = [
  [STR, 5, 'TYPE', '(root): expected string, got number 5'],
  [STR, null, 'REQUIRED', '(root): expected string, got null'],
  [INT, 1.5, 'INTEGER', '(root): expected integer, got number 1.5'],
  [INT, '7', 'TYPE', '(root): expected integer, got string "7"'],
  [
    { type: 'number', nonFinite: 'throw' },
    Number.NaN,
    'NON_FINITE',
    '(root): expected finite number, got number NaN',
  ],
  [{ type: 'boolean' }, 0, 'TYPE', '(root): expected boolean, got number 0'],
  [{ type: 'bigint' }, 5, 'TYPE', '(root): expected bigint, got number 5'],
  [{ type: ['string', 'null'] }, 5, 'TYPE', '(root): expected string or null, got number 5'],
  [{ enum: ['a', 1] }, 'b', 'ENUM', '(root): expected one of "a", 1, got string "b"'],
  [
    { enum: Array.from({ length: 10 }, (_, i) => i) },
    10,
    'ENUM',
    '(root): expected one of 0, 1, 2, 3, 4, 5, 6, 7, …, got number 10',
  ],
  [{ const: 'a' }, 'b', 'ENUM', '(root): expected "a", got string "b"'],
  [
    { type: 'string', format: 'date-time' },
    new Date(Number.NaN),
    'INVALID_DATE',
    '(root): expected date-time (Date, epoch ms, Temporal or string), got invalid Date',
  ],
  [
    { type: 'string', format: 'date' },
    8.64e15 + 2,
    'INVALID_DATE',
    '(root): expected date (Date, epoch ms, Temporal or string), got number 8640000000000002',
  ],
  [
    { type: 'string', format: 'duration' },
    0.5,
    'TYPE',
    '(root): expected integral milliseconds, got number 0.5',
  ],
  [
    { type: 'string', format: 'duration', style: 'seconds' },
    { years: 1 },
    'TYPE',
    '(root): expected duration without years and months, got object',
  ],
  [
    { type: 'string', contentEncoding: 'base64' },
    [1],
    'TYPE',
    '(root): expected Uint8Array or base64 string, got array',
  ],
  [{ type: 'array', items: INT }, 'abc', 'TYPE', '(root): expected array, got string "abc"'],
  [{ type: 'array', items: INT }, [1, undefined, 3], 'REQUIRED', '/1: expected integer, got undefined'],
  [{ prefixItems: [INT, INT] }, [1], 'LENGTH', '(root): expected array of 2 elements, got 1 elements'],
  [{ raw: true }, '{', 'RAW', '(root): expected valid JSON, got string "{"'],
  [
    movies,
    {
      title: 'x',
      actors: [
        { name: 'a', rating: 1 },
        { name: 'b', rating: 'n/a' },
      ],
    },
    'TYPE',
    '/actors/1/rating: expected number, got string "n/a"',
  ],
  [
    movies,
    { title: 'x', actors: [{ rating: 1 }] },
    'REQUIRED',
    '/actors/0/name: expected string, got undefined',
  ],
  [movies, { title: 'x', actors: null }, 'REQUIRED', '/actors: expected array, got null'],
  [obj({ 'a/b~c': INT }), { 'a/b~c': 'x' }, 'TYPE', '/a~1b~0c: expected integer, got string "x"'],
  [{ additionalProperties: INT }, { ok: 1, bad: 'x' }, 'TYPE', '/bad: expected integer, got string "x"'],
  [
    { additionalProperties: INT },
    new Map([[1, 1]]),
    'TYPE',
    '(root): expected Map with string keys, got a key of number 1',
  ],
  [
    { ...obj({ a: INT }), patternProperties: { '^x': INT }, additionalProperties: STR },
    { a: 1, z: 's', x1: 's' },
    'TYPE',
    '/x1: expected integer, got string "s"',
  ],
  [
    tree,
    { v: 1, next: { v: 2, next: null, last: 3 }, last: 'x' },
    'TYPE',
    '/last: expected integer, got string "x"',
  ],
  [
    tree,
    { v: 1, next: { v: 2, next: { v: 'x', next: null, last: 1 }, last: 3 }, last: 4 },
    'TYPE',
    '/next/next/v: expected integer, got string "x"',
  ],
  [
    { anyOf: [INT, { type: 'boolean' }] },
    'x',
    'UNION',
    '(root): expected integer or boolean, got string "x" (integer: expected integer, got string "x"; boolean: expected boolean, got string "x")',
  ],
  [
    { anyOf: [cat, dog] },
    { barks: true, legs: 'four' },
    'UNION',
    '(root): expected object or object, got object (object: /meows expected boolean, got undefined; object: /legs expected integer, got string "four")',
  ],
  [
    obj({ a: { anyOf: [cat, INT] } }),
    { a: { meows: 'yes' } },
    'UNION',
    '/a: expected object or integer, got object (object: /meows expected boolean, got string "yes"; integer: expected integer, got object)',
  ],
]

describe('an error', () => {
  it.each(ROWS)('%#: %j', (schema, value, code, message) => {
    const outcome = serializeOne(schema, () => value)
    expect(outcome).toEqual({
      code,
      path: message.startsWith('(root)') ? '' : message.slice(0, message.indexOf(':')),
      message,
    })
    const inRows = serialize(schema, () =>
      Array.isArray(value) || value instanceof Map ? [value] : new Set([value]),
    )
    expect(inRows).toEqual({
      code,
      path: `/0${'path' in outcome ? outcome.path : ''}`,
      message: message.replace(/^(\(root\)|(?=\/))/, '/0'),
    })
  })

  it('counts rows from the first of the list, in any chunk and from any iterable', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => i as unknown)
    for (const bad of [0, 1, 255, 256, 257, 511, 512, 999]) {
      const wrong = rows.with(bad, 'x')
      for (const make of [() => wrong, () => new Set(wrong), () => wrong.values()]) {
        expect(serialize(INT, make)).toEqual({
          code: 'TYPE',
          path: `/${bad}`,
          message: `/${bad}: expected integer, got string "x"`,
        })
      }
    }
  })

  it('of user code carries its cause', () => {
    const cause = new Error('division by zero')
    const row = {
      get a(): number {
        throw cause
      },
    }
    for (const codegen of [true, false]) {
      const serializer = compile(obj({ a: INT }), { codegen })
      expect(() => serializer.serialize([row])).toThrow(
        expect.objectContaining({ cause, code: 'USER_CODE', path: '/0/a' }),
      )
      expect(() => serializer.serialize([row])).toThrow(
        '/0/a: expected integer, got an error: division by zero',
      )
    }
  })

  it('closes the iterator it came from, whatever that throws', () => {
    let closed = 0
    const rows = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 'x' }),
        return: () => {
          closed++
          throw new Error('ignored')
        },
      }),
    }
    expect(() => compile(INT).serialize(rows as never)).toThrow('/0: expected integer')
    expect(closed).toBe(1)
  })

  it('is a TocsonError with a name', () => {
    const error = new SerializeError('TYPE', '/0', 'a', 'b')
    expect(error).toBeInstanceOf(TocsonError)
    expect([error.name, error.code, error.expected, error.received]).toEqual([
      'SerializeError',
      'TYPE',
      'a',
      'b',
    ])
  })
})

describe('a value is described', () => {
  it.each<[unknown, string]>([
    [-0, 'number -0'],
    [2n ** 200n, 'bigint beyond 30 digits'],
    [5n, 'bigint 5'],
    ['x'.repeat(100), `string "${'x'.repeat(40)}…"`],
    ['\ud800"', 'string "\\ud800\\""'],
    [Symbol('s'), 'symbol'],
    [() => 1, 'function'],
    [[], 'array'],
    [new Date(0), 'Date'],
    [new Map(), 'Map'],
    [new Set(), 'Set'],
    [new Uint8Array(1), 'typed array'],
    [Promise.resolve([]), 'Promise'],
    [new Error('x'), 'Error'],
    [{}, 'object'],
    [undefined, 'undefined'],
    [true, 'boolean true'],
  ])('%s', (value, text) => {
    expect(describeValue(value)).toBe(text)
  })

  it.each([
    ['new Date(0)', 'Date'],
    ['new Date(NaN)', 'invalid Date'],
    ['new Map()', 'Map'],
    ['new Set()', 'Set'],
    ['Promise.resolve([])', 'Promise'],
    ["new TypeError('x')", 'Error'],
  ])('of another realm: %s', (source, text) => {
    expect(describeValue(runInNewContext(source))).toBe(text)
  })

  it('also when it cannot be inspected', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(describeValue(proxy)).toContain('object')
  })
})
