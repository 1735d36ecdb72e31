// Dates through the whole engine against Date#toISOString, under four time zones; durations against Temporal.

import { Temporal } from 'temporal-polyfill'
import { afterAll, describe, expect, it } from 'vitest'
import { firstDifference, writeList } from '../engine.ts'
import { isLong, randomOf, report, testSeed } from '../random.ts'

const ZONES = ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia']
const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(-1, 0, 1) / DAY_MS
const LAST_DAY = Date.UTC(10_001, 11, 31) / DAY_MS
const LIMIT_MS = 8.64e15

const { TZ } = process.env
afterAll(() => {
  if (TZ === undefined) delete process.env.TZ
  else process.env.TZ = TZ
})

const seed = testSeed()

const FORMATS: readonly [name: string, schema: object, textOf: (iso: string) => string][] = [
  ['date-time', { type: 'string', format: 'date-time' }, iso => iso],
  [
    'date-time in seconds',
    { type: 'string', format: 'date-time', precision: 'second' },
    iso => iso.replace(/\.\d{3}Z$/, 'Z'),
  ],
  ['date', { type: 'string', format: 'date' }, iso => iso.slice(0, iso.indexOf('T'))],
  ['time', { type: 'string', format: 'time' }, iso => iso.slice(iso.indexOf('T') + 1)],
  [
    'time in seconds',
    { type: 'string', format: 'time', precision: 'second' },
    iso => `${iso.slice(iso.indexOf('T') + 1, -5)}Z`,
  ],
]

function differences(
  schema: object,
  textOf: (iso: string) => string,
  rows: readonly (Date | number)[],
): string | undefined {
  const texts = rows.map(row => textOf(new Date(row).toISOString()))
  return firstDifference(writeList(schema, rows).blob, JSON.stringify(texts))
}

describe.each(ZONES)('in %s', zone => {
  const offset = ZONES.indexOf(zone)

  it(`every fourth day of the years -1 to 10001, at random times (TOCSON_SEED=${seed})`, () => {
    process.env.TZ = zone
    expect(new Date(2026, 0).getTimezoneOffset() === 0).toBe(zone === 'UTC')
    const random = randomOf(seed + offset)
    let count = 0
    const wrong: string[] = []
    // Between them the zones have every day.
    for (let day = FIRST_DAY + offset; day <= LAST_DAY; ) {
      const rows: Date[] = []
      for (; day <= LAST_DAY && rows.length < 20_000; day += ZONES.length)
        rows.push(new Date(day * DAY_MS + random.below(DAY_MS)))
      count += rows.length
      const difference = differences(FORMATS[0]![1], FORMATS[0]![2], rows)
      if (difference) wrong.push(difference)
    }
    report(`days of -1..10001 in ${zone}`, count, wrong.length)
    expect(wrong).toEqual([])
  })

  it.each(FORMATS)('extremes and random times of all years as %s', (name, schema, textOf) => {
    process.env.TZ = zone
    const random = randomOf(seed + 100 + offset)
    const rows: (Date | number)[] = [0, -0, 1, -1, 0.9, -0.9, LIMIT_MS, -LIMIT_MS, LIMIT_MS - 1, 1 - LIMIT_MS]
    for (const year of [
      -271_820, -10_000, -9999, -1, 0, 1, 99, 100, 999, 1000, 1582, 1900, 1969, 1970, 2000, 2026, 9999,
      10_000, 99_999, 100_000, 275_759,
    ]) {
      for (let month = 0; month < 12; month++) {
        const start = new Date(0).setUTCFullYear(year, month, 1)
        for (const step of [-1000, -1, 0, 1, 999, 1000, DAY_MS * 27, DAY_MS * 28 - 1, DAY_MS * 29])
          rows.push(start + step, new Date(start + step))
      }
    }
    const count = isLong ? 1_000_000 : 10_000
    for (let i = 0; i < count; i++)
      rows.push(Math.trunc((random.below(2 ** 32) / 2 ** 31 - 1) * LIMIT_MS) || 0)
    const difference = differences(schema, textOf, rows)
    report(`${name} in ${zone}`, rows.length, difference ? 1 : 0)
    expect(difference).toBeUndefined()
  })
})

describe('durations', () => {
  const random = randomOf(seed)
  const count = isLong ? 1_000_000 : 20_000

  it(`in milliseconds, as Temporal writes them balanced up to hours (TOCSON_SEED=${seed})`, () => {
    const rows = [
      0,
      -0,
      1,
      999,
      1000,
      59_999,
      60_000,
      3_599_999,
      3_600_000,
      86_400_000,
      2 ** 31,
      2 ** 32,
      Number.MAX_SAFE_INTEGER,
    ]
    for (let i = 0; i < count; i++) rows.push(random.below(2 ** random.below(53)))
    const both = [...rows, ...rows.map(row => -row)]
    const iso = both.map(ms =>
      Temporal.Duration.from({ milliseconds: ms }).round({ largestUnit: 'hours' }).toString(),
    )
    const difference = firstDifference(
      writeList({ type: 'string', format: 'duration' }, both).blob,
      JSON.stringify(iso),
    )
    report('durations in milliseconds', both.length, difference ? 1 : 0)
    expect(difference).toBeUndefined()
  })

  it(`of units, as Temporal writes them (TOCSON_SEED=${seed})`, () => {
    const UNITS = [
      'years',
      'months',
      'weeks',
      'days',
      'hours',
      'minutes',
      'seconds',
      'milliseconds',
      'microseconds',
      'nanoseconds',
    ] as const
    const rows = Array.from({ length: count }, () => {
      const sign = random.chance(0.3) ? -1 : 1
      const fields: Partial<Record<(typeof UNITS)[number], number>> = {
        [random.pick(UNITS)]: sign * random.below(10),
      }
      for (const unit of UNITS)
        if (random.chance(0.3)) fields[unit] = sign * random.below(10 ** random.below(9))
      return fields
    })
    const durations = rows.map(fields => Temporal.Duration.from(fields))
    const expected = JSON.stringify(durations.map(String))
    const schema = { type: 'string', format: 'duration' }
    const wrong = [rows, durations].filter(source =>
      firstDifference(writeList(schema, source).blob, expected),
    )
    report('durations of units', 2 * count, wrong.length)
    expect(wrong.length).toBe(0)
  })

  it('in seconds, as protobuf writes them', () => {
    const rows: number[] = [
      0,
      -0,
      500,
      -500,
      1,
      -1,
      10,
      100,
      1000,
      5_400_000,
      1010,
      1_234_567,
      Number.MAX_SAFE_INTEGER,
    ]
    for (let i = 0; i < count; i++) rows.push(random.below(2 ** 40) * (random.chance(0.5) ? -1 : 1))
    const texts = rows.map(ms => {
      const magnitude = Math.abs(ms)
      const fraction = String(magnitude % 1000)
        .padStart(3, '0')
        .replace(/0+$/, '')
      return `${ms < 0 ? '-' : ''}${Math.floor(magnitude / 1000)}${fraction && `.${fraction}`}s`
    })
    const schema = { type: 'string', format: 'duration', style: 'seconds' }
    const difference = firstDifference(writeList(schema, rows).blob, JSON.stringify(texts))
    report('durations in seconds', rows.length, difference ? 1 : 0)
    expect(difference).toBeUndefined()
  })
})
