// Days and timestamps: windows of epoch milliseconds.

import { BaseColumn, roomFor, type Validity, wordsOf } from './column.ts'
import type { BigintArray, TimeUnit } from './types.ts'

/** ECMA-262, "Time Values and Time Range". */
const EPOCH_MS_MAX = 8.64e15
/** A unit is so many milliseconds, or so many of it are one. */
export const MS_PER_UNIT: Readonly<Record<TimeUnit, number>> = {
  day: 86_400_000,
  s: 1000,
  ms: 1,
  us: 1,
  ns: 1,
}
export const UNITS_PER_MS: Readonly<Record<TimeUnit, number>> = {
  day: 1,
  s: 1,
  ms: 1,
  us: 1000,
  ns: 1_000_000,
}

export const TIME_UNITS = Object.keys(MS_PER_UNIT) as readonly TimeUnit[]

/**
 * Times in a unit. The window has whole epoch milliseconds, cut off towards 1970 and exact, NaN where there
 * is no valid time. `exact`: so are the values, for properties that are dates and times; otherwise a value is
 * the number of milliseconds with its fraction, as JavaScript's Arrow has it.
 */
export class TimeColumn extends BaseColumn {
  readonly kind = 'time'
  readonly values: ArrayLike<unknown>
  readonly unit: TimeUnit
  readonly exact: boolean
  windowStart = 0
  numbers = new Float64Array(0)

  constructor(values: ArrayLike<unknown>, unit: TimeUnit, validity: Validity | undefined, exact = false) {
    super(values.length, validity)
    this.values = values
    this.unit = unit
    this.exact = exact
  }

  override prepare(start: number, end: number): void {
    this.numbers = roomFor(this.numbers, end - start)
    this.windowStart = start
    const { values } = this
    if (isBigints(values)) this.#fillFromWords(values, start, end)
    else this.#fill(values, start, end)
  }

  #fill(values: ArrayLike<unknown>, start: number, end: number): void {
    const { numbers } = this
    const [factor, divisor] = [MS_PER_UNIT[this.unit], UNITS_PER_MS[this.unit]]
    for (let i = start; i < end; i++) {
      const value = values[i]
      let ms = Number.NaN
      if (typeof value === 'number') ms = wholeMs(value, factor, divisor)
      else if (typeof value === 'bigint') ms = Number(value / BigInt(divisor)) * factor
      numbers[i - start] = ms <= EPOCH_MS_MAX && ms >= -EPOCH_MS_MAX ? ms : Number.NaN
    }
  }

  #fillFromWords(values: BigintArray, start: number, end: number): void {
    const { numbers } = this
    const words = wordsOf(values)
    const isSigned = values instanceof BigInt64Array
    const [factor, divisor] = [MS_PER_UNIT[this.unit], UNITS_PER_MS[this.unit]]
    for (let i = start; i < end; i++) {
      const high = isSigned ? words[i * 2 + 1]! : words[i * 2 + 1]! >>> 0
      const low = words[i * 2]! >>> 0
      const whole = divisor === 1 ? high * 2 ** 32 + low : divided(high, low, divisor)
      const ms = whole * factor
      numbers[i - start] = ms <= EPOCH_MS_MAX && ms >= -EPOCH_MS_MAX ? ms : Number.NaN
    }
  }

  protected present(index: number): unknown {
    const value = this.values[index]
    const ms = this.exact ? this.numbers[index - this.windowStart]! : Number.NaN
    if (!Number.isNaN(ms)) return ms
    const { unit } = this
    if (typeof value === 'number') return (value * MS_PER_UNIT[unit]) / UNITS_PER_MS[unit]
    if (typeof value !== 'bigint') return value
    const divisor = BigInt(UNITS_PER_MS[unit])
    return Number(value / divisor) * MS_PER_UNIT[unit] + Number(value % divisor) / UNITS_PER_MS[unit]
  }
}

/** Divides 64 bits without bigints: high and low half one after the other, as on paper; towards zero. */
function divided(high: number, low: number, divisor: number): number {
  const highQuotient = Math.floor(high / divisor)
  const rest = (high - highQuotient * divisor) * 2 ** 32 + low
  const lowQuotient = Math.floor(rest / divisor)
  const floor = highQuotient * 2 ** 32 + lowQuotient
  return high < 0 && rest - lowQuotient * divisor > 0 ? floor + 1 : floor
}

function wholeMs(value: number, factor: number, divisor: number): number {
  if (divisor === 1) return Math.trunc(value * factor)
  const whole = Math.trunc(value)
  // A quotient just below an integer may be rounded up to it.
  const quotient = Math.trunc(whole / divisor)
  const rest = whole - quotient * divisor
  return rest !== 0 && rest < 0 !== whole < 0 ? quotient - Math.sign(whole) : quotient
}

function isBigints(values: ArrayLike<unknown>): values is BigintArray {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
}
