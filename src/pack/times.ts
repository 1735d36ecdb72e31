// Dates and durations: whatever a caller may hold them in becomes epoch milliseconds, milliseconds, or ISO text.

import { describeValue } from '../errors.ts'
import type { TimeOp } from '../spec/spec.ts'
import { Failure, mismatch } from './failure.ts'
import { unboxAny } from './scalars.ts'

/** ECMA-262, "Time Values and Time Range". */
const EPOCH_MS_MAX = 8.64e15
const MS_PER = { hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const

/** What only inherits from Date, or stands in for one: its time cannot be read. */
export const NOT_A_DATE = 'an object that is not really a Date'

const dateGetTime = Function.prototype.call.bind(Date.prototype.getTime) as (value: unknown) => number

/** The time of a Date of any realm; NaN for an invalid one and for every other object, which no object can fake. */
export function timeOfDate(value: unknown): number {
  return tryDate(value) ?? Number.NaN
}

/** Epoch ms for a Date, a number or a Temporal value; a string as it is. */
export function timeValue(op: TimeOp, value: unknown): number | string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return epochMs(value, value)
  if (typeof value !== 'object' || value === null) throw mismatch(value)
  const ms = tryDate(value)
  if (ms !== undefined) return epochMs(ms, value)
  if (value instanceof Date) throw new Failure('TYPE', undefined, NOT_A_DATE)
  return temporalValue(op, value)
}

function tryDate(value: unknown): number | undefined {
  try {
    return dateGetTime(value)
  } catch {
    return undefined
  }
}

/** Fractions of a millisecond are cut off, as `new Date(x)` does. */
function epochMs(ms: number, value: unknown): number {
  if (!(Math.abs(ms) <= EPOCH_MS_MAX)) throw new Failure('INVALID_DATE', undefined, describeValue(value))
  return Math.trunc(ms)
}

/** Temporal's types are told by their tag, so polyfills of it are accepted too. */
const TEMPORAL_TAGS: Readonly<Record<TimeOp | 'duration', readonly string[]>> = {
  'date-time': ['Temporal.Instant', 'Temporal.ZonedDateTime'],
  date: ['Temporal.Instant', 'Temporal.ZonedDateTime', 'Temporal.PlainDate'],
  time: ['Temporal.Instant', 'Temporal.ZonedDateTime', 'Temporal.PlainTime'],
  duration: ['Temporal.Duration'],
}

/** The tag of a Temporal value that `op` takes. */
export function temporalTag(op: TimeOp | 'duration', value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const tag: unknown = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return TEMPORAL_TAGS[op].find(candidate => candidate === tag)
}

function temporalValue(op: TimeOp, value: object): number | string {
  const tag = temporalTag(op, value)
  if (tag === 'Temporal.Instant' || tag === 'Temporal.ZonedDateTime') {
    return epochMs(Number((value as { epochMilliseconds: unknown }).epochMilliseconds), value)
  }
  if (tag === 'Temporal.PlainDate') {
    const text: unknown = (value as { toString(options: object): unknown }).toString({
      calendarName: 'never',
    })
    if (typeof text === 'string') return text
  }
  if (tag === 'Temporal.PlainTime') return msOfDay(value as PlainTimeLike)
  const plain = unboxAny(value)
  if (plain === value) throw mismatch(value)
  return timeValue(op, plain)
}

interface PlainTimeLike {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

function msOfDay({ hour, minute, second, millisecond }: PlainTimeLike): number {
  return epochMs(
    hour * MS_PER.hours + minute * MS_PER.minutes + second * MS_PER.seconds + millisecond,
    'PlainTime',
  )
}

const DATE_UNITS = ['years', 'months', 'weeks', 'days'] as const
const TIME_UNITS = ['hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds'] as const
const UNITS = [...DATE_UNITS, ...TIME_UNITS]
type DurationFields = Record<(typeof UNITS)[number], number>

/** Milliseconds for an integral number, ISO 8601 or protobuf text for the rest; a string as it is. */
export function durationValue(value: unknown, asSeconds: boolean): number | string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return durationMs(value, asSeconds)
  if (typeof value !== 'object' || value === null) throw mismatch(value)
  const plain = unboxAny(value)
  if (plain !== value) return durationValue(plain, asSeconds)
  const fields = durationFields(value)
  return asSeconds ? secondsText(fields, value) : isoText(fields)
}

/** Temporal's limit: 2^53 seconds. */
const DURATION_MS_MAX = Number.MAX_SAFE_INTEGER * 1000 + 999

function durationMs(ms: number, asSeconds: boolean): number | string {
  if (!Number.isInteger(ms) || Math.abs(ms) > DURATION_MS_MAX) {
    throw new Failure('TYPE', 'integral milliseconds', describeValue(ms))
  }
  if (Math.abs(ms) <= Number.MAX_SAFE_INTEGER) return ms
  const total = BigInt(ms)
  const magnitude = total < 0n ? -total : total
  const fields = emptyFields()
  const sign = total < 0n ? -1 : 1
  if (!asSeconds) {
    fields.hours = sign * Number(magnitude / 3_600_000n)
    fields.minutes = sign * Number((magnitude / 60_000n) % 60n)
    fields.seconds = sign * Number((magnitude / 1000n) % 60n)
  } else fields.seconds = sign * Number(magnitude / 1000n)
  fields.milliseconds = sign * Number(magnitude % 1000n)
  return asSeconds ? secondsText(fields, ms) : isoText(fields)
}

const NO_FIELDS = Object.fromEntries(UNITS.map(unit => [unit, 0])) as DurationFields

function emptyFields(): DurationFields {
  return { ...NO_FIELDS }
}

/** Reads the units of a Temporal.Duration or a plain object: integers of one sign, at least one of them present. */
function durationFields(value: object): DurationFields {
  const fields = emptyFields()
  let sign = 0
  let present = false
  for (const unit of UNITS) {
    const amount = (value as Record<string, unknown>)[unit]
    if (amount === undefined) continue
    present = true
    if (typeof amount !== 'number' || !Number.isInteger(amount)) {
      throw new Failure('TYPE', 'duration of whole units', `${unit}: ${describeValue(amount)}`)
    }
    if (amount !== 0 && sign !== 0 && Math.sign(amount) !== sign) {
      throw new Failure('TYPE', 'duration of one sign', `${unit}: ${describeValue(amount)}`)
    }
    if (amount !== 0) sign = Math.sign(amount)
    fields[unit] = amount
  }
  if (!present) throw mismatch(value)
  return fields
}

/** As `Temporal.Duration#toString`: units are not balanced, but what is below a second becomes its fraction. */
function isoText(fields: DurationFields): string {
  const negative = UNITS.some(unit => fields[unit] < 0)
  const digits = (unit: (typeof UNITS)[number]) => BigInt(Math.abs(fields[unit])).toString()
  const part = (unit: (typeof UNITS)[number], letter: string) =>
    fields[unit] === 0 ? '' : digits(unit) + letter
  const date = part('years', 'Y') + part('months', 'M') + part('weeks', 'W') + part('days', 'D')
  const clock = part('hours', 'H') + part('minutes', 'M')
  const nanoseconds = subDayNanoseconds(fields)
  const seconds = nanoseconds !== 0n || (date === '' && clock === '') ? `${decimalSeconds(nanoseconds)}S` : ''
  const time = clock + seconds
  return `${negative ? '-' : ''}P${date}${time === '' ? '' : `T${time}`}`
}

/** Seconds and everything below them, unsigned. */
function subDayNanoseconds(fields: DurationFields): bigint {
  const { seconds, milliseconds, microseconds, nanoseconds } = fields
  const total =
    BigInt(seconds) * 1_000_000_000n +
    BigInt(milliseconds) * 1_000_000n +
    BigInt(microseconds) * 1000n +
    BigInt(nanoseconds)
  return total < 0n ? -total : total
}

function decimalSeconds(nanoseconds: bigint): string {
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanoseconds / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`
}

/** protobuf's JSON form. Days are 24 hours; longer units have no length in seconds. */
function secondsText(fields: DurationFields, value: unknown): string {
  if (fields.years !== 0 || fields.months !== 0) {
    throw new Failure('TYPE', 'duration without years and months', describeValue(value))
  }
  const negative = UNITS.some(unit => fields[unit] < 0)
  const days = Math.abs(fields.weeks) * 7 + Math.abs(fields.days)
  const whole =
    BigInt(days) * 86_400n + BigInt(Math.abs(fields.hours)) * 3600n + BigInt(Math.abs(fields.minutes)) * 60n
  return `${negative ? '-' : ''}${decimalSeconds(whole * 1_000_000_000n + subDayNanoseconds(fields))}s`
}
