// A failed check, before anyone knows where: thrown by the leaves, turned into a SerializeError at the border.

import { describeValue, type SerializeErrorCode } from '../errors.ts'

export class Failure {
  readonly code: SerializeErrorCode
  /** What was asked for; `undefined`: whatever the node asks for. */
  readonly expected: string | undefined
  readonly received: string
  readonly cause: unknown
  /** Appended to the message. */
  readonly detail: string

  constructor(
    code: SerializeErrorCode,
    expected: string | undefined,
    received: string,
    cause?: unknown,
    detail = '',
  ) {
    this.code = code
    this.expected = expected
    this.received = received
    this.cause = cause
    this.detail = detail
  }
}

/** `instanceof` for what user code may have thrown: a revoked Proxy throws again when it is asked what it is. */
export function isInstance<T>(error: unknown, type: abstract new (...parameters: never[]) => T): error is T {
  try {
    return error instanceof type
  } catch {
    return false
  }
}

/** A value of the wrong type; null and undefined are the "required" kind of wrong. `origin` follows its description. */
export function mismatch(value: unknown, origin = ''): Failure {
  const code = value === undefined || value === null ? 'REQUIRED' : 'TYPE'
  return new Failure(code, undefined, describeValue(value) + origin)
}
