// Where the chunks of a pump are packed and written: in this thread, or wherever a `ChunkWriter` does it.

import type { Buffer } from 'node:buffer'
import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import { kernels } from '../writer/kernel-pool.ts'
import type { FramedChunk } from './framed-chunks.ts'
import type { StreamFormat } from './framing.ts'
import type { JsonList } from './json-list.ts'
import type { WrittenRows } from './list-builder.ts'

export interface ChunkPlace {
  /** A kernel that is ready for the next chunk; `undefined`: none now, and the slice ends. */
  take(): Kernel | undefined
  /** Writes what was packed into the kernel, now or later; false ends the slice. */
  write(kernel: Kernel, rowCount: number): boolean
  /** The slice is over; a kernel that was taken and not written goes back. */
  endSlice(): void
}

/** Writes chunks on other threads. `createWriterPool` of `tocson/threads` makes one. */
export interface ChunkWriter {
  /** Begins a list. `undefined`: it has to be written in this thread. @throws WriterError */
  openList(request: WriteRequest): WrittenList | undefined
  /** Begins a stream. `undefined`: it has to be written in this thread. @throws WriterError */
  openStream(request: StreamRequest): WrittenStream | undefined
}

export interface PlaceRequest {
  readonly spec: Spec
  readonly limits: ChunkLimits
  /** More rows are written, or there is room for more; not called in a slice. */
  readonly onWritten: () => void
  /** It cannot go on. */
  readonly onError: (error: unknown) => void
}

/** Chunks that are written now or later, here or elsewhere. */
export interface WrittenPlace extends ChunkPlace {
  /** Nothing can be given to it until `onWritten` is called. */
  readonly isFull: boolean
  /** All that was given to it is written, and taken where it is to be taken. */
  readonly isDrained: boolean
  /** No more is wanted. What was shown of it stays good. */
  close(): void
}

export interface WriteRequest extends PlaceRequest {
  readonly sliceMs: number
  /** How many rows will come, when known, and their size as far as known, else 0. */
  readonly expectedRows: number | undefined
  readonly expectedRowBytes: number
  /** Somebody waits for rows that are there: the slice had better end. */
  readonly isAwaited: () => boolean
}

/** A list that is being written. */
export interface WrittenList extends WrittenPlace {
  /** Rows written so far. */
  readonly rowCount: number
  /** Bytes so far, the opening bracket included. */
  readonly byteLength: number
  /** Rows `[start, end)` of those that are written, without brackets. A view that is never written again. */
  rows(start: number, end: number): Buffer
  /** The list, all of which is written. */
  finish(): JsonList
}

export interface StreamRequest extends PlaceRequest {
  readonly format: StreamFormat
  /** A slice ends when so many bytes were given and not taken, about. */
  readonly bytesAheadMax: number
  readonly keepsOffsets: boolean
}

/** A stream that is being written. */
export interface WrittenStream extends WrittenPlace {
  /** Bytes that were given and not taken: of those that are not written yet, an estimate. */
  readonly bytesAhead: number
  /** The next chunks that are written, in order; each comes once. */
  takeWritten(): FramedChunk[]
}

/** One kernel of this thread a slice: none is held while the event loop runs. */
export class KernelPlace implements ChunkPlace {
  readonly #spec: Spec
  readonly #limits: ChunkLimits
  readonly #write: (chunk: WrittenRows, rowCount: number) => boolean
  #kernel: Kernel | undefined

  constructor(spec: Spec, limits: ChunkLimits, write: (chunk: WrittenRows, rowCount: number) => boolean) {
    this.#spec = spec
    this.#limits = limits
    this.#write = write
  }

  take(): Kernel {
    if (this.#kernel !== undefined) {
      this.#kernel.reset()
      return this.#kernel
    }
    this.#kernel = kernels.acquire()
    this.#kernel.open(this.#spec, this.#limits)
    return this.#kernel
  }

  write(kernel: Kernel, rowCount: number): boolean {
    kernel.write(rowCount)
    return this.#write(kernel, rowCount)
  }

  endSlice(): void {
    if (this.#kernel !== undefined) kernels.release(this.#kernel)
    this.#kernel = undefined
  }
}
