// Packed rows as bytes: one header, then chunks one after the other. Numbers are little-endian.
//
//     byte 0        4         6       8             24          32           40            44    48
//          | magic  | format  | zeros | fingerprint | row count | byteLength | chunk count | CRC | chunks …
//          | "TOCP" | u16 = 2 | u16   | 16 bytes    | u64       | u64        | u32         | u32 |
//
//     chunk
//     byte 0           2            3       4            8            12         16
//          | row count | text width | zeros | slot count | text units | checksum | slots   | text          | zeros
//          | u16       | u8: 1 or 2 | u8    | u32        | u32        | u32      | doubles | ASCII, UTF-16 | to 8

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { Kernel } from '../writer/kernel.ts'
import { PackedError } from './packed-error.ts'

/** The format this release writes, and the only one it reads. */
export const PACKED_FORMAT = 2
export const HEADER_BYTES = 48
export const CHUNK_HEADER_BYTES = 16
export const FINGERPRINT_BYTES = 16
export const CHUNK_ROWS_MAX = 256
const MAGIC = 0x50434f54 // "TOCP"
const SLOT_BYTES = 8
const HEADER_CRC_POSITION = 44
const CHECKSUM_POSITION = 12

export interface Header {
  readonly fingerprint: Uint8Array
  readonly rowCount: number
  readonly byteLength: number
  readonly chunkCount: number
}

/** Where the parts of one chunk lie. */
export interface Chunk {
  readonly start: number
  readonly slotsStart: number
  readonly textStart: number
  readonly textEnd: number
  /** Behind the zeros: where the next chunk starts. */
  readonly end: number
  readonly rowCount: number
  readonly wide: boolean
}

export function writeHeader(bytes: Buffer, header: Header): void {
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt16LE(PACKED_FORMAT, 4)
  bytes.writeUInt16LE(0, 6)
  bytes.set(header.fingerprint, 8)
  writeUint64(bytes, header.rowCount, 24)
  writeUint64(bytes, header.byteLength, 32)
  bytes.writeUInt32LE(header.chunkCount, 40)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_CRC_POSITION)), HEADER_CRC_POSITION)
}

/**
 * Reads and checks the header: magic, format, checksum, length. Whose rows they are is for the caller to
 * compare.
 */
export function readHeader(bytes: Buffer): Header {
  if (bytes.byteLength < 4 || bytes.readUInt32LE(0) !== MAGIC)
    throw new PackedError('PACKED_MAGIC', 0, 'not packed rows')
  if (bytes.byteLength < HEADER_BYTES)
    throw new PackedError('PACKED_LENGTH', bytes.byteLength, `a header has ${HEADER_BYTES} bytes`)
  const format = bytes.readUInt16LE(4)
  if (format !== PACKED_FORMAT)
    throw new PackedError('PACKED_FORMAT', 4, `format ${format}, this release reads ${PACKED_FORMAT}`)
  if (bytes.readUInt32LE(HEADER_CRC_POSITION) !== crc32(bytes.subarray(0, HEADER_CRC_POSITION)))
    throw new PackedError('PACKED_HEADER', HEADER_CRC_POSITION, 'the header is damaged')
  const header = {
    fingerprint: Buffer.from(bytes.subarray(8, 8 + FINGERPRINT_BYTES)),
    rowCount: readUint64(bytes, 24),
    byteLength: readUint64(bytes, 32),
    chunkCount: bytes.readUInt32LE(40),
  }
  if (bytes.readUInt16LE(6) !== 0)
    throw new PackedError('PACKED_HEADER', 6, 'bytes that must be zero are not')
  if (header.byteLength !== bytes.byteLength) {
    const reason = `${bytes.byteLength} bytes, the header says ${header.byteLength}`
    throw new PackedError('PACKED_LENGTH', Math.min(bytes.byteLength, header.byteLength), reason)
  }
  return header
}

/** Where every chunk lies; their figures fit the bytes and add up to those of the header. */
export function readChunks(bytes: Buffer, header: Header): readonly Chunk[] {
  const chunks: Chunk[] = []
  let start = HEADER_BYTES
  let rowCount = 0
  while (start < bytes.byteLength) {
    const chunk = readChunk(bytes, start)
    chunks.push(chunk)
    rowCount += chunk.rowCount
    start = chunk.end
  }
  if (rowCount !== header.rowCount || chunks.length !== header.chunkCount) {
    const expected = `${header.rowCount} in ${header.chunkCount}`
    const reason = `${rowCount} rows in ${chunks.length} chunks, the header says ${expected}`
    throw new PackedError('PACKED_HEADER', 24, reason)
  }
  return chunks
}

function readChunk(bytes: Buffer, start: number): Chunk {
  if (start + CHUNK_HEADER_BYTES > bytes.byteLength)
    throw new PackedError('PACKED_CHUNK', start, 'the chunk is cut off')
  const rowCount = bytes.readUInt16LE(start)
  const width = bytes.readUInt8(start + 2)
  if (rowCount === 0 || rowCount > CHUNK_ROWS_MAX)
    throw new PackedError('PACKED_CHUNK', start, `${rowCount} rows, expected 1 to ${CHUNK_ROWS_MAX}`)
  if ((width !== 1 && width !== 2) || bytes.readUInt8(start + 3) !== 0)
    throw new PackedError('PACKED_CHUNK', start + 2, `text of width ${width}, expected 1 or 2`)
  const slotsStart = start + CHUNK_HEADER_BYTES
  const textStart = slotsStart + bytes.readUInt32LE(start + 4) * SLOT_BYTES
  const textEnd = textStart + bytes.readUInt32LE(start + 8) * width
  const end = chunkEnd(textEnd)
  if (end > bytes.byteLength) throw new PackedError('PACKED_CHUNK', start, 'the chunk is cut off')
  return { start, slotsStart, textStart, textEnd, end, rowCount, wide: width === 2 }
}

/** Where a chunk ends whose text ends at `textEnd`: chunks start at multiples of 8. */
export function chunkEnd(textEnd: number): number {
  return Math.ceil(textEnd / SLOT_BYTES) * SLOT_BYTES
}

/** The chunk's slots and text are in place already, and in `kernel`; writes what is around them. */
export function sealChunk(bytes: Buffer, chunk: Chunk, kernel: Kernel): void {
  const { start, slotsStart, textStart, textEnd, end } = chunk
  const width = chunk.wide ? 2 : 1
  bytes.writeUInt16LE(chunk.rowCount, start)
  bytes.writeUInt8(width, start + 2)
  bytes.writeUInt8(0, start + 3)
  bytes.writeUInt32LE((textStart - slotsStart) / SLOT_BYTES, start + 4)
  bytes.writeUInt32LE((textEnd - textStart) / width, start + 8)
  bytes.writeUInt32LE(checksumOf(chunk, kernel), start + CHECKSUM_POSITION)
  bytes.fill(0, textEnd, end)
}

/** Checks what no walk over the values would notice, and what tells damage early, of a chunk loaded into `kernel`. */
export function assertChunk(bytes: Buffer, chunk: Chunk, kernel: Kernel): void {
  const { start, textEnd, end } = chunk
  if (bytes.readUInt32LE(start + CHECKSUM_POSITION) !== checksumOf(chunk, kernel))
    throw new PackedError('PACKED_CHUNK', start, 'the chunk is damaged')
  for (let i = textEnd; i < end; i++) {
    if (bytes[i] !== 0) throw new PackedError('PACKED_CHUNK', i, 'bytes that must be zero are not')
  }
}

/** The first eight bytes of the chunk are the seed; the text units follow from the text's length, which XXH64 covers. */
function checksumOf({ slotsStart, textStart, rowCount, wide }: Chunk, kernel: Kernel): number {
  const width = wide ? 2 : 1
  return kernel.checksum(rowCount | (width << 16), (textStart - slotsStart) / SLOT_BYTES)
}

function writeUint64(bytes: Buffer, value: number, position: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, position)
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), position + 4)
}

/** Exact to 2^53; what is larger equals no length and no count. */
function readUint64(bytes: Buffer, position: number): number {
  return bytes.readUInt32LE(position) + bytes.readUInt32LE(position + 4) * 2 ** 32
}
