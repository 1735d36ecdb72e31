// Hostile values in every place of every kind of schema: a typed error or the right bytes, from both packers alike, and
// the same serializer is clean afterwards.

import { describe, expect, it } from 'vitest'
import { compile, SerializeError, TocsonError } from '../../src/index.ts'
import { Mismatch, referenceOne, type Schema } from '../oracle/reference.ts'
import { report } from '../random.ts'
import { BEHAVIOUR, DATA, type Hostile } from './hostile-values.ts'

const INTEGER = { type: 'integer' }
const STRING = { type: 'string' }
const object = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})
const text = (format: string, more: object = {}) => ({ type: 'string', format, ...more })
const codec = (schema: object) =>
  Object.defineProperty({ ...schema }, '~codec', { value: { encode: (value: { at: unknown }) => value.at } })

/** Every kind of schema with a value that fits, and its JSON. */
const SCHEMAS: readonly [name: string, schema: Schema, good: unknown, json: string][] = [
  ['integer', INTEGER, 7, '7'],
  ['number', { type: 'number' }, 0.5, '0.5'],
  ['finite number', { type: 'number', nonFinite: 'throw' }, 0.5, '0.5'],
  ['string', STRING, 'é"', '"é\\""'],
  ['boolean', { type: 'boolean' }, true, 'true'],
  ['null', { type: 'null' }, null, 'null'],
  ['bigint', { type: 'bigint' }, 2n ** 64n, '18446744073709551616'],
  ['bigint as string', { type: 'bigint', asString: true }, 5n, '"5"'],
  ['date-time', text('date-time'), new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['date-time in seconds', text('date-time', { precision: 'second' }), 0, '"1970-01-01T00:00:00Z"'],
  ['date', text('date'), 0, '"1970-01-01"'],
  ['time', text('time'), 0, '"00:00:00.000Z"'],
  ['duration', text('duration'), 90_000, '"PT1M30S"'],
  ['duration in seconds', text('duration', { style: 'seconds' }), 90_000, '"90s"'],
  ['bytes', { type: 'string', contentEncoding: 'base64' }, Uint8Array.of(1), '"AQ=="'],
  ['enum', { enum: ['a', 1, true, null] }, 'a', '"a"'],
  ['large enum', { enum: Array.from({ length: 20 }, (_, i) => `e${i}`) }, 'e9', '"e9"'],
  ['const', { const: 'only' }, 'only', '"only"'],
  ['const object', { const: { a: [1] } }, { a: [1] }, '{"a":[1]}'],
  ['any', {}, { x: [1] }, '{"x":[1]}'],
  ['raw', { raw: true }, '[1]', '[1]'],
  ['nullable', { anyOf: [INTEGER, { type: 'null' }] }, null, 'null'],
  ['array', { type: 'array', items: INTEGER }, [1, 2], '[1,2]'],
  [
    'array of nullable strings',
    { type: 'array', items: { type: ['string', 'null'] } },
    ['x', null],
    '["x",null]',
  ],
  ['array of arrays', { type: 'array', items: { type: 'array', items: {} } }, [[1]], '[[1]]'],
  ['tuple', { type: 'array', prefixItems: [INTEGER, STRING], items: false }, [1, 'x'], '[1,"x"]'],
  ['object', object({ a: INTEGER, b: STRING }, ['a']), { a: 1, b: 'x' }, '{"a":1,"b":"x"}'],
  [
    'object with defaults',
    object({ a: { ...INTEGER, default: 3, omitEmpty: true }, b: {} }, []),
    {},
    '{"a":3}',
  ],
  ['nullable object', { ...object({ a: INTEGER }), nullable: true }, null, 'null'],
  [
    'object of inherited names',
    object({ constructor: INTEGER, __proto__: INTEGER, toString: STRING }, []),
    {},
    '{}',
  ],
  ['record of integers', { type: 'object', additionalProperties: INTEGER }, { k: 1 }, '{"k":1}'],
  ['record of anything', { type: 'object', additionalProperties: true }, { k: [] }, '{"k":[]}'],
  [
    'object with a rest',
    { ...object({ a: INTEGER }), additionalProperties: STRING },
    { a: 1, z: '' },
    '{"a":1,"z":""}',
  ],
  ['union', { anyOf: [INTEGER, object({ a: INTEGER }), { type: 'array', items: INTEGER }] }, [5], '[5]'],
  [
    'union of alike objects',
    { anyOf: [object({ a: INTEGER }), object({ a: STRING })] },
    { a: 'x' },
    '{"a":"x"}',
  ],
  ['discriminated union', discriminated(), { kind: 'b', v: null }, '{"kind":"b","v":null}'],
  ['recursive', recursive(), { next: null, list: [] }, '{"next":null,"list":[]}'],
  ['codec', codec(INTEGER), { at: 7 }, '7'],
  ['optional codec', object({ a: codec(STRING) }, []), { a: { at: 'x' } }, '{"a":"x"}'],
]

function discriminated(): Schema {
  const variants = [
    object({ kind: { const: 'a' }, v: INTEGER }),
    object({ kind: { const: 'b' }, v: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }),
  ]
  return { anyOf: variants }
}

function recursive(): Schema {
  return object({
    next: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
    list: { type: 'array', items: { $ref: '#' } },
  })
}

/** Where the hostile value stands. */
const PLACES: readonly [
  name: string,
  schema: (inner: Schema) => Schema,
  place: (value: unknown, good: unknown) => unknown,
][] = [
  ['alone', inner => inner, value => value],
  ['as an element', inner => ({ type: 'array', items: inner }), (value, good) => [good, value]],
  [
    'as a property',
    inner => object({ before: STRING, p: inner, after: STRING }),
    value => ({ before: '\ud83d', p: value, after: '\ude00' }),
  ],
  ['as an optional property', inner => object({ p: inner }, []), value => ({ p: value })],
  ['in a record', inner => ({ type: 'object', additionalProperties: inner }), value => ({ p: value })],
]

let count = 0
let failures = 0

describe.each(SCHEMAS)('%s', (_name, inner, good, json) => {
  it.each(PLACES)('%s', (_place, wrap, put) => {
    // `#` means the inner schema, which has to be found inside another.
    const isRecursive = JSON.stringify(inner).includes('"#"')
    const schema = isRecursive ? wrap({ ...inner, $id: 'Inner' }) : wrap(inner)
    const wrong: string[] = []
    const goodRow = put(good, good)
    const goodJson = compile(schema).serializeOne(goodRow).toString()
    expect(goodJson).toContain(json)
    const serializers = [true, false].map(codegen => compile(schema, { codegen }))
    for (const hostile of [...DATA, ...BEHAVIOUR]) {
      count++
      const isData = DATA.includes(hostile) && !isRecursive
      const outcomes = serializers.map(serializer => {
        const outcome = outcomeOf(() => serializer.serializeOne(put(hostile[1](), good)))
        if (serializer.serializeOne(goodRow).toString() !== goodJson) return 'the next call is not clean'
        return outcome
      })
      const problem = problemOf(outcomes, isData ? expectedOf(schema, put(hostile[1](), good)) : undefined)
      if (problem) wrong.push(`${hostile[0]}: ${problem}`)
    }
    failures += wrong.length
    expect(wrong).toEqual([])
  })
})

it('counts', () => {
  const made = DATA.length + BEHAVIOUR.length
  report(
    `hostile values: ${made} by hand, in every place of ${SCHEMAS.length} kinds of schema`,
    count,
    failures,
  )
  expect(count).toBe(made * SCHEMAS.length * PLACES.length)
})

type Outcome = Buffer | SerializeError | string

function outcomeOf(run: () => Buffer): Outcome {
  try {
    return run()
  } catch (error) {
    return error instanceof SerializeError ? error : `threw ${describeError(error)}`
  }
}

function describeError(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack).slice(0, 300) : typeof error
  } catch {
    return 'something unreadable'
  }
}

function expectedOf(schema: Schema, value: unknown): Buffer | undefined | 'refused' {
  try {
    return referenceOne(schema, value)
  } catch (error) {
    if (error instanceof Mismatch) return 'refused'
    throw error
  }
}

function problemOf(
  outcomes: readonly Outcome[],
  expected: Buffer | undefined | 'refused',
): string | undefined {
  const [generated, interpreted] = outcomes as [Outcome, Outcome]
  if (typeof generated === 'string') return generated
  if (typeof interpreted === 'string') return `interpreter: ${interpreted}`
  if (shown(generated) !== shown(interpreted))
    return `${shown(generated)}, interpreter: ${shown(interpreted)}`
  if (Buffer.isBuffer(generated)) {
    if (expected === 'refused') return `wrote ${shown(generated)}, which the reference refuses`
    if (expected && !generated.equals(expected)) return `wrote ${shown(generated)}, not ${shown(expected)}`
    JSON.parse(generated.toString())
    return undefined
  }
  return expected && expected !== 'refused' ? `${shown(generated)}, not ${shown(expected)}` : undefined
}

function shown(outcome: Outcome): string {
  if (Buffer.isBuffer(outcome)) return outcome.toString().slice(0, 500)
  return typeof outcome === 'string' ? outcome : `${outcome.code} ${outcome.message}`.slice(0, 500)
}

describe('as rows', () => {
  const serializers = [true, false].map(codegen => compile(INTEGER, { codegen }))
  it.each([...DATA, ...BEHAVIOUR])('%s', (...[, make]: Hostile) => {
    const outcomes = serializers.map(serializer => {
      const outcome = outcomeOf(() => serializer.serialize(make() as Iterable<number>).blob)
      expect(serializer.serialize([1, 2]).blob.toString()).toBe('[1,2]')
      return outcome
    })
    expect(problemOf(outcomes, undefined)).toBeUndefined()
  })
})

describe('re-entrant calls', () => {
  it.each([true, false])('use the same serializer inside getters, five deep, codegen %s', codegen => {
    const serializer = compile(object({ a: STRING, b: STRING }), { codegen })
    const nest = (depth: number): { a: string; b: string } => ({
      get a() {
        return depth === 0 ? 'é' : serializer.serializeOne(nest(depth - 1)).toString()
      },
      get b() {
        return depth === 0 ? 'x' : serializer.serialize([nest(depth - 1), nest(0)]).blob.toString()
      },
    })
    const plain = (depth: number): { a: string; b: string } => {
      if (depth === 0) return { a: 'é', b: 'x' }
      return { a: JSON.stringify(plain(depth - 1)), b: JSON.stringify([plain(depth - 1), plain(0)]) }
    }
    expect(serializer.serializeOne(nest(5)).toString()).toBe(JSON.stringify(plain(5)))
  })

  it.each([true, false])('that fail leave the outer call alone, codegen %s', codegen => {
    const serializer = compile(object({ a: INTEGER }), { codegen })
    const row = {
      get a() {
        expect(() => serializer.serializeOne({ a: 'x' } as never)).toThrow('/a: expected integer')
        return 1
      },
    }
    expect(serializer.serialize([row, row]).blob.toString()).toBe('[{"a":1},{"a":1}]')
  })
})

describe('changed prototypes', () => {
  const schema = object({
    i: INTEGER,
    s: STRING,
    d: text('date-time'),
    l: { type: 'array', items: INTEGER },
    o: object({ x: { type: 'boolean' } }),
  })
  const make = () => ({ i: 1, s: 'é', d: new Date(0), l: [1, 2], o: { x: true } })
  const json = JSON.stringify(make())
  const lie = () => 'lie'
  it.each<[string, object, PropertyKey, unknown]>([
    ['String.prototype.toJSON', String.prototype, 'toJSON', lie],
    ['Number.prototype.toJSON', Number.prototype, 'toJSON', lie],
    ['Array.prototype.toJSON', Array.prototype, 'toJSON', lie],
    ['Date.prototype.toJSON', Date.prototype, 'toJSON', lie],
    ['Date.prototype.getTime', Date.prototype, 'getTime', lie],
    ['Date.prototype.valueOf', Date.prototype, 'valueOf', lie],
    ['Date.prototype.toISOString', Date.prototype, 'toISOString', lie],
    ['String.prototype.valueOf', String.prototype, 'valueOf', lie],
    ['String.prototype.charCodeAt', String.prototype, 'charCodeAt', lie],
    ['Object.prototype.length', Object.prototype, 'length', 5],
    ['Object.prototype.encode', Object.prototype, 'encode', lie],
    ['Object.prototype.nullable', Object.prototype, 'nullable', true],
    ['Object.prototype.x', Object.prototype, 'x', 'inherited'],
    ['Object.prototype.__lookupGetter__', Object.prototype, '__lookupGetter__', lie],
  ])('%s does not reach the output', (_name, target, name, value) => {
    const serializers = [true, false].map(codegen => compile(schema, { codegen }))
    const before = Object.getOwnPropertyDescriptor(target, name)
    const outputs: string[] = []
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true })
    try {
      for (const serializer of serializers) outputs.push(serializer.serializeOne(make()).toString('utf8'))
    } finally {
      if (before) Object.defineProperty(target, name, before)
      else Reflect.deleteProperty(target, name)
    }
    expect(outputs).toEqual([json, json])
  })

  it('Object.prototype.toJSON is called once for each object, as JSON.stringify does', () => {
    const serializers = [true, false].map(codegen => compile(object({ x: INTEGER }), { codegen }))
    Object.defineProperty(Object.prototype, 'toJSON', {
      value: () => Object.assign(Object.create(null), { x: 9 }),
      configurable: true,
    })
    const outputs: string[] = []
    try {
      for (const serializer of serializers) outputs.push(serializer.serializeOne({ x: 1 }).toString())
    } finally {
      Reflect.deleteProperty(Object.prototype, 'toJSON')
    }
    expect(outputs).toEqual(['{"x":9}', '{"x":9}'])
  })
})

describe('sparse arrays', () => {
  const sparse = () => new Array(1e8)
  it('of 100,000,000 holes are refused at the first', () => {
    for (const schema of [INTEGER, { type: 'array', items: INTEGER }]) {
      const serializer = compile(schema)
      expect(() => serializer.serialize(schema === INTEGER ? sparse() : [sparse()])).toThrow(TocsonError)
    }
  })
})
