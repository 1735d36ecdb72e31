import { describe, expect, it } from 'vitest'
import { OptionError } from '../../src/errors.ts'
import { inferSchema, toTypeBox } from '../../src/infer/index.ts'
import { freeName } from '../../src/infer/names.ts'
import { evaluate } from './evaluate.ts'

describe('toTypeBox', () => {
  it('gives a module a person would write', () => {
    const rows = [
      { id: 1, released: '2020-01-01', actors: [{ name: 'A', born: '1990-05-06T07:08:09Z' }] },
      { id: 2, released: null, actors: [] },
    ]
    expect(
      toTypeBox(inferSchema(rows), { name: 'Movie' }),
    ).toBe(`import { CalendarDate, DateTime } from 'tocson'
import Type, { type Static } from 'typebox'

export const Movie = Type.Object({
  id: Type.Integer(),
  released: Type.Union([CalendarDate(), Type.Null()]),
  actors: Type.Array(Type.Object({
    name: Type.String(),
    born: DateTime({ precision: 'second' }),
  })),
})

export type Movie = Static<typeof Movie>
`)
  })

  it.each([
    "it's",
    'say "x"',
    '\\',
    '\\"',
    '\n\r\t\b\f\0',
    '\u2028\u2029',
    '\ud800',
    `\`\${x}\``,
    '*/ //',
    '</script>',
  ])('keeps hostile text inside its literal: %j', hostile => {
    const rows = Array.from({ length: 20 }, () => ({ [hostile]: hostile }))
    const schema = evaluate(toTypeBox(inferSchema(rows))) as { properties: Record<string, { const: string }> }
    expect(schema.properties[hostile]!.const).toBe(hostile)
  })

  it.each(['', 'a b', '1a', 'class', 'Type', 'string', "x'", 'a;b'])('refuses the name %j', name => {
    expect(() => toTypeBox(inferSchema([1]), { name })).toThrow(OptionError)
  })
})

it.each([
  ['movies.json', 'Movies'],
  ['us-10m.json', 'Us10m'],
  ['/tmp', 'Tmp'],
  ['10m.json', 'Row'],
  ['type.json', 'TypeRow'],
  ['ünï.json', 'N'],
  ['', 'Row'],
])('names a schema after %j: %s', (file, expected) => {
  expect(freeName(file)).toBe(expected)
})
