// The first 64 bytes of a frame: everything needed to find the rest, under a checksum of its own.

import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { FrameError } from './errors.ts'

export const HEADER_BYTES = 64
/** Content versions and fingerprints are the first 16 bytes of a SHA-256. */
export const DIGEST_BYTES = 16
export const FRAME_FORMAT = 1
export const CRC_BYTES = 4
const MAGIC = 0x46434f54 // "TOCF", read as a little-endian number
const HEADER_CRC_AT = HEADER_BYTES - CRC_BYTES
const NO_FINGERPRINT = Buffer.alloc(DIGEST_BYTES)

/**
 * What a frame's header says. All positions are bytes from the start of the frame.
 *
 *     0        64         crcStart       blobStart        byteLength
 *     | header | toc      | prefix CRCs  | blob           |
 */
export interface FrameHeader {
  readonly rowCount: number
  /** Bytes of one toc entry: 4, or 8 when the blob passes 4 GiB - 1. */
  readonly tocByteWidth: 4 | 8
  readonly blobByteLength: number
  /** Content version: 22 characters of base64url; equal content has equal versions. */
  readonly version: string
  /** Fingerprint of the schema the rows were made with (see `fingerprintOf`); `''` when none was given. */
  readonly fingerprint: string
  /** CRC-32 of toc and prefix CRCs together. */
  readonly indexCrc: number
  readonly crcStart: number
  readonly blobStart: number
  readonly byteLength: number
}

/** What goes into a header; the rest of `FrameHeader` follows from it. */
export type HeaderFields = Pick<
  FrameHeader,
  'rowCount' | 'tocByteWidth' | 'blobByteLength' | 'version' | 'fingerprint' | 'indexCrc'
>

/** 22 characters standing for any text that identifies a schema, a release or a locale. */
export function fingerprintOf(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, DIGEST_BYTES).toString('base64url')
}

/** Writes the 64 bytes at the start of `target`. */
export function writeHeader(target: Buffer, fields: HeaderFields): void {
  target.writeUInt32LE(MAGIC, 0)
  target.writeUInt16LE(FRAME_FORMAT, 4)
  target.writeUInt8(fields.tocByteWidth, 6)
  target.writeUInt8(0, 7)
  target.writeBigUInt64LE(BigInt(fields.rowCount), 8)
  target.writeBigUInt64LE(BigInt(fields.blobByteLength), 16)
  target.set(Buffer.from(fields.version, 'base64url'), 24)
  target.set(fields.fingerprint === '' ? NO_FINGERPRINT : Buffer.from(fields.fingerprint, 'base64url'), 40)
  target.writeUInt32LE(fields.indexCrc, 56)
  target.writeUInt32LE(crc32(target.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT)
}

/**
 * Reads and checks the header at the start of `bytes`, which may be cut anywhere after it.
 *
 * @throws FrameError when it is no header, is damaged, or has another format
 */
export function readHeader(bytes: Buffer): FrameHeader {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new FrameError('FRAME_LENGTH', `has ${bytes.byteLength} bytes, its header alone ${HEADER_BYTES}`)
  }
  if (bytes.readUInt32LE(0) !== MAGIC) throw new FrameError('FRAME_MAGIC', 'does not start with "TOCF"')
  if (bytes.readUInt32LE(HEADER_CRC_AT) !== crc32(bytes.subarray(0, HEADER_CRC_AT))) {
    throw new FrameError('FRAME_HEADER', 'header checksum does not match')
  }
  const format = bytes.readUInt16LE(4)
  if (format !== FRAME_FORMAT)
    throw new FrameError('FRAME_FORMAT', `has format ${format}, not ${FRAME_FORMAT}`)
  return layOut({
    rowCount: Number(bytes.readBigUInt64LE(8)),
    tocByteWidth: readWidth(bytes),
    blobByteLength: Number(bytes.readBigUInt64LE(16)),
    version: bytes.toString('base64url', 24, 40),
    fingerprint: NO_FINGERPRINT.equals(bytes.subarray(40, 56)) ? '' : bytes.toString('base64url', 40, 56),
    indexCrc: bytes.readUInt32LE(56),
  })
}

/** Positions from the counts; a header whose counts cannot be true is refused here. */
export function layOut(fields: HeaderFields): FrameHeader {
  const entryCount = fields.rowCount + 1
  const crcStart = HEADER_BYTES + entryCount * fields.tocByteWidth
  const blobStart = crcStart + entryCount * CRC_BYTES
  const byteLength = blobStart + fields.blobByteLength
  // Two bytes a row at least: one of JSON and its separator, after the opening bracket.
  if (!Number.isSafeInteger(byteLength) || fields.blobByteLength < Math.max(2, 2 * fields.rowCount + 1)) {
    throw new FrameError('FRAME_HEADER', `${fields.rowCount} rows in ${fields.blobByteLength} bytes`)
  }
  return { ...fields, crcStart, blobStart, byteLength }
}

function readWidth(bytes: Buffer): 4 | 8 {
  const width = bytes.readUInt8(6)
  if ((width !== 4 && width !== 8) || bytes.readUInt8(7) !== 0) {
    throw new FrameError('FRAME_HEADER', `toc entries of ${width} bytes, flags ${bytes.readUInt8(7)}`)
  }
  return width
}
