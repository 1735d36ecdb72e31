// Schemas for values JSON has no type for. Each is an ordinary TypeBox schema with standard keywords, so it stays
// valid JSON Schema for OpenAPI; its static type is what the serializer accepts.

import Type, { type TUnsafe } from 'typebox'

/** What a Temporal.Instant shows; ZonedDateTime has it too. */
export interface InstantLike {
  readonly epochMilliseconds: number
}

/** What tells a Temporal.PlainDate. */
export interface PlainDateLike {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** What tells a Temporal.PlainTime. */
export interface PlainTimeLike {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

/** A Temporal.Duration, or any object with some of its units: integers of one sign. */
export interface DurationLike {
  readonly years?: number
  readonly months?: number
  readonly weeks?: number
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly milliseconds?: number
  readonly microseconds?: number
  readonly nanoseconds?: number
}

/** A Date, epoch milliseconds, a Temporal.Instant, or text that is written as it is. */
export type DateTimeInput = Date | number | InstantLike | string
export type DateInput = Date | number | InstantLike | PlainDateLike | string
export type TimeInput = Date | number | InstantLike | PlainTimeLike | string
/** Milliseconds, a Temporal.Duration or its units, or text that is written as it is. */
export type DurationInput = number | DurationLike | string

/** Keywords any property's schema may carry. */
export interface PropertyOptions {
  /** Written under this name instead of its own. */
  readonly alias?: string | undefined
  /** On an optional property: also omitted when `""`, `[]`, `{}` or NaN. */
  readonly omitEmpty?: boolean | undefined
  readonly [keyword: string]: unknown
}

export interface TimeOptions extends PropertyOptions {
  /** `'second'` leaves the milliseconds out. Default `'millisecond'`. */
  readonly precision?: 'millisecond' | 'second' | undefined
}

export interface DurationOptions extends PropertyOptions {
  /** `'seconds'` writes `"5400s"` as protobuf's JSON mapping does. Default `'iso'`: `"PT1H30M"`. */
  readonly style?: 'iso' | 'seconds' | undefined
}

export interface RawOptions extends PropertyOptions {
  /** Spliced in without checking that it is JSON: whoever produced it vouches for it. */
  readonly trusted?: boolean | undefined
}

/** `"2026-11-21T09:30:00.000Z"`, as `Date#toISOString`. */
export function DateTime(options: TimeOptions = {}): TUnsafe<DateTimeInput> {
  return Type.Unsafe<DateTimeInput>({ ...options, type: 'string', format: 'date-time' })
}

/** `"2026-11-21"`, in UTC. */
export function CalendarDate(options: PropertyOptions = {}): TUnsafe<DateInput> {
  return Type.Unsafe<DateInput>({ ...options, type: 'string', format: 'date' })
}

/** `"09:30:00.000Z"`, in UTC. */
export function Time(options: TimeOptions = {}): TUnsafe<TimeInput> {
  return Type.Unsafe<TimeInput>({ ...options, type: 'string', format: 'time' })
}

/** `"PT1H30M"`, as `Temporal.Duration#toString`; a number of milliseconds is balanced up to hours. */
export function Duration(options: DurationOptions = {}): TUnsafe<DurationInput> {
  return Type.Unsafe<DurationInput>({ ...options, type: 'string', format: 'duration' })
}

/** Bytes as a base64 string; a string is taken for base64 already. */
export function Bytes(options: PropertyOptions = {}): TUnsafe<Uint8Array | string> {
  return Type.Unsafe<Uint8Array | string>({ ...options, type: 'string', contentEncoding: 'base64' })
}

/** JSON that is already serialized, as text or bytes, spliced in; checked to be valid unless `trusted`. */
export function Raw(options: RawOptions = {}): TUnsafe<string | Uint8Array> {
  return Type.Unsafe<string | Uint8Array>({ ...options, raw: true })
}
