// Where the chunks of a pump are packed and written: in this thread, or wherever a `ChunkWriter` does it.

import type { Buffer } from 'node:buffer'
import type { Spec } from '../spec/spec.ts'
import { type ChunkLimits, type Kernel, kernels } from '../writer/kernel.ts'
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

export interface WriteRequest {
  readonly spec: Spec
  readonly limits: ChunkLimits
  readonly sliceMs: number
  /** How many rows will come, when known, and their size as far as known, else 0. */
  readonly expectedRows: number | undefined
  readonly expectedRowBytes: number
  /** Somebody waits for rows that are there: the slice had better end. */
  readonly isAwaited: () => boolean
  /** More rows are written, or there is room for more; not called in a slice. */
  readonly onWritten: () => void
  /** It cannot go on. */
  readonly onError: (error: unknown) => void
}

/** A list that is being written, here or elsewhere. */
export interface WrittenList extends ChunkPlace {
  /** Rows written so far. */
  readonly rowCount: number
  /** Bytes so far, the opening bracket included. */
  readonly byteLength: number
  /** Nothing can be given to it until `onWritten` is called. */
  readonly isFull: boolean
  /** All that was given to it is written. */
  readonly isDrained: boolean
  /** Rows `[start, end)` of those that are written, without brackets. A view that is never written again. */
  rows(start: number, end: number): Buffer
  /** The list, all of which is written. */
  finish(): JsonList
  /** No more is wanted. What was shown of it stays good. */
  close(): void
}

export interface StreamRequest {
  readonly spec: Spec
  readonly limits: ChunkLimits
  readonly format: StreamFormat
  /** A slice ends when so many bytes were given and not taken, about. */
  readonly bytesAheadMax: number
  readonly keepsOffsets: boolean
  /** More chunks can be taken, or there is room for more; not called in a slice. */
  readonly onWritten: () => void
  /** It cannot go on. */
  readonly onError: (error: unknown) => void
}

/** A stream that is being written, here or elsewhere. */
export interface WrittenStream extends ChunkPlace {
  /** Bytes that were given and not taken: of those that are not written yet, an estimate. */
  readonly bytesAhead: number
  /** Nothing can be given to it until `onWritten` is called. */
  readonly isFull: boolean
  /** All that was given to it was taken. */
  readonly isDrained: boolean
  /** The next chunks that are written, in order; each comes once. */
  takeWritten(): FramedChunk[]
  /** No more is wanted. */
  close(): void
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
