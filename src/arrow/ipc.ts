// What the reader takes without a word although it is not what it looks like: bytes that were cut off, and
// numbers that are the other way round.
//
//     file     ARROW1 0 0 | a stream | footer | length of the footer: i32 | ARROW1
//     stream   message | message | … | end, which need not be there
//     message  continuation: ff ff ff ff | length of the metadata: i32 | metadata | body
//
// Metadata and footer are flatbuffers. Before version 0.15 there was no continuation, and many writers still
// end a stream with four zeros, as then: the length of no metadata.

import { ArrowError } from './arrow-error.ts'
import { assertCounts, type Block, blocksOf, FOOTER, MESSAGE } from './counts.ts'
import { fieldAt, tableAt } from './flatbuffer.ts'

/** Files start and end with it. */
const MAGIC = [...'ARROW1'].map(letter => letter.charCodeAt(0))
const FILE_BYTES_MIN = 2 * MAGIC.length + 6
const CONTINUATION = 0xffffffff

/** @throws ArrowError for bytes that are something else, were cut off, or are of a big-endian machine */
export function assertReadable(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (MAGIC.every((byte, i) => bytes[i] === byte)) assertFile(bytes, view)
  else assertStream(view)
}

function assertFile(bytes: Uint8Array, view: DataView): void {
  const tail = bytes.subarray(-MAGIC.length)
  const isWhole = bytes.length >= FILE_BYTES_MIN && MAGIC.every((byte, i) => tail[i] === byte)
  if (!isWhole) throw new ArrowError('the file is cut off')
  const footerEnd = bytes.length - MAGIC.length - 4
  const footerStart = footerEnd - view.getInt32(footerEnd, true)
  assertLittleEndian(view, footerStart, FOOTER_SCHEMA)
  const footer = metadataOf(view, footerStart, footerEnd)
  assertCounts(footer, FOOTER)
  for (const block of blocksOf(footer)) assertBlock(view, block)
}

function assertBlock(view: DataView, { start, type }: Block): void {
  const message = start < view.byteLength ? messageAt(view, start) : undefined
  if (message === undefined) throw new ArrowError('the file is damaged')
  assertCounts(metadataOf(view, message.start, message.start + message.metadataLength), MESSAGE, type)
}

/** A view that ends where the metadata does. */
function metadataOf(view: DataView, start: number, end: number): DataView {
  if (start < 0 || start > end || end > view.byteLength) throw new ArrowError('the metadata is damaged')
  return new DataView(view.buffer, view.byteOffset + start, end - start)
}

/** Follows the messages to the end. */
function assertStream(view: DataView): void {
  let position = 0
  do {
    const isFirst = position === 0
    const message = messageAt(view, position)
    const isEnd = message?.metadataLength === 0
    if (isFirst && (message === undefined || isEnd)) throw new ArrowError('neither a file nor a stream')
    if (message === undefined) throw new ArrowError('the stream is damaged or cut off')
    if (isEnd) return
    const end = message.start + message.metadataLength
    if (end > view.byteLength) throw new ArrowError(CUT_OFF)
    position = end + bodyLength(view, message.start)
    if (position > view.byteLength) throw new ArrowError(CUT_OFF)
    assertCounts(metadataOf(view, message.start, end), MESSAGE)
    if (isFirst) assertLittleEndian(view, message.start, MESSAGE_HEADER)
  } while (position < view.byteLength)
}

const CUT_OFF = 'the stream is cut off'

/** Where the metadata of a message start; `undefined` when there is none. */
function messageAt(view: DataView, position: number): { start: number; metadataLength: number } | undefined {
  const left = view.byteLength - position
  if (left < 4) return undefined
  const isOld = view.getUint32(position, true) !== CONTINUATION
  if (!isOld && left < 8) return undefined
  const start = position + (isOld ? 4 : 8)
  const metadataLength = view.getInt32(start - 4, true)
  // Without a continuation anything may look like a length.
  const isLikely = metadataLength >= 0 && (!isOld || metadataLength <= view.byteLength - start)
  return isLikely ? { start, metadataLength } : undefined
}

/** Fields of flatbuffers by their position in their table. */
const MESSAGE_HEADER = 2
const MESSAGE_BODY_LENGTH = 3
const FOOTER_SCHEMA = 1
const SCHEMA_ENDIANNESS = 0
const BIG_ENDIAN = 1

function bodyLength(view: DataView, message: number): number {
  try {
    const field = fieldAt(view, tableAt(view, message), MESSAGE_BODY_LENGTH)
    const length = field === 0 ? 0 : Number(view.getBigInt64(field, true))
    if (length >= 0) return length
  } catch {}
  throw new ArrowError('the stream is damaged')
}

/** `holder` begins a flatbuffer whose table has the schema in that field. */
function assertLittleEndian(view: DataView, holder: number, schemaField: number): void {
  let endianness = 0
  try {
    const schema = fieldAt(view, tableAt(view, holder), schemaField)
    const field = schema === 0 ? 0 : fieldAt(view, tableAt(view, schema), SCHEMA_ENDIANNESS)
    if (field !== 0) endianness = view.getInt16(field, true)
  } catch {
    // What is damaged there the reader finds.
  }
  if (endianness === BIG_ENDIAN) {
    throw new ArrowError(
      'its numbers are big-endian, which apache-arrow cannot read: write them little-endian',
    )
  }
}
