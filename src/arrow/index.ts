// `tocson/arrow`: Arrow IPC, files and streams, to a table. The reader is `apache-arrow`, an optional peer;
// what it would read without a word although it is cut off is refused here.

import { type Table, tableFromIPC } from 'apache-arrow'
import { describeValue, TocsonError } from '../errors.ts'
import { compressionHelp, withZstd } from './codecs.ts'

/** Thrown by `readArrow`; `cause` is what the reader threw. */
export class ArrowError extends TocsonError {
  override readonly name = 'ArrowError'
  declare readonly code: 'ARROW_INVALID'

  constructor(reason: string, cause?: unknown) {
    super('ARROW_INVALID', `Arrow IPC: ${reason}`, cause)
  }
}

/**
 * Reads Arrow IPC, as a file (`.arrow`, Feather version 2) or a stream, for `serializeColumns`. The table's
 * columns are views of the bytes: do not change them. Buffers compressed with ZSTD are read where Node has it
 * (22.15 on) and `apache-arrow` takes codecs; those of LZ4 with the codec you register there.
 *
 * @throws ArrowError when the bytes are something else, were cut off, are compressed in a way for which there
 * is no codec, or use what `apache-arrow` cannot read
 * @example
 * const table = readArrow(await readFile('flights.arrow'))
 * const list = flights.serializeColumns(table)
 */
export function readArrow(bytes: Uint8Array): Table {
  if (!(bytes instanceof Uint8Array)) throw new ArrowError(`expected bytes, got ${describeValue(bytes)}`)
  assertWhole(bytes)
  try {
    return withZstd(() => tableFromIPC(bytes))
  } catch (cause) {
    const help = compressionHelp(cause)
    if (help !== undefined) throw new ArrowError(help, cause)
    throw new ArrowError(`cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}`, cause)
  }
}

/** Files start and end with it. */
const MAGIC = [...'ARROW1'].map(letter => letter.charCodeAt(0))
/** Before the length of each message of a stream. */
const CONTINUATION = 0xffffffff
const FILE_BYTES_MIN = 2 * MAGIC.length + 6

function assertWhole(bytes: Uint8Array): void {
  if (MAGIC.every((byte, i) => bytes[i] === byte)) {
    const tail = bytes.subarray(-MAGIC.length)
    const isWhole = bytes.length >= FILE_BYTES_MIN && MAGIC.every((byte, i) => tail[i] === byte)
    if (!isWhole) throw new ArrowError('the file is cut off')
    return
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 8 || view.getUint32(0, true) !== CONTINUATION) {
    throw new ArrowError('neither a file nor a stream')
  }
  assertWholeStream(view)
}

/**
 * Follows the messages to the end: `continuation, length of the metadata, metadata, body`. How long a body is
 * stands in the metadata, a flatbuffer `Message`.
 */
function assertWholeStream(view: DataView): void {
  for (let position = 0; position < view.byteLength; ) {
    if (position + 8 > view.byteLength || view.getUint32(position, true) !== CONTINUATION) {
      throw new ArrowError('the stream is damaged or cut off')
    }
    const metadataLength = view.getInt32(position + 4, true)
    position += 8
    // The end may be said, and need not be.
    if (metadataLength === 0) return
    const end = position + metadataLength
    if (metadataLength < 0 || end > view.byteLength) throw new ArrowError('the stream is cut off')
    position = end + bodyLength(view, position)
    if (position > view.byteLength) throw new ArrowError('the stream is cut off')
  }
}

/** The field of a `Message` that has the length of its body: the fourth. */
const BODY_LENGTH_SLOT = 4 + 3 * 2

function bodyLength(view: DataView, start: number): number {
  try {
    const table = start + view.getInt32(start, true)
    const vtable = table - view.getInt32(table, true)
    const offset =
      view.getUint16(vtable, true) > BODY_LENGTH_SLOT ? view.getUint16(vtable + BODY_LENGTH_SLOT, true) : 0
    const length = offset === 0 ? 0 : Number(view.getBigInt64(table + offset, true))
    if (length >= 0) return length
  } catch {}
  throw new ArrowError('the stream is damaged')
}
