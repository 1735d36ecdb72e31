// Arbitraries of columns in every form, with the values that rows would hold and a schema for them.

import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import type { Schema } from '../oracle/reference.ts'
import { decimalText } from './arrow-cases.ts'

/** A column, what its values are in rows, and a schema they fit. */
export interface RandomColumn {
  readonly schema: Schema
  readonly input: unknown
  readonly values: readonly unknown[]
}

type ColumnOf = (length: number) => fc.Arbitrary<RandomColumn>

const many = <T>(arbitrary: fc.Arbitrary<T>, length: number) =>
  fc.array(arbitrary, { minLength: length, maxLength: length })

const NUMBER_TYPES = [
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  Uint8ClampedArray,
]

const integers: ColumnOf = length =>
  fc
    .tuple(many(fc.integer(), length), fc.constantFrom(...NUMBER_TYPES), fc.constantFrom('integer', 'number'))
    .map(([numbers, Type, type]) => {
      const values = Type.from(numbers)
      return { schema: { type }, input: values, values: [...values] }
    })

const floats: ColumnOf = length =>
  fc
    .tuple(many(fc.oneof(fc.double(), fc.integer()), length), fc.constantFrom(Float32Array, Float64Array))
    .map(([numbers, Type]) => {
      const values = Type.from(numbers)
      return { schema: { type: 'number' }, input: values, values: [...values] }
    })

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const safe = fc.maxSafeInteger().map(BigInt)

const bigints: ColumnOf = length =>
  many(fc.oneof(int64, safe), length).map(values => ({
    schema: { type: 'bigint' },
    input: BigInt64Array.from(values),
    values,
  }))

const unsigned: ColumnOf = length =>
  many(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), length).map(values => ({
    schema: { type: 'bigint' },
    input: BigUint64Array.from(values),
    values,
  }))

const narrow: ColumnOf = length =>
  fc.tuple(many(safe, length), fc.constantFrom('integer', 'number')).map(([values, type]) => ({
    schema: { type, title: 'from bigint' },
    input: BigInt64Array.from(values),
    values: values.map(Number),
  }))

const booleans: ColumnOf = length =>
  fc.tuple(many(fc.boolean(), length), fc.boolean()).map(([values, asBits]) => ({
    schema: { type: 'boolean' },
    input: asBits ? { bits: bitmapOf(values), length } : values,
    values,
  }))

const word = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 200 }))
/** Windows of ASCII only, and others. */
const texts = (length: number) =>
  fc.oneof(many(fc.string({ unit: 'grapheme-ascii', maxLength: 100 }), length), many(word, length))

const text: ColumnOf = length =>
  fc.tuple(texts(length), fc.constantFrom(Int32Array, Uint32Array, Float64Array)).map(([values, Type]) => {
    const bytes = values.map(value => Buffer.from(value))
    return {
      schema: { type: 'string' },
      input: { text: Buffer.concat(bytes), offsets: Type.from(offsetsOf(bytes)) },
      values,
    }
  })

const strings: ColumnOf = length =>
  texts(length).map(values => ({ schema: { type: 'string' }, input: values, values }))

const dictionary: ColumnOf = length =>
  fc
    .tuple(texts(5), many(fc.nat(4), length), fc.constantFrom(Int8Array, Uint16Array, BigInt64Array))
    .map(([entries, indices, Type]) => ({
      schema: { type: 'string' },
      input: {
        indices:
          Type === BigInt64Array ? Type.from(indices.map(BigInt)) : (Type as typeof Int8Array).from(indices),
        dictionary: entries,
      },
      values: indices.map(index => entries[index]),
    }))

const enums: ColumnOf = length =>
  fc
    .tuple(fc.uniqueArray(word, { minLength: 2, maxLength: 12 }), many(fc.nat(1), length), fc.boolean())
    .map(([entries, indices, isPlain]) => {
      const values = indices.map(index => entries[index])
      const input = isPlain ? values : { indices: Int8Array.from(indices), dictionary: entries }
      return { schema: { enum: [...entries].reverse() }, input, values }
    })

const UNITS = { day: 86_400_000n, s: 1000n, ms: 1n, us: 1n, ns: 1n }
const DIVISORS = { day: 1n, s: 1n, ms: 1n, us: 1000n, ns: 1_000_000n }

const times: ColumnOf = length =>
  fc
    .tuple(
      fc.constantFrom('day', 's', 'ms', 'us', 'ns'),
      fc.constantFrom('date-time', 'date', 'time'),
      many(fc.bigInt({ min: -9_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }), length),
    )
    .map(([unit, format, raw]) => {
      const limit = (8_640_000_000_000_000n * DIVISORS[unit]) / UNITS[unit]
      const counts = raw.map(count => (count > -limit && count < limit ? count : count % limit))
      const values = counts.map(count => new Date(Number((count * UNITS[unit]) / DIVISORS[unit])))
      return {
        schema: { type: 'string', format },
        input: { values: BigInt64Array.from(counts), unit },
        values,
      }
    })

const durations: ColumnOf = length =>
  fc.tuple(fc.constantFrom('s', 'ms', 'us', 'ns'), many(int64, length)).map(([unit, counts]) => {
    const values = counts.map(count => {
      const ns = (count * UNITS[unit] * 1_000_000n) / DIVISORS[unit]
      const ms = Number(ns / 1_000_000n)
      if (ns % 1_000_000n === 0n && Number.isSafeInteger(ms)) return ms
      const [hours, minutes] = [ns / 3_600_000_000_000n, (ns / 60_000_000_000n) % 60n]
      return { hours: Number(hours), minutes: Number(minutes), nanoseconds: Number(ns % 60_000_000_000n) }
    })
    const schema = { type: 'string', format: 'duration' }
    return { schema, input: { values: BigInt64Array.from(counts), unit }, values }
  })

const decimals: ColumnOf = length =>
  fc
    .tuple(fc.integer({ min: -4, max: 30 }), many(fc.oneof(int64, safe), length), fc.boolean())
    .map(([scale, counts, asText]) => ({
      schema: { type: asText ? 'string' : 'number', title: 'from decimals' },
      input: { values: BigInt64Array.from(counts), scale },
      values: counts.map(count => (asText ? decimalText(count, scale) : Number(`${count}e${-scale}`))),
    }))

const bytes: ColumnOf = length =>
  many(fc.uint8Array({ maxLength: 20 }), length).map(values => ({
    schema: { type: 'string', contentEncoding: 'base64' },
    input: { bytes: Buffer.concat(values), offsets: Int32Array.from(offsetsOf(values)) },
    values,
  }))

const list =
  (element: ColumnOf): ColumnOf =>
  length =>
    many(fc.nat(4), length).chain(counts => {
      const offsets = [0]
      for (const count of counts) offsets.push(offsets.at(-1)! + count)
      return nullable(element)(offsets.at(-1)!).map(child => ({
        schema: { type: 'array', items: child.schema },
        input: { offsets: Int32Array.from(offsets), values: child.input },
        values: counts.map((count, i) => child.values.slice(offsets[i]!, offsets[i]! + count)),
      }))
    })

const maps =
  (element: ColumnOf): ColumnOf =>
  length =>
    many(fc.nat(4), length).chain(counts => {
      const offsets = [0]
      for (const count of counts) offsets.push(offsets.at(-1)! + count)
      const count = offsets.at(-1)!
      const key = fc.oneof(word, fc.constantFrom('1', '0', '__proto__'))
      return fc.tuple(nullable(element)(count), many(key, count)).map(([child, keys]) => ({
        schema: { type: 'object', additionalProperties: child.schema },
        input: { offsets: Int32Array.from(offsets), keys, values: child.input },
        values: counts.map((size, i) => {
          const start = offsets[i]!
          return new Map(child.values.slice(start, start + size).map((value, j) => [keys[start + j], value]))
        }),
      }))
    })

const fixed =
  (element: ColumnOf): ColumnOf =>
  length =>
    nullable(element)(length * 2).map(child => ({
      schema: { type: 'array', items: child.schema },
      input: { size: 2, values: child.input },
      values: Array.from({ length }, (_, i) => child.values.slice(i * 2, i * 2 + 2)),
    }))

const struct =
  (element: ColumnOf): ColumnOf =>
  length =>
    properties(element)(length).map(({ schema, columns, rows }) => ({
      schema,
      input: { fields: columns },
      values: rows,
    }))

/** Nulls where a bitmap says so. */
function nullable(of: ColumnOf): ColumnOf {
  return length =>
    fc
      .tuple(of(length), fc.option(many(fc.boolean(), length)), fc.boolean())
      .map(([column, there, isNull]) => {
        const { input, schema, values } = column
        // An enum may have null among its values or not: unions of it are tested with rows.
        if (there === null || !isNull) return column
        const validity = bitmapOf(there)
        const isPlain = Array.isArray(input) || ArrayBuffer.isView(input)
        return {
          schema: { anyOf: [schema, { type: 'null' }] },
          input: isPlain ? { values: input, validity } : { ...(input as object), validity },
          values: values.map((value, i) => (there[i] ? value : null)),
        }
      })
}

const leaf: ColumnOf = length =>
  fc.oneof(
    ...[
      integers,
      floats,
      bigints,
      unsigned,
      narrow,
      booleans,
      text,
      strings,
      dictionary,
      enums,
      times,
      durations,
      decimals,
      bytes,
    ].map(of => of(length)),
  )

const nested: ColumnOf = length =>
  fc.oneof(
    { weight: 8, arbitrary: leaf(length) },
    { weight: 1, arbitrary: list(leaf)(length) },
    { weight: 1, arbitrary: list(list(leaf))(length) },
    { weight: 1, arbitrary: list(struct(leaf))(length) },
    { weight: 1, arbitrary: fixed(leaf)(length) },
    { weight: 1, arbitrary: maps(leaf)(length) },
    { weight: 1, arbitrary: maps(list(leaf))(length) },
    { weight: 1, arbitrary: struct(maps(leaf))(length) },
    { weight: 1, arbitrary: struct(leaf)(length) },
    { weight: 1, arbitrary: struct(list(leaf))(length) },
  )

export interface RandomTable {
  readonly schema: Schema
  readonly columns: Readonly<Record<string, unknown>>
  readonly rows: readonly Record<string, unknown>[]
}

const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', '__proto__', 'toString', 'a"b', 'ö'))

interface Member {
  readonly name: string
  readonly column: RandomColumn
  readonly mode: 'required' | 'optional' | 'omitEmpty' | 'default' | 'any'
  readonly alias: boolean
}

const modes = fc.constantFrom<Member['mode']>(
  'required',
  'required',
  'required',
  'optional',
  'omitEmpty',
  'default',
  'any',
)

function properties(of: ColumnOf): (length: number) => fc.Arbitrary<RandomTable> {
  return length => {
    const member: fc.Arbitrary<Member> = fc.record({
      name,
      column: nullable(of)(length),
      mode: modes,
      alias: fc.boolean(),
    })
    const members = fc.uniqueArray(member, { minLength: 1, maxLength: 6, selector: each => each.name })
    return members.map(list => tableOf(list, length))
  }
}

function tableOf(members: readonly Member[], length: number): RandomTable {
  const schemas = members.map(({ name: key, column, mode, alias }) => {
    const schema: Record<string, unknown> = mode === 'any' && isJson(column) ? {} : { ...column.schema }
    if (mode === 'omitEmpty') schema.omitEmpty = true
    if (mode === 'default' && schema.type === 'string' && !schema.format) schema.default = 'dflt'
    if (alias) schema.alias = `alias of ${key}`
    return [key, schema] as const
  })
  const isOptional = ({ mode }: Member) => mode === 'optional' || mode === 'omitEmpty'
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(schemas),
      required: members.filter(each => !isOptional(each)).map(each => each.name),
    },
    columns: Object.fromEntries(members.map(each => [each.name, each.column.input])),
    rows: Array.from({ length }, (_, i) =>
      Object.fromEntries(members.map(each => [each.name, each.column.values[i]])),
    ),
  }
}

/** Dates, bytes, bigints, decimals and Maps are something else to `JSON.stringify` than to their schema. */
function isJson({ schema }: RandomColumn): boolean {
  return !JSON.stringify(schema).match(/format|contentEncoding|bigint|decimals|additionalProperties/)
}

/** Tables of up to 20 columns, with nulls where the schema allows them and, sometimes, where it does not. */
export const randomTable: fc.Arbitrary<RandomTable> = fc.nat(12).chain(length => properties(nested)(length))

export function bitmapOf(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 1 << (i & 7)
  })
  return bytes
}

function offsetsOf(parts: readonly { readonly length: number }[]): number[] {
  let end = 0
  return [0, ...parts.map(({ length }) => (end += length))]
}
