// Toc and prefix CRCs of a frame: written once, read untrusted, and what a slice is checked with.

import { Buffer } from 'node:buffer'
import { endianness } from 'node:os'
import { type Toc, wrongEntryOf } from '../toc/json-list.ts'
import { combineCrc32, crc32 } from './crc32.ts'
import { FrameError } from './errors.ts'
import { CRC_BYTES, type FrameHeader, HEADER_BYTES } from './frame-header.ts'
import { PIECE_BYTES, type Steps } from './slices.ts'

/** A checksum of a short row costs a call, whatever its bytes. */
const PIECE_ROWS = 4096
const COMMA = Buffer.from(',')
const BRACKET = Buffer.from(']')
const IS_BIG_ENDIAN = endianness() === 'BE'

/** Where rows start, and for each entry the CRC-32 of all blob bytes before it. */
export interface FrameIndex {
  readonly toc: Toc
  readonly prefixCrcs: Uint32Array
}

/** CRC-32 of `blob[0, toc[i])` for every toc entry. */
export function* prefixCrcSteps(blob: Uint8Array, toc: Toc): Steps<Uint32Array> {
  const sums = new Uint32Array(toc.length)
  let sum = 0
  let start = 0
  let pieceEnd = PIECE_BYTES
  for (let index = 0; index < toc.length; index += 1) {
    sum = crc32(blob.subarray(start, toc[index]), sum)
    start = toc[index]!
    sums[index] = sum
    if (start >= pieceEnd || index % PIECE_ROWS === PIECE_ROWS - 1) {
      pieceEnd = start + PIECE_BYTES
      yield
    }
  }
  return sums
}

/**
 * Whether `slice` is rows `[start, end)` of the blob, without their last separator. No other byte is needed.
 * A slice of other bytes passes with a chance of 1 in 2^32.
 */
export function isSliceIntact(index: FrameIndex, start: number, end: number, slice: Uint8Array): boolean {
  const { toc, prefixCrcs } = index
  if (start === end) return slice.byteLength === 0
  if (slice.byteLength !== toc[end]! - 1 - toc[start]!) return false
  const separator = end === toc.length - 1 ? BRACKET : COMMA
  const sum = crc32(separator, crc32(slice))
  return combineCrc32(prefixCrcs[start]!, sum, slice.byteLength + 1) === prefixCrcs[end]
}

/**
 * Toc and CRCs from `bytes`, the part `[64, blobStart)` of a frame: views where alignment allows.
 *
 * @throws FrameError when the part is cut, damaged or not a toc of that blob
 */
export function readIndex(header: FrameHeader, bytes: Buffer): FrameIndex {
  if (bytes.byteLength !== header.blobStart - HEADER_BYTES) {
    throw new FrameError('FRAME_LENGTH', `toc and CRCs have ${bytes.byteLength} bytes`)
  }
  if (crc32(bytes) !== header.indexCrc) throw new FrameError('FRAME_TOC', 'toc checksum does not match')
  const tocBytes = bytes.subarray(0, header.crcStart - HEADER_BYTES)
  const toc = header.tocByteWidth === 4 ? uint32View(tocBytes) : float64View(tocBytes)
  assertTocOf(toc, header.blobByteLength)
  return { toc, prefixCrcs: uint32View(bytes.subarray(tocBytes.byteLength)) }
}

/** The same bytes on every machine: little-endian. Shares memory with `values` on little-endian machines. */
export function littleEndianBytes(values: Toc): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return IS_BIG_ENDIAN ? swapped(bytes, values.BYTES_PER_ELEMENT) : bytes
}

/**
 * Monotonic, in bounds, and room for a byte and a separator in every row: one pass over the toc.
 *
 * @throws FrameError naming the first entry that is wrong
 */
export function assertTocOf(toc: Toc, blobByteLength: number): void {
  const rowCount = toc.length - 1
  if (toc[0] !== (rowCount === 0 ? 2 : 1)) throw new FrameError('FRAME_TOC', `toc starts at ${toc[0]}`)
  const wrong = wrongEntryOf(toc)
  if (wrong >= 0) throw new FrameError('FRAME_TOC', `toc[${wrong}] is ${toc[wrong]} after ${toc[wrong - 1]}`)
  if (toc[rowCount] !== blobByteLength) {
    throw new FrameError('FRAME_TOC', `toc ends at ${toc[rowCount]}, the blob at ${blobByteLength}`)
  }
}

function uint32View(bytes: Buffer): Uint32Array {
  const source = ownOrder(bytes, CRC_BYTES)
  return new Uint32Array(source.buffer, source.byteOffset, source.byteLength / CRC_BYTES)
}

function float64View(bytes: Buffer): Float64Array {
  const source = ownOrder(bytes, 8)
  return new Float64Array(source.buffer, source.byteOffset, source.byteLength / 8)
}

/** Typed arrays need aligned bytes in the machine's order; anything else is copied once. */
function ownOrder(bytes: Buffer, width: 4 | 8): Uint8Array<ArrayBuffer> {
  if (IS_BIG_ENDIAN) return swapped(bytes, width)
  if (bytes.byteOffset % width === 0 && bytes.buffer instanceof ArrayBuffer) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  return Uint8Array.from(bytes)
}

function swapped(bytes: Buffer, width: number): Buffer<ArrayBuffer> {
  const copy = Buffer.alloc(bytes.byteLength)
  bytes.copy(copy)
  return width === 4 ? copy.swap32() : copy.swap64()
}
