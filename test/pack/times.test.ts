import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { durationValue, temporalTag, timeOfDate, timeValue } from '../../src/pack/times.ts'
import { answerOf } from './leaves.ts'

const LIMIT = 8.64e15
const INSTANT = Temporal.Instant.from('2020-02-29T12:30:15.25Z')
const ZONED = INSTANT.toZonedDateTimeISO('Asia/Kathmandu')
const MS = Date.UTC(2020, 1, 29, 12, 30, 15, 250)

describe('a time', () => {
  it.each<['date-time' | 'date' | 'time', unknown, unknown]>([
    ['date-time', 'any text', 'any text'],
    ['date-time', 5.9, 5],
    ['date-time', -5.9, -5],
    ['date-time', LIMIT, LIMIT],
    ['date-time', -LIMIT, -LIMIT],
    ['date-time', LIMIT + 2, `INVALID_DATE: it, got number ${LIMIT + 2}`],
    ['date-time', Number.NaN, 'INVALID_DATE: it, got number NaN'],
    ['date-time', new Date(7), 7],
    ['date-time', new Date(Number.NaN), 'INVALID_DATE: it, got invalid Date'],
    ['date-time', INSTANT, MS],
    ['date', INSTANT, MS],
    ['time', INSTANT, MS],
    ['date-time', ZONED, MS],
    ['date', ZONED, MS],
    ['time', ZONED, MS],
    ['date', Temporal.PlainDate.from('2020-02-29[u-ca=gregory]'), '2020-02-29'],
    ['time', Temporal.PlainTime.from('01:02:03.004005'), 3_723_004],
    ['date-time', new Number(5), 5],
    ['date-time', new String('x'), 'x'],
    ['date-time', null, 'REQUIRED: it, got null'],
    ['date-time', undefined, 'REQUIRED: it, got undefined'],
    ['date-time', true, 'TYPE: it, got boolean true'],
    ['date-time', Object.create(Date.prototype), 'TYPE: it, got an object that is not really a Date'],
  ])('row %#, %s', (op, value, expected) => {
    expect(answerOf(() => timeValue(op, value))).toEqual(expected)
  })

  it.each<['date-time' | 'date' | 'time', object]>([
    ['date-time', Temporal.PlainDate.from('2020-02-29')],
    ['date-time', Temporal.PlainTime.from('01:02')],
    ['date', Temporal.PlainTime.from('01:02')],
    ['time', Temporal.PlainDate.from('2020-02-29')],
    ['time', Temporal.Duration.from('PT1H')],
    ['date', {}],
    ['date', { [Symbol.toStringTag]: 'Temporal.PlainDate', toString: () => 5 }],
  ])('row %#, %s of what has none, is refused', (op, value) => {
    expect(answerOf(() => timeValue(op, value))).toMatch(/^TYPE: it/)
  })

  it('is told by the tag', () => {
    expect(temporalTag('date', Temporal.PlainDate.from('2020-02-29'))).toBe('Temporal.PlainDate')
    expect(temporalTag('duration', Temporal.Duration.from('PT1H'))).toBe('Temporal.Duration')
    for (const value of [null, undefined, 'Temporal.Instant', {}, INSTANT])
      expect(temporalTag('duration', value)).toBeUndefined()
    expect([timeOfDate(new Date(5)), timeOfDate({}), timeOfDate(5)]).toEqual([5, Number.NaN, Number.NaN])
  })
})

const SAFE = Number.MAX_SAFE_INTEGER
const MOST = SAFE * 1000 + 999

describe('a duration', () => {
  it.each<[unknown, unknown, unknown]>([
    ['P1D', 'P1D', 'P1D'],
    [0, 0, 0],
    [-5, -5, -5],
    [SAFE, SAFE, SAFE],
    [-SAFE, -SAFE, -SAFE],
    [2 ** 53, 'PT2501999792H59M0.992S', '9007199254740.992s'],
    [-(2 ** 53), '-PT2501999792H59M0.992S', '-9007199254740.992s'],
    [new Number(5), 5, 5],
    [new String('P1D'), 'P1D', 'P1D'],
    [{ hours: 1, minutes: 30 }, 'PT1H30M', '5400s'],
    [{ hours: 0 }, 'PT0S', '0s'],
    [{ hours: -1, minutes: 0, seconds: -1 }, '-PT1H1S', '-3601s'],
    [{ days: 1 }, 'P1D', '86400s'],
    [{ weeks: -1, days: -1 }, '-P1W1D', '-691200s'],
    [{ days: 1, hours: 2 }, 'P1DT2H', '93600s'],
    [{ milliseconds: 1500 }, 'PT1.5S', '1.5s'],
    [{ milliseconds: -1 }, '-PT0.001S', '-0.001s'],
    [{ microseconds: 1 }, 'PT0.000001S', '0.000001s'],
    [{ nanoseconds: 1 }, 'PT0.000000001S', '0.000000001s'],
    [{ seconds: 1, milliseconds: 2, microseconds: 3, nanoseconds: 4 }, 'PT1.002003004S', '1.002003004s'],
    [{ minutes: 1, nanoseconds: 0 }, 'PT1M', '60s'],
    [Temporal.Duration.from('P1DT1H'), 'P1DT1H', '90000s'],
    [{ seconds: 1e21 }, 'PT1000000000000000000000S', '1000000000000000000000s'],
  ])('row %#', (value, iso, seconds) => {
    expect(answerOf(() => durationValue(value, false))).toBe(iso)
    expect(answerOf(() => durationValue(value, true))).toBe(seconds)
  })

  it('of years and months has no length in seconds', () => {
    expect(durationValue({ years: 1, months: 2 }, false)).toBe('P1Y2M')
    for (const value of [{ years: 1 }, { months: -1 }]) {
      expect(answerOf(() => durationValue(value, true))).toMatch(/^TYPE: duration without years and months/)
    }
    expect(durationValue({ years: 0, months: 0, days: 1 }, true)).toBe('86400s')
  })

  it.each<[unknown, RegExp]>([
    [1.5, /^TYPE: integral milliseconds, got number 1.5/],
    [Number.NaN, /^TYPE: integral milliseconds/],
    [MOST * 2, /^TYPE: integral milliseconds/],
    [-MOST * 2, /^TYPE: integral milliseconds/],
    [{}, /^TYPE: it/],
    [{ hour: 1 }, /^TYPE: it/],
    [{ hours: 1.5 }, /^TYPE: duration of whole units, got hours: number 1.5/],
    [{ hours: '1' }, /^TYPE: duration of whole units, got hours: string "1"/],
    [{ hours: 1, minutes: -1 }, /^TYPE: duration of one sign, got minutes: number -1/],
    [{ days: -1, hours: 0, seconds: 1 }, /^TYPE: duration of one sign, got seconds: number 1/],
    [null, /^REQUIRED: it, got null/],
    [undefined, /^REQUIRED: it, got undefined/],
    [true, /^TYPE: it, got boolean true/],
  ])('row %# is none', (value, message) => {
    expect(answerOf(() => durationValue(value, false))).toMatch(message)
  })

  it('reaches to 2^53 seconds', () => {
    expect(answerOf(() => durationValue(MOST, true))).toBe(
      `${BigInt(MOST) / 1000n}.${`${BigInt(MOST) % 1000n}`.replace(/0+$/, '')}s`.replace('.s', 's'),
    )
  })
})
