// Every error of the cache: one class per stage, a stable `code` per cause, wording in one place.

import { describeValue, isOptions, OPTIONS_EXPECTED, TocsonError } from '../errors.ts'

/** Base of the cache's errors. `status` is a hint for HTTP: what a handler should answer. */
export class CacheError extends TocsonError {
  override readonly name: string = 'CacheError'
  /** Suggested HTTP status. */
  readonly status: number = 500
}

export type FrameErrorCode =
  | 'FRAME_MAGIC' // not a frame at all
  | 'FRAME_FORMAT' // a frame of a format this release cannot read
  | 'FRAME_HEADER' // the header's checksum or its figures are wrong
  | 'FRAME_LENGTH' // cut off, or with bytes after its end
  | 'FRAME_TOC' // toc or prefix checksums damaged
  | 'FRAME_BLOB' // rows damaged

/** Thrown when bytes are not a whole, undamaged frame. */
export class FrameError extends CacheError {
  override readonly name = 'FrameError'
  declare readonly code: FrameErrorCode

  constructor(code: FrameErrorCode, reason: string) {
    super(code, `frame: ${reason}`)
  }
}

export type StoreErrorCode =
  | 'STORE_FAILED' // the store threw; see `cause`
  | 'STORE_TIMEOUT' // no answer within the time budget
  | 'STORE_OPEN' // not asked: the circuit breaker is open
  | 'STORE_REPLY' // an answer of the wrong shape or length
  | 'STORE_TOO_LARGE' // the value passes what the store can hold
  | 'STORE_CLIENT' // the client handed over has none of the known shapes

/** What a store did instead of answering. A `PageCache` counts these and builds; it does not throw them. */
export class StoreError extends CacheError {
  override readonly name = 'StoreError'
  override readonly status = 503
  declare readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, reason: string, cause?: unknown) {
    super(code, `store: ${reason}`, cause)
  }
}

/** Thrown to the waiters of a build that took too long or gave something that is no list. */
export class BuildError extends CacheError {
  override readonly name = 'BuildError'
  override readonly status = 503
  declare readonly code: 'BUILD_TIMEOUT' | 'BUILD_RESULT'

  constructor(code: 'BUILD_TIMEOUT' | 'BUILD_RESULT', reason: string, cause?: unknown) {
    super(code, `build: ${reason}`, cause)
  }
}

/** Thrown for a cursor that this library did not make, or that was changed on its way. */
export class CursorError extends CacheError {
  override readonly name = 'CursorError'
  override readonly status = 400
  declare readonly code: 'CURSOR_INVALID'

  constructor(received: unknown) {
    super('CURSOR_INVALID', `cursor: malformed or altered, got ${describeValue(received)}`)
  }
}

/** Thrown when the snapshot a cursor belongs to can no longer be read: start again from the first page. */
export class SnapshotGone extends CacheError {
  override readonly name = 'SnapshotGone'
  override readonly status = 410
  declare readonly code: 'SNAPSHOT_GONE'
  /** Content version the cursor is bound to. */
  readonly version: string

  constructor(version: string, cause?: unknown) {
    super('SNAPSHOT_GONE', `the snapshot ${version} of this list is gone; start from the first page`, cause)
    this.version = version
  }
}

/** Thrown for a key, a tag or an option that cannot mean anything. */
export class CacheOptionError extends CacheError {
  override readonly name = 'CacheOptionError'
  declare readonly code: 'CACHE_OPTION'

  constructor(option: string, expected: string, received: unknown) {
    super('CACHE_OPTION', `${option}: expected ${expected}, got ${describeValue(received)}`)
  }
}

/** What a call takes as one object of options. @throws CacheOptionError */
export function assertOptions(name: string, options: unknown): void {
  if (!isOptions(options)) throw new CacheOptionError(name, OPTIONS_EXPECTED, options)
}
