// How the variants of a union are told apart: by kinds of value, by a property with a literal.

import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { UnionChoice } from '../../src/spec/spec.ts'
import { INT, obj, STR } from '../schemas.ts'

const coded = (schema: object) =>
  Object.defineProperty({ ...schema }, '~codec', { value: { encode: String } })
const kind = (value: unknown, more: Record<string, object> = {}) => obj({ kind: { const: value }, ...more })

function choiceOf(...anyOf: readonly object[]): UnionChoice {
  const spec = compileSchema({ $defs: { A: kind('a'), Deep: { $ref: '#/$defs/A', title: 'A' } }, anyOf })
  const node = spec.nodes[spec.root]!
  if (node.op !== 'union') throw new Error(`a ${node.op}`)
  return node.choice
}

/** The kinds that the first of two variants may take; the other one takes text alone. */
function kindsOf(schema: object): string {
  const { byKind } = choiceOf(schema, coded(INT))
  return Object.entries(byKind)
    .filter(([, variants]) => variants.includes(0))
    .map(([name]) => name)
    .join(' ')
}

const ALL = 'string number boolean bigint null array object missing'

describe('the kinds of value that may be', () => {
  it.each<[string, object, string]>([
    ['an integer', INT, 'number object'],
    ['a number', { type: 'number' }, 'number object'],
    ['a bigint', { type: 'bigint' }, 'bigint object'],
    ['a boolean', { type: 'boolean' }, 'boolean object'],
    ['a string', STR, 'string object'],
    ['bytes', { ...STR, contentEncoding: 'base64' }, 'string object'],
    ['raw JSON', { raw: true }, 'string object'],
    ['a date-time', { ...STR, format: 'date-time' }, 'string number object'],
    ['a date', { ...STR, format: 'date' }, 'string number object'],
    ['a time', { ...STR, format: 'time' }, 'string number object'],
    ['a duration', { ...STR, format: 'duration' }, 'string number object'],
    ['an object', obj({ a: INT }), 'object'],
    ['a nullable object', { ...obj({ a: INT }), nullable: true }, 'null object'],
    ['an array', { type: 'array', items: INT }, 'array object'],
    ['a tuple', { prefixItems: [INT] }, 'array object'],
    ['anything', {}, ALL],
    ['what a codec takes', coded(STR), ALL],
    ['a constant', { const: true }, 'boolean object'],
    ['a list as a constant', { const: [1] }, 'array object'],
    ['one of several', { enum: ['a', 1, 5n] }, 'string number bigint object'],
    ['what a reference leads to', { $ref: '#/$defs/A' }, 'object'],
    ['one of a union', { anyOf: [INT, obj({ a: INT }), { type: 'boolean' }] }, 'number boolean object'],
  ])('%s', (_, schema, kinds) => {
    expect(kindsOf(schema)).toBe(kinds)
  })

  it('are listed in the order of the schema, and null only for who takes it', () => {
    const { byKind } = choiceOf(STR, { type: ['integer', 'null'] }, obj({ a: INT }), coded(STR))
    expect(byKind).toEqual({
      string: [0, 3],
      number: [1, 3],
      boolean: [3],
      bigint: [3],
      null: [1, 3],
      array: [3],
      object: [0, 1, 2, 3],
      missing: [3],
    })
  })

  it('of a reference to itself are found once', () => {
    const spec = compileSchema({ $defs: { N: { anyOf: [{ $ref: '#/$defs/N' }, INT] } }, $ref: '#/$defs/N' })
    const union = spec.nodes.find(node => node.op === 'union')!
    expect(union.choice.byKind.number).toEqual([0, 1])
  })
})

describe('a property that tells', () => {
  const shown = (choice: UnionChoice) =>
    choice.discriminator && {
      name: choice.discriminator.name,
      ownOnly: choice.discriminator.ownOnly,
      variants: [...choice.discriminator.variants],
    }

  it.each<[string, readonly object[], object]>([
    [
      'a constant',
      [kind('a'), kind('b')],
      {
        name: 'kind',
        ownOnly: false,
        variants: [
          ['a', 0],
          ['b', 1],
        ],
      },
    ],
    [
      'several each',
      [obj({ t: { enum: ['a', 1] } }), obj({ t: { enum: [true, 'b'] } })],
      {
        name: 't',
        ownOnly: false,
        variants: [
          ['a', 0],
          [1, 0],
          [true, 1],
          ['b', 1],
        ],
      },
    ],
    [
      'the second property, when the first is the same',
      [obj({ v: { const: 1 }, t: { const: 'a' } }), obj({ v: { const: 1 }, t: { const: 'b' } })],
      {
        name: 't',
        ownOnly: false,
        variants: [
          ['a', 0],
          ['b', 1],
        ],
      },
    ],
    [
      'a name that all objects inherit',
      [obj({ constructor: { const: 'a' } }), obj({ constructor: { const: 'b' } })],
      {
        name: 'constructor',
        ownOnly: true,
        variants: [
          ['a', 0],
          ['b', 1],
        ],
      },
    ],
    [
      'beside what is never a plain object',
      [
        STR,
        INT,
        { type: 'array' },
        { prefixItems: [INT] },
        { type: 'number' },
        { type: 'bigint' },
        { type: 'boolean' },
        kind('a'),
        kind('b'),
        { ...STR, contentEncoding: 'base64' },
        { ...STR, format: 'date' },
        { ...STR, format: 'time' },
        { ...STR, format: 'date-time' },
      ],
      {
        name: 'kind',
        ownOnly: false,
        variants: [
          ['a', 7],
          ['b', 8],
        ],
      },
    ],
    [
      'through references',
      [{ $ref: '#/$defs/Deep' }, kind('b')],
      {
        name: 'kind',
        ownOnly: false,
        variants: [
          ['a', 0],
          ['b', 1],
        ],
      },
    ],
  ])('%s', (_, variants, expected) => {
    expect(shown(choiceOf(...variants))).toEqual(expected)
  })

  it.each<[string, readonly object[]]>([
    ['one object', [kind('a'), STR]],
    ['no object', [INT, STR]],
    ['the same literal twice', [kind('a'), kind('a', { b: INT })]],
    ['one that lacks it', [kind('a'), obj({ other: INT })]],
    ['one where it may be missing', [kind('a'), obj({ kind: { const: 'b' } }, [])]],
    ['one where it has a default', [kind('a'), obj({ kind: { const: 'b', default: 'b' } })]],
    ['one where it may be null', [kind('a'), obj({ kind: { enum: ['b', null] } })]],
    ['one where a codec makes it', [kind('a'), obj({ kind: coded({ const: 'b' }) })]],
    ['one where it is any text', [kind('a'), obj({ kind: STR })]],
    ['an object as a literal', [kind({ x: 1 }), kind({ y: 1 })]],
    ['a codec around one', [kind('a'), kind('b'), coded(kind('c'))]],
    ['a codec around text', [kind('a'), kind('b'), coded(STR)]],
    ['one that may be null through a reference', [kind('b'), { $ref: '#/$defs/A', nullable: true }]],
    ['one that a codec makes through a reference', [kind('b'), coded({ $ref: '#/$defs/A' })]],
    ['anything beside', [kind('a'), kind('b'), {}]],
    ['durations beside, which are objects, too', [kind('a'), kind('b'), { ...STR, format: 'duration' }]],
  ])('is not there: %s', (_, variants) => {
    expect(choiceOf(...variants).discriminator).toBeUndefined()
  })
})
