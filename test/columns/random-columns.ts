// Arbitraries of columns in every form, with the values that rows would hold and a schema for them.

import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import type { Schema } from '../oracle/reference.ts'
import { type Random, randomOf } from '../random.ts'
import { decimalText } from './arrow-cases.ts'
import { disguised } from './disguise.ts'

/** A column, what its values are in rows, and a schema they fit. */
export interface RandomColumn {
  readonly schema: Schema
  readonly input: unknown
  readonly values: readonly unknown[]
  /** What its values are where they are taken whole, when that is something else. */
  readonly own?: readonly unknown[]
}

const ownOf = ({ own, values }: RandomColumn) => own ?? values

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

/** Node 24 has `Float16Array`. */
const HALF_TYPES = 'Float16Array' in globalThis ? [Float16Array] : []

const floats: ColumnOf = length =>
  fc
    .tuple(
      many(fc.oneof(fc.double(), fc.integer()), length),
      fc.constantFrom(Float32Array, Float64Array, ...HALF_TYPES),
    )
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
    own: values,
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

const choices: ColumnOf = length =>
  fc
    .tuple(
      many(fc.nat(3), length),
      fc.constantFrom(Int8Array, Uint32Array, Float64Array, BigInt64Array),
      fc.constantFrom([3, 2, 1, 0], [3, 2, 1, 0, null, true], [1, 0]),
    )
    .map(([numbers, Type, entries]) => ({
      schema: { enum: entries },
      input: arrayOf(Type, numbers.map(BigInt)),
      values: numbers,
      own: [...arrayOf(Type, numbers.map(BigInt))],
    }))

const constant: ColumnOf = length =>
  fc.constantFrom(7, 'seven', true, null).map(value => ({
    schema: { const: value },
    input: { indices: new Uint8Array(length), dictionary: [value] },
    values: new Array(length).fill(value),
  }))

const raw: ColumnOf = length =>
  many(fc.json({ maxDepth: 1 }), length).chain(values => {
    const bytes = values.map(value => Buffer.from(value))
    const offsets = Int32Array.from(offsetsOf(bytes))
    const run = Buffer.concat(bytes)
    return fc
      .constantFrom({ text: run, offsets }, { bytes: run, offsets })
      .map(input => ({ schema: { raw: true }, input, values: 'text' in input ? values : bytes.map(plain) }))
  })

/** Not a Buffer, which has a `toJSON`. */
const plain = (bytes: Uint8Array) => Uint8Array.from(bytes)

/** What the types of arrays have in common, and `Array`. */
type CountsType = { from(counts: readonly unknown[]): Counts }
type Counts = readonly (number | bigint)[]

const COUNTS_TYPES = fc.constantFrom<unknown>(
  BigInt64Array,
  BigInt64Array,
  BigUint64Array,
  Float64Array,
  Int32Array,
  Array,
)

/** Counts in an array of a type that can hold them. */
function arrayOf(Type: unknown, counts: readonly bigint[]): Counts {
  const isBigint = Type === BigInt64Array || Type === BigUint64Array || Type === Array
  return (Type as CountsType).from(isBigint ? counts : counts.map(Number))
}

/** Such counts as the type can hold. */
function fitting(Type: unknown, count: bigint): bigint {
  if (Type === Int32Array) return BigInt.asIntN(32, count)
  if (Type === Float64Array) return BigInt.asIntN(53, count)
  return Type === BigUint64Array && count < 0n ? -count : count
}

/** Milliseconds with their fraction. */
function msOf(count: number | bigint, unit: keyof typeof UNITS): number {
  const [factor, divisor] = [Number(UNITS[unit]), DIVISORS[unit]]
  if (typeof count === 'number') return (count * factor) / Number(divisor)
  return Number(count / divisor) * factor + Number(count % divisor) / Number(divisor)
}

const UNITS = { day: 86_400_000n, s: 1000n, ms: 1n, us: 1n, ns: 1n }
const DIVISORS = { day: 1n, s: 1n, ms: 1n, us: 1000n, ns: 1_000_000n }

const times: ColumnOf = length =>
  fc
    .tuple(
      COUNTS_TYPES,
      fc.constantFrom('day', 's', 'ms', 'us', 'ns'),
      fc.constantFrom('date-time', 'date', 'time'),
      many(fc.bigInt({ min: -9_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }), length),
    )
    .map(([Type, unit, format, raw]) => {
      const limit = (8_640_000_000_000_000n * DIVISORS[unit]) / UNITS[unit]
      const counts = raw.map(count => fitting(Type, count > -limit && count < limit ? count : count % limit))
      const values = counts.map(count => new Date(Number((count * UNITS[unit]) / DIVISORS[unit])))
      return {
        schema: { type: 'string', format },
        input: { values: arrayOf(Type, counts), unit },
        values,
        own: Array.from(arrayOf(Type, counts), count => msOf(count, unit)),
      }
    })

const moments: ColumnOf = length =>
  fc
    .tuple(
      many(fc.integer(), length),
      fc.constantFrom(...NUMBER_TYPES, Float32Array, Float64Array),
      fc.constantFrom('date-time', 'date', 'time'),
    )
    .map(([numbers, Type, format]) => {
      const values = Type.from(numbers.map(number => number / 8))
      return { schema: { type: 'string', format }, input: values, values: [...values] }
    })

const durations: ColumnOf = length =>
  fc
    .tuple(COUNTS_TYPES, fc.constantFrom('s', 'ms', 'us', 'ns'), many(int64, length))
    .map(([Type, unit, raw]) => {
      const counts = raw.map(count => fitting(Type, count))
      const values = counts.map(count => {
        const ns = (count * UNITS[unit] * 1_000_000n) / DIVISORS[unit]
        const ms = Number(ns / 1_000_000n)
        if (ns % 1_000_000n === 0n && Number.isSafeInteger(ms)) return ms
        const [hours, minutes] = [ns / 3_600_000_000_000n, (ns / 60_000_000_000n) % 60n]
        return { hours: Number(hours), minutes: Number(minutes), nanoseconds: Number(ns % 60_000_000_000n) }
      })
      const schema = { type: 'string', format: 'duration' }
      const array = arrayOf(Type, counts)
      return {
        schema,
        input: { values: array, unit },
        values,
        own: Array.from(array, count => msOf(count, unit)),
      }
    })

const decimals: ColumnOf = length =>
  fc
    .tuple(
      fc.integer({ min: -4, max: 30 }),
      many(fc.oneof(int64, safe), length),
      fc.constantFrom(BigInt64Array, Int32Array),
      fc.boolean(),
    )
    .map(([scale, raw, Type, asText]) => {
      const counts = raw.map(count => fitting(Type, count))
      const own = counts.map(count => decimalText(count, scale))
      return {
        schema: { type: asText ? 'string' : 'number', title: 'from decimals' },
        input: { values: arrayOf(Type, counts), scale },
        values: asText ? own : counts.map(count => Number(`${count}e${-scale}`)),
        own,
      }
    })

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
        own: counts.map((count, i) => ownOf(child).slice(offsets[i]!, offsets[i]! + count)),
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
      return fc.tuple(nullable(element)(count), many(key, count)).map(([child, keys]) => {
        const mapsOf = (values: readonly unknown[]) =>
          counts.map((size, i) => {
            const start = offsets[i]!
            return new Map(values.slice(start, start + size).map((value, j) => [keys[start + j]!, value]))
          })
        return {
          schema: { type: 'object', additionalProperties: child.schema },
          input: { offsets: Int32Array.from(offsets), keys, values: child.input },
          values: mapsOf(child.values),
          own: mapsOf(ownOf(child)).map(Object.fromEntries),
        }
      })
    })

/** The same column twice, in a record, which may have a named property. */
const record =
  (element: ColumnOf): ColumnOf =>
  length =>
    fc.tuple(nullable(element)(length), fc.boolean()).map(([child, isNamed]) => {
      const twice = (value: unknown) => ({ a: value, b: value })
      const named = isNamed && { properties: { a: child.schema }, required: ['a'] }
      return {
        schema: { type: 'object', ...named, additionalProperties: child.schema },
        input: { fields: twice(child.input) },
        values: child.values.map(twice),
        own: ownOf(child).map(twice),
      }
    })

/** Nodes of three generations; `disguised` makes a recursive schema of what is inside. */
const tree =
  (element: ColumnOf): ColumnOf =>
  length =>
    nullable(element)(length).map(child => {
      const node = (value: unknown, next: unknown) => ({ value, next })
      const nodes = (values: readonly unknown[]) =>
        values.map(value => node(value, node(value, node(value, null))))
      const none = new Array(length).fill(null)
      const inputOf = (next: unknown) => ({ fields: node(child.input, next) })
      const input = inputOf(inputOf(inputOf(none)))
      return {
        schema: { treeOf: child.schema },
        input,
        values: nodes(child.values),
        own: nodes(ownOf(child)),
      }
    })

/** Where the schema takes values whole: anything, a tuple, a union, a codec. */
const whole =
  (element: ColumnOf): ColumnOf =>
  length =>
    fc
      .tuple(nullable(element)(length), fc.constantFrom('any', 'tuple', 'union', 'codec', 'named'))
      .map(([child, way]) => {
        const own = ownOf(child)
        const { input, schema } = child
        const ends = Int32Array.from({ length: length + 1 }, (_, i) => i)
        switch (way) {
          case 'any':
            return { schema: {}, input, values: own }
          case 'codec':
            return {
              schema: { ...schema, '~codec': { encode: (value: unknown) => value } },
              input,
              values: own,
            }
          case 'tuple': {
            const tuples = own.map(value => [value])
            const tuple = { type: 'array', prefixItems: [schema], items: false, minItems: 1, maxItems: 1 }
            return { schema: tuple, input: { size: 1, values: input }, values: tuples }
          }
          case 'named': {
            const objects = own.map(value => ({ a: value }))
            const keys = objects.map(() => 'a')
            const named = { type: 'object', properties: { a: schema } }
            return { schema: named, input: { offsets: ends, keys, values: input }, values: objects }
          }
          default: {
            const isWhole = /enum|format|type":"(array|object)|treeOf/.test(JSON.stringify(schema))
            const union = { anyOf: [schema, { const: 'another' }] }
            return { schema: union, input, values: isWhole ? own : child.values, own }
          }
        }
      })

/** The values themselves, some of them missing. */
const plainly =
  (of: ColumnOf): ColumnOf =>
  length =>
    fc.tuple(of(length), many(fc.nat(9), length), fc.boolean()).map(([{ schema, values }, dice, mayMiss]) => {
      const input = values.map((value, i) => (mayMiss && dice[i] === 0 ? undefined : value))
      return { schema, input, values: input }
    })

/** A dictionary of any column. */
const indexed =
  (of: ColumnOf): ColumnOf =>
  length =>
    fc.tuple(nullable(of)(4), many(fc.nat(3), length)).map(([entries, indices]) => ({
      schema: entries.schema,
      input: { indices: Uint8Array.from(indices), dictionary: entries.input },
      values: indices.map(index => entries.values[index]),
      own: indices.map(index => ownOf(entries)[index]),
    }))

const fixed =
  (element: ColumnOf): ColumnOf =>
  length =>
    nullable(element)(length * 2).map(child => ({
      schema: { type: 'array', items: child.schema },
      input: { size: 2, values: child.input },
      values: Array.from({ length }, (_, i) => child.values.slice(i * 2, i * 2 + 2)),
      own: Array.from({ length }, (_, i) => ownOf(child).slice(i * 2, i * 2 + 2)),
    }))

const struct =
  (element: ColumnOf): ColumnOf =>
  length =>
    properties(element)(length).map(({ schema, columns, rows, ownRows }) => ({
      schema,
      input: { fields: columns },
      values: rows,
      own: ownRows,
    }))

/** Nulls where a bitmap says so. */
function nullable(of: ColumnOf): ColumnOf {
  return length =>
    fc
      .tuple(of(length), fc.option(many(fc.boolean(), length)), fc.boolean())
      .map(([column, there, isNull]) => {
        const { input, schema, values } = column
        // What has nulls already keeps them.
        if (there === null || !isNull || 'validity' in (input as object)) return column
        const validity = bitmapOf(there)
        const isPlain = Array.isArray(input) || ArrayBuffer.isView(input)
        return {
          schema: { anyOf: [schema, { type: 'null' }] },
          input: isPlain ? { values: input, validity } : { ...(input as object), validity },
          values: values.map((value, i) => (there[i] ? value : null)),
          own: ownOf(column).map((value, i) => (there[i] ? value : null)),
        }
      })
}

/** One of them, of which only that one is made. */
const oneOf =
  (...choices: readonly ColumnOf[]): ColumnOf =>
  length =>
    fc.nat(choices.length - 1).chain(index => choices[index]!(length))

const scalar = oneOf(
  ...[integers, floats, bigints, unsigned, narrow, booleans, text, strings, dictionary, enums, choices],
  ...[constant, raw, times, moments, durations, decimals, bytes],
)
/** Nothing is made of these values, whatever the schema is. */
const unchanging = oneOf(integers, floats, booleans, text, strings, dictionary, bytes)
/** Values and a schema for others: an error, if it is not text for a time or a number for a duration. */
const elsewhere: ColumnOf = length =>
  fc
    .tuple(unchanging(length), oneOf(scalar, scalar, list(scalar))(length))
    .map(([{ input, values }, { schema }]) => ({ schema, input, values }))

const variants = (of: ColumnOf) => oneOf(plainly(of), indexed(of), whole(of))
const leaf = oneOf(
  ...[scalar, scalar, scalar, scalar, scalar],
  ...[variants(scalar), variants(scalar), elsewhere],
)
const containers = (of: ColumnOf) => oneOf(...[list, fixed, maps, struct, record, tree].map(make => make(of)))
const container = containers(leaf)
const nested = oneOf(leaf, leaf, leaf, container, container, containers(container), variants(container))

export interface RandomTable {
  readonly schema: Schema
  readonly columns: Readonly<Record<string, unknown>>
  readonly rows: readonly Record<string, unknown>[]
  /** The rows where they are taken whole. */
  readonly ownRows: readonly Record<string, unknown>[]
}

const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', '__proto__', 'toString', 'a"b', 'ö'))

interface Member {
  readonly name: string
  readonly column: RandomColumn
  readonly mode: 'required' | 'optional' | 'omitEmpty' | 'default' | 'absent'
  readonly alias: boolean
}

const modes = fc.constantFrom<Member['mode']>(
  'required',
  'required',
  'required',
  'optional',
  'omitEmpty',
  'default',
  'absent',
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
    const schema: Record<string, unknown> = { ...column.schema }
    if (mode === 'omitEmpty') schema.omitEmpty = true
    const value = mode === 'default' ? defaultOf(column.schema) : undefined
    if (value !== undefined) schema.default = value
    if (alias) schema.alias = `alias of ${key}`
    return [key, schema] as const
  })
  // Not all: a table without columns has no rows.
  const given = members.filter(({ mode }, i) => mode !== 'absent' || i === 0)
  const rowsOf = (valuesOf: (column: RandomColumn) => readonly unknown[]) =>
    Array.from({ length }, (_, i) =>
      Object.fromEntries(given.map(each => [each.name, valuesOf(each.column)[i]])),
    )
  const isOptional = ({ mode }: Member) => mode !== 'required' && mode !== 'default'
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(schemas),
      required: members.filter(each => !isOptional(each)).map(each => each.name),
    },
    columns: Object.fromEntries(given.map(each => [each.name, each.column.input])),
    rows: rowsOf(each => each.values),
    ownRows: rowsOf(ownOf),
  }
}

/** A value for what lacks one, of some schemas. */
function defaultOf({ anyOf, enum: values, format, raw, type, '~codec': codec }: Schema): unknown {
  if (raw || codec || type === 'bigint') return undefined
  if (anyOf) return null
  if (values) return values[0]
  if (type === 'integer' || type === 'number') return 7
  if (type === 'boolean') return true
  if (type === 'array') return undefined
  return type === 'string' && !format ? 'dflt' : undefined
}

/** Tables of up to 6 columns, with nulls where the schema allows them and, sometimes, where it does not. */
export const randomTable: fc.Arbitrary<RandomTable> = fc
  .tuple(fc.nat(12), fc.nat(), fc.nat(9))
  .chain(([length, seed, die]) =>
    properties(nested)(length).map(table => {
      const random = randomOf(seed)
      const moved = { ...table, columns: inLargerBuffers(table.columns, random) }
      // Of several objects, rows are read whole.
      const other = { type: 'object', properties: { other: { type: 'null' } }, required: ['other'] }
      if (die > 0) return { ...moved, schema: disguised(table.schema, random) }
      return { ...moved, schema: disguised({ anyOf: [table.schema, other] }, random), rows: table.ownRows }
    }),
  )

/** Some arrays as windows of larger ones. */
function inLargerBuffers<T>(input: T, random: Random): T {
  if (ArrayBuffer.isView(input)) {
    if (random.chance(0.7)) return input
    const array = input as unknown as Uint8Array
    const Type = (Buffer.isBuffer(array) ? Uint8Array : array.constructor) as typeof Uint8Array
    const larger = new Uint8Array(array.byteLength + 3 * Type.BYTES_PER_ELEMENT).fill(0xa5)
    const window = new Type(larger.buffer, Type.BYTES_PER_ELEMENT, array.length)
    window.set(array)
    return window as T
  }
  if (typeof input !== 'object' || input === null || Object.getPrototypeOf(input) !== Object.prototype)
    return input
  return Object.fromEntries(
    Object.entries(input).map(([key, part]) => [key, inLargerBuffers(part, random)]),
  ) as T
}

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
