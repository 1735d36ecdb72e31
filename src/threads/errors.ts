// What can go wrong with threads that write.

import { TocsonError } from '../errors.ts'

export type WriterErrorCode =
  | 'WRITER_UNAVAILABLE' // no threads, no shared memory, or threads that do not start; see `cause`
  | 'WRITER_DIED' // a thread ended while it wrote
  | 'WRITER_CLOSED' // the pool was closed

/** Thrown by `createWriterPool`, and ends builds and streams, where they cannot be written on other threads. */
export class WriterError extends TocsonError {
  override readonly name = 'WriterError'
  declare readonly code: WriterErrorCode

  constructor(code: WriterErrorCode, reason: string, cause?: unknown) {
    super(code, `writer pool: ${reason}`, cause)
  }
}
