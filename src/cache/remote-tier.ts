// The second tier: pointers and frames in a shared store. Nothing read is believed before it is verified.

import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { FrameError } from './errors.ts'
import type { EventSink } from './events.ts'
import type { FrameParts } from './frame.ts'
import { type FrameHeader, HEADER_BYTES, readHeader } from './frame-header.ts'
import { type FrameIndex, isSliceIntact, readIndex } from './frame-index.ts'
import type { GuardedStore } from './guarded-store.ts'
import type { RowRange } from './page-range.ts'
import {
  decodePointer,
  encodeInvalidation,
  encodePointer,
  POINTER_BYTES_MAX,
  type Pointer,
  type PointerValue,
} from './pointer.ts'
import { type Snapshot, snapshotOfFrame } from './snapshot.ts'
import { storeKeys } from './store-keys.ts'

/** Read first when a frame's size is not known: header and, for most lists, the toc. */
const FIRST_READ_BYTES = 64 * 2 ** 10
const ATTEMPTS = 2

/** A pointer as it lies in the store, and what it says; both absent when there is none. */
export interface PointerRead {
  readonly raw: Buffer | undefined
  readonly value: PointerValue | undefined
}

/** Methods throw `StoreError` when the store does not answer, and nothing else. */
export class RemoteTier {
  readonly #store: GuardedStore
  readonly #events: EventSink
  readonly #frameBytesMax: number

  constructor(store: GuardedStore, events: EventSink, frameBytesMax: number) {
    this.#store = store
    this.#events = events
    this.#frameBytesMax = frameBytesMax
  }

  /** A damaged answer is asked for again once: it may have been another caller's. */
  async readPointer(key: string): Promise<PointerRead> {
    const name = storeKeys.pointer(key)
    let read: PointerRead = { raw: undefined, value: undefined }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const raw = await this.#store.getRange(name, 0, POINTER_BYTES_MAX)
      read = { raw, value: raw && decodePointer(name, raw) }
      if (read.value?.kind !== 'damaged') break
      this.#events.emit({ type: 'damaged', key, part: 'pointer' })
    }
    return read
  }

  /** A snapshot by its version: whole when the frame is small, else its toc. `undefined`: not there. */
  async load(key: string, version: string, known?: Pointer): Promise<Snapshot | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await this.#loadOnce(key, version, known)
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        this.#events.emit({ type: 'damaged', key, part: 'frame' })
      }
    }
    return undefined
  }

  /** The rows of a range without brackets, verified; `undefined` when they are gone or stay damaged. */
  async readRows(key: string, snapshot: Snapshot, range: RowRange): Promise<Buffer | undefined> {
    const { remote, toc, version } = snapshot
    if (remote === undefined) return undefined
    const start = remote.blobStart + toc[range.start]!
    const end = remote.blobStart + toc[range.end]! - 1
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const rows = await this.#store.getRange(storeKeys.frame(key, version), start, end)
      if (rows === undefined) return undefined
      if (isSliceIntact(remote.index, range.start, range.end, rows)) return rows
      this.#events.emit({ type: 'damaged', key, part: 'rows' })
    }
    return undefined
  }

  /** The frame first, whole; readers find it only once the pointer names it. */
  async writeFrame(key: string, parts: FrameParts, keepMs: number): Promise<void> {
    await this.#store.set(storeKeys.frame(key, parts.header.version), [parts.prefix, parts.blob], keepMs)
  }

  /** Makes a pointer current, unless the one it was built upon was replaced meanwhile. */
  async publish(
    key: string,
    basis: Buffer | undefined,
    pointer: Pointer,
    ttlMs: number,
  ): Promise<Buffer | undefined> {
    const name = storeKeys.pointer(key)
    const raw = encodePointer(name, pointer)
    return (await this.#store.compareAndSet(name, basis, raw, ttlMs)) ? raw : undefined
  }

  /** Leaves a mark rather than nothing, so that builds that began before do not become current. */
  async invalidate(key: string, nowMs: number, ttlMs: number): Promise<void> {
    const name = storeKeys.pointer(key)
    await this.#store.setSmall(name, encodeInvalidation(name, nowMs), ttlMs)
  }

  /** Removes a pointer whose frame is lost, if it still is that pointer. */
  async forget(key: string, raw: Buffer): Promise<void> {
    await this.#store.compareAndSet(storeKeys.pointer(key), raw, undefined, 1)
  }

  async deleteFrame(key: string, version: string): Promise<void> {
    await this.#store.delete(storeKeys.frame(key, version))
  }

  /** The token of the lock, or `undefined` when another process has it. */
  async acquire(key: string, ttlMs: number): Promise<Buffer | undefined> {
    const token = randomBytes(16)
    return (await this.#store.setIfMissing(storeKeys.lock(key), token, ttlMs)) ? token : undefined
  }

  async release(key: string, token: Buffer): Promise<void> {
    await this.#store.compareAndSet(storeKeys.lock(key), token, undefined, 1)
  }

  async #loadOnce(key: string, version: string, known?: Pointer): Promise<Snapshot | undefined> {
    const name = storeKeys.frame(key, version)
    const firstEnd = known === undefined ? FIRST_READ_BYTES : this.#wantedEnd(known)
    let bytes = await this.#store.getRange(name, 0, firstEnd)
    if (bytes === undefined) return undefined
    const header = readHeader(bytes)
    if (header.version !== version) throw new FrameError('FRAME_HEADER', `is version ${header.version}`)
    const wantedEnd = this.#wantedEnd(header)
    if (bytes.byteLength < wantedEnd) {
      const rest = await this.#store.getRange(name, bytes.byteLength, wantedEnd)
      bytes = Buffer.concat(rest === undefined ? [bytes] : [bytes, rest])
    }
    return openSnapshot(header, ownBytes(bytes.subarray(0, wantedEnd)))
  }

  #wantedEnd(frame: { readonly blobStart: number; readonly byteLength: number }): number {
    return frame.byteLength <= this.#frameBytesMax ? frame.byteLength : frame.blobStart
  }
}

/** From the start of a frame up to its blob, or whole; everything is verified. @throws FrameError */
function openSnapshot(header: FrameHeader, bytes: Buffer): Snapshot {
  const index = readIndex(header, bytes.subarray(HEADER_BYTES, header.blobStart))
  if (bytes.byteLength === header.blobStart) return snapshotOfFrame(header, index, undefined)
  const blob = bytes.subarray(header.blobStart)
  if (blob.byteLength !== header.blobByteLength || !isBlobIntact(index, blob)) {
    throw new FrameError('FRAME_BLOB', 'rows do not match their checksum')
  }
  return snapshotOfFrame(header, index, blob)
}

function isBlobIntact(index: FrameIndex, blob: Buffer): boolean {
  return crc32(blob) === index.prefixCrcs[index.prefixCrcs.length - 1]
}

/** Clients hand out views of larger buffers; what is kept for long must not hold on to those. */
function ownBytes(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength > 2 * bytes.byteLength ? Buffer.from(bytes) : bytes
}
