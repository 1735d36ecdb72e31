// Points in time as quoted ISO 8601 text in UTC, as Date#toISOString writes them.
//
// Calendar: C. Neri, L. Schneider, "Euclidean affine functions and their application to calendar algorithms"
// (2022), and B. Joffe, "A very fast 64-bit date algorithm" (2025), which counts backwards. Years start in
// March, so that a leap day is the last of its year, and every division is a multiplication of 64 bits.
//
// Digits: the eight two-digit numbers of a date-time lie in the 16-bit lanes of one v128, are split into
// digits all at once, and a shuffle spreads them between the punctuation of a template:
//
//     lanes    CC    YY    MM    DD    hh    mm    ss    cc        + one digit, the last of the milliseconds
//     digits   0 1   2 3   4 5   6 7   8 9  10 11 12 13 14 15
//     text     "YYYY-MM-DDThh:m m:ss.sssZ"                         16 bytes | 10 bytes
import { ASCII_ZEROS_4, digits4, F64_INTEGER_BIAS, u32FromF64 } from './digits'

/** `"+275760-09-13T00:00:00.000Z"`; stores stay within 32 bytes of the returned position. */
export const DATE_TIME_BYTES_MAX: i32 = 29
/** `"+275760-09-13"`; stores stay within 32 bytes of the returned position. */
export const DATE_BYTES_MAX: i32 = 15
/** `"23:59:59.999Z"`; stores stay within 32 bytes of the returned position. */
export const TIME_BYTES_MAX: i32 = 15

const DAY_MS: f64 = 86400000.0
// Where counting backwards starts: 700 eras of 400 years after year 0, beyond the last day of a Date.
const BACK_DAYS: i32 = 700 * 146097 - 719469
const BACK_YEARS: i32 = 700 * 400 - 1
const BEHIND_POINT: u64 = ((<u64>1) << 50) - 1
const LONG_YEAR_EXTRA: usize = 3 // `+YYYYYY` is that much longer than `YYYY`

/**
 * `"YYYY-MM-DDThh:mm:ss.sssZ"`, without `.sss` if `wholeSeconds`; integral |epochMs| <= 8.64e15.
 * At most DATE_TIME_BYTES_MAX bytes.
 */
export function writeDateTime(out: usize, epochMs: f64, wholeSeconds: bool): usize {
  const days = wholeDays(epochMs)
  const msOfDay = u32FromF64(epochMs - days * DAY_MS)
  const civil = civilFromDays(days)
  const digits = digitsOfLanes(dateLanes(civil), timeLanes(msOfDay))
  v128.store(out, spread(digits, DATE_TIME_HEAD))
  v128.store(out, spread(digits, wholeSeconds ? DATE_TIME_TAIL_SECONDS : DATE_TIME_TAIL), 16)
  if (!wholeSeconds) store<u8>(out, lastDigit(msOfDay), 23)
  const end = out + (wholeSeconds ? 22 : 26)
  return <u32>civil > 9999 ? lengthenYear(out, end, <i32>civil) : end
}

/** `"YYYY-MM-DD"`, integral |epochMs| <= 8.64e15. At most DATE_BYTES_MAX bytes. */
export function writeDate(out: usize, epochMs: f64): usize {
  const civil = civilFromDays(wholeDays(epochMs))
  v128.store(out, spread(digitsOfLanes(dateLanes(civil), 0), DATE_ONLY))
  return <u32>civil > 9999 ? lengthenYear(out, out + 12, <i32>civil) : out + 12
}

/** `"hh:mm:ss.sssZ"`, time of the UTC day; integral |epochMs| <= 8.64e15. At most TIME_BYTES_MAX bytes. */
export function writeTime(out: usize, epochMs: f64, wholeSeconds: bool): usize {
  const msOfDay = u32FromF64(epochMs - wholeDays(epochMs) * DAY_MS)
  const digits = digitsOfLanes(0, timeLanes(msOfDay))
  v128.store(out, spread(digits, wholeSeconds ? TIME_ONLY_SECONDS : TIME_ONLY))
  if (!wholeSeconds) store<u8>(out, lastDigit(msOfDay), 12)
  return out + (wholeSeconds ? 11 : 15)
}

/**
 * floor(epochMs / DAY_MS). The reciprocal is off by at most 2^-52 of the quotient, and half a millisecond
 * keeps the result away from integers by more than that up to 10^15; the division takes over where it does
 * not.
 */
// @ts-ignore: decorator
@inline
function wholeDays(epochMs: f64): f64 {
  return abs(epochMs) < 1e15 ? floor((epochMs + 0.5) * (1.0 / DAY_MS)) : floor(epochMs / DAY_MS)
}

/**
 * The Gregorian date of a day since 1970-01-01: year as i32, then month and day in the upper two 16-bit
 * lanes. Days are counted backwards, from an end of February far ahead; adding the days that Gregorian
 * centuries lack gives Julian ones, whose years all have 365.25 days. Exact for each of the 200,000,001 days
 * of a Date.
 */
// @ts-ignore: decorator
@inline
function civilFromDays(days: f64): u64 {
  const back = <u64><u32>reinterpret<u64>(F64_INTEGER_BIAS + <f64>BACK_DAYS - days)
  const centuries = (back * 30826092441) >> 50 // 2^52 / 146097
  const julianBack = back + centuries - (centuries >> 2)
  const scaledYears = julianBack * 48164780410 // 2^46 / 1461, rounded up
  const year = BACK_YEARS - <i32>(scaledYears >> 44)
  // The part of the year still to come, in 2140ths of a day; months from March on have 30.6 days, 2^16 of
  // them.
  const yearPart = <i32>(((scaledYears & 0xfffffffffff) * 782432) >> 44)
  const isNextYear = i32(yearPart < 126464) // January and February
  const scaledMonth = ((year & 3) << 9) + 977792 - yearPart - isNextYear * (12 << 16)
  const dayOfMonth = ((<u32>(scaledMonth & 0xffff) * 62719) >> 27) + 1 // 2^27 / 2140
  const month = <u64><u32>(scaledMonth & 0xffff0000) << 16
  return <u64><u32>(year + isNextYear) | month | (<u64>dayOfMonth << 48)
}

/** Lanes CC YY MM DD; a year outside 0..9999 leaves garbage in the first two. */
// @ts-ignore: decorator
@inline
function dateLanes(civil: u64): u64 {
  const year = <u32>civil
  return (civil & 0xffffffff00000000) | ((year << 16) - ((year * 5243) >> 19) * ((100 << 16) - 1))
}

// Time of day: hours with 50 binary places; what is behind the point, times 60, are minutes, and so on. The
// factor is 2^50 / 3600000, rounded up by so little that no time of day comes a millisecond too high.

/** Lanes hh mm ss cc (hundredths); msOfDay < 86400000. */
// @ts-ignore: decorator
@inline
function timeLanes(msOfDay: u32): u64 {
  const hours = <u64>msOfDay * 312749975
  const minutes = (hours & BEHIND_POINT) * 60
  const seconds = (minutes & BEHIND_POINT) * 60
  const centis = (seconds & BEHIND_POINT) * 100
  return (hours >> 50) | ((minutes >> 50) << 16) | ((seconds >> 50) << 32) | ((centis >> 50) << 48)
}

/** The last digit of the milliseconds, as text. The compiler shares the steps with timeLanes. */
// @ts-ignore: decorator
@inline
function lastDigit(msOfDay: u32): u32 {
  const hours = <u64>msOfDay * 312749975
  const minutes = (hours & BEHIND_POINT) * 60
  const seconds = (minutes & BEHIND_POINT) * 60
  const centis = (seconds & BEHIND_POINT) * 100
  return <u32>(((centis & BEHIND_POINT) * 10) >> 50) + 0x30
}

/** Splits eight lanes below 100 into sixteen digits, bytes 0..9 in reading order. */
// @ts-ignore: decorator
@inline
function digitsOfLanes(low: u64, high: u64): v128 {
  const lanes = i64x2.replace_lane(i64x2.splat(low), 1, high)
  const tens = i16x8.shr_u(i16x8.mul(lanes, v128.load(SPLITTERS)), 10)
  return i16x8.sub(i16x8.shl(lanes, 8), i16x8.mul(tens, v128.load(SPLITTERS, 16)))
}

/** The digits at a template's indexes, merged with its characters. */
// @ts-ignore: decorator
@inline
function spread(digits: v128, template: usize): v128 {
  return v128.or(i8x16.swizzle(digits, v128.load(template)), v128.load(template, 16))
}

/** Replaces `"YYYY` by `"+YYYYYY` or `"-YYYYYY` in the text [out, end). */
function lengthenYear(out: usize, end: usize, year: i32): usize {
  memory.copy(out + LONG_YEAR_EXTRA, out, end - out)
  const magnitude = <u32>abs(year)
  const high = magnitude / 10000
  store<u16>(out, year < 0 ? 0x2d22 : 0x2b22)
  store<u16>(out, ((digits4(high) | ASCII_ZEROS_4) >> 16), 2)
  store<u32>(out, digits4(magnitude - high * 10000) | ASCII_ZEROS_4, 4)
  return end + LONG_YEAR_EXTRA
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

/** 2^10 / 10 and 10 * 2^8 - 1, for splitting a lane into digits. */
// @ts-ignore: decorator
@inline
const SPLITTERS: usize = memory.data<u16>([
  103, 103, 103, 103, 103, 103, 103, 103, 2559, 2559, 2559, 2559, 2559, 2559, 2559, 2559
])
