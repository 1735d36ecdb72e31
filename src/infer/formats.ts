// Texts that are dates, times or durations, strictly: what a validator would reject stays a string.

import type { StringFormat } from './inferred.ts'

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
/** RFC 3339 section 5.6, `full-time`; the offset is required. */
const TIME = /^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/
/** ISO 8601 as RFC 3339 appendix A has it, and a sign and fractional seconds as Temporal prints them. */
const DURATION =
  /^[+-]?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,9})?S)?)?$/

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The one format that every text has, or `undefined`. */
export function commonFormat(texts: readonly string[]): StringFormat | undefined {
  const [first] = texts
  if (first === undefined) return undefined
  const format = FORMATS.find(candidate => TESTS[candidate](first))
  return format !== undefined && texts.every(TESTS[format]) ? format : undefined
}

/** Whether a date-time or time is in UTC and without a fraction, as `precision: 'second'` gives. */
export function isWholeSeconds(text: string): boolean {
  return text.endsWith('Z') && !text.includes('.')
}

function isDate(text: string): boolean {
  const found = DATE.exec(text)
  if (!found) return false
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1]!) return false
  return month !== 2 || day < 29 || isLeapYear(year)
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** A leap second is a time of day that exists, but none that a Date can hold. */
function isTime(text: string): boolean {
  const found = TIME.exec(text)
  if (!found) return false
  const [, hour, minute, second, , offsetHour = '0', offsetMinute = '0'] = found
  const inDay = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  return inDay && Number(offsetHour) < 24 && Number(offsetMinute) < 60
}

function isDateTime(text: string): boolean {
  return text[10] === 'T' && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

function isDuration(text: string): boolean {
  return DURATION.test(text)
}

const TESTS: Readonly<Record<StringFormat, (text: string) => boolean>> = {
  'date-time': isDateTime,
  date: isDate,
  time: isTime,
  duration: isDuration,
}
const FORMATS = Object.keys(TESTS) as StringFormat[]
