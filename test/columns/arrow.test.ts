// Tables of Apache Arrow: every type, in chunks and slices, give what their rows give; what cannot be is an error.

import { readFileSync } from 'node:fs'
import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { isLong, testSeed } from '../random.ts'
import { errorOf, serializeColumns, serializeRows } from './both.ts'

const CASES = isLong ? 20_000 : 400

interface TypeCase {
  readonly type: () => arrow.DataType
  readonly schema: object
  readonly value: fc.Arbitrary<unknown>
  /** The value in a row, when Arrow's own rows have something else. */
  readonly inRow?: (value: never) => unknown
}

const int = (type: () => arrow.DataType, min: number, max: number): TypeCase => ({
  type,
  schema: { type: 'integer' },
  value: fc.integer({ min, max }),
})
const float = (type: () => arrow.DataType, value: fc.Arbitrary<unknown>): TypeCase => ({
  type,
  schema: { type: 'number' },
  value,
})
const time = (type: () => arrow.DataType, unit: number): TypeCase => ({
  type,
  schema: { type: 'string', format: 'date-time' },
  value: fc.integer({ min: -100_000, max: 100_000 }).map(count => count * unit),
})
const text = (type: () => arrow.DataType): TypeCase => ({
  type,
  schema: { type: 'string' },
  value: fc.string({ unit: 'grapheme' }).filter(value => !value.startsWith('\ufeff')),
})
const field = (type: arrow.DataType) => new arrow.Field('item', type, true)
const numberOrNull = { anyOf: [{ type: 'integer' }, { type: 'null' }] }

const TYPES: Readonly<Record<string, TypeCase>> = {
  Int8: int(() => new arrow.Int8(), -128, 127),
  Int16: int(() => new arrow.Int16(), -32_768, 32_767),
  Int32: int(() => new arrow.Int32(), -(2 ** 31), 2 ** 31 - 1),
  Uint8: int(() => new arrow.Uint8(), 0, 255),
  Uint16: int(() => new arrow.Uint16(), 0, 65_535),
  Uint32: int(() => new arrow.Uint32(), 0, 2 ** 32 - 1),
  Int64: {
    type: () => new arrow.Int64(),
    schema: { type: 'bigint' },
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  },
  Uint64: {
    type: () => new arrow.Uint64(),
    schema: { type: 'bigint' },
    value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  },
  Float16: float(
    () => new arrow.Float16(),
    fc.integer({ min: -2048, max: 2048 }).map(n => n / 64),
  ),
  Float32: float(() => new arrow.Float32(), fc.float()),
  Float64: float(() => new arrow.Float64(), fc.double()),
  Bool: { type: () => new arrow.Bool(), schema: { type: 'boolean' }, value: fc.boolean() },
  Utf8: text(() => new arrow.Utf8()),
  LargeUtf8: text(() => new arrow.LargeUtf8()),
  Dictionary: {
    ...text(() => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int16())),
    value: fc.constantFrom('', 'a', 'Oslo', 'Tromsø', '"q"', '😀'),
  },
  Enum: {
    type: () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
    schema: { enum: ['b', 'a', 'ü'] },
    value: fc.constantFrom('a', 'b', 'ü'),
  },
  NumberDictionary: {
    type: () => new arrow.Dictionary(new arrow.Int32(), new arrow.Int8()),
    schema: { type: 'integer' },
    value: fc.integer({ min: 0, max: 9 }),
  },
  DateDay: { ...time(() => new arrow.DateDay(), 86_400_000), schema: { type: 'string', format: 'date' } },
  DateMillisecond: time(() => new arrow.DateMillisecond(), 86_400_000),
  TimestampSecond: time(() => new arrow.TimestampSecond(), 1000),
  TimestampMillisecond: time(() => new arrow.TimestampMillisecond(), 1),
  TimestampMicrosecond: time(() => new arrow.TimestampMicrosecond(), 0.125),
  TimestampNanosecond: time(() => new arrow.TimestampNanosecond(), 0.125),
  Binary: {
    type: () => new arrow.Binary(),
    schema: { type: 'string', contentEncoding: 'base64' },
    value: fc.uint8Array({ maxLength: 9 }),
  },
  List: {
    type: () => new arrow.List(field(new arrow.Int32())),
    schema: { type: 'array', items: numberOrNull },
    value: fc.array(fc.option(fc.integer()), { maxLength: 4 }),
  },
  ListOfText: {
    type: () => new arrow.List(field(new arrow.Utf8())),
    schema: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    value: fc.array(fc.option(fc.string()), { maxLength: 4 }),
  },
  FixedSizeList: {
    type: () => new arrow.FixedSizeList(2, field(new arrow.Int32())),
    schema: { type: 'array', items: numberOrNull },
    value: fc.tuple(fc.integer(), fc.integer()),
  },
  Struct: {
    type: () =>
      new arrow.Struct([
        new arrow.Field('x', new arrow.Int32(), true),
        new arrow.Field('y', new arrow.Utf8(), true),
      ]),
    schema: {
      type: 'object',
      properties: { x: numberOrNull, y: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      required: ['x', 'y'],
    },
    value: fc.record({ x: fc.option(fc.integer()), y: fc.option(fc.string()) }),
  },
  Null: { type: () => new arrow.Null(), schema: { type: 'null' }, value: fc.constant(null) },
}

/** Rows in chunks, as tables of one column. */
function tableOf(type: arrow.DataType, chunks: readonly (readonly unknown[])[]): arrow.Table {
  const tables = chunks.map(
    chunk => new arrow.Table({ value: arrow.vectorFromArray(chunk as never[], type) as arrow.Vector }),
  )
  return tables.reduce((whole, table) => whole.concat(table) as arrow.Table)
}

describe('every type, in chunks and slices', () => {
  for (const [name, { type, schema, value }] of Object.entries(TYPES)) {
    it(name, () => {
      const chunk = fc.array(fc.option(value, { freq: 4 }), { minLength: 1, maxLength: 20 })
      const chunks = fc.array(chunk, { minLength: 1, maxLength: 3 })
      const property = fc.property(chunks, fc.nat(60), fc.nat(60), (pieces, start, end) => {
        const table = tableOf(type(), pieces).slice(start, end)
        const row = {
          type: 'object',
          properties: { value: { anyOf: [schema, { type: 'null' }] } },
          required: ['value'],
        }
        const outcome = serializeColumns(row, () => table)
        expect(outcome).toEqual(serializeRows(row, table.toArray()))
        expect(outcome).toHaveProperty('json')
        // The same through a vector, and where no row may be null.
        expect(serializeColumns(row, () => ({ value: table.getChild('value') }))).toEqual(outcome)
        const strict = { ...row, properties: { value: schema } }
        expect(serializeColumns(strict, () => table)).toEqual(serializeRows(strict, table.toArray()))
      })
      fc.assert(property, { numRuns: CASES / 8, seed: testSeed() })
    })
  }
})

describe('tables', () => {
  const schema = {
    type: 'object',
    properties: { delay: { type: 'integer' }, distance: { type: 'integer' }, time: { type: 'number' } },
    required: ['delay', 'distance', 'time'],
  } as const

  it('200,000 real flights', () => {
    const table = arrow.tableFromIPC(readFileSync('node_modules/vega-datasets/data/flights-200k.arrow'))
    const flights = compile(schema)
    const list = flights.serializeColumns(table)
    expect(list.length).toBe(200_000)
    const rows = table.toArray().map(row => ({ ...row.toJSON() }))
    expect(list.blob.equals(flights.serialize(rows as never).blob)).toBe(true)
    expect(Buffer.from(JSON.stringify(rows)).equals(list.blob)).toBe(true)
    expect(compile(schema, { codegen: false }).serializeColumns(table).blob.equals(list.blob)).toBe(true)
  })

  it('a record batch, an empty table, columns the schema does not name', () => {
    const table = arrow.tableFromArrays({
      delay: Int32Array.of(1),
      distance: Int32Array.of(2),
      time: Float64Array.of(3),
      more: ['x'],
    })
    const flights = compile(schema)
    const json = '[{"delay":1,"distance":2,"time":3}]'
    expect(errorOf(() => flights.serializeColumns(table))).toMatchObject({
      code: 'COLUMN_UNKNOWN',
      path: '/more',
    })
    expect(flights.serializeColumns(table, { unknownColumns: 'drop' }).blob.toString()).toBe(json)
    const batch = table.batches[0]!
    expect(flights.serializeColumns(batch, { unknownColumns: 'drop' }).blob.toString()).toBe(json)
    expect(flights.serializeColumns(table.slice(1), { unknownColumns: 'drop' }).blob.toString()).toBe('[]')
    expect(errorOf(() => flights.serializeColumns(new arrow.Table()))).toMatchObject({
      code: 'REQUIRED',
      path: '/delay',
    })
  })

  it.each(['as it is', 'file', 'stream'] as const)('no batches, whatever the columns: %s', form => {
    const x = field(new arrow.Int32())
    const pair = new arrow.Struct([
      new arrow.Field('key', new arrow.Utf8()),
      new arrow.Field('value', new arrow.Bool()),
    ])
    const types = [
      ...[new arrow.List(x), new arrow.FixedSizeList(2, x), new arrow.Struct([x])],
      new arrow.List(new arrow.Field('x', new arrow.Struct([new arrow.Field('x', new arrow.List(x))]))),
      new arrow.Map_(new arrow.Field('entries', pair) as never),
      ...[new arrow.SparseUnion([0], [x]), new arrow.DenseUnion([0], [x])],
      new arrow.Dictionary(new arrow.Struct([x]), new arrow.Int32()),
      ...[new arrow.Decimal(2, 10), new arrow.TimestampMicrosecond(), new arrow.IntervalDayTime()].map(
        type => new arrow.List(new arrow.Field('x', type)),
      ),
    ]
    for (const type of types) {
      const whole = new arrow.Table(new arrow.Schema([new arrow.Field('value', type)]))
      const table = form === 'as it is' ? whole : arrow.tableFromIPC(arrow.tableToIPC(whole, form))
      for (const schema of [{}, { type: 'array' }, { type: 'object' }]) {
        const rows = { type: 'object', properties: { value: schema } }
        expect(serializeColumns(rows, () => table)).toEqual({ json: '[]' })
      }
    }
  })

  it('columns without rows, where Arrow puts whole vectors', () => {
    const struct = new arrow.Struct([field(new arrow.Int32())])
    const vectors = [
      ...[new arrow.Int64(), new arrow.Utf8(), new arrow.List(field(new arrow.Utf8())), struct].map(type =>
        arrow.vectorFromArray([], type as arrow.DataType),
      ),
      arrow.vectorFromArray([1, 2], new arrow.Float64()).slice(1, 1),
      new arrow.Vector([1, 2].map(() => arrow.makeData({ type: new arrow.Int32() }))),
    ]
    const schema = { type: 'object', properties: { value: {} }, required: ['value'] }
    for (const value of vectors) {
      expect(serializeColumns(schema, () => new arrow.Table({ value }))).toEqual({ json: '[]' })
    }
    expect(serializeColumns(schema, () => arrow.tableFromArrays({ value: [] }))).toEqual({ json: '[]' })
    const whole = { value: vectors[0]! } as never
    expect(serializeColumns(schema, () => new arrow.RecordBatch(whole))).toEqual({ json: '[]' })
  })

  it('columns shorter than others, which Arrow fills with nulls', () => {
    const values: [arrow.DataType, unknown, object][] = [
      [new arrow.Int32(), 1, { type: 'integer' }],
      [new arrow.Bool(), true, { type: 'boolean' }],
      [new arrow.Utf8(), 'a', { type: 'string' }],
      [new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), 'a', { type: 'string' }],
      [new arrow.TimestampMillisecond(), 5, { type: 'number' }],
      [new arrow.List(field(new arrow.Int32())), [1], { type: 'array', items: { type: 'integer' } }],
      [new arrow.FixedSizeList(1, field(new arrow.Int32())), [1], { type: 'array' }],
      [
        new arrow.Struct([field(new arrow.Int32())]),
        { item: 1 },
        { type: 'object', properties: { item: {} } },
      ],
    ]
    const id = arrow.vectorFromArray([1, 2, 3], new arrow.Int32())
    for (const [type, value, schema] of values) {
      const table = new arrow.Table({ id, value: arrow.vectorFromArray([value], type) })
      const properties = { id: { type: 'integer' }, value: { anyOf: [schema, { type: 'null' }] } }
      const rows = [1, 2, 3].map(each => ({ id: each, value: each === 1 ? value : null }))
      const expected = { json: JSON.stringify(rows) }
      const whole = { type: 'object', properties, required: ['id', 'value'] }
      expect(serializeColumns(whole, () => table)).toEqual(expected)
      expect(serializeColumns(whole, () => table.slice(2))).toEqual({ json: JSON.stringify(rows.slice(2)) })
    }
  })

  it.each([
    ['timestamps', { typeId: 10, unit: 1 }, 'date-time', new Date(-5), new Date(1e12)],
    ['dates', { typeId: 8, unit: 1 }, 'date', new Date(0), new Date(86_400_000 * 20_000)],
  ])('halves of 64 bits, as version 15 has them: %s', (_name, type, format, ...dates) => {
    const words = new Int32Array(BigInt64Array.from(dates, date => BigInt(Number(date))).buffer)
    const schema = { type: 'object', properties: { value: { type: 'string', format } } }
    const rows = dates.map(value => ({ value }))
    for (const start of [0, 1]) {
      const values = new Int32Array(start + words.length).subarray(start)
      values.set(words)
      const piece = { type, length: 2, offset: 0, nullCount: 0, values, children: [] }
      const value = { type, length: 2, data: [piece] }
      expect(serializeColumns(schema, () => ({ value }))).toEqual(serializeRows(schema, rows))
    }
  })

  it('nulls without a bitmap that says so are too few values', () => {
    const nulls = { type: new arrow.Int32(), length: 2, nullCount: 2, nullBitmap: Uint8Array.of(1) }
    const piece = arrow.makeData(nulls as never)
    const value = new arrow.Vector([piece])
    expect(serializeColumns({ properties: { value: {} }, type: 'object' }, () => ({ value }))).toMatchObject({
      code: 'COLUMN_LENGTH',
      path: '/value',
    })
  })

  it('columns that are left out may share a name', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } } } as const
    const { batches } = arrow.tableFromArrays({ a: [1], b: [2], c: [3] })
    const [a, b, c] = batches[0]!.schema.fields
    const renamed = (...names: string[]) => {
      const fields = [a, b, c].map((column, i) => column!.clone({ name: names[i]! }))
      return new arrow.RecordBatch(new arrow.Schema(fields), batches[0]!.data)
    }
    const left = serializeColumns(schema, () => renamed('a', 'b', 'b'), {}, 'drop')
    expect(left).toEqual({ json: '[{"a":1}]' })
    const wanted = () => compile(schema).serializeColumns(renamed('a', 'a', 'b'), { unknownColumns: 'drop' })
    expect(errorOf(wanted).message).toBe('/a: expected one column of this name, got two')
  })

  it('columns that are left out may be of any type', () => {
    const time = arrow.vectorFromArray([1, 2], new arrow.TimeMillisecond())
    const table = new arrow.Table({ delay: arrow.vectorFromArray([1, 2], new arrow.Int32()), at: time })
    const delays = compile({
      type: 'object',
      properties: { delay: { type: 'integer' } },
      required: ['delay'],
    })
    const list = delays.serializeColumns(table, { unknownColumns: 'drop' })
    expect(list.blob.toString()).toBe('[{"delay":1},{"delay":2}]')
  })

  it('a dictionary that grows from batch to batch', () => {
    const type = () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())
    const table = tableOf(type(), [
      ['a', 'b'],
      ['c', 'b', null],
    ])
    const outcome = serializeColumns(
      { type: 'object', properties: { value: { type: 'string' } } },
      () => table,
    )
    expect(outcome).toEqual({ json: '[{"value":"a"},{"value":"b"},{"value":"c"},{"value":"b"},{}]' })
  })
})

describe('data as other libraries make it', () => {
  const any = { type: 'object', properties: { value: {} } } as const
  const empty = { length: 0, offset: 0, nullCount: 0, children: [] }
  const columnOf = (data: { type: object; length: number }) => ({
    value: { type: data.type, length: data.length, data: [data] },
  })

  it('of no values has no offsets either, as some write it', () => {
    const none = { ...empty, type: { typeId: 1 } }
    const pairs = { ...none, children: [none, none] }
    for (const [typeId, child] of [[4], [5], [19], [20], [12, none], [21, none], [17, pairs]] as const) {
      for (const valueOffsets of [new Int32Array(0), undefined]) {
        const data = { ...empty, type: { typeId }, valueOffsets, children: [child] }
        const schema = { type: 'object', properties: { value: {} } }
        const columns = { value: { type: data.type, length: 0, data: [data] } }
        expect(serializeColumns(schema, () => columns)).toEqual({ json: '[]' })
      }
    }
  })

  it('without arrays where there is nothing to hold', () => {
    const ints = { ...empty, type: { typeId: 2 } }
    expect(serializeColumns(any, () => columnOf(ints))).toEqual({ json: '[]' })
    const texts = { ...empty, type: { typeId: 5 }, length: 1, valueOffsets: Int32Array.of(0, 0) }
    expect(serializeColumns(any, () => columnOf(texts))).toEqual({ json: '[{"value":""}]' })
  })

  it('structs without fields', () => {
    const data = { ...empty, type: { typeId: 13 }, length: 2 }
    const object = (more: object) => ({
      type: 'object',
      properties: { value: { type: 'object', properties: { x: { type: 'integer' } }, ...more } },
    })
    expect(serializeColumns(object({}), () => columnOf(data))).toEqual({
      json: '[{"value":{}},{"value":{}}]',
    })
    const outcome = serializeColumns(object({ omitEmpty: true }), () => columnOf(data))
    expect(outcome).toEqual({ json: '[{},{}]' })
  })

  it('halves of every kind', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x83ff, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000)
    const data = { ...empty, type: { typeId: 3, precision: 0 }, length: bits.length, values: bits }
    const doubles = [1, -2, 2 ** -24, -1023 * 2 ** -24, 65_504, Infinity, -Infinity, NaN, -0]
    const schema = { type: 'object', properties: { value: { type: 'number' } } }
    const rows = doubles.map(value => ({ value }))
    expect(serializeColumns(schema, () => columnOf(data))).toEqual(serializeRows(schema, rows))
  })

  it('a dictionary that batches share', () => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())
    const table = tableOf(type, [['a', 'b', 'a']])
    const parts = table.slice(0, 2).concat(table.slice(2))
    expect(parts.batches).toHaveLength(2)
    expect(serializeColumns(any, () => parts)).toEqual({
      json: '[{"value":"a"},{"value":"b"},{"value":"a"}]',
    })
  })
})

describe('what cannot be', () => {
  const any = { type: 'object', properties: { value: {} } } as const

  for (const [name, typeId] of Object.entries({ RunEndEncoded: 22, ListView: 25, LargeListView: 26 })) {
    it(`${name} is named`, () => {
      const type = { typeId, toString: () => name }
      const data = { type, length: 1, offset: 0, nullCount: 0, children: [], values: new Uint8Array(16) }
      const error = errorOf(() => compile(any).serializeColumns({ value: { type, length: 1, data: [data] } }))
      expect(error).toMatchObject({ code: 'COLUMN_TYPE', path: '/value' })
      expect(error.message).toBe(
        `/value: expected an Arrow type that is supported, got the Arrow type ${name}`,
      )
    })
  }

  const good = () => arrow.vectorFromArray(['a', null, 'bc'], new arrow.Utf8()).data[0]!
  const broken = (change: object) => {
    const data = Object.assign(good(), change)
    return errorOf(() =>
      compile(any).serializeColumns({ value: { type: data.type, length: 3, data: [data] } }),
    )
  }

  it('buffers that are too short, or lead beyond each other', () => {
    expect(broken({ valueOffsets: Int32Array.of(0, 1, 1) })).toMatchObject({
      code: 'COLUMN_LENGTH',
      path: '/value',
    })
    expect(broken({ valueOffsets: Int32Array.of(0, 1, 1, 999) })).toMatchObject({ code: 'COLUMN_OFFSET' })
    expect(broken({ valueOffsets: Int32Array.of(0, 2, 1, 3) })).toMatchObject({
      code: 'COLUMN_OFFSET',
      path: '/value/2',
    })
    expect(broken({ valueOffsets: Int32Array.of(-1, 0, 1, 3) })).toMatchObject({ code: 'COLUMN_OFFSET' })
    expect(broken({ nullBitmap: new Uint8Array(1), offset: 8 })).toMatchObject({ code: 'COLUMN_LENGTH' })
    expect(broken({ values: 'text' })).toMatchObject({ code: 'COLUMN_TYPE' })
    const ints = arrow.vectorFromArray([1, 2], new arrow.Int32()).data[0]!
    expect(
      errorOf(() =>
        compile(any).serializeColumns({
          value: { type: ints.type, length: 2, data: [Object.assign(ints.clone(), { values: 'ints' })] },
        }),
      ),
    ).toMatchObject({ code: 'COLUMN_TYPE', path: '/value' })
    const short = Object.assign(ints, { values: ints.values.subarray(0, 1) })
    const vector = { type: short.type, length: 2, data: [short] }
    expect(errorOf(() => compile(any).serializeColumns({ value: vector }))).toMatchObject({
      code: 'COLUMN_LENGTH',
    })
  })

  it('structures that are not what they seem', () => {
    const column = (value: unknown) => errorOf(() => compile(any).serializeColumns({ value } as never))
    expect(broken({ length: Number.NaN })).toMatchObject({ code: 'COLUMN_TYPE', path: '/value' })
    expect(broken({ length: -1 })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(broken({ offset: 0.5 })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(column({ type: { typeId: 2 }, length: 1, data: [null] })).toMatchObject({
      code: 'COLUMN_TYPE',
      received: 'null',
    })
    const unprintable = { typeId: 99, toString: () => ({}) }
    const data = { type: unprintable, length: 0, offset: 0, nullCount: 0 }
    expect(column({ type: unprintable, length: 0, data: [data] }).message).toContain('the Arrow type 99')
    const unit = { typeId: 10, unit: 9 }
    const times = { ...data, type: unit, values: new BigInt64Array(0) }
    expect(column({ type: unit, length: 0, data: [times] })).toMatchObject({ code: 'COLUMN_TYPE' })
    const noUnit = { ...times, type: { typeId: 10 } }
    expect(column({ type: noUnit.type, length: 0, data: [noUnit] })).toMatchObject({ code: 'COLUMN_TYPE' })
    const doubles = { ...data, type: { typeId: 10, unit: 1 }, length: 1, values: Float64Array.of(1, 0) }
    expect(column({ type: doubles.type, length: 1, data: [doubles] })).toMatchObject({ code: 'COLUMN_TYPE' })
    const half = { ...doubles, length: 2, values: Int32Array.of(1, 0, 2) }
    expect(column({ type: half.type, length: 2, data: [half] })).toMatchObject({ code: 'COLUMN_LENGTH' })
    const list = { typeId: 12 }
    expect(column({ type: list, length: 0, data: [{ ...data, type: list }] })).toMatchObject({
      code: 'COLUMN_TYPE',
    })
    const fixed = { typeId: 16, listSize: 2 }
    const child = { ...data, type: { typeId: 2 }, length: 1, values: Int8Array.of(1) }
    const lists = { ...data, type: fixed, length: 1, children: [child] }
    expect(column({ type: fixed, length: 1, data: [lists] })).toMatchObject({ code: 'COLUMN_LENGTH' })
    const struct = { typeId: 13, children: [{ name: 'x' }] }
    const objects = { ...data, type: struct, length: 2, children: [child] }
    expect(column({ type: struct, length: 2, data: [objects] })).toMatchObject({
      code: 'COLUMN_LENGTH',
      path: '/value/x',
    })
    const batch = { schema: { fields: [{ name: 'value' }] }, data: { length: 9, children: [child] } }
    expect(errorOf(() => compile(any).serializeColumns(batch as never))).toMatchObject({
      code: 'COLUMN_LENGTH',
    })
    const twice = { schema: { fields: [{ name: 'value' }, { name: 'value' }] }, batches: [] }
    expect(errorOf(() => compile(any).serializeColumns(twice as never))).toMatchObject({
      code: 'COLUMN_TYPE',
    })
    const noDictionary = { ...child, type: { typeId: -1 } }
    expect(column({ type: noDictionary.type, length: 1, data: [noDictionary] })).toMatchObject({
      code: 'COLUMN_INDEX',
      path: '/0/value',
    })
  })

  it('text that is not UTF-8, at its row', () => {
    const data = Object.assign(good(), { values: Uint8Array.of(0x61, 0xff, 0x62) })
    const make = () => ({ value: { type: data.type, length: 3, data: [data] } })
    const row = { type: 'object', properties: { value: { type: 'string' } } }
    expect(serializeColumns(row, make)).toMatchObject({ code: 'COLUMN_TEXT', path: '/2/value' })
  })
})
