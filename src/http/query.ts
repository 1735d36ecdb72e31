// The query string of a page request: three ways to say which rows, never two of them at once.

import type { PageRequest } from '../cache/source.ts'
import {
  conflictingParameter,
  malformedParameter,
  parameterOutOfRange,
  repeatedParameter,
} from './problem.ts'

/** The way a client pages; its links follow the same way. */
export type PageStyle = 'offset' | 'page' | 'cursor'

/** A checked query. */
export interface PageQuery {
  readonly style: PageStyle
  /** What to ask the source for. */
  readonly request: PageRequest
  /** Rows per page; absent only for a cursor that came without `limit`. */
  readonly limit: number | undefined
  /** The application's own parameters, in order and safe inside `<>`: `genre=drama&sort=-year`, or `''`. */
  readonly rest: string
}

export interface QueryLimits {
  readonly defaultLimit: number
  readonly maxLimit: number
}

type Parameter = 'offset' | 'page' | 'cursor' | 'limit' | 'per_page'
type Given = { [parameter in Parameter]: string | undefined }

const PARAMETERS: ReadonlyMap<string, Parameter> = new Map(
  (['offset', 'page', 'cursor', 'limit', 'per_page'] as const).map(name => [name, name]),
)

/** Which parameters cannot come with which. */
const CONFLICTS: readonly (readonly [Parameter, Parameter])[] = [
  ['page', 'offset'],
  ['cursor', 'offset'],
  ['cursor', 'page'],
  ['per_page', 'limit'],
  ['per_page', 'offset'],
  ['per_page', 'cursor'],
  ['limit', 'page'],
]

const CURSOR_CHARACTERS_MAX = 2048

/**
 * Reads `offset`/`limit`, `page`/`per_page` or `cursor`/`limit` from a URL.
 *
 * @throws HttpProblem naming the parameter that is repeated, malformed, out of range or in conflict
 */
export function parsePageQuery(url: string, limits: QueryLimits): PageQuery {
  const given: Given = {
    offset: undefined,
    page: undefined,
    cursor: undefined,
    limit: undefined,
    per_page: undefined,
  }
  const rest = splitQuery(url, given)
  refuseConflicts(given)
  if (given.cursor !== undefined) return cursorQuery(given.cursor, given.limit, rest, limits)
  if (given.page !== undefined || given.per_page !== undefined) return numberedQuery(given, rest, limits)
  const limit = limitOf('limit', given.limit, limits)
  const offset = integer('offset', given.offset ?? '0', 0, Number.MAX_SAFE_INTEGER - limit)
  return { style: 'offset', request: { offset, limit }, limit, rest }
}

function refuseConflicts(given: Given): void {
  if (given.page === undefined && given.per_page === undefined && given.cursor === undefined) return
  for (const [parameter, other] of CONFLICTS) {
    if (given[parameter] !== undefined && given[other] !== undefined)
      throw conflictingParameter(parameter, other)
  }
}

function cursorQuery(
  cursor: string,
  limitText: string | undefined,
  rest: string,
  limits: QueryLimits,
): PageQuery {
  if (cursor === '' || cursor.length > CURSOR_CHARACTERS_MAX) {
    throw malformedParameter('cursor', 'a cursor of an earlier page', cursor)
  }
  if (limitText === undefined) return { style: 'cursor', request: { cursor }, limit: undefined, rest }
  const limit = limitOf('limit', limitText, limits)
  return { style: 'cursor', request: { cursor, limit }, limit, rest }
}

function numberedQuery(given: Given, rest: string, limits: QueryLimits): PageQuery {
  const limit = limitOf('per_page', given.per_page, limits)
  const number = integer('page', given.page ?? '1', 1, Math.floor(Number.MAX_SAFE_INTEGER / limit))
  return { style: 'page', request: { offset: (number - 1) * limit, limit }, limit, rest }
}

/** Puts our parameters into `given` and returns the others as they came. */
function splitQuery(url: string, given: Given): string {
  const mark = url.indexOf('?')
  if (mark === -1) return ''
  const hash = url.indexOf('#', mark)
  const end = hash === -1 ? url.length : hash
  const encoded = /[%+]/.test(url)
  let rest = ''
  for (let start = mark + 1; start < end; ) {
    const ampersand = url.indexOf('&', start)
    const pairEnd = ampersand === -1 || ampersand > end ? end : ampersand
    const equals = url.indexOf('=', start)
    const nameEnd = equals === -1 || equals > pairEnd ? pairEnd : equals
    const name = url.slice(start, nameEnd)
    const parameter = PARAMETERS.get(encoded ? (decoded(name) ?? '') : name)
    if (parameter !== undefined) give(given, parameter, url.slice(nameEnd + 1, pairEnd))
    else if (pairEnd > start) rest += (rest === '' ? '' : '&') + safeInLink(url.slice(start, pairEnd))
    start = pairEnd + 1
  }
  return rest
}

function give(given: Given, parameter: Parameter, raw: string): void {
  if (given[parameter] !== undefined) throw repeatedParameter(parameter)
  const value = decoded(raw)
  if (value === undefined) throw malformedParameter(parameter, 'well-formed percent-encoding', raw)
  given[parameter] = value
}

/** One form-encoded component, or `undefined` when its percent-encoding is broken. */
function decoded(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** Nothing may end the `<reference>` of a Link field or the field itself (RFC 8288 section 3). */
function safeInLink(pair: string): string {
  return pair.toWellFormed().replace(/[^\x21\x23-\x3b\x3d\x3f-\x7e]/gu, encodeURIComponent)
}

function limitOf(parameter: 'limit' | 'per_page', text: string | undefined, limits: QueryLimits): number {
  return text === undefined ? limits.defaultLimit : integer(parameter, text, 1, limits.maxLimit)
}

/** Decimal digits only: no sign, fraction, exponent or space. Leading zeros are harmless. */
function integer(parameter: Parameter, text: string, min: number, max: number): number {
  if (!/^-?\d+$/.test(text)) throw malformedParameter(parameter, 'a whole number', text)
  const value = Number(text)
  // No minimum is below 0, so a sign is out of range, on a zero as well.
  if (text.startsWith('-') || !(value >= min && value <= max)) throw parameterOutOfRange(parameter, min, max)
  return value
}
