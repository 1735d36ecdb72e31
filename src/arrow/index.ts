// `tocson/arrow`: Arrow IPC, files and streams, to a table. The reader is `apache-arrow`, an optional peer.

import { type Table, tableFromIPC } from 'apache-arrow'
import { describeValue } from '../errors.ts'
import { ArrowError } from './arrow-error.ts'
import { compressionHelp, withZstd } from './codecs.ts'
import { assertReadable } from './ipc.ts'

export { ArrowError }

/**
 * Reads Arrow IPC, as a file (`.arrow`, Feather version 2) or a stream, for `serializeColumns`. The table's
 * columns are views of the bytes: do not change them. Buffers compressed with ZSTD are read where Node has it
 * (22.15 on) and `apache-arrow` takes codecs; those of LZ4 with the codec you register there.
 *
 * @throws ArrowError when the bytes are something else, were cut off, are big-endian, are compressed in a way
 * for which there is no codec, or use what `apache-arrow` cannot read
 * @example
 * const table = readArrow(await readFile('flights.arrow'))
 * const list = flights.serializeColumns(table)
 */
export function readArrow(bytes: Uint8Array): Table {
  if (!(bytes instanceof Uint8Array)) throw new ArrowError(`expected bytes, got ${describeValue(bytes)}`)
  assertReadable(bytes)
  try {
    return withZstd(() => tableFromIPC(aligned(bytes)))
  } catch (cause) {
    const help = compressionHelp(cause)
    if (help !== undefined) throw new ArrowError(help, cause)
    throw new ArrowError(`cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}`, cause)
  }
}

const WORD_BYTES_MAX = 8

/** Of words that start at no multiple of their size the reader copies most, and fails at offsets of unions. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % WORD_BYTES_MAX === 0 ? bytes : Uint8Array.prototype.slice.call(bytes)
}
