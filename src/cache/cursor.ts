// Cursors: which snapshot, which row, how many rows. Opaque to clients, not secret, evident when altered.
//
//     byte   0        1                17         23         29      33
//            | format | version        | index    | limit    | CRC   |    -> 44 characters of base64url
//
// Numbers are big-endian; the CRC-32 covers everything before it.

import { Buffer } from 'node:buffer'
import { crc32 } from './crc32.ts'
import { CursorError } from './errors.ts'
import type { RowRange } from './page-range.ts'

const CURSOR_FORMAT = 1
const CURSOR_BYTES = 33
const CURSOR_CHARACTERS = 44
const CRC_AT = 29
const COUNT_MAX = 2 ** 48 - 1
const CURSOR_PATTERN = /^[A-Za-z0-9_-]{44}$/

/** Rows `[index, index + limit)` of the snapshot `version`. */
export interface Cursor {
  readonly version: string
  readonly index: number
  readonly limit: number
}

/** 44 characters of base64url. `index` and `limit` are at most 2^48 - 1. */
export function encodeCursor(cursor: Cursor): string {
  const bytes = Buffer.allocUnsafe(CURSOR_BYTES)
  bytes.writeUInt8(CURSOR_FORMAT, 0)
  bytes.write(cursor.version, 1, 16, 'base64url')
  bytes.writeUIntBE(cursor.index, 17, 6)
  bytes.writeUIntBE(Math.min(cursor.limit, COUNT_MAX), 23, 6)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT)
  return bytes.toString('base64url')
}

/** @throws CursorError for anything `encodeCursor` did not make */
export function decodeCursor(text: string): Cursor {
  if (typeof text !== 'string' || text.length !== CURSOR_CHARACTERS || !CURSOR_PATTERN.test(text)) {
    throw new CursorError(text)
  }
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.readUInt32BE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT)) || bytes[0] !== CURSOR_FORMAT) {
    throw new CursorError(text)
  }
  return {
    version: bytes.toString('base64url', 1, 17),
    index: bytes.readUIntBE(17, 6),
    limit: bytes.readUIntBE(23, 6),
  }
}

/** Of the page after rows `range`; `undefined` when there is none. */
export function nextCursorOf(
  version: string,
  range: RowRange,
  limit: number,
  total: number,
): string | undefined {
  if (limit === 0 || range.end >= total) return undefined
  return encodeCursor({ version, index: range.end, limit })
}

/** Of the page before rows `range`, which shares none of them; `undefined` when there is none. */
export function prevCursorOf(version: string, range: RowRange, limit: number): string | undefined {
  if (limit === 0 || range.start === 0) return undefined
  const index = Math.max(0, range.start - limit)
  return encodeCursor({ version, index, limit: range.start - index })
}
