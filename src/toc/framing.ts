// What a stream puts around rows: the brackets and commas of one JSON array, or a line break behind each.
// Workers of a pool do it, too, so this is part of their text.

import { Buffer } from 'node:buffer'
import type { WrittenRows } from './list-builder.ts'

/** One JSON array, or one JSON value a line (NDJSON). */
export type StreamFormat = 'json' | 'ndjson'

/** How one chunk is put; never 0, so that shared memory can say of a chunk that it is none of a stream. */
export const Framing = {
  /** The first rows of an array: each chunk begins with the byte that comes before its first row. */
  opening: 1,
  array: 2,
  lines: 3,
  /** Lines of raw values, which come as they were written and may have line breaks between their tokens. */
  rawLines: 4,
} as const
export type Framing = (typeof Framing)[keyof typeof Framing]

const COMMA = 0x2c
const OPEN = 0x5b
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20

/** The rows in memory of their own, as many bytes as they were: a row's comma becomes what follows or precedes it. */
export function frameRows(rows: WrittenRows, rowCount: number, framing: Framing): Buffer {
  const { bytes, start, end, offsets } = rows
  const framed = Buffer.allocUnsafeSlow(end - start)
  if (framing === Framing.opening || framing === Framing.array) {
    framed[0] = framing === Framing.opening ? OPEN : COMMA
    bytes.copy(framed, 1, start, end - 1)
    return framed
  }
  bytes.copy(framed, 0, start, end)
  if (framing === Framing.rawLines) blankLineBreaks(framed)
  for (let i = 1; i < rowCount; i++) framed[offsets[i]! - 1] = LINE_FEED
  framed[framed.byteLength - 1] = LINE_FEED
  return framed
}

/** JSON has line breaks only where any white space would do. */
function blankLineBreaks(json: Buffer): void {
  for (let i = 0; i < json.byteLength; i++) {
    if (json[i] === LINE_FEED || json[i] === CARRIAGE_RETURN) json[i] = SPACE
  }
}
