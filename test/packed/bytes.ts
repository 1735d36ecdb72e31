// Packed rows taken apart and put together by the tests' own reading of docs/FORMAT.md.

import { crc32 } from 'node:zlib'
import { xxh64 } from './xxh64.ts'

const HEADER_BYTES = 48
const CHUNK_HEADER_BYTES = 16

/** Corrects every checksum the bytes still have room for, so that what is behind the checksums is tested. */
export function reseal(bytes: Buffer): Buffer {
  if (bytes.length < HEADER_BYTES) return bytes
  let start = HEADER_BYTES
  while (start + CHUNK_HEADER_BYTES <= bytes.length) {
    const textStart = start + CHUNK_HEADER_BYTES + bytes.readUInt32LE(start + 4) * 8
    const textEnd = textStart + bytes.readUInt32LE(start + 8) * bytes[start + 2]!
    const end = Math.min(Math.ceil(textEnd / 8) * 8, bytes.length)
    const slots = bytes.subarray(start + CHUNK_HEADER_BYTES, textStart)
    const hash = xxh64(bytes.subarray(textStart, textEnd), xxh64(slots, bytes.readBigUInt64LE(start)))
    bytes.writeUInt32LE(Number(BigInt.asUintN(32, hash)), start + 12)
    start = Math.max(end, start + CHUNK_HEADER_BYTES)
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 44)), 44)
  return bytes
}

/** One chunk of rows, as bytes, from whatever slots and text a test makes up. */
export function forge(
  fingerprint: Uint8Array,
  rowCount: number,
  slots: readonly number[],
  text = '',
  wide = false,
): Buffer {
  const encoded = Buffer.from(text, wide ? 'utf16le' : 'latin1')
  const textStart = HEADER_BYTES + CHUNK_HEADER_BYTES + slots.length * 8
  const bytes = Buffer.alloc(Math.ceil((textStart + encoded.length) / 8) * 8)
  bytes.write('TOCP', 'latin1')
  bytes.writeUInt16LE(2, 4)
  bytes.set(fingerprint, 8)
  bytes.writeBigUInt64LE(BigInt(rowCount), 24)
  bytes.writeBigUInt64LE(BigInt(bytes.length), 32)
  bytes.writeUInt32LE(1, 40)
  bytes.writeUInt16LE(rowCount, HEADER_BYTES)
  bytes.writeUInt8(wide ? 2 : 1, HEADER_BYTES + 2)
  bytes.writeUInt32LE(slots.length, HEADER_BYTES + 4)
  bytes.writeUInt32LE(text.length, HEADER_BYTES + 8)
  for (const [i, slot] of slots.entries())
    bytes.writeDoubleLE(slot, HEADER_BYTES + CHUNK_HEADER_BYTES + i * 8)
  bytes.set(encoded, textStart)
  return reseal(bytes)
}
