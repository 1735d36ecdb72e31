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

/** Called after every slice of work; what it throws ends the build. */
export type OnProgress = (progress: BuildProgress) => void

/** Calls it; an error of its own comes back typed. */
export function report(
  onProgress: OnProgress | undefined,
  rows: number,
  bytes: number,
  total: number | undefined,
): SerializeError | undefined {
  try {
    onProgress?.(total === undefined ? { rows, bytes } : { rows, bytes, total })
    return undefined
  } catch (error) {
    return new SerializeError('USER_CODE', '', 'onProgress to return', `an error: ${messageOf(error)}`, error)
  }
}
