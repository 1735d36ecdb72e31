// Decimals, times, durations, intervals, maps, unions and views by hand: what each value is, and what is wrong
// with a column that lies.

import * as arrow from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { outcomeOf } from '../pack/both.ts'
import { decimalText, mapType, tableOf, wordsOf } from './arrow-cases.ts'
import { serializeColumns, serializeRows } from './both.ts'

const rowSchema = (value: object) => ({ type: 'object', properties: { value }, required: ['value'] })
const columns = (value: object, column: unknown) =>
  serializeColumns(rowSchema(value), () => ({ value: column }))
const rows = (value: object, values: readonly unknown[]) =>
  serializeRows(
    rowSchema(value),
    values.map(each => ({ value: each })),
  )
const json = (...values: readonly unknown[]) => ({ json: JSON.stringify(values.map(value => ({ value }))) })
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })

const number = { type: 'number' }
const integer = { type: 'integer' }
const text = { type: 'string' }
const bigint = { type: 'bigint' }
const duration = { type: 'string', format: 'duration' }
const record = (value: object) => ({ type: 'object', additionalProperties: value })

const decimals = (bits: number, scale: number, ...counts: readonly bigint[]) =>
  arrow.vectorFromArray(
    counts.map(count => wordsOf(count, bits)) as never[],
    new arrow.Decimal(scale, 9, bits),
  )
/** A vector of one piece, for which nothing is made up. */
const vector = (data: Readonly<Record<string, unknown>> | arrow.Data) => ({
  type: data.type,
  length: data.length,
  data: [data instanceof arrow.Data ? data : { offset: 0, nullCount: 0, children: [], ...data }],
})

describe('decimals', () => {
  it('are integers up to 2^53, as integers of 64 bits are', () => {
    for (const count of [2n ** 53n, -(2n ** 53n)]) {
      expect(columns(integer, decimals(64, 0, count))).toEqual(json(Number(count)))
      expect(columns(integer, decimals(128, 2, count * 100n))).toEqual(json(Number(count)))
      expect(columns(integer, BigInt64Array.of(count))).toEqual(json(Number(count)))
      const beyond = count < 0n ? count - 1n : count + 1n
      expect(columns(integer, decimals(64, 0, beyond))).toMatchObject({ code: 'TYPE', path: '/0/value' })
    }
  })

  it.each([
    [32, 2, 0n, '0.00'],
    [32, 2, -5n, '-0.05'],
    [32, 3, -12_340n, '-12.340'],
    [32, 0, -(2n ** 31n), '-2147483648'],
    [32, -2, 7n, '700'],
    [32, -2, 0n, '0'],
    [64, 18, 2n ** 63n - 1n, '9.223372036854775807'],
    [64, 1, -(2n ** 63n), '-922337203685477580.8'],
    [128, 38, -(10n ** 38n) + 1n, `-0.${'9'.repeat(38)}`],
    [128, 0, 2n ** 127n - 1n, '170141183460469231731687303715884105727'],
    [128, 10, -(2n ** 127n), '-17014118346046923173168730371.5884105728'],
    [256, 76, 10n ** 76n - 1n, `0.${'9'.repeat(76)}`],
    [256, 0, -(2n ** 255n), `${-(2n ** 255n)}`],
    [128, 128, 1n, `0.${'0'.repeat(127)}1`],
  ])('%i bits, scale %i: %i', (bits, scale, count, exact) => {
    expect(decimalText(count, scale)).toBe(exact)
    const column = decimals(bits, scale, count)
    expect(columns(text, column)).toEqual(json(exact))
    expect(columns(number, column)).toEqual(rows(number, [Number(exact)]))
    expect(columns({}, column)).toEqual(json(exact))
    expect(columns({ raw: true, type: 'string' }, column)).toEqual(
      rows({ raw: true, type: 'string' }, [exact]),
    )
  })

  it('as doubles are the nearest ones', () => {
    for (const [scale, count] of [
      [1, 1n],
      [22, 2n ** 53n - 1n],
      [23, 2n ** 53n - 1n],
      [3, 2n ** 53n + 1n],
      [17, 30000000000000004n],
      [1, 90071992547409925n],
      [-22, 9_007_199_254_740_991n],
      [-23, 9_007_199_254_740_991n],
    ] as const) {
      expect(columns(number, decimals(128, scale, count))).toEqual(
        rows(number, [Number(`${count}e${-scale}`)]),
      )
    }
  })

  it('at integers and bigints are whole, or what rows say to a number', () => {
    expect(columns(integer, decimals(128, 2, 1200n, -300n))).toEqual(json(12, -3))
    expect(columns(integer, decimals(128, 2, 1200n, 1250n))).toEqual(rows(integer, [12, 12.5]))
    expect(columns(integer, decimals(128, 2, 1250n))).toMatchObject({
      code: 'INTEGER',
      path: '/0/value',
      message: '/0/value: expected integer, got number 12.5',
    })
    const big = 2n ** 53n + 1n
    expect(columns(integer, decimals(128, 2, big * 100n))).toEqual(rows(integer, [big]))
    expect(columns(integer, decimals(64, -10, 10n ** 6n))).toEqual(rows(integer, [10n ** 16n]))
    // The nearest double has lost the fraction.
    expect(columns(integer, decimals(128, 1, big * 10n + 5n))).toMatchObject({
      code: 'TYPE',
      message: '/0/value: expected integer, got string "9007199254740993.5"',
    })
    expect(columns(bigint, decimals(128, 2, big * 100n, 0n))).toEqual(rows(bigint, [big, 0n]))
    expect(columns(bigint, decimals(128, 2, 1250n))).toEqual(rows(bigint, [12.5]))
    expect(columns({ ...bigint, asString: true }, decimals(64, 0, -7n))).toEqual(json('-7'))
  })

  it('at other properties: text where text fits, numbers where only these do', () => {
    const column = decimals(64, 1, 15n)
    expect(columns({ anyOf: [number, text] }, column)).toEqual(json('1.5'))
    expect(columns({ anyOf: [number, { type: 'boolean' }] }, column)).toEqual(json(1.5))
    expect(columns({ anyOf: [integer, { type: 'boolean' }] }, decimals(64, 1, 20n))).toEqual(json(2))
    expect(columns({ anyOf: [bigint, { type: 'boolean' }] }, decimals(64, 1, 20n))).toEqual(json(2))
    expect(columns({ enum: ['1.5', '2.5'] }, column)).toEqual(json('1.5'))
    expect(columns({ enum: [2.5, 1.5] }, column)).toEqual(json(1.5))
    expect(columns({ const: 1.5 }, column)).toEqual(json(1.5))
    expect(columns({ enum: [1.5, '1.5'] }, column)).toEqual(json('1.5'))
    expect(columns(duration, decimals(64, 1, 15_000n))).toEqual(rows(duration, [1500]))
    const time = { type: 'string', format: 'date-time' }
    expect(columns(time, column)).toEqual(rows(time, [1.5]))
    const bytes = { type: 'string', contentEncoding: 'base64' }
    expect(columns(bytes, column)).toEqual(rows(bytes, [1.5]))
  })

  it('as a plain form', () => {
    const values = BigInt64Array.of(-12_340n, 0n, 2n ** 63n - 1n)
    const exact = ['-12.340', '0.000', '9223372036854775.807']
    expect(columns(text, { values, scale: 3 })).toEqual(json(...exact))
    expect(columns(number, { values, scale: 3 })).toEqual(json(...exact.map(Number)))
    const validity = Uint8Array.of(0b101)
    expect(columns(nullable(number), { values, scale: 3, validity })).toEqual(
      json(-12.34, null, Number(exact[2])),
    )
    expect(columns(number, { values: Int32Array.of(-5, 7), scale: 2 })).toEqual(json(-0.05, 0.07))
    expect(columns(number, { values: Float64Array.of(1), scale: 2 })).toMatchObject({
      code: 'COLUMN_TYPE',
      path: '/value/values',
      message: expect.stringContaining('BigInt64Array or Int32Array'),
    })
    for (const scale of [1.5, 129, -129, '2', null]) {
      expect(columns(number, { values, scale })).toMatchObject({ code: 'COLUMN_TYPE', path: '/value/scale' })
    }
  })

  it('that lie', () => {
    const data = { type: { typeId: 7, scale: 2, bitWidth: 128 }, length: 2, values: new Uint32Array(7) }
    expect(columns(number, vector(data))).toMatchObject({
      code: 'COLUMN_LENGTH',
      path: '/value',
      message: '/value: expected 2 values, got 1',
    })
    const withType = (more: object) =>
      vector({ ...data, values: new Uint32Array(8), type: { ...data.type, ...more } })
    for (const more of [{ bitWidth: 96 }, { bitWidth: 0 }, { scale: 2 ** 31 }, { scale: undefined }]) {
      expect(columns(number, withType(more))).toMatchObject({ code: 'COLUMN_TYPE', path: '/value' })
    }
    expect(columns(number, vector({ ...data, values: new Float64Array(9) }))).toMatchObject({
      code: 'COLUMN_TYPE',
      message: '/value: expected a typed array of 32 or 64 bits, got Float64Array',
    })
    expect(columns(number, vector({ ...data, length: 2 ** 52 }))).toMatchObject({ code: 'COLUMN_LENGTH' })
    const words = vector({ ...data, values: BigInt64Array.of(-5n, -1n, 7n, 0n) })
    expect(columns(number, words)).toEqual(json(-0.05, 0.07))
    expect(columns(number, vector({ ...data, length: 0, values: undefined }))).toEqual({ json: '[]' })
  })
})

describe('times of a day', () => {
  const nanos = BigInt64Array.of(86_399_999_999_999n, 0n)
  const times = arrow.makeVector(arrow.makeData({ type: new arrow.TimeNanosecond(), data: nanos }))

  it('are cut off to milliseconds', () => {
    const time = { type: 'string', format: 'time' }
    expect(columns(time, times)).toEqual(json('23:59:59.999Z', '00:00:00.000Z'))
    expect(columns({ ...time, precision: 'second' }, times)).toEqual(json('23:59:59Z', '00:00:00Z'))
    expect(columns(time, { values: nanos, unit: 'ns' })).toEqual(json('23:59:59.999Z', '00:00:00.000Z'))
  })

  it('are milliseconds at numbers, with their fraction', () => {
    expect(columns(number, times)).toEqual(json(86_399_999.999999, 0))
    const seconds = arrow.vectorFromArray([5], new arrow.TimeSecond())
    expect(columns(integer, seconds)).toEqual(json(5000))
    expect(columns(integer, times)).toMatchObject({ code: 'INTEGER', path: '/0/value' })
  })

  it('beyond a day are what rows make of such a number', () => {
    const time = { type: 'string', format: 'time' }
    const late = arrow.vectorFromArray([86_401, -1], new arrow.TimeSecond())
    expect(columns(time, late)).toEqual(rows(time, [86_401_000, -1000]))
  })

  it('that lie', () => {
    const wide = { type: { typeId: 9, unit: 3, bitWidth: 64 }, length: 1, values: Int32Array.of(1, 0) }
    expect(columns(number, vector(wide))).toMatchObject({ code: 'COLUMN_TYPE', path: '/value' })
    expect(columns(number, vector({ ...wide, type: { typeId: 9, unit: 4 } }))).toMatchObject({
      code: 'COLUMN_TYPE',
      message: expect.stringContaining('a known unit'),
    })
  })
})

describe('durations', () => {
  const texts = (unit: string, ...counts: readonly bigint[]) =>
    columns(duration, { values: BigInt64Array.from(counts), unit })

  it('are exact, whatever their unit', () => {
    expect(texts('s', 5400n, -90n, 0n)).toEqual(json('PT1H30M', '-PT1M30S', 'PT0S'))
    expect(texts('s', 2n ** 63n - 1n)).toEqual(json('PT2562047788015215H30M7S'))
    expect(texts('ms', 500n, 2n ** 63n - 1n)).toEqual(json('PT0.5S', 'PT2562047788015H12M55.807S'))
    expect(texts('us', 1n, -1_000_001n)).toEqual(json('PT0.000001S', '-PT1.000001S'))
    // A double's quotient of it is an integer or next to one.
    expect(texts('us', 9_007_199_254_740_999n)).toEqual(json('PT2501999H47M34.740999S'))
    expect(texts('ns', -(2n ** 63n), 1_000_000n)).toEqual(json('-PT2562047H47M16.854775808S', 'PT0.001S'))
    expect(texts('day', 1n, -2n)).toEqual(json('PT24H', '-PT48H'))
    const seconds = { ...duration, style: 'seconds' }
    const values = BigInt64Array.of(1_500_000_001n, -2n)
    expect(columns(seconds, { values, unit: 'ns' })).toEqual(json('1.500000001s', '-0.000000002s'))
  })

  it('refuse what no double can count', () => {
    expect(texts('day', 2n ** 62n)).toMatchObject({ code: 'TYPE', path: '/0/value' })
  })

  it('take numbers, text and objects as rows do', () => {
    const values = [1.5, 'PT1S', null, { minutes: 2 }, -3]
    expect(columns(nullable(duration), { values, unit: 's' })).toEqual(
      json('PT1.5S', 'PT1S', null, 'PT2M', '-PT3S'),
    )
    const doubles = { values: Float64Array.of(2 ** 60, 1e-4), unit: 'us' }
    expect(columns(duration, { ...doubles, values: doubles.values.subarray(0, 1) })).toEqual(
      json('PT320255973H30M6.846976S'),
    )
    expect(columns(duration, doubles)).toMatchObject({
      code: 'TYPE',
      path: '/1/value',
      message: expect.stringContaining('integral milliseconds'),
    })
    const unsigned = { values: BigUint64Array.of(2n ** 64n - 1n), unit: 'ns' }
    expect(columns(duration, unsigned)).toEqual(json('PT5124095H34M33.709551615S'))
  })

  it('are milliseconds at numbers, with their fraction', () => {
    const micros = arrow.vectorFromArray([1500n, -2000n], new arrow.DurationMicrosecond())
    expect(columns(number, micros)).toEqual(json(1.5, -2))
    expect(columns({}, micros)).toEqual(json(1.5, -2))
    expect(columns(integer, micros)).toMatchObject({ code: 'INTEGER', path: '/0/value' })
  })

  it('that lie', () => {
    const data = { type: { typeId: 18, unit: 2 }, length: 2, values: BigInt64Array.of(1n) }
    expect(columns(duration, vector(data))).toMatchObject({ code: 'COLUMN_LENGTH', path: '/value' })
    expect(columns(duration, vector({ ...data, values: Int32Array.of(1, 2) }))).toMatchObject({
      code: 'COLUMN_TYPE',
    })
  })
})

describe('intervals', () => {
  const dayTime = arrow.vectorFromArray(
    [Int32Array.of(1, -1), Int32Array.of(2, 0)],
    new arrow.IntervalDayTime(),
  )
  /** Its builder puts a month in two words. */
  const yearMonth = arrow.makeVector(
    arrow.makeData({ type: new arrow.IntervalYearMonth(), data: Int32Array.of(14, -25, 0, -(2 ** 31)) }),
  )

  it('of months', () => {
    expect(columns(duration, yearMonth)).toEqual(json('P1Y2M', '-P2Y1M', 'PT0S', '-P178956970Y8M'))
    expect(columns({}, yearMonth.slice(1, 3))).toEqual(
      json({ years: -2, months: -1 }, { years: 0, months: 0 }),
    )
  })

  it('are refused as rows refuse them', () => {
    expect(columns(duration, dayTime)).toMatchObject({
      code: 'TYPE',
      path: '/0/value',
      message: expect.stringContaining('duration of one sign'),
    })
    expect(columns(duration, dayTime.slice(1))).toEqual(json('P2D'))
    expect(columns({ ...duration, style: 'seconds' }, yearMonth)).toMatchObject({
      code: 'TYPE',
      message: expect.stringContaining('without years and months'),
    })
    expect(columns(number, yearMonth)).toMatchObject({ code: 'TYPE', path: '/0/value' })
  })

  it('that lie', () => {
    const data = { type: { typeId: 11, unit: 2 }, length: 1, values: new Int32Array(3) }
    expect(columns(duration, vector(data))).toMatchObject({ code: 'COLUMN_LENGTH', path: '/value' })
    expect(columns(duration, vector({ ...data, type: { typeId: 11, unit: 3 } }))).toMatchObject({
      code: 'COLUMN_TYPE',
    })
  })
})

describe('maps', () => {
  const maps = (keys: unknown, values: unknown, ...offsets: readonly number[]) => ({
    keys,
    values,
    offsets: Int32Array.from(offsets),
  })

  it('keep their order, and the last of values with one key', () => {
    const column = maps(['b', '7', 'a', 'b', '__proto__'], [1, 2, 3, 4, 5], 0, 4, 4, 5)
    const expected = '[{"value":{"b":4,"7":2,"a":3}},{"value":{}},{"value":{"__proto__":5}}]'
    expect(columns(record(integer), column)).toEqual({ json: expected })
    const inRows = [
      new Map([...'b7ab'].map((key, i) => [key, i + 1])),
      new Map(),
      new Map([['__proto__', 5]]),
    ]
    expect(rows(record(integer), inRows)).toEqual({ json: expected })
    // An object has array indices first.
    expect(columns({}, column)).toEqual({
      json: '[{"value":{"7":2,"b":4,"a":3}},{"value":{}},{"value":{"__proto__":5}}]',
    })
  })

  it('are objects where properties are named', () => {
    const column = maps(['x', 'y', 'y'], BigInt64Array.of(1n, 2n, 3n), 0, 2, 3)
    const point = { type: 'object', properties: { x: bigint, y: bigint } }
    expect(columns(point, column)).toEqual({ json: '[{"value":{"x":1,"y":2}},{"value":{"y":3}}]' })
    const rest = { ...point, additionalProperties: bigint }
    expect(columns(rest, column)).toEqual({ json: '[{"value":{"x":1,"y":2}},{"value":{"y":3}}]' })
    const empty = maps([], [], 0, 0)
    const optional = { type: 'object', properties: { value: { ...record(integer), omitEmpty: true } } }
    expect(serializeColumns(optional, () => ({ value: empty }))).toEqual({ json: '[{}]' })
  })

  it('have keys of text or integers', () => {
    expect(columns(record(integer), maps(BigInt64Array.of(2n ** 63n - 1n), [1], 0, 1))).toEqual({
      json: '[{"value":{"9223372036854775807":1}}]',
    })
    const words = { indices: Int8Array.of(1, 0), dictionary: ['ö', 'a'] }
    expect(columns(record(integer), maps(words, [1, 2], 0, 2))).toEqual({ json: '[{"value":{"a":1,"ö":2}}]' })
    const chunks = arrow.vectorFromArray(['b', 'a']).concat(arrow.vectorFromArray(['c']))
    expect(columns(record(integer), maps(chunks, [1, 2, 3], 0, 3))).toEqual({
      json: '[{"value":{"b":1,"a":2,"c":3}}]',
    })
    for (const keys of [Float64Array.of(0.5), [null], [{}], { values: ['a'], validity: Uint8Array.of(0) }]) {
      expect(columns(record(integer), maps(keys, [1], 0, 1))).toMatchObject({
        code: 'TYPE',
        path: '/0/value',
        message: expect.stringContaining('map with keys of text or integers, got a key of'),
      })
    }
    const times = { values: Int32Array.of(1), unit: 's' }
    for (const keys of [times, { indices: Uint8Array.of(0), dictionary: times }]) {
      expect(columns(record(integer), maps(keys, [1], 0, 1))).toMatchObject({
        code: 'COLUMN_TYPE',
        path: '/value/keys',
      })
    }
    const dates = arrow.vectorFromArray(
      [new Map([[new Date(0), 1]])] as never[],
      mapType(new arrow.DateDay(), new arrow.Int32()),
    )
    expect(columns(record(integer), dates)).toMatchObject({
      code: 'COLUMN_TYPE',
      path: '/value',
      message: expect.stringContaining('got the Arrow type Map<{key:Date32<DAY>, value:Int32}>'),
    })
  })

  it('name the place of a value that does not fit', () => {
    const column = maps(['a', 'b/c'], ['x', 7], 0, 0, 2)
    expect(columns(record(text), column)).toMatchObject({ code: 'TYPE', path: '/1/value/b~1c' })
  })

  it('that lie', () => {
    expect(columns(record(integer), maps(['a'], [1, 2], 0, 1))).toMatchObject({ code: 'COLUMN_LENGTH' })
    expect(columns(record(integer), maps(['a'], [1], 0, 2))).toMatchObject({
      code: 'COLUMN_OFFSET',
      path: '/value/offsets/1',
    })
    const good = arrow.vectorFromArray([new Map([['a', 1]])], mapType(new arrow.Utf8(), new arrow.Int32()))
    const [data] = good.data
    const broken = (change: object) => columns(record(integer), vector(Object.assign(data!.clone(), change)))
    expect(broken({ valueOffsets: Int32Array.of(0, 2) })).toMatchObject({ code: 'COLUMN_OFFSET' })
    expect(broken({ children: [] })).toMatchObject({ code: 'COLUMN_TYPE' })
    const [pairs] = data!.children
    const short = Object.assign(pairs!.clone(), {
      children: [pairs!.children[0], pairs!.children[1]!.slice(0, 0)],
    })
    expect(broken({ children: [short] })).toMatchObject({
      code: 'COLUMN_LENGTH',
      message: '/value: expected 1 keys and values, got 0',
    })
  })
})

describe('unions', () => {
  const fields = [
    new arrow.Field('big', new arrow.Int64(), true),
    new arrow.Field('word', new arrow.Utf8(), true),
    new arrow.Field('place', new arrow.Struct([new arrow.Field('lat', new arrow.Float64(), true)]), true),
  ]
  const [big, word, place] = [
    arrow.vectorFromArray([7n, -1n], new arrow.Int64()).data[0]!,
    arrow.vectorFromArray(['a', null], new arrow.Utf8()).data[0]!,
    arrow.vectorFromArray([{ lat: 1.5 }], fields[2]!.type).data[0]!,
  ]
  const dense = (typeIds: number[], offsets: number[], ids = [3, 4, 9]) =>
    arrow.makeVector(
      arrow.makeData({
        type: new arrow.DenseUnion(ids, fields),
        typeIds: Int8Array.from(typeIds),
        valueOffsets: Int32Array.from(offsets),
        children: [big, word, place],
      }),
    )
  const lat = { type: 'object', properties: { lat: number }, required: ['lat'] }
  const schema = { anyOf: [integer, text, lat, { type: 'null' }] }

  it('are the values of their types', () => {
    const column = dense([4, 3, 9, 4, 3], [0, 0, 0, 1, 1])
    const expected = json('a', 7, { lat: 1.5 }, null, -1)
    expect(columns(schema, column)).toEqual(expected)
    expect(columns(schema, column.slice(1, 4))).toEqual(json(7, { lat: 1.5 }, null))
    // Ids that are not listed are positions.
    expect(columns(schema, dense([1, 0, 2, 1, 0], [0, 0, 0, 1, 1], []))).toEqual(expected)
    const list = { offsets: Int32Array.of(0, 2, 5), values: column }
    expect(columns({ type: 'array', items: schema }, list)).toEqual(json(['a', 7], [{ lat: 1.5 }, null, -1]))
    expect(columns({ anyOf: [bigint, { type: 'boolean' }] }, dense([3, 3], [0, 1]))).toEqual(json(7, -1))
    expect(columns(lat, dense([9], [0]))).toEqual(json({ lat: 1.5 }))
    expect(columns(lat, dense([9, 3], [0, 0]))).toMatchObject({ code: 'TYPE', path: '/1/value' })
  })

  it('with ids, offsets and children that are not there', () => {
    for (const id of [5, -1, 0]) {
      expect(columns(schema, dense([3, id], [0, 1]))).toMatchObject({
        code: 'COLUMN_INDEX',
        path: '/1/value',
        message: '/1/value: expected type id of a union of 3, got another',
      })
    }
    for (const offsets of [
      [1, 0],
      [0, 2],
      [-1, 0],
      [0, 99],
    ]) {
      expect(columns(schema, dense([3, 3], offsets))).toMatchObject({ code: 'COLUMN_OFFSET' })
    }
    expect(columns(schema, dense([3, 3, 3], [0, 1]))).toMatchObject({ code: 'COLUMN_LENGTH' })
    const [data] = dense([3], [0]).data
    const broken = (change: object) => columns(schema, vector(Object.assign(data!.clone(), change)))
    expect(broken({ children: [big] })).toMatchObject({ code: 'COLUMN_TYPE', path: '/value/word' })
    expect(broken({ typeIds: undefined })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(broken({ length: 9 })).toMatchObject({ code: 'COLUMN_LENGTH' })
    const sparse = arrow.makeData({
      type: new arrow.SparseUnion([0, 1, 2], fields),
      typeIds: Int8Array.of(0, 1),
      children: [big, word, place],
    })
    expect(columns(schema, vector(sparse))).toMatchObject({
      code: 'COLUMN_LENGTH',
      message: '/value: expected 2 values of each type, got 1',
    })
  })

  it('whose values lie far from each other', () => {
    const values = BigInt64Array.from({ length: 100_000 }, (_, i) => BigInt(i))
    const far = arrow.makeData({ type: new arrow.Int64(), data: values })
    const offsets = Int32Array.from({ length: 9 }, (_, i) => i * 12_000)
    const column = arrow.makeVector(
      arrow.makeData({
        type: new arrow.DenseUnion([0], [fields[0]!]),
        typeIds: new Int8Array(9),
        valueOffsets: offsets,
        children: [far],
      }),
    )
    expect(columns(integer, column)).toEqual(json(...offsets))
    const list = { offsets: Int32Array.of(0, 9), values: column }
    expect(columns({ type: 'array', items: integer }, list)).toEqual(json([...offsets]))
  })
})

describe('bytes and text by views', () => {
  const bytes = { type: 'string', contentEncoding: 'base64' }
  const words = ['', 'x'.repeat(12), 'y'.repeat(13), 'blåbær og multer', null, '"'.repeat(70), '\u0001']
  const views = () => arrow.vectorFromArray(words, new arrow.Utf8View()).data[0]!

  it('of every length, over many windows', () => {
    const many = Array.from(
      { length: 3_000 },
      (_, i) => `${'z'.repeat((i * 37) % 300)}${i % 7 === 0 ? 'ø' : ''}`,
    )
    many.push('w'.repeat(200_000), 'end')
    const column = tableOf(new arrow.Utf8View(), [many.slice(0, 100), many.slice(100)]).getChild('value')
    expect(columns(text, column)).toEqual(json(...many))
    const { data } = arrow.vectorFromArray(
      many.map(each => Buffer.from(each)) as never[],
      new arrow.BinaryView(),
    )
    expect(columns(bytes, vector(data[0]!))).toEqual(
      json(...many.map(each => Buffer.from(each).toString('base64'))),
    )
    expect(columns(nullable(text), vector(views()))).toEqual(json(...words))
  })

  it('of nulls may be anything', () => {
    const data = views()
    ;(data.values as Uint8Array).fill(0xee, 4 * 16, 5 * 16)
    expect(columns(nullable(text), vector(data))).toEqual(json(...words))
  })

  it.each([
    ['a size below zero', 2, 0, -1],
    ['a buffer that is not there', 2, 8, 9],
    ['a buffer below zero', 2, 8, -1],
    ['an offset below zero', 2, 12, -1],
    ['an end beyond the buffer', 5, 0, 2 ** 20],
    ['an offset beyond the buffer', 5, 12, 2 ** 31 - 1],
  ])('with %s', (_, index, at, value) => {
    for (const type of [new arrow.Utf8View(), new arrow.BinaryView()]) {
      const data = Object.assign(views(), { type })
      const own = (data.values as Uint8Array).slice()
      new DataView(own.buffer).setInt32(index * 16 + at, value, true)
      Object.assign(data, { values: own })
      expect(columns(nullable(bytes), vector(data))).toMatchObject({
        code: 'COLUMN_OFFSET',
        path: `/value/${index}`,
        message: expect.stringMatching(
          /expected view into \d buffers, got view of -?\d+ bytes that are not there/,
        ),
      })
    }
  })

  it('that are too few, or no views', () => {
    const broken = (change: object) => columns(nullable(text), vector(Object.assign(views(), change)))
    expect(broken({ values: new Uint8Array(100) })).toMatchObject({ code: 'COLUMN_LENGTH', path: '/value' })
    expect(broken({ values: [1] })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(broken({ variadicBuffers: 7 })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(broken({ variadicBuffers: ['x'] })).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(broken({ variadicBuffers: undefined })).toMatchObject({ code: 'COLUMN_OFFSET' })
  })

  it('in shared memory', () => {
    const data = views()
    const shared = new Uint8Array(new SharedArrayBuffer(data.values.length))
    shared.set(data.values)
    expect(columns(nullable(text), vector(Object.assign(data, { values: shared })))).toEqual(json(...words))
  })

  it('that are not UTF-8', () => {
    const data = Object.assign(
      arrow.vectorFromArray([Buffer.of(0x61), Buffer.of(0xff)] as never[], new arrow.BinaryView()).data[0]!,
      { type: new arrow.Utf8View() },
    )
    expect(columns(text, vector(data))).toMatchObject({ code: 'COLUMN_TEXT', path: '/1/value' })
  })

  it('that are changed, or taken away, meanwhile', () => {
    const schema = { ...rowSchema(text), properties: { first: {}, value: text } }
    const change = (act: (data: arrow.Data) => void) => () => {
      const data = arrow.vectorFromArray(Array(9).fill('y'.repeat(40)), new arrow.Utf8View()).data[0]!
      const own = Object.assign(data, { values: (data.values as Uint8Array).slice() })
      const toJSON = () => {
        act(own)
        return 1
      }
      return { first: Array(9).fill({ toJSON }), value: vector(own) }
    }
    const far = change(({ values }) => new DataView(values.buffer).setInt32(8 * 16 + 12, 2 ** 30, true))
    const taken = change(({ values }) => {
      if (values.byteLength > 0) structuredClone(values.buffer, { transfer: [values.buffer] })
    })
    for (const make of [far, taken]) {
      let outcome: object | undefined
      try {
        outcome = serializeColumns(schema, make)
      } catch (error) {
        // Windows of different sizes see the change at different rows.
        expect(String(error)).toMatch(/packers differ/)
        expect(String(error)).not.toMatch(/USER_CODE/)
      }
      if (outcome) expect(outcome).toMatchObject({ code: 'COLUMN_TYPE' })
    }
  })

  it('of one size', () => {
    const type = { typeId: 15, byteWidth: 4 }
    const data = { type, length: 2, values: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8) }
    expect(columns(bytes, vector(data))).toEqual(json('AAECAw==', 'BAUGBw=='))
    expect(columns(bytes, vector({ ...data, length: 3 }))).toMatchObject({
      code: 'COLUMN_LENGTH',
      message: '/value: expected 12 bytes, got 9',
    })
    expect(columns(bytes, vector({ ...data, type: { typeId: 15 } }))).toMatchObject({ code: 'COLUMN_TYPE' })
    expect(columns(bytes, vector({ ...data, type: { ...type, byteWidth: 0 } }))).toEqual(json('', ''))
    expect(columns(text, vector(data))).toMatchObject({ code: 'TYPE', path: '/0/value' })
  })
})

describe('pieces of a vector inside another column', () => {
  it('are one column', () => {
    const column = tableOf(new arrow.Int64(), [[1n, 2n], [null, 4n], [5n]]).getChild('value')
    const list = { offsets: Int32Array.of(0, 3, 5), values: column }
    expect(columns({ type: 'array', items: nullable(integer) }, list)).toEqual(json([1, 2, null], [4, 5]))
    const structs = tableOf(new arrow.Struct([new arrow.Field('x', new arrow.Utf8View(), true)]), [
      [{ x: 'a' }],
      [{ x: null }, { x: 'c' }],
    ]).getChild('value')
    const object = { type: 'object', properties: { x: nullable(text) }, required: ['x'] }
    expect(columns({ type: 'array', items: object }, { size: 3, values: structs })).toEqual(
      json([{ x: 'a' }, { x: null }, { x: 'c' }]),
    )
  })
})

it('columns of columns without end are an error, wherever the stack ends', () => {
  const outcomes = new Set<string>()
  for (let depth = 2_000; depth < 4_000; depth += 25) {
    let data: object = {
      type: { typeId: 7, scale: 1, bitWidth: 64 },
      length: 1,
      offset: 0,
      nullCount: 0,
      children: [],
      values: BigInt64Array.of(15n),
    }
    const type = { typeId: 14, mode: 0, children: [{ name: 'x' }] }
    for (let i = 0; i < depth; i++) {
      data = { type, length: 1, offset: 0, nullCount: 0, children: [data], typeIds: Int8Array.of(0) }
    }
    const outcome = serializeOnce({ value: { type, length: 1, data: [data] } })
    outcomes.add('code' in outcome ? outcome.code : outcome.json)
  }
  expect([...outcomes].filter(each => each !== 'DEPTH' && each !== '[{"value":1.5}]')).toEqual([])
  expect(outcomes).toContain('DEPTH')
})

function serializeOnce(input: object) {
  return outcomeOf(() => compile(rowSchema(number)).serializeColumns(input as never))
}

it('rows that are no plain objects have the same values', () => {
  const make = () => ({
    price: { values: BigInt64Array.of(150n), scale: 2 },
    big: BigInt64Array.of(7n),
    days: { keys: ['2', '1'], values: [1, 2], offsets: Int32Array.of(0, 2) },
  })
  const days = { type: 'object', additionalProperties: integer }
  const properties = { price: number, big: integer, days }
  const expected = { json: '[{"price":1.5,"big":7,"days":{"2":1,"1":2}}]' }
  const row = { type: 'object', properties }
  expect(serializeColumns({ $ref: '#/$defs/row', $defs: { row } }, make)).toEqual(expected)
  const rest = { type: 'object', properties: { price: number, days }, additionalProperties: integer }
  expect(serializeColumns(rest, make)).toEqual({ json: '[{"price":1.5,"days":{"2":1,"1":2},"big":7}]' })
  const either = {
    anyOf: [{ ...row, properties: { ...properties, price: text, big: bigint } }, { type: 'null' }, row],
  }
  expect(serializeColumns(either, make)).toEqual({ json: '[{"price":"1.50","big":7,"days":{"1":2,"2":1}}]' })
})

it('what is clear about references, records and tables of structs is followed', () => {
  const node = {
    type: 'object',
    properties: {
      at: { type: 'string', format: 'date-time' },
      price: number,
      next: { $ref: '#/$defs/node' },
    },
  }
  const schema = { ...rowSchema({ $ref: '#/$defs/node' }), $defs: { node } }
  const next = {
    fields: { at: { values: [1.5], unit: 's' }, price: { values: BigInt64Array.of(5n), scale: 1 } },
  }
  const column = { fields: { price: BigInt64Array.of(3n), next } }
  expect(serializeColumns(schema, () => ({ value: column }))).toEqual({
    json: '[{"value":{"price":3,"next":{"at":"1970-01-01T00:00:01.500Z","price":0.5}}}]',
  })
})
