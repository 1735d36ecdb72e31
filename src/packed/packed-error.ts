// What can be wrong with packed rows that came from outside: a stable `code` per cause, wording in one place.

import { TocsonError } from '../errors.ts'

export type PackedErrorCode =
  | 'PACKED_MAGIC' // not packed rows at all
  | 'PACKED_FORMAT' // of a format this release cannot read
  | 'PACKED_HEADER' // the header's checksum or its figures are wrong
  | 'PACKED_LENGTH' // cut off, or with bytes after the end
  | 'PACKED_SCHEMA' // packed by a serializer of another schema
  | 'PACKED_CHUNK' // a chunk's figures or its checksum are wrong
  | 'PACKED_VALUE' // a value the schema does not allow: damaged or forged
  | 'PACKED_TOO_LARGE' // one chunk passes what memory can hold

/**
 * Thrown by `unpack`, and by `serialize` of a `PackedList`, for bytes that are not whole, undamaged rows of
 * the schema.
 */
export class PackedError extends TocsonError {
  override readonly name = 'PackedError'
  declare readonly code: PackedErrorCode
  /** Byte, from the start of the packed rows, of what is wrong: a header, a chunk, or the slot of a value. */
  readonly offset: number
  /** JSON pointer to the value, row index first (`/412/rating`); `''` when it is not about a value. */
  readonly path: string

  constructor(code: PackedErrorCode, offset: number, reason: string, path = '', cause?: unknown) {
    super(code, `packed rows, byte ${offset}${path === '' ? '' : ` (${path})`}: ${reason}`, cause)
    this.offset = offset
    this.path = path
  }
}
