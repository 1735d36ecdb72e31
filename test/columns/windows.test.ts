// Borders of windows, chunks and functions: text of every length, many columns, many batches.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as arrow from 'apache-arrow'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { serializeColumns, serializeRows } from './both.ts'
import { bitmapOf } from './random-columns.ts'

const row = {
  type: 'object',
  properties: { id: { type: 'integer' }, a: { type: 'string' }, b: { type: 'string' } },
  required: ['id', 'a', 'b'],
}

function textColumn(values: readonly string[]) {
  const bytes = values.map(value => Buffer.from(value))
  let end = 0
  const offsets = Int32Array.from([0, ...bytes.map(({ length }) => (end += length))])
  return { text: Buffer.concat(bytes), offsets }
}

/** Around every border: copying four at a time, loops, long text, staging, windows, the text area. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 66, 95, 96, 97, 8191, 8192, 8193, 49_151]
const LONG = [49_152, 49_153, 65_535, 65_536, 65_537, 98_304, 98_305, 300_000]

describe('text', () => {
  it.each([
    ['ASCII', 'x'],
    ['two bytes', 'ø'],
    ['two units', '😀'],
    ['escapes', '"'],
  ])('%s of every length', (_, character) => {
    const lengths = [...LENGTHS, ...LENGTHS.toReversed(), ...LONG]
    const values = lengths.map(length => character.repeat(length / character.length))
    const rows = values.map((a, id) => ({ id, a, b: values.at(-1 - id)! }))
    const texts = (name: 'a' | 'b') => textColumn(rows.map(each => each[name]))
    const columns = { id: rows.map(({ id }) => id), a: texts('a'), b: texts('b') }
    const expected = serializeRows(row, rows)
    expect(serializeColumns(row, () => columns)).toEqual(expected)
    const indices = Int16Array.from(values, (_value, i) => i)
    const entries = { ...columns, a: { indices, dictionary: values } }
    expect(serializeColumns(row, () => entries)).toEqual(expected)
  })

  it('windows of ASCII and others in turn, 5,000 rows', () => {
    const name = (i: number) => (Math.floor(i / 700) % 2 === 0 ? `plain ${i}` : `blåbær ${i}`)
    const rows = Array.from({ length: 5_000 }, (_, id) => ({
      id,
      a: name(id),
      b: id % 3 === 0 ? 'b' : name(id * 7),
    }))
    const columns = {
      id: Int32Array.from(rows, ({ id }) => id),
      a: textColumn(rows.map(({ a }) => a)),
      b: textColumn(rows.map(({ b }) => b)),
    }
    expect(serializeColumns(row, () => columns)).toEqual(serializeRows(row, rows))
  })

  it('lists that are longer than a window', () => {
    const schema = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'string' } } },
      required: ['tags'],
    }
    const rows = [3, 0, 20_000, 1, 9_000, 2].map(count => ({
      tags: Array.from({ length: count }, (_, i) => `tag ${i}`),
    }))
    let end = 0
    const offsets = Int32Array.from([0, ...rows.map(({ tags }) => (end += tags.length))])
    const values = textColumn(rows.flatMap(({ tags }) => tags))
    expect(serializeColumns(schema, () => ({ tags: { offsets, values } }))).toEqual(
      serializeRows(schema, rows),
    )
  })
})

describe('many', () => {
  it('columns: more than one function packs', () => {
    const names = Array.from({ length: 150 }, (_, i) => `column ${i}`)
    const types = ['integer', 'string', 'number'] as const
    const schema = {
      type: 'object',
      properties: Object.fromEntries(names.map((name, i) => [name, { type: types[i % 3] }])),
      required: names,
    }
    const value = (i: number, j: number) => (i % 3 === 1 ? `text ${j}` : i * j)
    const rows = Array.from({ length: 300 }, (_, j) =>
      Object.fromEntries(names.map((name, i) => [name, value(i, j)])),
    )
    const inputs = names.map((name, i) => {
      const values = rows.map(each => each[name])
      return [name, i % 3 === 1 ? textColumn(values as string[]) : Float64Array.from(values as number[])]
    })
    const columns = Object.fromEntries(inputs)
    expect(serializeColumns(schema, () => columns)).toEqual(serializeRows(schema, rows))
    const late = Float64Array.from(rows, (_, j) => (j === 299 ? 0.5 : j))
    const bad = { ...columns, 'column 147': late }
    expect(serializeColumns(schema, () => bad)).toMatchObject({ code: 'INTEGER', path: '/299/column 147' })
  })

  it('columns of numbers, some of which are not there', () => {
    const names = Array.from({ length: 150 }, (_, i) => `column ${i}`)
    const defaults = names.map((name, i) => [name, { type: 'integer', ...(i < 75 ? { default: i } : {}) }])
    const schema = { type: 'object', properties: Object.fromEntries(defaults) }
    const columns = Object.fromEntries(
      names.flatMap((name, i) => (i % 2 ? [[name, Int8Array.of(1, i % 100)]] : [])),
    )
    const rows = [0, 1].map(row =>
      Object.fromEntries(Object.keys(columns).map(name => [name, columns[name]![row]])),
    )
    expect(serializeColumns(schema, () => columns)).toEqual(serializeRows(schema, rows))
  })

  it('kinds of columns with one serializer: old code is dropped', () => {
    const serializer = compile({ type: 'object', properties: { v: { type: 'number' } }, required: ['v'] })
    const types = [
      Int8Array,
      Int16Array,
      Int32Array,
      Uint8Array,
      Uint16Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      Array<number>,
    ]
    for (let round = 0; round < 2; round++) {
      for (const Type of types) {
        for (const validity of [undefined, Uint8Array.of(0b11)]) {
          const input = validity ? { values: Type.of(1, 2), validity } : Type.of(1, 2)
          const list = serializer.serializeColumns({ v: input })
          expect(list.blob.toString()).toBe('[{"v":1},{"v":2}]')
        }
      }
    }
  })

  it('chunks of one column beside an array', () => {
    const chunks = [
      arrow.vectorFromArray([1, 2, 3], new arrow.Int32()),
      arrow.vectorFromArray([4], new arrow.Int32()),
    ]
    const vector = chunks[0]!.concat(chunks[1]!)
    const columns = { id: vector, a: ['a', 'b', 'c', 'd'], b: textColumn(['1', '2', '3', '4']) }
    expect(serializeColumns(row, () => columns)).toEqual({
      json: '[{"id":1,"a":"a","b":"1"},{"id":2,"a":"b","b":"2"},{"id":3,"a":"c","b":"3"},{"id":4,"a":"d","b":"4"}]',
    })
    const nested = { type: 'object', properties: { list: { type: 'array', items: { type: 'integer' } } } }
    expect(serializeColumns(nested, () => ({ list: { size: 2, values: vector } }))).toEqual({
      json: '[{"list":[1,2]},{"list":[3,4]}]',
    })
    expect(serializeColumns(nested, () => ({ list: { size: 3, values: chunks[0] } }))).toEqual({
      json: '[{"list":[1,2,3]}]',
    })
  })
})

describe('schemas that make values', () => {
  it('codecs get what rows hold', () => {
    const upper = Type.Codec(Type.String())
      .Decode(text => text.toLowerCase())
      .Encode(text => text.toUpperCase())
    const joined = Type.Codec(Type.String())
      .Decode(text => text.split(' '))
      .Encode(words => words.join(' '))
    const schema = Type.Object({ name: upper, words: joined, place: Type.Any() })
    const columns = {
      name: { indices: Int8Array.of(1, 0), dictionary: ['a', 'b'] },
      words: { offsets: Int32Array.of(0, 2, 3), values: textColumn(['x', 'y', 'z']) },
      place: {
        fields: { lat: Int8Array.of(1, 2), lon: { values: [3, 4], validity: bitmapOf([true, false]) } },
      },
    }
    expect(serializeColumns(schema, () => columns)).toEqual({
      json: '[{"name":"B","words":"x y","place":{"lat":1,"lon":3}},{"name":"A","words":"z","place":{"lat":2,"lon":null}}]',
    })
  })

  it('rows that are unions, records or references are read through views', () => {
    const union = {
      anyOf: [
        {
          type: 'object',
          properties: { kind: { const: 'a' }, x: { type: 'integer' } },
          required: ['kind', 'x'],
        },
        {
          type: 'object',
          properties: { kind: { const: 'b' }, y: { type: 'string' } },
          required: ['kind', 'y'],
        },
      ],
    }
    const columns = {
      kind: { indices: Int8Array.of(0, 1), dictionary: ['a', 'b'] },
      x: [1, null],
      y: textColumn(['', 'y']),
    }
    expect(serializeColumns(union, () => columns)).toEqual({
      json: '[{"kind":"a","x":1},{"kind":"b","y":"y"}]',
    })
    expect(serializeColumns(union, () => ({ ...columns, z: [1, 2] }))).toMatchObject({
      code: 'COLUMN_UNKNOWN',
      path: '/z',
    })
    const record = { type: 'object', additionalProperties: { type: 'integer' } }
    const numbers = { b: BigInt64Array.of(2n), a: Int8Array.of(1) }
    expect(serializeColumns(record, () => numbers)).toEqual({ json: '[{"b":2,"a":1}]' })
    const beyond = { ...numbers, b: BigInt64Array.of(2n ** 53n + 1n) }
    expect(serializeColumns(record, () => beyond)).toMatchObject({ code: 'TYPE', path: '/0/b' })
    expect(serializeColumns(record, () => ({ b: [2], a: Int8Array.of(1) }))).toEqual({
      json: '[{"b":2,"a":1}]',
    })
    const node = {
      $defs: {
        Node: { $id: 'Node', type: 'object', properties: { next: { $ref: 'Node' }, v: { type: 'integer' } } },
      },
      $ref: 'Node',
    }
    const linked = { v: Int8Array.of(1), next: [{ v: 2 }] }
    expect(serializeColumns(node, () => linked)).toEqual({ json: '[{"next":{"v":2},"v":1}]' })
    const itself = { $defs: { N: { anyOf: [{ $ref: '#/$defs/N' }, union.anyOf[0]] } }, $ref: '#/$defs/N' }
    expect(serializeColumns(itself, () => ({ kind: ['a'], x: [1], z: [2] }))).toMatchObject({
      code: 'COLUMN_UNKNOWN',
      path: '/z',
    })
    const coded = Type.Codec(Type.Object({ sum: Type.Integer() }))
      .Decode(({ sum }) => ({ a: sum, b: 0 }))
      .Encode(({ a, b }) => ({ sum: a + b }))
    expect(serializeColumns(coded, () => ({ a: [1, 2], b: Int8Array.of(3, 4) }))).toEqual({
      json: '[{"sum":4},{"sum":6}]',
    })
    expect(serializeColumns({ type: 'integer' }, () => ({ v: [1] }))).toMatchObject({
      code: 'COLUMN_UNKNOWN',
    })
    expect(serializeColumns({}, () => ({ v: [1] }))).toEqual({ json: '[{"v":1}]' })
  })
})

it('without code generation', () => {
  const script = `
    const { compile } = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)})
    const schema = { type: 'object', properties: { v: { type: 'integer' } }, required: ['v'] }
    const serializer = compile(schema)
    console.log(serializer.packer, serializer.serializeColumns({ v: Int8Array.of(1, 2) }).blob.toString())`
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script]
  const [major] = process.versions.node.split('.').map(Number)
  const strip = major! < 23 ? ['--experimental-strip-types'] : []
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const output = execFileSync(process.execPath, [...strip, ...flags], { cwd, encoding: 'utf8' })
  expect(output.trim()).toBe('interpreted [{"v":1},{"v":2}]')
})
