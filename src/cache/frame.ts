// A frame: one list as one immutable binary value, for stores and files. docs/FORMAT.md draws it.

import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { types } from 'node:util'
import { describeValue } from '../errors.ts'
import { isToc, JsonList, type Toc } from '../toc/json-list.ts'
import { crc32 } from './crc32.ts'
import { assertOptions, CacheOptionError, FrameError } from './errors.ts'
import {
  CRC_BYTES,
  DIGEST_BYTES,
  type FrameHeader,
  fingerprintOf,
  HEADER_BYTES,
  layOut,
  readHeader,
  writeHeader,
} from './frame-header.ts'
import {
  type FrameIndex,
  isSliceIntact,
  littleEndianBytes,
  prefixCrcSteps,
  readIndex,
} from './frame-index.ts'
import { pageRange } from './page-range.ts'
import { atOnce, PIECE_BYTES, type Steps } from './slices.ts'

const UINT32_MAX = 0xffff_ffff

export interface FrameOptions {
  /** Any text that identifies the schema the rows were made with; a reader can ask for the same one. */
  readonly fingerprint?: string | undefined
}

/** A frame in two pieces, so that the blob need not be copied: `prefix` then `blob` are its bytes. */
export interface FrameParts {
  readonly header: FrameHeader
  readonly index: FrameIndex
  readonly prefix: Buffer
  readonly blob: Buffer
}

/**
 * The list as one frame (owned by the caller): header, toc, a CRC per row, blob.
 *
 * @example
 * await writeFile('movies.tocf', encodeFrame(list, { fingerprint: 'movie-v3' }))
 */
export function encodeFrame(list: JsonList, options: FrameOptions = {}): Buffer {
  const { prefix, blob, header } = encodeFrameParts(list, options)
  return Buffer.concat([prefix, blob], header.byteLength)
}

interface EncodeOptions extends FrameOptions {
  /** What is already known need not be computed. */
  readonly version?: string
  readonly tocByteWidth?: 4 | 8
}

/** The same bytes as `encodeFrame` without copying the blob. */
export function encodeFrameParts(list: JsonList, options: EncodeOptions = {}): FrameParts {
  return atOnce(frameSteps(list, options))
}

/** Rows that were never serialized are the usual mistake. */
function assertList(list: unknown): asserts list is JsonList {
  const { blob, toc } = Object(list) as Partial<JsonList>
  if (types.isUint8Array(blob) && isToc(toc)) return
  throw new CacheOptionError('list', 'a JsonList', list)
}

/** `encodeFrameParts` in steps, two passes over the blob, or one when the version is known. */
export function* frameSteps(list: JsonList, options: EncodeOptions = {}): Steps<FrameParts> {
  assertList(list)
  assertOptions('options', options)
  const tocByteWidth = options.tocByteWidth ?? (list.blob.byteLength > UINT32_MAX ? 8 : 4)
  const toc = tocOfWidth(list.toc, tocByteWidth)
  const index = { toc, prefixCrcs: yield* prefixCrcSteps(list.blob, toc) }
  const indexBytes = [littleEndianBytes(toc), littleEndianBytes(index.prefixCrcs)]
  const header = layOut({
    rowCount: list.length,
    tocByteWidth,
    blobByteLength: list.blob.byteLength,
    version: options.version ?? (yield* versionSteps(list)),
    fingerprint: options.fingerprint === undefined ? '' : fingerprintOf(options.fingerprint),
    indexCrc: crc32(indexBytes[1]!, crc32(indexBytes[0]!)),
  })
  const prefix = Buffer.concat([Buffer.alloc(HEADER_BYTES), ...indexBytes], header.blobStart)
  writeHeader(prefix, header)
  return { header, index, prefix, blob: list.blob }
}

/**
 * Name of a list's content: 22 characters of base64url, equal for equal toc and blob, whoever computes it
 * (128 bits of SHA-256). One pass over the blob.
 */
export function contentVersion(list: JsonList): string {
  return atOnce(versionSteps(list))
}

export function* versionSteps(list: JsonList): Steps<string> {
  assertList(list)
  const { toc, blob } = list
  const digest = createHash('sha256')
  const tocBytes = littleEndianBytes(tocOfWidth(toc, blob.byteLength > UINT32_MAX ? 8 : 4))
  for (const bytes of [tocBytes, blob]) {
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      digest.update(bytes.subarray(start, start + PIECE_BYTES))
      yield
    }
  }
  return digest.digest().subarray(0, DIGEST_BYTES).toString('base64url')
}

/**
 * A view over a frame's bytes: constant time whatever its size, nothing copied, header checksum verified.
 * Toc and rows are verified where they are used.
 *
 * @throws FrameError when the bytes are cut, too many, or have a damaged header
 * @example
 * const frame = openFrame(await readFile('movies.tocf'))
 * frame.slice(40, 20)      // rows 40..59, verified alone
 * frame.list().page(0, 50) // everything verified once
 */
export function openFrame(bytes: Uint8Array): Frame {
  if (!types.isUint8Array(bytes)) {
    throw new FrameError('FRAME_MAGIC', `expected a Uint8Array, got ${describeValue(bytes)}`)
  }
  return new Frame(asBuffer(bytes))
}

/** An opened frame. Everything it returns is a view of the bytes it was opened on. */
export class Frame {
  readonly header: FrameHeader
  /** Content version: equal content has equal versions. */
  readonly version: string
  /** How many rows the list has. */
  readonly length: number
  readonly #bytes: Buffer
  #index: FrameIndex | undefined

  constructor(bytes: Buffer) {
    this.header = readHeader(bytes)
    if (bytes.byteLength !== this.header.byteLength) {
      throw new FrameError('FRAME_LENGTH', `has ${bytes.byteLength} bytes, not ${this.header.byteLength}`)
    }
    this.version = this.header.version
    this.length = this.header.rowCount
    this.#bytes = bytes
  }

  /** Toc and prefix CRCs, verified on first use. @throws FrameError */
  get index(): FrameIndex {
    this.#index ??= readIndex(this.header, this.#bytes.subarray(HEADER_BYTES, this.header.blobStart))
    return this.#index
  }

  /** The JSON array, not verified. */
  get blob(): Buffer {
    return this.#bytes.subarray(this.header.blobStart)
  }

  /**
   * Rows `[offset, offset + limit)` without brackets, verified alone by their CRCs.
   *
   * @throws FrameError when toc or rows are damaged, PageError for an offset or limit that is no count
   */
  slice(offset: number, limit: number): Buffer {
    const { start, end } = pageRange(offset, limit, this.length)
    if (start === end) return this.blob.subarray(0, 0)
    const { toc } = this.index
    const slice = this.blob.subarray(toc[start]!, toc[end]! - 1)
    if (!isSliceIntact(this.index, start, end, slice)) {
      throw new FrameError('FRAME_BLOB', `rows ${start} to ${end} do not match their checksum`)
    }
    return slice
  }

  /** Checks every byte of the frame. @throws FrameError */
  verify(): void {
    const { prefixCrcs } = this.index
    if (crc32(this.blob) !== prefixCrcs[prefixCrcs.length - 1]) {
      throw new FrameError('FRAME_BLOB', 'rows do not match their checksum')
    }
  }

  /** The list, after checking every byte; its blob is a view. @throws FrameError */
  list(): JsonList {
    this.verify()
    return new JsonList(this.blob, this.index.toc)
  }
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function tocOfWidth(toc: Toc, byteWidth: 4 | 8): Toc {
  if (toc.BYTES_PER_ELEMENT === byteWidth) return toc
  return byteWidth === CRC_BYTES ? Uint32Array.from(toc) : Float64Array.from(toc)
}
