// Arbitraries of (schema, values) over everything the library accepts. fast-check makes and shrinks the schema; each
// value comes from a seed of its own, so that rows can be dropped one by one when a failure is made smaller.

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { type Random, randomOf } from '../random.ts'
import type { ReferenceOptions, Schema } from './reference.ts'

/** A schema and a maker of values for it. */
interface Shape {
  readonly schema: Schema
  readonly value: (source: Source) => unknown
  /** A value that JSON can hold, for `default`. */
  readonly sample?: unknown
}

/** Where values come from: random numbers, what a reference leads to, and how often a value is wrong. */
interface Source extends Random {
  readonly tree: Shape
  readonly mischief: number
}

export interface SchemaCase {
  readonly schema: Schema
  readonly options: ReferenceOptions
  readonly limits: { readonly rows: number; readonly slots: number } | undefined
  readonly seeds: readonly number[]
  /** The row of a seed, made anew at every call. */
  readonly row: (seed: number) => unknown
}

const JUNK: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  -0,
  'junk',
  '',
  true,
  5n,
  Symbol('junk'),
  () => 1,
  {},
  [],
  [undefined],
  { toJSON: () => 'text' },
  new Date(Number.NaN),
  new Date(8.64e15),
  new Map([['k', 1]]),
  new Set([1]),
  new String('boxed'),
  new Number(7),
  new Uint8Array([1, 2]),
  Object.create(Date.prototype),
]

function wayward(value: (source: Source) => unknown): (source: Source) => unknown {
  return source => (source.mischief > 0 && source.chance(source.mischief) ? source.pick(JUNK) : value(source))
}

const leafOf = (schema: Schema, value: (source: Source) => unknown, sample?: unknown): Shape => ({
  schema,
  value: wayward(value),
  sample,
})

// Scalars

const INTEGERS = [
  0,
  -0,
  1,
  -1,
  9,
  10,
  127,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53),
  1e20,
  1e21,
  1e300,
]

function anInteger(source: Source): unknown {
  if (source.chance(0.1)) return source.pick(INTEGERS)
  const value = source.below(10 ** source.below(10)) * (source.chance(0.3) ? -1 : 1)
  return source.chance(0.02) ? new Number(value) : value
}

function aNumber(source: Source): number {
  switch (source.below(5)) {
    case 0:
      return source.double()
    case 1:
      return source.below(1e6) / 10
    case 2:
      return source.below(1e9) / 10 ** source.below(12)
    case 3:
      return source.pick([0, -0, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0.1 + 0.2])
    default:
      return source.below(2 ** 31) * source.pick([1, -1, 0.5, 1e-9, 1e18])
  }
}

const ALPHABETS = [
  'abcdefghijklmnop',
  'a"\\\n\t\u0001\u001f\u007f',
  '<>&\u2028\u2029',
  'äöüßéñ',
  'жизнь中文字',
  '😀🎬',
]
const HALVES = ['\ud83d', '\ude00', '\udbff', '\udc00']

function aString(source: Source): string {
  const length = source.below(source.pick([4, 10, 20, 40, 40, 200]))
  const alphabet = source.chance(0.6) ? ALPHABETS[0]! : source.pick(ALPHABETS)
  const characters = [...alphabet]
  let text = ''
  while (text.length < length)
    text += source.pick(source.chance(0.05) ? HALVES.concat(characters) : characters)
  if (source.chance(0.03)) text += source.pick(HALVES)
  if (source.chance(0.03)) text = source.pick(HALVES) + text
  return text
}

function anInstant(source: Source): unknown {
  const far = source.chance(0.1)
  const ms = source.below(far ? 8.64e15 : 4e12) * (source.chance(0.3) ? -1 : 1)
  switch (source.below(5)) {
    case 0:
      return ms
    case 1:
      return source.pick(['2026-11-21T09:30:00Z', 'not "a" date'])
    case 2:
      return Temporal.Instant.fromEpochMilliseconds(ms)
    default:
      return new Date(ms)
  }
}

function aDuration(source: Source): unknown {
  const sign = source.chance(0.2) ? -1 : 1
  const amount = () => sign * source.below(source.pick([2, 60, 5000]))
  switch (source.below(4)) {
    case 0:
      return 'PT1H"'
    case 1:
      return {
        hours: amount(),
        minutes: amount(),
        seconds: amount(),
        milliseconds: amount(),
        nanoseconds: amount(),
      }
    case 2:
      return Temporal.Duration.from({
        weeks: amount(),
        days: amount(),
        seconds: amount(),
        microseconds: amount(),
      })
    default:
      return sign * source.below(source.pick([1000, 1e5, 1e8, 2 ** 52]))
  }
}

function bytes(source: Source): unknown {
  if (source.chance(0.1)) return 'QUJD'
  return Uint8Array.from({ length: source.below(40) }, () => source.below(256))
}

const ANYTHING = [
  null,
  0,
  1.5,
  'text',
  true,
  [],
  {},
  [1, [2, null]],
  { a: { b: ['\ud800', '<'] } },
  new Date(0),
  undefined,
]
const RAWS = ['1', ' [1, 2] ', '{"a":"<\ud800\u00e9"}', 'null', Buffer.from('{"b":"ü"}')]

const precision = fc.constantFrom({}, { precision: 'second' }, { precision: 'millisecond' })
const leaf: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant(leafOf({ type: 'integer' }, anInteger, 7)),
  fc.constantFrom({}, { nonFinite: 'throw' }, { nonFinite: 'null' }).map(options => {
    return leafOf({ type: 'number', ...options }, aNumber, 0.5)
  }),
  fc.constant(
    leafOf({ type: 'string' }, source => (source.chance(0.02) ? new String('box') : aString(source)), 'd"é'),
  ),
  fc.constant(leafOf({ type: 'boolean' }, source => source.pick([true, false, new Boolean(false)]), true)),
  fc.constant(leafOf({ type: 'null' }, () => null)),
  fc.boolean().map(asString => {
    return leafOf({ type: 'bigint', asString }, source => {
      const big = BigInt(source.below(2 ** 32)) ** BigInt(source.below(7))
      return source.chance(0.5) ? big : -big
    })
  }),
  precision.map(options => leafOf({ type: 'string', format: 'date-time', ...options }, anInstant, '2026')),
  fc.constant(
    leafOf({ type: 'string', format: 'date' }, source =>
      source.chance(0.1)
        ? new Temporal.PlainDate(1 + source.below(9999), 1 + source.below(12), 1)
        : anInstant(source),
    ),
  ),
  precision.map(options => {
    return leafOf({ type: 'string', format: 'time', ...options }, source =>
      source.chance(0.1)
        ? new Temporal.PlainTime(source.below(24), 5, 6, source.below(1000))
        : anInstant(source),
    )
  }),
  fc.constantFrom({}, { style: 'seconds' }, { style: 'iso' }).map(options => {
    return leafOf({ type: 'string', format: 'duration', ...options }, aDuration, 'PT0S')
  }),
  fc.constant(leafOf({ type: 'string', contentEncoding: 'base64' }, bytes)),
  fc
    .uniqueArray(fc.constantFrom('a', 'b"', 'ж<', 1, 2.5, -3, true, false, null), {
      minLength: 1,
      maxLength: 9,
    })
    .map(values => leafOf({ enum: values }, source => source.pick(values), values[0] ?? undefined)),
  fc.constantFrom('only', 0, true, 'x'.repeat(40)).map(value => leafOf({ const: value }, () => value, value)),
  fc.constant(leafOf({}, source => source.pick(ANYTHING))),
  fc.constant(leafOf({ raw: true }, source => source.pick(RAWS))),
)

// What is built from other shapes

const NAMES = [
  'a',
  'id',
  '',
  '0',
  '__proto__',
  'constructor',
  'toString',
  'with "quotes"',
  'a/b~c',
  'ключ',
  '\ud800',
  '</script>',
  'long_name_of_a_property_that_needs_more_than_one_block',
  'toJSONish',
]

interface Member {
  readonly name: string
  readonly shape: Shape
  readonly optional: boolean
  readonly keywords: Schema
}

const withDefault = fc.boolean()

function memberOf(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Member> {
  return fc
    .record({
      name: fc.constantFrom(...NAMES),
      shape,
      optional: fc.boolean(),
      hasAlias: fc.nat(5),
      hasDefault: withDefault,
      omitEmpty: fc.nat(3),
    })
    .map(({ name, shape, optional, hasAlias, hasDefault, omitEmpty }) => {
      const keywords: Record<string, unknown> = {}
      if (hasAlias === 0) keywords.alias = `alias of ${name}`
      if (hasDefault && shape.sample !== undefined) keywords.default = shape.sample
      // Whether a codec's value is empty before or after encoding nobody promises.
      if (omitEmpty === 0 && optional && !shape.schema['~codec']) keywords.omitEmpty = true
      return { name, shape, optional, keywords }
    })
}

/** Keywords are added to a copy that keeps the codec, which is not enumerable. */
function withKeywords(schema: Schema, keywords: Schema): Schema {
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(schema), ...Object.getOwnPropertyDescriptors(keywords) },
  )
}

class Holder {
  constructor(values: object) {
    Object.assign(this, values)
  }
}

function ownProperty(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

function membersValue(members: readonly Member[], source: Source): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  if (source.chance(0.1)) value['not in the schema'] = 1
  for (const { name, shape, optional } of members) {
    const isMissing = optional ? source.chance(0.3) : source.chance(source.mischief)
    if (!isMissing) ownProperty(value, name, shape.value(source))
    else if (source.chance(0.3)) ownProperty(value, name, source.pick([undefined, null, '', Number.NaN]))
  }
  return value
}

/** The same properties held another way. */
function disguise(value: Record<string, unknown>, source: Source): unknown {
  switch (source.below(20)) {
    case 0:
      return { toJSON: () => value }
    case 1:
      return Object.defineProperties(Object.create(null), Object.getOwnPropertyDescriptors(value))
    case 2:
      return Object.hasOwn(value, '__proto__') ? value : new Holder(value)
    case 3:
      return new Proxy(value, {})
    case 4:
      return NOTHING_IN_THE_END[source.below(NOTHING_IN_THE_END.length)]
    default:
      return value
  }
}

const NOTHING_IN_THE_END = [{ toJSON: () => null }, { toJSON: () => undefined }]

function schemaOfMembers(members: readonly Member[]): { properties: object; required: string[] } {
  const properties = {}
  for (const { name, shape, keywords } of members)
    ownProperty(properties, name, withKeywords(shape.schema, keywords))
  return { properties, required: members.filter(member => !member.optional).map(member => member.name) }
}

function objectOf(shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  const members = fc.uniqueArray(memberOf(shape), { maxLength: 6, selector: member => member.name })
  const rest = fc.option(fc.record({ shape, kind: fc.nat(2) }), { freq: 4, nil: undefined })
  return fc.record({ members, rest, typed: fc.boolean() }).map(({ members, rest, typed }) => ({
    schema: {
      ...(typed ? { type: 'object' } : {}),
      ...schemaOfMembers(members),
      ...(rest ? restKeywords(rest.shape, rest.kind) : {}),
    },
    value: wayward(source => {
      const value = membersValue(members, source)
      if (rest) addRest(value, rest.shape, source)
      return disguise(value, source)
    }),
  }))
}

function restKeywords(shape: Shape, kind: number): Schema {
  if (kind === 0) return { additionalProperties: shape.schema }
  if (kind === 1) return { patternProperties: { '^x_': shape.schema } }
  return { patternProperties: { '^x_': { type: 'integer' } }, additionalProperties: shape.schema }
}

function addRest(value: Record<string, unknown>, shape: Shape, source: Source): void {
  for (let i = source.below(4); i > 0; i--)
    value[`r${aString(source)}`] = source.chance(0.1) ? undefined : shape.value(source)
  if (source.chance(0.2)) value.x_1 = source.chance(0.5) ? 5 : shape.value(source)
}

const recordOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  shape.map(inner => ({
    schema: { type: 'object', patternProperties: { '^.*$': inner.schema } },
    value: wayward(source => {
      const value: Record<string, unknown> = {}
      addRest(value, inner, source)
      return source.chance(0.1) ? new Map(Object.entries(value)) : value
    }),
  }))

const arrayOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  shape.map(inner => ({
    schema: { type: 'array', items: inner.schema },
    value: wayward(source => {
      const length = source.below(source.pick([1, 3, 3, 6, 20]))
      const elements = Array.from({ length }, () => inner.value(source))
      if (source.mischief > 0 && source.chance(0.1)) elements.length += 1
      if (inner.schema.type === 'number' && source.chance(0.1))
        return Float64Array.from(elements, element => (typeof element === 'number' ? element : 0))
      return source.chance(0.05) ? new Set(elements) : elements
    }),
  }))

const tupleOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc
    .record({ items: fc.array(shape, { maxLength: 4 }), prefixed: fc.boolean() })
    .map(({ items, prefixed }) => {
      const schemas = items.map(item => item.schema)
      return {
        schema: prefixed
          ? { type: 'array', prefixItems: schemas, items: false }
          : { type: 'array', items: schemas },
        value: wayward(source => {
          const elements = items.map(item => item.value(source))
          if (source.chance(source.mischief)) elements.pop()
          return elements
        }),
      }
    })

const unionOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc
    .record({
      variants: fc.array(shape, { minLength: 1, maxLength: 4 }),
      keyword: fc.constantFrom('anyOf', 'oneOf'),
    })
    .map(({ variants, keyword }) => ({
      schema: { [keyword]: variants.map(variant => variant.schema) },
      value: wayward(source => source.pick(variants).value(source)),
    }))

/** Objects told apart by a constant. */
const discriminatedOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc.array(shape, { minLength: 2, maxLength: 4 }).map(shapes => {
    const variants = shapes.map((inner, i): Member[] => [
      {
        name: 'kind',
        shape: leafOf({ const: `kind ${i}` }, () => `kind ${i}`),
        optional: false,
        keywords: {},
      },
      { name: 'content', shape: inner, optional: i % 2 === 0, keywords: {} },
    ])
    return {
      schema: { anyOf: variants.map(members => ({ type: 'object', ...schemaOfMembers(members) })) },
      value: wayward(source => disguise(membersValue(source.pick(variants), source), source)),
    }
  })

/** Every way to say that null is a value too. */
const nullableOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc.record({ inner: shape, spelling: fc.nat(3) }).map(({ inner, spelling }) => {
    const { schema } = inner
    const value = (source: Source) => (source.chance(0.3) ? null : inner.value(source))
    const isCodec = schema['~codec'] !== undefined
    if (spelling === 0 && !isCodec && schema.$ref === undefined) {
      return { schema: withKeywords(schema, { nullable: true }), value, sample: inner.sample }
    }
    if (spelling === 1 && typeof schema.type === 'string' && schema.type !== 'null' && !isCodec) {
      return { schema: withKeywords(schema, { type: [schema.type, 'null'] }), value, sample: inner.sample }
    }
    const anyOf = [schema, spelling === 2 ? { const: null } : { type: 'null' }]
    return { schema: { anyOf: spelling === 3 ? anyOf.reverse() : anyOf }, value }
  })

/** The decoded form wraps the encoded one; encoding anything else throws. */
const codecOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  shape.map(inner => {
    if (inner.schema['~codec'] || inner.schema.nullable) return inner
    const encode = (value: unknown) => {
      const isWrapped = typeof value === 'object' && value !== null && 'wrapped' in value
      if (isWrapped && value.wrapped !== undefined) return value.wrapped
      throw new TypeError('not wrapped')
    }
    const schema = Object.defineProperty({ ...inner.schema }, '~codec', { value: { encode } })
    return { schema, value: wayward(source => ({ wrapped: inner.value({ ...source, mischief: 0 }) })) }
  })

const intersectionOf = (shape: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc
    .uniqueArray(memberOf(shape), { minLength: 1, maxLength: 4, selector: member => member.name })
    .map(members => {
      const middle = members.length >> 1
      const parts = [members.slice(0, middle), members.slice(middle)]
      return {
        schema: { allOf: parts.map(part => ({ type: 'object', ...schemaOfMembers(part) })) },
        value: wayward(source => membersValue(members, source)),
      }
    })

const reference: fc.Arbitrary<Shape> = fc.constantFrom('#/$defs/Tree', 'Tree').map($ref => ({
  schema: { $ref },
  value: wayward(source => source.tree.value(source)),
}))

const { shape } = fc.letrec<{ shape: Shape }>(tie => {
  const inner = tie('shape')
  return {
    shape: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      leaf,
      reference,
      objectOf(inner),
      recordOf(inner),
      arrayOf(inner),
      tupleOf(inner),
      unionOf(inner),
      discriminatedOf(inner),
      nullableOf(inner),
      codecOf(inner),
      intersectionOf(inner),
      objectOf(leaf),
    ),
  }
})

/** A tree whose references are spelled in all ways. */
const tree: fc.Arbitrary<Shape> = leaf.map(content => {
  const schema = {
    $id: 'Tree',
    type: 'object',
    properties: {
      v: content.schema,
      kids: { type: 'array', items: { $ref: '#' } },
      next: { anyOf: [{ $ref: 'Tree' }, { type: 'null' }] },
    },
    required: ['v', 'next'],
  }
  const grow = (source: Source, depth: number): unknown => {
    const node: Record<string, unknown> = { v: content.value(source), next: null }
    if (depth > 0 && source.chance(0.5)) node.next = grow(source, depth - 1)
    if (depth > 0 && source.chance(0.4)) {
      node.kids = Array.from({ length: source.below(3) }, () => grow(source, depth - 2))
    }
    return node
  }
  return { schema, value: wayward(source => grow(source, source.below(5))) }
})

/** A schema with its options, and seeds of rows. A quarter of the cases have wrong values among the right ones. */
export const schemaCase: fc.Arbitrary<SchemaCase> = fc
  .record({
    root: shape,
    tree,
    htmlSafe: fc.boolean(),
    nonFinite: fc.constantFrom(undefined, 'throw' as const, 'null' as const),
    limits: fc.option(fc.record({ rows: fc.integer({ min: 1, max: 3 }), slots: fc.nat(8) }), {
      nil: undefined,
    }),
    mischief: fc.constantFrom(0, 0, 0, 0.04),
    seeds: fc.array(fc.integer(), { maxLength: 5 }),
  })
  .map(({ root, tree, htmlSafe, nonFinite, limits, mischief, seeds }) => ({
    schema: withKeywords(root.schema, { $defs: { Tree: tree.schema } }),
    options: { htmlSafe, ...(nonFinite && { nonFinite }) },
    limits,
    seeds,
    row: seed => root.value({ ...randomOf(seed), tree, mischief }),
  }))
