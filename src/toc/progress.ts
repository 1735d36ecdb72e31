// What a build or a stream tells about how far it is.

import { SerializeError } from '../errors.ts'
import { messageOf } from '../pack/border.ts'

/** How far a build or a stream is. */
export interface BuildProgress {
  /** Rows written so far. */
  readonly rows: number
  /** Bytes written so far. */
  readonly bytes: number
  /** How many rows there will be; absent when the source does not say, as only arrays do. */
  readonly total?: number
}

/** Called after every slice of work; what it throws ends the build, as does its promise when that rejects. */
export type OnProgress = (progress: BuildProgress) => void

/** Calls it; an error of its own goes to `onError`, typed: at once, or later when it is asynchronous. */
export function report(
  onProgress: OnProgress | undefined,
  rows: number,
  bytes: number,
  total: number | undefined,
  onError: (error: SerializeError) => void,
): void {
  const fail = (error: unknown) => onError(progressError(error))
  try {
    const result: unknown = onProgress?.(total === undefined ? { rows, bytes } : { rows, bytes, total })
    if (typeof result === 'object') Promise.resolve(result).catch(fail)
  } catch (error) {
    fail(error)
  }
}

function progressError(error: unknown): SerializeError {
  return new SerializeError('USER_CODE', '', 'onProgress to return', `an error: ${messageOf(error)}`, error)
}
