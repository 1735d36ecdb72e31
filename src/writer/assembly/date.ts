// Points in time as quoted ISO 8601 text in UTC, as Date#toISOString writes them.
//
// Calendar: C. Neri, L. Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022).
// Years start in March there, so a leap day is the last of its year, and all divisions become multiplications.
//
// Digits: the eight two-digit numbers of a date-time lie in the 16-bit lanes of one v128, are split into digits all at
// once, and a shuffle spreads them between the punctuation of a template:
//
//     lanes    CC    YY    MM    DD    hh    mm    ss    cc        + one digit, the last of the milliseconds
//     digits   0 1   2 3   4 5   6 7   8 9  10 11 12 13 14 15
//     text     "YYYY-MM-DDThh:m m:ss.sssZ"                         16 bytes | 10 bytes
import { ASCII_ZEROS_4, digits4, u32FromF64 } from './digits'

/** `"+275760-09-13T00:00:00.000Z"`; stores stay within 32 bytes of the returned position. */
export const DATE_TIME_BYTES_MAX: i32 = 29
/** `"+275760-09-13"`; stores stay within 32 bytes of the returned position. */
export const DATE_BYTES_MAX: i32 = 15
/** `"23:59:59.999Z"`; stores stay within 32 bytes of the returned position. */
export const TIME_BYTES_MAX: i32 = 15

const DAY_MS: f64 = 86400000.0
const ERA_YEARS: i32 = 400
const ERA_DAYS: i32 = 146097
const EPOCH_DAY: i32 = 719468 // 1970-01-01, counted from March 1st of year 0
const ERAS_BEFORE: i32 = 700 // whole eras added so that every day of a Date is positive
const LONG_YEAR_EXTRA: usize = 3 // `+YYYYYY` is that much longer than `YYYY`

/** `"YYYY-MM-DDThh:mm:ss.sssZ"`, without `.sss` if `wholeSeconds`; integral |epochMs| <= 8.64e15. At most 29 bytes. */
export function writeDateTime(out: usize, epochMs: f64, wholeSeconds: bool): usize {
  const days = floor(epochMs / DAY_MS)
  const msOfDay = u32FromF64(epochMs - days * DAY_MS)
  const civil = civilFromDays(days)
  const year = <i32>civil
  const digits = digitsOfLanes(dateLanes(civil), timeLanes(msOfDay))
  const isLong = <u32>year > 9999
  const start = out
  if (isLong) out += LONG_YEAR_EXTRA
  v128.store(out, spread(digits, DATE_TIME_HEAD))
  v128.store(out + 16, spread(digits, wholeSeconds ? DATE_TIME_TAIL_SECONDS : DATE_TIME_TAIL))
  if (!wholeSeconds) store<u8>(out, lastDigit(msOfDay), 23)
  if (isLong) store<u64>(start, longYearHead(year))
  return out + (wholeSeconds ? 22 : 26)
}

/** `"YYYY-MM-DD"`, integral |epochMs| <= 8.64e15. At most DATE_BYTES_MAX bytes. */
export function writeDate(out: usize, epochMs: f64): usize {
  const civil = civilFromDays(floor(epochMs / DAY_MS))
  const year = <i32>civil
  const digits = digitsOfLanes(dateLanes(civil), 0)
  const isLong = <u32>year > 9999
  const start = out
  if (isLong) out += LONG_YEAR_EXTRA
  v128.store(out, spread(digits, DATE_ONLY))
  if (isLong) store<u64>(start, longYearHead(year))
  return out + 12
}

/** `"hh:mm:ss.sssZ"`, the time of the UTC day; integral |epochMs| <= 8.64e15. At most TIME_BYTES_MAX bytes. */
export function writeTime(out: usize, epochMs: f64, wholeSeconds: bool): usize {
  const msOfDay = u32FromF64(epochMs - floor(epochMs / DAY_MS) * DAY_MS)
  const digits = digitsOfLanes(0, timeLanes(msOfDay))
  v128.store(out, spread(digits, wholeSeconds ? TIME_ONLY_SECONDS : TIME_ONLY))
  if (!wholeSeconds) store<u8>(out, lastDigit(msOfDay), 12)
  return out + (wholeSeconds ? 11 : 15)
}

/** The Gregorian date of a day since 1970-01-01: year as i32, then month and day in the upper two 16-bit lanes. */
// @ts-ignore: decorator
@inline
function civilFromDays(days: f64): u64 {
  const day = u32FromF64(days + <f64>(EPOCH_DAY + ERAS_BEFORE * ERA_DAYS))
  const inEras = day * 4 + 3
  const century = inEras / ERA_DAYS
  const inCentury = (inEras - century * ERA_DAYS) | 3
  const scaledYear = 2939745 * <u64>inCentury // 2^32 / 1461, rounded up
  const dayOfYear = <u32>scaledYear / (2939745 * 4)
  const scaledMonth = 2141 * dayOfYear + 197913 // 2^16 / 30.6, month 3 at day 0
  const isNextYear = dayOfYear >= 306
  const month = (scaledMonth >> 16) - (isNextYear ? 12 : 0)
  const dayOfMonth = (scaledMonth & 0xffff) / 2141 + 1
  const year = century * 100 + <u32>(scaledYear >> 32) - ERAS_BEFORE * ERA_YEARS + u32(isNextYear)
  return <u64>year | (<u64>month << 32) | (<u64>dayOfMonth << 48)
}

/** Lanes CC YY MM DD; a year outside 0..9999 leaves garbage in the first two. */
// @ts-ignore: decorator
@inline
function dateLanes(civil: u64): u64 {
  const year = <u32>civil
  const century = (year * 5243) >> 19
  return (civil & 0xffffffff00000000) | (century | ((year - century * 100) << 16))
}

/** Lanes hh mm ss cc (hundredths); msOfDay < 86400000. */
// @ts-ignore: decorator
@inline
function timeLanes(msOfDay: u32): u64 {
  const second = msOfDay / 1000
  const centis = ((msOfDay - second * 1000) * 6554) >> 16
  const hour = second / 3600
  const inHour = second - hour * 3600
  const minute = (inHour * 34953) >> 21
  return <u64>(hour | (minute << 16)) | (<u64>(inHour - minute * 60 | (centis << 16)) << 32)
}

/** The last digit of the milliseconds, as text. */
// @ts-ignore: decorator
@inline
function lastDigit(msOfDay: u32): u32 {
  return msOfDay % 10 + 0x30
}

/** Splits eight lanes below 100 into sixteen digits, bytes 0..9 in reading order. */
// @ts-ignore: decorator
@inline
function digitsOfLanes(low: u64, high: u64): v128 {
  const lanes = i64x2.replace_lane(i64x2.splat(low), 1, high)
  const tens = i16x8.shr_u(i16x8.mul(lanes, i16x8.splat(103)), 10)
  return i16x8.sub(i16x8.shl(lanes, 8), i16x8.mul(tens, i16x8.splat((10 << 8) - 1)))
}

/** The digits at a template's indexes, merged with its characters. */
// @ts-ignore: decorator
@inline
function spread(digits: v128, template: usize): v128 {
  return v128.or(i8x16.swizzle(digits, v128.load(template)), v128.load(template, 16))
}

/** `"+275760` or `"-000001` in eight bytes. */
function longYearHead(year: i32): u64 {
  const magnitude = abs(year)
  const high = magnitude / 10000
  const head = digits4(high) & 0xffff0000 | (year < 0 ? 0x2d22 : 0x2b22) | (ASCII_ZEROS_4 & 0xffff0000)
  return (<u64>(digits4(magnitude - high * 10000) | ASCII_ZEROS_4) << 32) | head
}

// Templates: sixteen digit indexes (255: none), then sixteen characters, '0' where a digit goes.

// @ts-ignore: decorator
@inline
const DATE_TIME_HEAD: usize = memory.data<u8>([
  255, 0, 1, 2, 3, 255, 4, 5, 255, 6, 7, 255, 8, 9, 255, 10,
  0x22, 0x30, 0x30, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x54, 0x30, 0x30, 0x3a, 0x30
])
// @ts-ignore: decorator
@inline
const DATE_TIME_TAIL: usize = memory.data<u8>([
  11, 255, 12, 13, 255, 14, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0x30, 0x3a, 0x30, 0x30, 0x2e, 0x30, 0x30, 0x30, 0x5a, 0x22, 0, 0, 0, 0, 0, 0
])
// @ts-ignore: decorator
@inline
const DATE_TIME_TAIL_SECONDS: usize = memory.data<u8>([
  11, 255, 12, 13, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0x30, 0x3a, 0x30, 0x30, 0x5a, 0x22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
])
// @ts-ignore: decorator
@inline
const DATE_ONLY: usize = memory.data<u8>([
  255, 0, 1, 2, 3, 255, 4, 5, 255, 6, 7, 255, 255, 255, 255, 255,
  0x22, 0x30, 0x30, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x2d, 0x30, 0x30, 0x22, 0, 0, 0, 0
])
// @ts-ignore: decorator
@inline
const TIME_ONLY: usize = memory.data<u8>([
  255, 8, 9, 255, 10, 11, 255, 12, 13, 255, 14, 15, 255, 255, 255, 255,
  0x22, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x2e, 0x30, 0x30, 0x30, 0x5a, 0x22, 0
])
// @ts-ignore: decorator
@inline
const TIME_ONLY_SECONDS: usize = memory.data<u8>([
  255, 8, 9, 255, 10, 11, 255, 12, 13, 255, 255, 255, 255, 255, 255, 255,
  0x22, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x5a, 0x22, 0, 0, 0, 0, 0
])
