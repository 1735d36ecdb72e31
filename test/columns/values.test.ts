// Columns of JavaScript values: for any schema and any values, the same as rows, errors and their paths included.

import fc from 'fast-check'
import Type from 'typebox'
import { expect, it } from 'vitest'
import { offsetsOf } from '../../src/columns/checks.ts'
import { ColumnList, type CompileOptions, compile } from '../../src/index.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { serializeColumns, serializeRows } from './both.ts'

const CASES = isLong ? 20_000 : 500

function isPlain(row: unknown): row is Record<string, unknown> {
  if (typeof row !== 'object' || row === null || typeof (row as { toJSON?: unknown }).toJSON === 'function') {
    return false
  }
  return Object.getPrototypeOf(row) === Object.prototype
}

it('columns of any values give what rows give, for any schema', () => {
  const property = fc.property(schemaCase, example => {
    const make = () => example.seeds.map(example.row)
    fc.pre(make().every(isPlain))
    const names = [...new Set(make().flatMap(row => Object.keys(row as object)))]
    const columns = () => {
      const rows = make() as Record<string, unknown>[]
      return Object.fromEntries(
        names.map(name => [name, rows.map(row => (Object.hasOwn(row, name) ? row[name] : undefined))]),
      )
    }
    const values = columns()
    const rows = example.seeds.map((_, i) => Object.fromEntries(names.map(name => [name, values[name]![i]])))
    const options = example.options as CompileOptions
    const outcome = serializeColumns(example.schema, columns, options, 'drop')
    const expected = names.length === 0 ? outcome : serializeRows(example.schema, rows, options)
    // A required property that no row has at all is an error of the columns, not of a row.
    if (!('path' in outcome && outcome.path.split('/').length === 2 && outcome.code === 'REQUIRED')) {
      expect(outcome).toEqual(expected)
    } else expect(expected).toHaveProperty('code')
  })
  fc.assert(property, { numRuns: CASES, seed: testSeed() })
})

it.each([
  ['bigints for an enum of numbers', { enum: [2, 1, null] }, [1, 2], BigInt64Array.of(1n, 2n)],
  ['bigints for a number that is given', { const: 7 }, [7], BigInt64Array.of(7n)],
  ['bigints for text', { type: 'string' }, [1n], BigInt64Array.of(1n)],
  ['bigints for anything', {}, [1n], BigInt64Array.of(1n)],
  ['bigints for a union', { anyOf: [{ type: 'bigint' }, { type: 'string' }] }, [7n], BigInt64Array.of(7n)],
  ['finite doubles', { type: 'number', nonFinite: 'throw' }, [1, 0.5], Float64Array.of(1, 0.5)],
  ['other doubles', { type: 'number', nonFinite: 'throw' }, [1, NaN], Float64Array.of(1, NaN)],
  ['an enum', { enum: ['b', 'a'] }, ['a', 'b'], { indices: Int8Array.of(0, 2), dictionary: ['a', 'z', 'b'] }],
  [
    'more than an enum',
    { enum: ['b', 'a'] },
    ['a', 'z'],
    { indices: Int8Array.of(0, 1), dictionary: ['a', 'z'] },
  ],
])('%s give what rows give', (_name, value, values, column) => {
  const schema = { type: 'object', properties: { value }, required: ['value'] }
  const expected = serializeRows(
    schema,
    values.map(each => ({ value: each })),
  )
  expect(serializeColumns(schema, () => ({ value: column }))).toEqual(expected)
})

it('integers of 64 bits are numbers as far as doubles are exact, on both sides', () => {
  const schema = (value: object) => ({ type: 'object', properties: { value }, required: ['value'] })
  const limit = 2n ** 53n
  for (const type of ['integer', 'number']) {
    const outcomeOf = (values: object) => serializeColumns(schema({ type }), () => ({ value: values }))
    const both = '[{"value":-9007199254740992},{"value":9007199254740992}]'
    expect(outcomeOf(BigInt64Array.of(-limit, limit))).toMatchObject({ json: both })
    expect(outcomeOf(BigUint64Array.of(limit))).toMatchObject({ json: '[{"value":9007199254740992}]' })
    for (const [values, path] of [
      [BigInt64Array.of(0n, limit + 1n), '/1/value'],
      [BigInt64Array.of(-limit - 1n), '/0/value'],
      [BigUint64Array.of(limit + 1n), '/0/value'],
      [BigUint64Array.of(limit + 2n ** 32n), '/0/value'],
    ] as const) {
      expect(outcomeOf(values)).toMatchObject({ code: 'TYPE', path })
    }
  }
  const bigints = serializeColumns(schema({ type: 'bigint' }), () => ({
    value: BigInt64Array.of(limit, -limit),
  }))
  expect(bigints).toMatchObject({ json: '[{"value":9007199254740992},{"value":-9007199254740992}]' })
})

it('bytes are what rows hold where values are taken whole', () => {
  const column = { bytes: Buffer.from([0, 1, 2]).subarray(1), offsets: Int32Array.of(0, 2) }
  const codec = Type.Codec(Type.String())
    .Decode(() => Uint8Array.of())
    .Encode(bytes => bytes.constructor.name)
  const record = { type: 'object', additionalProperties: { type: 'integer' } }
  for (const value of [{}, record, codec, { anyOf: [{ type: 'string' }, record] }]) {
    const schema = { type: 'object', properties: { value }, required: ['value'] }
    const expected = serializeRows(schema, [{ value: Uint8Array.of(1, 2) }])
    expect(expected).toHaveProperty('json')
    expect(serializeColumns(schema, () => ({ value: column }))).toEqual(expected)
  }
})

it('a bitmap is padded to 64 bytes, that of no values too', () => {
  const schema = { type: 'object', properties: { value: { type: ['integer', 'null'] } } }
  const column = (count: number, bytes: number) => () => ({
    value: { values: new Int8Array(count), validity: new Uint8Array(bytes) },
  })
  for (const count of [0, 1]) {
    const rows = Array.from({ length: count }, () => ({ value: null }))
    expect(serializeColumns(schema, column(count, 64))).toMatchObject({ json: JSON.stringify(rows) })
    expect(serializeColumns(schema, column(count, 65))).toMatchObject({ code: 'COLUMN_LENGTH' })
  }
})

it('fields that a struct does not have are not there', () => {
  const place = {
    type: 'object',
    properties: { lat: { type: 'number' }, name: { type: 'string', default: '?' } },
  }
  const schema = { type: 'object', properties: { place } }
  const columns = { place: { fields: { lat: Int8Array.of(1, 2) } } }
  const rows = [{ place: { lat: 1 } }, { place: { lat: 2 } }]
  expect(serializeColumns(schema, () => columns)).toEqual(serializeRows(schema, rows))
})

it('offsets beyond 2 GiB are doubles', () => {
  const offsets = offsetsOf(BigInt64Array.of(0n, 2n ** 31n + 5n), 1, 2 ** 31 + 10, '')
  expect(offsets).toEqual(Float64Array.of(0, 2 ** 31 + 5))
})

it('rows that may be null elsewhere are objects here', () => {
  const object = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }
  const outcome = serializeColumns({ anyOf: [object, { type: 'null' }] }, () => ({ id: Int8Array.of(1, 2) }))
  expect(outcome).toEqual({ json: '[{"id":1},{"id":2}]' })
})

it('numbers that are not finite are packed as NaN, as those of rows are', () => {
  const numbers = [1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  const schema = Type.Object({ value: Type.Number() })
  const expected = [1.5, Number.NaN, Number.NaN, Number.NaN].map(value => ({ value }))
  for (const codegen of [true, false]) {
    const serializer = compile(schema, { codegen })
    for (const column of [Float64Array.from(numbers), Float32Array.from(numbers), numbers]) {
      const packed = serializer.pack(new ColumnList({ value: column }))
      expect(serializer.unpack(packed)).toEqual(expected)
    }
  }
})
