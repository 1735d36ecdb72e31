// Every error tocson throws: one class per stage, a stable `code` per cause, wording in one place.

import { types } from 'node:util'

/** Base of all errors of this library. `code` is stable across versions; messages are not. */
export class TocsonError extends Error {
  override readonly name: string = 'TocsonError'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

export type SchemaErrorCode =
  | 'SCHEMA_UNSUPPORTED' // a keyword whose shape cannot be honoured
  | 'SCHEMA_INVALID' // a keyword with a value it cannot have
  | 'SCHEMA_REF' // a reference that leads nowhere, or only to itself

/** Thrown by `compile`: where in the schema, and which keyword. */
export class SchemaError extends TocsonError {
  override readonly name = 'SchemaError'
  declare readonly code: SchemaErrorCode
  /** JSON pointer into the schema, `''` for its root. */
  readonly pointer: string
  readonly keyword: string

  constructor(code: SchemaErrorCode, pointer: string, keyword: string, reason: string) {
    super(code, `schema ${pointer === '' ? '(root)' : pointer}: "${keyword}" ${reason}`)
    this.pointer = pointer
    this.keyword = keyword
  }
}

export type SerializeErrorCode =
  | 'TYPE' // a value of another type than the schema says
  | 'REQUIRED' // a required property is missing, undefined or null
  | 'INTEGER' // a number with a fraction where an integer is required
  | 'NON_FINITE' // NaN or an infinity where `nonFinite: 'throw'`
  | 'INVALID_DATE' // a Date, instant or epoch out of range
  | 'ENUM' // a value outside an enum, const or union of literals
  | 'UNION' // a value no variant accepts
  | 'LENGTH' // a tuple with too few or too many elements
  | 'DEPTH' // nested deeper than `maxDepth`: usually a cycle
  | 'RAW' // a raw value that is not valid JSON
  | 'USER_CODE' // a getter, toJSON, codec, Proxy or iterator threw; see `cause`
  | 'TOO_LARGE' // one row, or the whole list, passes what memory or strings can hold
  | 'COLUMN_TYPE' // not a column, or of an Arrow type there is no JSON for
  | 'COLUMN_LENGTH' // columns of different lengths, or a part of one that is too short
  | 'COLUMN_UNKNOWN' // a column the schema does not name
  | 'COLUMN_OFFSET' // offsets or views that go backwards or beyond what they point into
  | 'COLUMN_INDEX' // an index beyond its dictionary, a type id its union does not have
  | 'COLUMN_TEXT' // text that is not UTF-8

/** Thrown by `serialize` and `serializeOne`; nothing has been emitted and the next call is clean. */
export class SerializeError extends TocsonError {
  override readonly name = 'SerializeError'
  declare readonly code: SerializeErrorCode
  /** JSON pointer into the input, row index first: `/412/actors/3/rating`. */
  readonly path: string
  /** What the schema asks for: `number`. */
  readonly expected: string
  /** A short description of what came, never the whole value: `string "n/a"`. */
  readonly received: string

  constructor(
    code: SerializeErrorCode,
    path: string,
    expected: string,
    received: string,
    cause?: unknown,
    detail = '',
  ) {
    super(code, `${path === '' ? '(root)' : path}: expected ${expected}, got ${received}${detail}`, cause)
    this.path = path
    this.expected = expected
    this.received = received
  }
}

/** Thrown by `slice` and `page` for an offset or limit that is negative, fractional or not a number. */
export class PageError extends TocsonError {
  override readonly name = 'PageError'
  declare readonly code: 'PAGE_OFFSET' | 'PAGE_LIMIT'

  constructor(parameter: 'offset' | 'limit', received: unknown) {
    const code = parameter === 'offset' ? 'PAGE_OFFSET' : 'PAGE_LIMIT'
    super(code, `${parameter}: expected an integer >= 0, got ${describeValue(received)}`)
  }
}

/** Thrown when a blob and its toc do not belong together (a damaged or foreign source). */
export class TocError extends TocsonError {
  override readonly name = 'TocError'
  declare readonly code: 'TOC_INVALID'

  constructor(reason: string) {
    super('TOC_INVALID', `toc: ${reason}`)
  }
}

/** Rejects a build and destroys a stream whose signal was aborted; `cause` is the signal's reason. */
export class AbortedError extends TocsonError {
  override readonly name = 'AbortError'
  declare readonly code: 'ABORTED'

  constructor(what: string, reason: unknown) {
    super('ABORTED', `${what} was aborted`, reason)
  }
}

/** Thrown by `serializeAsync` and `stream` for an option that cannot be. */
export class OptionError extends TocsonError {
  override readonly name = 'OptionError'
  declare readonly code: 'OPTION'
  readonly option: string

  constructor(option: string, expected: string, received: unknown) {
    super('OPTION', `${option}: expected ${expected}, got ${describeValue(received)}`)
    this.option = option
  }
}

/** Options may be left out, but are no null, number or list. @throws OptionError */
export function assertOptions(options: unknown): void {
  if (!isOptions(options)) throw new OptionError('options', OPTIONS_EXPECTED, options)
}

export function isOptions(options: unknown): boolean {
  return typeof options === 'object' && options !== null && !Array.isArray(options)
}

export const OPTIONS_EXPECTED = 'an object'

const DESCRIBED_CHARACTERS_MAX = 40

/** A short, safe description of any value for messages: type, and the value itself only when it is small. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const head =
        value.length > DESCRIBED_CHARACTERS_MAX ? `${value.slice(0, DESCRIBED_CHARACTERS_MAX)}…` : value
      return `string ${JSON.stringify(head)}`
    }
    case 'number':
      return `number ${Object.is(value, -0) ? '-0' : value}`
    case 'bigint': {
      const digits = value > 10n ** 30n || value < -(10n ** 30n) ? 'beyond 30 digits' : `${value}`
      return `bigint ${digits}`
    }
    case 'boolean':
      return `boolean ${value}`
    case 'undefined':
      return 'undefined'
    case 'symbol':
      return 'symbol'
    case 'function':
      return 'function'
    case 'object':
      return describeObject(value)
  }
}

/**
 * Reads nothing that could run user code except through `instanceof`, which a Proxy may trap: hence the try.
 * What another realm made, say in a vm context, is no instance of anything here.
 */
function describeObject(value: object | null): string {
  if (value === null) return 'null'
  try {
    if (Array.isArray(value)) return 'array'
    const isDate = value instanceof Date || types.isDate(value)
    if (isDate) return Number.isNaN(value.getTime()) ? 'invalid Date' : 'Date'
    if (value instanceof Map || types.isMap(value)) return 'Map'
    if (value instanceof Set || types.isSet(value)) return 'Set'
    if (ArrayBuffer.isView(value)) return 'typed array'
    if (value instanceof Error || types.isNativeError(value)) return 'Error'
    if (value instanceof Promise || types.isPromise(value)) return 'Promise'
  } catch {
    return 'object (its inspection threw)'
  }
  return 'object'
}
