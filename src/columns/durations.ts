// Durations and intervals, for properties that are durations: milliseconds where these are whole, else the
// fields a Temporal.Duration has, which are exact.

import { BaseColumn, exactNumber, roomFor, type Validity, wordsOf } from './column.ts'
import { MS_PER_UNIT, UNITS_PER_MS } from './times.ts'
import type { TimeUnit } from './types.ts'

const NS_PER_UNIT: Readonly<Record<TimeUnit, bigint>> = {
  day: 86_400_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
}
const NS_PER_MS = NS_PER_UNIT.ms
const MS_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** Counts of a unit. The window has milliseconds, NaN where they are not whole or not exact. */
export class DurationColumn extends BaseColumn {
  readonly kind = 'duration'
  readonly values: ArrayLike<unknown>
  readonly unit: TimeUnit
  windowStart = 0
  numbers = new Float64Array(0)

  constructor(values: ArrayLike<unknown>, unit: TimeUnit, validity: Validity | undefined) {
    super(values.length, validity)
    this.values = values
    this.unit = unit
  }

  override prepare(start: number, end: number): void {
    const numbers = roomFor(this.numbers, end - start)
    const { unit, values } = this
    const [factor, divisor] = [MS_PER_UNIT[unit], UNITS_PER_MS[unit]]
    const words = values instanceof BigInt64Array ? wordsOf(values) : undefined
    for (let i = start; i < end; i++) {
      const count = words ? exactNumber(words[i * 2 + 1]!, words[i * 2]! >>> 0) : values[i]
      const isWhole = Number.isSafeInteger(count) && (count as number) % divisor === 0
      const ms = isWhole ? ((count as number) * factor) / divisor : Number.NaN
      numbers[i - start] = Number.isSafeInteger(ms) ? ms : Number.NaN
    }
    this.numbers = numbers
    this.windowStart = start
  }

  protected present(index: number): unknown {
    const ms = this.numbers[index - this.windowStart]!
    if (!Number.isNaN(ms)) return ms
    const { unit } = this
    const value = this.values[index]
    if (typeof value === 'bigint') return exactDuration(value, unit)
    if (typeof value !== 'number') return value
    if (Number.isInteger(value)) return exactDuration(BigInt(value), unit)
    return (value * MS_PER_UNIT[unit]) / UNITS_PER_MS[unit]
  }
}

/** A number of milliseconds, or fields up to hours; a count that passes those is left to be refused. */
function exactDuration(count: bigint, unit: TimeUnit): unknown {
  const total = count * NS_PER_UNIT[unit]
  const ms = total / NS_PER_MS
  if (ms * NS_PER_MS === total && ms <= MS_MAX && ms >= -MS_MAX) return Number(ms)
  const fields = clockFields(total)
  return Number.isSafeInteger(fields.hours) ? fields : count
}

/** As a number of milliseconds is balanced: up to hours. All of one sign. */
function clockFields(total: bigint): Record<string, number> {
  return {
    hours: Number(total / 3_600_000_000_000n),
    minutes: Number((total / 60_000_000_000n) % 60n),
    seconds: Number((total / 1_000_000_000n) % 60n),
    milliseconds: Number((total / NS_PER_MS) % 1000n),
    microseconds: Number((total / 1000n) % 1000n),
    nanoseconds: Number(total % 1000n),
  }
}

/** How many words of 32 bits an interval takes: months; days and ms; months, days and ns. */
export const INTERVAL_WORDS = [1, 2, 4] as const

/** Intervals as Arrow has them: fields, of which the row's rules ask for one sign. */
export class IntervalColumn extends BaseColumn {
  readonly kind = 'interval'
  readonly words: Int32Array
  readonly stride: (typeof INTERVAL_WORDS)[number]

  constructor(words: Int32Array, stride: (typeof INTERVAL_WORDS)[number], validity: Validity | undefined) {
    super(Math.floor(words.length / stride), validity)
    this.words = words
    this.stride = stride
  }

  protected present(index: number): unknown {
    const { stride, words } = this
    const [first, second, low, high] = words.subarray(index * stride, (index + 1) * stride)
    if (stride === 1) return monthFields(first!)
    if (stride === 2) return { days: first!, ...clockFields(BigInt(second!) * NS_PER_MS) }
    const time = (BigInt(high!) << 32n) | BigInt(low! >>> 0)
    return { ...monthFields(first!), days: second!, ...clockFields(time) }
  }
}

/** Twelve months are a year. Adding 0 makes 0 of -0. */
function monthFields(months: number): Record<string, number> {
  return { years: Math.trunc(months / 12) + 0, months: (months % 12) + 0 }
}
