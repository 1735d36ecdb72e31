import { Buffer } from 'node:buffer'
import { types } from 'node:util'
import { describeValue } from '../errors.ts'
import type { Kernel } from '../writer/kernel.ts'
import { assertChunk, type Chunk, readChunks, readHeader } from './format.ts'
import { PackedError } from './packed-error.ts'

/**
 * Packed rows that a serializer can write: `serialize(new PackedList(bytes))`. Bytes alone could as well be
 * rows, a `Uint8Array` of integers, so they say what they are with this class.
 *
 * @example
 * const bytes = movies.pack(rows)
 * movies.serialize(new PackedList(bytes)).blob   // the same bytes as movies.serialize(rows).blob
 */
export class PackedList {
  /** The packed rows: a view of the bytes given, which must not change while this object is in use. */
  readonly bytes: Buffer
  /** How many rows there are. */
  readonly length: number
  /** Identifies the schema the rows were packed by. */
  readonly fingerprint: Buffer
  /** Where the rows lie. @internal */
  readonly chunks: readonly Chunk[]

  /**
   * Reads the header and finds the chunks; rows are checked when they are read.
   *
   * @param bytes what `pack` returned, from wherever it was kept
   * @throws PackedError when the bytes are no packed rows, of another format, cut off, or damaged at borders
   */
  constructor(bytes: Uint8Array) {
    if (!types.isUint8Array(bytes))
      throw new PackedError('PACKED_MAGIC', 0, `expected a Uint8Array, got ${describeValue(bytes)}`)
    // A detached buffer has no bytes, and gives no view of them either.
    this.bytes =
      bytes.byteLength === 0 ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const header = readHeader(this.bytes)
    this.length = header.rowCount
    this.fingerprint = Buffer.from(header.fingerprint)
    this.chunks = readChunks(this.bytes, header)
  }

  /**
   * Copies a chunk into the kernel's memory, where it cannot change any more.
   *
   * @internal
   * @throws PackedError when it is damaged
   */
  load(kernel: Kernel, chunk: Chunk): void {
    const { bytes } = this
    if (chunk.end > bytes.byteLength)
      throw new PackedError(
        'PACKED_LENGTH',
        bytes.byteLength,
        'the bytes became fewer since they were opened',
      )
    const slots = bytes.subarray(chunk.slotsStart, chunk.textStart)
    kernel.load(slots, bytes.subarray(chunk.textStart, chunk.textEnd), chunk.wide)
    assertChunk(bytes, chunk, kernel)
  }
}
