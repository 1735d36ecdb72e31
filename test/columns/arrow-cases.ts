// Arbitraries of Arrow's types whose rows in Arrow are something else than rows here: what is put into a
// column, and what a row would hold.

import * as arrow from 'apache-arrow'
import fc from 'fast-check'

/** A value as Arrow's builders take it, and as a row holds it. */
export type Pair = readonly [given: unknown, inRow: unknown]

export interface ArrowCase {
  readonly type: () => arrow.DataType
  readonly schema: object
  readonly value: fc.Arbitrary<Pair>
}

/** Arrow's classes for a unit. */
const CLASSES = {
  TimeSecond: arrow.TimeSecond,
  TimeMillisecond: arrow.TimeMillisecond,
  TimeMicrosecond: arrow.TimeMicrosecond,
  TimeNanosecond: arrow.TimeNanosecond,
  DurationSecond: arrow.DurationSecond,
  DurationMillisecond: arrow.DurationMillisecond,
  DurationMicrosecond: arrow.DurationMicrosecond,
  DurationNanosecond: arrow.DurationNanosecond,
}
const UNITS = ['Second', 'Millisecond', 'Microsecond', 'Nanosecond'] as const
/** Nanoseconds of a unit. */
const NS = { Second: 10n ** 9n, Millisecond: 10n ** 6n, Microsecond: 1000n, Nanosecond: 1n }
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
)

/** Low words first, in two's complement. */
export function wordsOf(count: bigint, bits: number): Uint32Array {
  return Uint32Array.from({ length: bits / 32 }, (_, i) => Number((count >> BigInt(32 * i)) & 0xffffffffn))
}

export function decimalText(count: bigint, scale: number): string {
  if (scale <= 0) return `${count * 10n ** BigInt(-scale)}`
  const [, sign, digits] = /^(-?)(\d+)$/.exec(`${count}`)!
  const padded = digits!.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`
}

const DECIMAL_ROWS = {
  number: (count: bigint, scale: number) => Number(`${count}e${-scale}`),
  integer: (count: bigint, scale: number) => {
    const integer = wholeOf(count, scale)
    return integer !== undefined && Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
  },
  bigint: (count: bigint, scale: number) => wholeOf(count, scale),
  string: decimalText,
}

function wholeOf(count: bigint, scale: number): bigint | undefined {
  const power = 10n ** BigInt(Math.abs(scale))
  if (scale <= 0) return count * power
  return count % power === 0n ? count / power : undefined
}

const decimal = (type: keyof typeof DECIMAL_ROWS, bits: number, scale: number): ArrowCase => {
  const max = 2n ** BigInt(bits - 1) - 1n
  const count = fc.oneof(
    fc.bigInt({ min: -max - 1n, max }),
    fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
    fc.constantFrom(0n, 1n, -1n, max, -max - 1n),
  )
  // Whole numbers, where these are asked for, and such as a double can have.
  const power = 10n ** BigInt(Math.max(scale, 0))
  const limit = 2n ** 53n / 10n ** BigInt(Math.max(-scale, 0))
  const counts = count.map(each => {
    const whole = each - (each % power)
    if (type === 'integer') return whole % (limit * power)
    return type === 'bigint' ? whole : each
  })
  return {
    type: () => new arrow.Decimal(scale, Math.floor(bits * 0.3), bits),
    schema: { type },
    value: counts.map(each => [wordsOf(each, bits), DECIMAL_ROWS[type](each, scale)]),
  }
}

const DECIMALS = Object.fromEntries(
  (['number', 'integer', 'bigint', 'string'] as const).flatMap(type =>
    [
      [32, 2],
      [64, 0],
      [64, 18],
      [128, 4],
      [128, -3],
      [128, 38],
      [256, 0],
      [256, 60],
    ].map(([bits, scale]) => [`Decimal${bits} of scale ${scale} as ${type}`, decimal(type, bits!, scale!)]),
  ),
)

/** Milliseconds where they are whole, else the fields of a duration; exact. */
function durationRow(ns: bigint): unknown {
  const ms = ns / 10n ** 6n
  if (ms * 10n ** 6n === ns && Number.isSafeInteger(Number(ms))) return Number(ms)
  const [hours, rest] = [ns / (3600n * NS.Second), ns % (3600n * NS.Second)]
  return {
    hours: Number(hours),
    minutes: Number(rest / (60n * NS.Second)),
    seconds: Number((rest % (60n * NS.Second)) / NS.Second),
    nanoseconds: Number(rest % NS.Second),
  }
}

const DURATIONS = Object.fromEntries(
  UNITS.map((unit): [string, ArrowCase] => [
    `Duration${unit}`,
    {
      type: () => new CLASSES[`Duration${unit}`](),
      schema: { type: 'string', format: 'duration' },
      value: int64.map(count => [count, durationRow(count * NS[unit])]),
    },
  ]),
)

const DAY_NS = 86_400n * NS.Second

const TIMES = Object.fromEntries(
  UNITS.flatMap(unit =>
    ['time', 'number'].map((kind): [string, ArrowCase] => [
      `Time${unit} as ${kind}`,
      {
        type: () => new CLASSES[`Time${unit}`](),
        schema: kind === 'time' ? { type: 'string', format: 'time' } : { type: 'number' },
        value: fc.bigInt({ min: 0n, max: DAY_NS / NS[unit] - 1n }).map(count => {
          const isNarrow = unit === 'Second' || unit === 'Millisecond'
          const ns = count * NS[unit]
          const ms = kind === 'time' ? Number(ns / 10n ** 6n) : Number(`${ns}e-6`)
          return [isNarrow ? Number(count) : count, ms]
        }),
      },
    ]),
  ),
)

const sameSign = (...limits: readonly number[]) =>
  fc
    .tuple(fc.constantFrom(1, -1), fc.tuple(...limits.map(max => fc.nat(max))))
    .map(([sign, amounts]) => amounts.map(amount => (amount === 0 ? 0 : sign * amount)))

const yearsOf = (months: number) => ({ years: Math.trunc(months / 12), months: months % 12 })
const durationSchema = { type: 'string', format: 'duration' }

const INTERVALS: Readonly<Record<string, ArrowCase>> = {
  IntervalDayTime: {
    type: () => new arrow.IntervalDayTime(),
    schema: durationSchema,
    value: sameSign(2 ** 31 - 1, 2 ** 31 - 1).map(([days, ms]) => {
      const seconds = Math.trunc(ms! / 1000)
      const clock = { hours: Math.trunc(seconds / 3600), minutes: Math.trunc((seconds % 3600) / 60) }
      const row = { days: days!, ...clock, seconds: seconds % 60, milliseconds: ms! % 1000 }
      return [Int32Array.of(days!, ms!), row]
    }),
  },
  IntervalMonthDayNano: {
    type: () => new arrow.IntervalMonthDayNano(),
    schema: durationSchema,
    value: fc
      .tuple(sameSign(2 ** 31 - 1, 2 ** 31 - 1, 1), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }))
      .map(([[months, days, direction], ns]) => {
        const isNegative = months! < 0 || days! < 0 || direction! < 0
        const time = isNegative ? -ns : ns
        const words = wordsOf(time, 64)
        const clock = durationRow(time)
        const fields = typeof clock === 'number' ? balanced(clock) : (clock as object)
        return [Int32Array.of(months!, days!, ...words), { ...yearsOf(months!), days: days!, ...fields }]
      }),
  },
}

function balanced(ms: number): object {
  const [hours, rest] = [Math.trunc(ms / 3_600_000), ms % 3_600_000]
  return { hours, minutes: Math.trunc(rest / 60_000), milliseconds: rest % 60_000 }
}

const entriesField = (key: arrow.DataType, value: arrow.DataType) =>
  new arrow.Field(
    'entries',
    new arrow.Struct([new arrow.Field('key', key, false), new arrow.Field('value', value, true)]),
    false,
  )
export const mapType = (key: arrow.DataType, value: arrow.DataType) =>
  new arrow.Map_(entriesField(key, value) as never)

const record = (value: object) => ({ type: 'object', additionalProperties: value })
const word = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('__proto__', 'toString', '7', 'ö', '"'))

const MAPS: Readonly<Record<string, ArrowCase>> = {
  'Map of text to numbers': {
    type: () => mapType(new arrow.Utf8(), new arrow.Int32()),
    schema: record({ anyOf: [{ type: 'integer' }, { type: 'null' }] }),
    value: fc.array(fc.tuple(word, fc.option(fc.integer())), { maxLength: 5 }).map(entries => {
      const map = new Map(entries)
      return [map, map]
    }),
  },
  'Map of integers to 64-bit integers': {
    type: () => mapType(new arrow.Int32(), new arrow.Int64()),
    schema: record({ type: 'integer' }),
    value: fc.array(fc.tuple(fc.integer(), fc.maxSafeInteger()), { maxLength: 5 }).map(entries => {
      const map = new Map(entries)
      const given = new Map([...map].map(([key, value]) => [key, BigInt(value)]))
      return [given, new Map([...map].map(([key, value]) => [String(key), value]))]
    }),
  },
  'Map to lists of decimals': {
    type: () =>
      mapType(new arrow.Utf8(), new arrow.List(new arrow.Field('item', new arrow.Decimal(2, 18, 64), true))),
    schema: record({ type: 'array', items: { type: 'number' } }),
    value: fc
      .array(fc.tuple(word, fc.array(fc.integer(), { maxLength: 3 })), { maxLength: 3 })
      .map(entries => {
        const map = new Map(entries)
        const given = new Map(
          [...map].map(([key, counts]) => [key, counts.map(count => wordsOf(BigInt(count), 64))]),
        )
        return [given, new Map([...map].map(([key, counts]) => [key, counts.map(count => count / 100)]))]
      }),
  },
}

const same = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Pair> => value.map(each => [each, each])
const bytesSchema = { type: 'string', contentEncoding: 'base64' }
const anyText = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('', 'x'.repeat(12), 'y'.repeat(13)))
  .filter(value => !value.startsWith('\ufeff'))

const BYTES: Readonly<Record<string, ArrowCase>> = {
  FixedSizeBinary: {
    type: () => new arrow.FixedSizeBinary(5),
    schema: bytesSchema,
    value: same(fc.uint8Array({ minLength: 5, maxLength: 5 })),
  },
  Utf8View: { type: () => new arrow.Utf8View(), schema: { type: 'string' }, value: same(anyText) },
  BinaryView: {
    type: () => new arrow.BinaryView(),
    schema: bytesSchema,
    value: same(fc.uint8Array({ maxLength: 40 })),
  },
}

export const ARROW_CASES: Readonly<Record<string, ArrowCase>> = {
  ...DECIMALS,
  ...DURATIONS,
  ...TIMES,
  ...INTERVALS,
  ...MAPS,
  ...BYTES,
}

/** Values in chunks, as tables of one column. */
export function tableOf(type: arrow.DataType, chunks: readonly (readonly unknown[])[]): arrow.Table {
  const tables = chunks.map(
    chunk => new arrow.Table({ value: arrow.vectorFromArray(chunk as never[], type) as arrow.Vector }),
  )
  return tables.reduce((whole, table) => whole.concat(table) as arrow.Table)
}
