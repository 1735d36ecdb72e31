import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile, OptionError } from '../../src/index.ts'
import { bytesOf, errorOf, filmRows, films, SOURCES } from './sliced.ts'

const rows = filmRows(1_000)
const { blob } = films.serialize(rows)
const arrays = rows.map(({ id, title, rating, released }) => [id, title, rating, released])

describe('rows as arrays of column values', () => {
  it.each(Object.keys(SOURCES))('give the bytes of rows as objects, from: %s', async name => {
    const source = SOURCES[name]!
    const list = await films.serializeAsync(source(arrays), { rowMode: 'array' })
    expect(list.blob.equals(blob)).toBe(true)
    const stream = films.stream(source(arrays), { rowMode: 'array', highWaterMark: 1_000 })
    expect((await bytesOf(stream)).equals(blob)).toBe(true)
  })

  it('by the interpreter, too', async () => {
    const schema = Type.Object({ a: Type.Integer(), b: Type.Optional(Type.String()) })
    const interpreted = compile(schema, { codegen: false })
    const list = await interpreted.serializeAsync(
      [
        [1, 'x'],
        [2, undefined],
        [3, null],
      ],
      { rowMode: 'array' },
    )
    expect(list.blob.toString()).toBe('[{"a":1,"b":"x"},{"a":2},{"a":3}]')
  })

  it('of a schema that refers to its rows', async () => {
    const row = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } }
    for (const schema of [
      { $defs: { Row: row }, $ref: '#/$defs/Row' },
      { $defs: { Row: row, Alias: { $ref: '#/$defs/Row', title: 'Alias' } }, $ref: '#/$defs/Alias' },
    ]) {
      const list = await compile(schema).serializeAsync([[1, 'x']], { rowMode: 'array' })
      expect(list.blob.toString()).toBe('[{"a":1,"b":"x"}]')
    }
    const encoded = Object.defineProperty({ $defs: { Row: row }, $ref: '#/$defs/Row' }, '~codec', {
      value: { encode: (value: unknown) => value },
    })
    expect(() => compile(encoded).serializeAsync([[1, 'x']], { rowMode: 'array' })).toThrow(OptionError)
  })

  it('with defaults, aliases, nested values and names that every object inherits', async () => {
    const schema = {
      type: 'object',
      properties: {
        constructor: { type: 'string' },
        toString: { type: 'integer', alias: 'text' },
        __proto__x: { type: 'integer', default: 7 },
        nested: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
      },
      required: ['constructor', 'toString'],
    }
    const serializer = compile(schema as never)
    const list = await serializer.serializeAsync(
      [
        ['a', 1, undefined, [{ n: 1 }, {}]],
        ['b', 2, 3, []],
      ],
      {
        rowMode: 'array',
      },
    )
    expect(list.blob.toString()).toBe(
      '[{"constructor":"a","text":1,"__proto__x":7,"nested":[{"n":1},{}]},' +
        '{"constructor":"b","text":2,"__proto__x":3,"nested":[]}]',
    )
  })

  it('with many optional columns, of which others are there each time', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`)
    const properties = Object.fromEntries(names.map(name => [name, Type.Optional(Type.Integer())]))
    const serializer = compile(Type.Object(properties))
    const values = Array.from({ length: 700 }, (_, i) => names.map((_, j) => ((i >> j) & 1 ? i : undefined)))
    const objects = values.map(row => Object.fromEntries(names.map((name, j) => [name, row[j]])))
    const list = await serializer.serializeAsync(values, { rowMode: 'array' })
    expect(list.blob.equals(serializer.serialize(objects as never).blob)).toBe(true)
  })

  it('name the column of a value that does not fit', async () => {
    const broken: unknown[][] = arrays.slice(0, 500)
    broken[400] = [400, 'Alien', 'high', null]
    for (const name of ['array', 'generator', 'async generator']) {
      const build = films.serializeAsync(SOURCES[name]!(broken), { rowMode: 'array' })
      expect(await errorOf(build)).toMatchObject({ code: 'TYPE', path: '/400/rating' })
    }
  })

  it('must be arrays of the right length', async () => {
    const short = [...arrays.slice(0, 300), [1, 'a']]
    expect(await errorOf(films.serializeAsync(short, { rowMode: 'array' }))).toMatchObject({
      code: 'LENGTH',
      path: '/300',
      expected: 'array of 4 column values',
      received: '2 values',
    })
    const objects = films.serializeAsync(rows as never, { rowMode: 'array' })
    expect(await errorOf(objects)).toMatchObject({ code: 'TYPE', path: '/0', received: 'object' })
  })

  it('need a schema whose rows are objects', () => {
    const row = { type: 'object', properties: { a: { type: 'integer' } } }
    const coded = Object.defineProperty(row, '~codec', { value: { encode: (value: unknown) => value } })
    const record = Type.Record(Type.String(), Type.Integer())
    for (const schema of [Type.Number(), coded, record]) {
      const run = () => compile(schema).serializeAsync([], { rowMode: 'array' })
      expect(run).toThrow(OptionError)
      expect(run).toThrow(expect.objectContaining({ option: 'rowMode' }))
      expect(run).toThrow(/plain objects, got string "array"/)
    }
  })
})
