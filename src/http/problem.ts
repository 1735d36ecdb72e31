// Everything this layer refuses, worded in one place, as `application/problem+json` (RFC 9457).

import { Buffer } from 'node:buffer'
import { types } from 'node:util'
import { describeValue, TocsonError } from '../errors.ts'
import { isInstance } from '../pack/failure.ts'
import type { PageHttpResponse } from './types.ts'

export type HttpProblemCode =
  | 'PARAMETER_REPEATED'
  | 'PARAMETER_MALFORMED' // not a whole number, empty, or badly percent-encoded
  | 'PARAMETER_RANGE'
  | 'PARAMETER_CONFLICT' // parameters of two ways of paging in one request
  | 'PAGE_TOO_LARGE'
  | 'CURSOR_MALFORMED'
  | 'SNAPSHOT_GONE'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'

/** A request that gets no page; `respond` turns it into the response, adapters never see it thrown. */
export class HttpProblem extends TocsonError {
  override readonly name = 'HttpProblem'
  declare readonly code: HttpProblemCode
  readonly status: number
  /** The query parameter to blame, if one is. */
  readonly parameter: string | undefined

  constructor(code: HttpProblemCode, detail: string, parameter?: string, cause?: unknown) {
    super(code, detail, cause)
    this.status = PROBLEMS[code].status
    this.parameter = parameter
  }
}

/** Thrown once, at start-up, for options that cannot be meant. */
export class HttpOptionError extends TocsonError {
  override readonly name = 'HttpOptionError'
  declare readonly code: 'HTTP_OPTION'

  constructor(option: string, expected: string, received: unknown) {
    super('HTTP_OPTION', `option ${option}: expected ${expected}, got ${describeValue(received)}`)
  }
}

export function repeatedParameter(parameter: string): HttpProblem {
  return new HttpProblem('PARAMETER_REPEATED', `${parameter} is given more than once`, parameter)
}

export function malformedParameter(parameter: string, expected: string, received: string): HttpProblem {
  const detail = `${parameter}: expected ${expected}, got ${describeValue(received)}`
  return new HttpProblem('PARAMETER_MALFORMED', detail, parameter)
}

export function parameterOutOfRange(parameter: string, min: number, max: number): HttpProblem {
  return new HttpProblem('PARAMETER_RANGE', `${parameter}: expected ${min} to ${max}`, parameter)
}

export function conflictingParameter(parameter: string, other: string): HttpProblem {
  return new HttpProblem('PARAMETER_CONFLICT', `${parameter} cannot be combined with ${other}`, parameter)
}

export function pageTooLarge(byteLength: number, byteLengthMax: number, parameter: string): HttpProblem {
  const detail = `the page has ${byteLength} bytes, at most ${byteLengthMax} are sent: ask for fewer rows`
  return new HttpProblem('PAGE_TOO_LARGE', detail, parameter)
}

export function methodNotAllowed(): HttpProblem {
  return new HttpProblem('METHOD_NOT_ALLOWED', 'a list of pages answers GET and HEAD')
}

export function notAcceptable(header: 'accept' | 'accept-encoding', offers: readonly string[]): HttpProblem {
  return new HttpProblem('NOT_ACCEPTABLE', `${header} accepts none of: ${offers.join(', ')}`)
}

/**
 * The problem an error means, or `undefined` when it is none of this layer's and belongs to the application.
 * Sources say it with `code: 'SNAPSHOT_GONE'`, and with `code: 'CURSOR_INVALID'` for a cursor they cannot read. A
 * status says nothing: errors of HTTP clients that a source uses have one as well.
 */
export function problemOf(error: unknown, cursorGiven: boolean): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error
  // Inside `node:vm`, as tests often run, an error may be of another realm.
  if (!isInstance(error, Error) && !types.isNativeError(error)) return undefined
  const { code } = error as { code?: unknown }
  if (code === 'SNAPSHOT_GONE') {
    const detail = 'the snapshot this cursor belongs to is gone: start again from the first page'
    return new HttpProblem('SNAPSHOT_GONE', detail, cursorGiven ? 'cursor' : undefined, error)
  }
  if (cursorGiven && code === 'CURSOR_INVALID') {
    return new HttpProblem('CURSOR_MALFORMED', 'cursor: not one this list gave out', 'cursor', error)
  }
  return undefined
}

/** What a source threw; frameworks take nothing for no error, and then answer 404 or never. */
export function applicationError(thrown: unknown): unknown {
  return thrown ?? new Error(`the source of pages failed with ${thrown}`)
}

/** The response of a problem; never stored by caches. */
export function problemResponse(problem: HttpProblem, method: string): PageHttpResponse {
  const { status, title } = PROBLEMS[problem.code]
  const type = `urn:problem-type:tocson:${problem.code.toLowerCase().replaceAll('_', '-')}`
  const { message: detail, parameter } = problem
  const body = Buffer.from(JSON.stringify({ type, title, status, detail, parameter }))
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'content-length': `${body.byteLength}`,
    'cache-control': 'no-store',
  }
  if (problem.code === 'METHOD_NOT_ALLOWED') headers.allow = 'GET, HEAD'
  if (problem.code === 'NOT_ACCEPTABLE') headers.vary = 'Accept, Accept-Encoding'
  if (method === 'HEAD') return { status, headers, chunks: [], byteLength: 0 }
  return { status, headers, chunks: [body], byteLength: body.byteLength }
}

const PROBLEMS: Readonly<Record<HttpProblemCode, { readonly status: number; readonly title: string }>> = {
  PARAMETER_REPEATED: { status: 400, title: 'Repeated query parameter' },
  PARAMETER_MALFORMED: { status: 400, title: 'Malformed query parameter' },
  PARAMETER_RANGE: { status: 400, title: 'Query parameter out of range' },
  PARAMETER_CONFLICT: { status: 400, title: 'Conflicting query parameters' },
  PAGE_TOO_LARGE: { status: 400, title: 'Page too large' },
  CURSOR_MALFORMED: { status: 400, title: 'Malformed cursor' },
  SNAPSHOT_GONE: { status: 410, title: 'Snapshot gone' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  NOT_ACCEPTABLE: { status: 406, title: 'Not acceptable' },
}
