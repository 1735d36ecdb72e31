import { describe, expect, it } from 'vitest'
import { SchemaError } from '../../src/errors.ts'
import type { JsonSchema } from '../../src/spec/documents.ts'
import { mergeSchemas } from '../../src/spec/merge.ts'

const INT = { type: 'integer' }
const STR = { type: 'string' }

describe('two schemas say together', () => {
  it.each<[string, JsonSchema, JsonSchema, JsonSchema]>([
    ['nothing more', INT, {}, INT],
    ['what each says', { title: 'a', minimum: 1 }, INT, { title: 'a', minimum: 1, ...INT }],
    [
      'what the first says, where none is checked',
      { title: 'a', minimum: 1 },
      { title: 'b', minimum: 5 },
      { title: 'a', minimum: 1 },
    ],
    [
      'the properties of both, those of one name together',
      { properties: { a: INT, b: STR } },
      { properties: { b: { minLength: 1 }, c: INT } },
      { properties: { a: INT, b: { allOf: [STR, { minLength: 1 }] }, c: INT } },
    ],
    [
      'the same property once',
      { properties: { a: INT } },
      { properties: { a: INT } },
      { properties: { a: INT } },
    ],
    [
      'patterns as properties',
      { patternProperties: { '^a': INT } },
      { patternProperties: { '^a': STR, '^b': STR } },
      { patternProperties: { '^a': { allOf: [INT, STR] }, '^b': STR } },
    ],
    [
      'the later of two definitions',
      { $defs: { A: INT, B: INT } },
      { $defs: { A: STR } },
      { $defs: { A: STR, B: INT } },
    ],
    [
      'so by the older name',
      { definitions: { A: INT } },
      { definitions: { B: STR } },
      { definitions: { A: INT, B: STR } },
    ],
    [
      'all that is required, once',
      { required: ['a', 'b'] },
      { required: ['b', 'c'] },
      { required: ['a', 'b', 'c'] },
    ],
    ['the types they share', { type: ['string', 'null'] }, { type: ['null', 'integer'] }, { type: 'null' }],
    [
      'several of them',
      { type: ['string', 'null', 'boolean'] },
      { type: ['null', 'string'] },
      { type: ['string', 'null'] },
    ],
    ['the narrower of two numbers', { type: 'number' }, INT, INT],
    ['the narrower one first', INT, { type: 'number' }, INT],
    ['the values of both', { enum: [1, 'a', 2] }, { enum: [2, 1, 3] }, { enum: [1, 2] }],
    ['the same constant', { const: { a: [1] } }, { const: { a: [1] } }, { const: { a: [1] } }],
    [
      'a rest that is closed by either',
      { additionalProperties: false },
      { additionalProperties: INT },
      { additionalProperties: false },
    ],
    [
      'a rest closed by the second',
      { additionalProperties: INT },
      { additionalProperties: false },
      { additionalProperties: false },
    ],
    [
      'a rest open in the first',
      { additionalProperties: true },
      { additionalProperties: INT },
      { additionalProperties: INT },
    ],
    [
      'a rest open in the second',
      { additionalProperties: INT },
      { additionalProperties: true },
      { additionalProperties: INT },
    ],
    ['elements of both', { items: INT }, { items: STR }, { items: { allOf: [INT, STR] } }],
    [
      'elements place by place',
      { items: [INT, STR] },
      { items: [STR] },
      { items: [{ allOf: [INT, STR] }, STR] },
    ],
    [
      'tuples place by place',
      { prefixItems: [INT, INT] },
      { prefixItems: [STR] },
      { prefixItems: [{ allOf: [INT, STR] }, INT] },
    ],
    [
      'each pair of variants',
      { anyOf: [INT, STR] },
      { anyOf: [{ title: 'x' }, { title: 'y' }] },
      {
        anyOf: [
          { allOf: [INT, { title: 'x' }] },
          { allOf: [INT, { title: 'y' }] },
          { allOf: [STR, { title: 'x' }] },
          { allOf: [STR, { title: 'y' }] },
        ],
      },
    ],
    ['each pair of oneOf', { oneOf: [INT] }, { oneOf: [STR] }, { oneOf: [{ allOf: [INT, STR] }] }],
    [
      'null, when both take it',
      { nullable: true, ...INT },
      { nullable: true, ...INT },
      { nullable: true, ...INT },
    ],
    ['not null, when one with a type does not', { nullable: true, ...INT }, INT, { nullable: false, ...INT }],
    [
      'null, when the other has no type',
      { nullable: true, ...INT },
      { minimum: 1 },
      { nullable: true, ...INT, minimum: 1 },
    ],
    ['null, when only the second has a word for it', INT, { nullable: true }, { ...INT, nullable: true }],
  ])('%s', (_, left, right, expected) => {
    const before = JSON.stringify([left, right])
    expect(mergeSchemas(left, right, '/p')).toEqual(expected)
    expect(JSON.stringify([left, right])).toBe(before)
  })

  it('a property named __proto__ like any other', () => {
    const odd = JSON.parse('{"properties":{"__proto__":{"type":"integer"}}}')
    const merged = mergeSchemas(odd, { properties: { a: INT } }, '')
    expect(Object.keys(merged.properties as object)).toEqual(['__proto__', 'a'])
    expect(JSON.stringify(mergeSchemas({ properties: { a: INT } }, odd, ''))).toBe(
      '{"properties":{"a":{"type":"integer"},"__proto__":{"type":"integer"}}}',
    )
  })

  it('a codec of either, hidden as it was', () => {
    const codec = { encode: String }
    const coded = () => Object.defineProperty({ ...STR }, '~codec', { value: codec }) as JsonSchema
    for (const merged of [mergeSchemas(coded(), {}, ''), mergeSchemas({}, coded(), '')]) {
      expect([merged['~codec'], Object.keys(merged)]).toEqual([codec, ['type']])
    }
    expect('~codec' in mergeSchemas(STR, STR, '')).toBe(false)
  })
})

describe('two schemas contradict each other', () => {
  const coded = () =>
    Object.defineProperty({ ...STR }, '~codec', { value: { encode: () => '' } }) as JsonSchema
  it.each<[JsonSchema, JsonSchema, string, string]>([
    [INT, STR, 'SCHEMA_INVALID', 'allOf'],
    [{ type: ['integer', 'null'] }, { type: ['string', 'boolean'] }, 'SCHEMA_INVALID', 'allOf'],
    [{ const: 1 }, { const: 2 }, 'SCHEMA_UNSUPPORTED', 'const'],
    [{ items: [INT] }, { items: INT }, 'SCHEMA_UNSUPPORTED', 'items'],
    [{ items: INT }, { items: [INT] }, 'SCHEMA_UNSUPPORTED', 'items'],
    [coded(), coded(), 'SCHEMA_UNSUPPORTED', 'allOf'],
  ])('%j, %j: %s at %s', (left, right, code, keyword) => {
    const run = () => mergeSchemas(left, right, '/here')
    expect(run).toThrow(SchemaError)
    expect(run).toThrow(expect.objectContaining({ code, keyword, pointer: '/here' }))
  })
})
