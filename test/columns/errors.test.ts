// What is wrong with columns: a code and the place, for the whole of a column or for one of its values.

import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { errorOf, serializeColumns } from './both.ts'

const schema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    tags: { type: 'array', items: { type: 'string' } },
    place: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
  },
  required: ['id'],
} as const

/** Of a later ECMAScript than the types. */
interface ResizableBuffer extends ArrayBuffer {
  resize(byteLength: number): void
}

/** Columns, then code, path, and a part of the message. */
type Row = readonly [columns: unknown, code: string, path: string, message: RegExp]

const id = Int32Array.of(1, 2, 3)
const names = ['a', 'b', 'c']

const SHAPES: Readonly<Record<string, Row>> = {
  'no columns': [undefined, 'COLUMN_TYPE', '', /expected columns by name, or an Arrow table, got undefined/],
  'an array of rows': [[{ id: 1 }], 'COLUMN_TYPE', '', /got array/],
  'a required column is missing': [{ name: names }, 'REQUIRED', '/id', /expected column for "id", got none/],
  'a column nobody asked for': [
    { id, nmae: names },
    'COLUMN_UNKNOWN',
    '/nmae',
    /expected columns the schema names/,
  ],
  'columns of different lengths': [
    { id, name: ['a'] },
    'COLUMN_LENGTH',
    '/name',
    /expected 3 values, as "id" has, got 1/,
  ],
  'a string': [{ id: 'abc' }, 'COLUMN_TYPE', '/id', /got string "abc"/],
  null: [{ id: null }, 'COLUMN_TYPE', '/id', /got null/],
  'a DataView': [{ id: new DataView(new ArrayBuffer(8)) }, 'COLUMN_TYPE', '/id', /typed array/],
  'a Map': [{ id: new Map([[1, 2]]) }, 'COLUMN_TYPE', '/id', /got object with nothing/],
  'a key that means nothing': [
    { id: { values: id, nulls: [] } },
    'COLUMN_TYPE',
    '/id',
    /got object with values, nulls/,
  ],
  'a bitmap that is too short': [
    { id: { values: new Int32Array(9), validity: new Uint8Array(1) } },
    'COLUMN_LENGTH',
    '/id/validity',
    /expected bitmap of 2 bytes for 9 values, got 1 bytes/,
  ],
  'a bitmap that is far too long': [
    { id: { values: id, validity: new Uint8Array(65) } },
    'COLUMN_LENGTH',
    '/id/validity',
    /got 65 bytes/,
  ],
  'a bitmap that is none': [
    { id: { values: id, validity: [true] } },
    'COLUMN_TYPE',
    '/id/validity',
    /got array/,
  ],
  'a unit nobody knows': [
    { id, at: { values: id, unit: 'min' } },
    'COLUMN_TYPE',
    '/at/unit',
    /day, s, ms, us, ns, got string "min"/,
  ],
  'times that are no array': [
    { id, at: { values: 'x', unit: 's' } },
    'COLUMN_TYPE',
    '/at/values',
    /got string/,
  ],
  'indices that are no typed array': [
    { id, name: { indices: [0, 0, 0], dictionary: names } },
    'COLUMN_TYPE',
    '/name/indices',
    /got array/,
  ],
  'a dictionary that is none': [
    { id, name: { indices: id, dictionary: 7 } },
    'COLUMN_TYPE',
    '/name/dictionary',
    /got number 7/,
  ],
  'offsets that go back': [
    { id, name: { text: Buffer.from('abc'), offsets: Int32Array.of(0, 2, 1, 3) } },
    'COLUMN_OFFSET',
    '/name/offsets/2',
    /expected integer in 2..3, got number 1/,
  ],
  'offsets beyond the text': [
    { id, name: { text: Buffer.from('abc'), offsets: Int32Array.of(0, 1, 2, 4) } },
    'COLUMN_OFFSET',
    '/name/offsets/3',
    /got number 4/,
  ],
  'offsets with a fraction': [
    { id, name: { text: Buffer.from('abc'), offsets: Float64Array.of(0, 1, 1.5, 3) } },
    'COLUMN_OFFSET',
    '/name/offsets/2',
    /expected integer in 1..3, got number 1.5/,
  ],
  'no offsets': [
    { id, name: { text: Buffer.from('abc'), offsets: new Int32Array(0) } },
    'COLUMN_LENGTH',
    '/name/offsets',
    /at least 1 offsets/,
  ],
  'offsets that are no typed array': [
    { id, name: { text: Buffer.from('abc'), offsets: [0, 1, 2, 3] } },
    'COLUMN_TYPE',
    '/name/offsets',
    /expected a typed array of offsets, got array/,
  ],
  'text that is a string': [
    { id, name: { text: 'abc', offsets: id } },
    'COLUMN_TYPE',
    '/name/text',
    /got string/,
  ],
  'lists of no even size': [
    { id, tags: { size: 2, values: names } },
    'COLUMN_LENGTH',
    '/tags/values',
    /expected lists of 2, got 3 values/,
  ],
  'values that are no array': [{ id: { values: 7 } }, 'COLUMN_TYPE', '/id', /got number 7/],
  'fields that are no columns': [{ id, place: { fields: [] } }, 'COLUMN_TYPE', '/place/fields', /got array/],
  'a size that is none': [
    { id, tags: { size: -1, values: [] } },
    'COLUMN_TYPE',
    '/tags/size',
    /integer >= 0/,
  ],
  'a size of nothing': [
    { id, tags: { size: 0, values: ['a'] } },
    'COLUMN_LENGTH',
    '/tags/values',
    /lists of 0/,
  ],
  'fields of different lengths': [
    { id, place: { fields: { lat: id, lon: Int8Array.of(1) } } },
    'COLUMN_LENGTH',
    '/place/fields/lon',
    /got 1/,
  ],
  'a field nobody asked for': [
    { id, place: { fields: { lat: id, lng: id } } },
    'COLUMN_UNKNOWN',
    '/place/lng',
    /columns the schema names/,
  ],
}

const VALUES: Readonly<Record<string, Row>> = {
  'text for numbers': [{ id: ['n/a', 2, 3] }, 'TYPE', '/0/id', /expected integer, got string "n\/a"/],
  'a fraction': [{ id: Float64Array.of(1, 2.5, 3) }, 'INTEGER', '/1/id', /expected integer, got number 2.5/],
  NaN: [{ id: Float32Array.of(1, Number.NaN) }, 'INTEGER', '/1/id', /got number NaN/],
  'an integer no double is exact for': [
    { id: BigInt64Array.of(1n, 2n ** 53n + 1n) },
    'TYPE',
    '/1/id',
    /expected integer, got bigint 9007199254740993/,
  ],
  'a null where there may be none': [
    { id: { values: id, validity: Uint8Array.of(0b011) } },
    'REQUIRED',
    '/2/id',
    /expected integer, got null/,
  ],
  'numbers for text': [{ id, name: id }, 'TYPE', '/0/name', /expected string, got number 1/],
  'numbers of a dictionary for text': [
    { id, name: { indices: Int8Array.of(1, 1, 0), dictionary: [7, 'x'] } },
    'TYPE',
    '/2/name',
    /got number 7/,
  ],
  'an index beyond the dictionary': [
    { id, name: { indices: Int8Array.of(0, 1, 2), dictionary: ['a', 'b'] } },
    'COLUMN_INDEX',
    '/2/name',
    /expected index into a dictionary of 2, got number 2/,
  ],
  'a negative index': [
    { id, name: { indices: Int8Array.of(0, -1, 0), dictionary: ['a', 'b'] } },
    'COLUMN_INDEX',
    '/1/name',
    /got number -1/,
  ],
  'an index with a fraction': [
    { id, name: { indices: Float64Array.of(0, 0.5, 0), dictionary: ['a', 'b'] } },
    'COLUMN_INDEX',
    '/1/name',
    /got number 0.5/,
  ],
  'text that is not UTF-8': [
    { id, name: { text: Uint8Array.of(0x61, 0xc3, 0x62), offsets: Int32Array.of(0, 1, 2, 3) } },
    'COLUMN_TEXT',
    '/1/name',
    /expected text in UTF-8, got bytes that are not UTF-8/,
  ],
  'a character cut by offsets': [
    { id, name: { text: Buffer.from('ö'), offsets: Int32Array.of(0, 0, 1, 2) } },
    'COLUMN_TEXT',
    '/1/name',
    /UTF-8/,
  ],
  'a time out of range': [
    { id, at: { values: BigInt64Array.of(0n, 8_640_000_000_001n, 0n), unit: 's' } },
    'INVALID_DATE',
    '/1/at',
    /date-time/,
  ],
  'an invalid Date': [
    { id, at: [new Date(0), new Date(Number.NaN), 0] },
    'INVALID_DATE',
    '/1/at',
    /got invalid Date/,
  ],
  'a null in a list': [
    { id, tags: { offsets: Int32Array.of(0, 2, 2, 3), values: ['a', 'b', null] } },
    'REQUIRED',
    '/2/tags/0',
    /expected string, got null/,
  ],
  'a column for a property that is an object': [
    { id, place: id },
    'TYPE',
    '/0/place',
    /expected object, got number 1/,
  ],
  'a field that is not there': [
    { id, place: { fields: {} } },
    'COLUMN_LENGTH',
    '/place',
    /expected 3 values/,
  ],
  'a null in a struct': [
    { id, place: { fields: { lat: { values: id, validity: Uint8Array.of(0b101) } } } },
    'REQUIRED',
    '/1/place/lat',
    /expected number, got null/,
  ],
}

describe.each([
  ['shapes', SHAPES],
  ['values', VALUES],
])('%s', (_, table) => {
  it.each(Object.entries(table))('%s', (_name, [columns, code, path, message]) => {
    const outcome = serializeColumns(schema, () => columns)
    expect(outcome).toMatchObject({ code, path, message: expect.stringMatching(message) })
  })
})

describe('unknown columns', () => {
  it('are left out when that is asked for, inside structs as well', () => {
    const columns = { id, extra: names, place: { fields: { lat: id, lng: id } } }
    expect(serializeColumns(schema, () => columns, {}, 'drop')).toMatchObject({
      json: expect.stringContaining('{"id":1,"place":{"lat":1}}'),
    })
  })

  it('that are left out may be anything, and count rows when there are no others', () => {
    const others = { short: ['a'], number: 5, decimal: { type: { typeId: 7 } } }
    const kept = serializeColumns(schema, () => ({ ...others, id }), {}, 'drop')
    expect(kept).toMatchObject({ json: '[{"id":1},{"id":2},{"id":3}]' })
    const optional = { type: 'object', properties: { rating: { type: 'number' } } }
    expect(serializeColumns(optional, () => ({ id }), {}, 'drop')).toMatchObject({ json: '[{},{},{}]' })
  })

  it('is an option with two values', () => {
    const options = { unknownColumns: 'ignore' as never }
    expect(() => compile(schema).serializeColumns({ id } as never, options)).toThrow(
      expect.objectContaining({ code: 'OPTION', option: 'unknownColumns' }),
    )
  })
})

describe('memory that is gone', () => {
  it('detached arrays are no columns without rows', () => {
    const values = Int32Array.of(1)
    structuredClone(values.buffer, { transfer: [values.buffer] })
    expect(errorOf(() => compile(schema).serializeColumns({ id: values }))).toMatchObject({
      code: 'COLUMN_TYPE',
      path: '/id',
      received: 'a detached typed array',
    })
  })

  it('nor are arrays whose buffer has become too small', () => {
    class Named extends Int32Array {}
    for (const Type of [Int32Array, Named]) {
      const buffer: ResizableBuffer = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 8 }])
      const values = new Type(buffer, 4, 1)
      buffer.resize(4)
      expect(errorOf(() => compile(schema).serializeColumns({ id: values }))).toMatchObject({
        code: 'COLUMN_TYPE',
        path: '/id',
        received: 'a typed array beyond its buffer',
      })
    }
  })
})

describe('columns that are undefined', () => {
  const place = { type: 'object', properties: { x: { type: 'integer' }, y: { type: 'integer' } } } as const
  const places = { type: 'object', properties: { ...schema.properties, place } }

  it('are not given', () => {
    const columns = { id, name: undefined, nmae: undefined }
    expect(serializeColumns(schema, () => columns)).toEqual({ json: '[{"id":1},{"id":2},{"id":3}]' })
    const inside = { place: { fields: { x: undefined, y: Int32Array.of(7) } } }
    expect(serializeColumns(places, () => ({ id: [1], ...inside }))).toEqual({
      json: '[{"id":1,"place":{"y":7}}]',
    })
  })

  it('so a required property has none', () => {
    const columns = { id: undefined, name: names }
    expect(serializeColumns(schema, () => columns)).toMatchObject({ code: 'REQUIRED', path: '/id' })
  })
})

describe('arrays that are not what they seem', () => {
  it('a class with the name of another', () => {
    class Named extends Float64Array {}
    Object.defineProperty(Named, 'name', { value: 'Int32Array' })
    const columns = { id: Int32Array.of(1, 2), name: { indices: Named.of(0.5, 0), dictionary: ['a', 'b'] } }
    expect(serializeColumns(schema, () => columns)).toMatchObject({ code: 'COLUMN_INDEX', path: '/0/name' })
    const fractions = { id: Named.of(1.5) }
    expect(serializeColumns(schema, () => fractions)).toMatchObject({ code: 'INTEGER', path: '/0/id' })
  })

  it('a length that is a lie', () => {
    const values = Object.defineProperty(Int32Array.of(1, 2), 'length', { value: 9 })
    expect(serializeColumns(schema, () => ({ id: values }))).toEqual({ json: '[{"id":1},{"id":2}]' })
  })

  it('halves of Node 24', { skip: !('Float16Array' in globalThis) }, () => {
    const { Float16Array } = globalThis as unknown as {
      Float16Array: { of(...values: number[]): Float32Array }
    }
    expect(serializeColumns(schema, () => ({ id: Float16Array.of(1, 2) }))).toEqual({
      json: '[{"id":1},{"id":2}]',
    })
  })

  it('dictionaries that cannot be decoded', () => {
    const dictionary = { text: Uint8Array.of(0x61, 0xff), offsets: Int32Array.of(0, 1, 2) }
    const columns = { id: Int32Array.of(1), name: { indices: Int8Array.of(0), dictionary } }
    expect(serializeColumns(schema, () => columns)).toMatchObject({
      code: 'COLUMN_TEXT',
      path: '/name/dictionary/1',
    })
  })

  it('dictionaries whose code throws', () => {
    const values = Object.defineProperty(['a', 'b'], 1, {
      get() {
        throw new Error('not today')
      },
    })
    const dictionary = { values }
    const columns = { id: Int32Array.of(1), name: { indices: Int8Array.of(0), dictionary } }
    expect(serializeColumns(schema, () => columns)).toMatchObject({ code: 'USER_CODE', path: '' })
  })

  it('columns whose code throws', () => {
    const columns = {
      get id(): never {
        throw new Error('not today')
      },
    }
    expect(serializeColumns(schema, () => columns)).toMatchObject({ code: 'USER_CODE', path: '' })
    expect(errorOf(() => compile(schema).serializeColumns(columns)).cause).toEqual(new Error('not today'))
  })

  it('columns without end', () => {
    const place: { fields: object } = { fields: {} }
    place.fields = { lat: place }
    const columns = { id: Int32Array.of(1), place }
    expect(serializeColumns(schema, () => columns)).toMatchObject({ code: 'DEPTH' })
  })

  it('arrays of another realm', () => {
    const values = runInNewContext('Int32Array.of(1, 2)')
    expect(serializeColumns(schema, () => ({ id: values }))).toEqual({ json: '[{"id":1},{"id":2}]' })
  })

  it('memory that is taken away, or made smaller, meanwhile', () => {
    const any = { type: 'object', properties: { a: {}, id: { type: 'integer' } }, required: ['a', 'id'] }
    const hostile = (ids: Int32Array, act: () => unknown) => {
      const toJSON = () => {
        act()
        return 1
      }
      return { a: [{ toJSON }, 2, 3], id: ids }
    }
    const taken = () => {
      const ids = Int32Array.of(7, 8, 9)
      return hostile(ids, () => structuredClone(ids.buffer, { transfer: [ids.buffer] }))
    }
    expect(errorOf(() => compile(any).serializeColumns(taken() as never))).toMatchObject({
      code: 'COLUMN_TYPE',
    })
    expect(errorOf(() => compile(any, { codegen: false }).serializeColumns(taken() as never))).toMatchObject({
      path: expect.stringMatching(/^(\/0\/id)?$/),
    })
    const smaller = () => {
      const buffer: ResizableBuffer = Reflect.construct(ArrayBuffer, [12, { maxByteLength: 12 }])
      const ids = new Int32Array(buffer as ArrayBuffer)
      ids.set([7, 8, 9])
      return hostile(ids, () => (buffer.byteLength > 0 ? buffer.resize(0) : undefined))
    }
    const json = '[{"a":1,"id":7},{"a":2,"id":8},{"a":3,"id":9}]'
    expect(serializeColumns(any, smaller)).toEqual({ json })
    const at = { type: 'object', properties: { a: {}, at: { type: 'string', format: 'date' } } }
    const times = { a: [{ toJSON: () => 1 }], at: { values: [86_400], unit: 's' } }
    expect(serializeColumns(at, () => times)).toEqual({ json: '[{"a":1,"at":"1970-01-02"}]' })
  })

  it('a serializer that is used by its own columns', () => {
    const serializer = compile({
      type: 'object',
      properties: { name: { type: 'string' }, more: {} },
      required: ['name'],
    })
    const inner = { name: { text: Buffer.from('inner'), offsets: Int32Array.of(0, 5) } }
    const toJSON = () => JSON.parse(serializer.serializeColumns(inner).blob.toString())
    const outer = { name: { text: Buffer.from('outer'), offsets: Int32Array.of(0, 5) }, more: [{ toJSON }] }
    expect(serializer.serializeColumns(outer).blob.toString()).toBe(
      '[{"name":"outer","more":[{"name":"inner"}]}]',
    )
  })
})

it('the next call is clean', () => {
  const serializer = compile(schema)
  const bad = { id, name: { indices: Int8Array.of(0, 0, 9), dictionary: ['x'] } }
  expect(() => serializer.serializeColumns(bad)).toThrow()
  expect(serializer.serializeColumns({ id }).blob.toString()).toBe('[{"id":1},{"id":2},{"id":3}]')
})
