import { TocsonError } from '../errors.ts'

/** Thrown by `readArrow`; `cause` is what the reader threw. */
export class ArrowError extends TocsonError {
  override readonly name = 'ArrowError'
  declare readonly code: 'ARROW_INVALID'

  constructor(reason: string, cause?: unknown) {
    super('ARROW_INVALID', `Arrow IPC: ${reason}`, cause)
  }
}
