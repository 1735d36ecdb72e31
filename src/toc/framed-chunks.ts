// The chunks of a stream between the packer and the reader: given in order, written by whoever does it in any
// order, taken away in order.

import type { Spec } from '../spec/spec.ts'
import { KernelPlace, type StreamRequest, type WrittenStream } from './chunk-place.ts'
import { Framing, frameRows, type StreamFormat } from './framing.ts'

/** A chunk as the reader gets it: memory that is nobody else's. */
export interface FramedChunk {
  readonly bytes: Uint8Array
  readonly rowCount: number
  /** Where each row starts, counted from the first byte; empty where no toc is kept. */
  readonly offsets: Uint32Array
}

const NO_OFFSETS = new Uint32Array(0)

/** How the chunks of a stream are framed; asked once a chunk, in order. */
export class Framings {
  #isFirst = true
  readonly #format: StreamFormat
  readonly #lines: Framing

  constructor(format: StreamFormat, spec: Spec) {
    this.#format = format
    this.#lines = spec.nodes.some(node => node.op === 'raw') ? Framing.rawLines : Framing.lines
  }

  next(): Framing {
    if (this.#format === 'ndjson') return this.#lines
    const framing = this.#isFirst ? Framing.opening : Framing.array
    this.#isFirst = false
    return framing
  }
}

/** A copy of them, out of a kernel that others will use. */
export function offsetsOf(offsets: Uint32Array, rowCount: number, isWanted: boolean): Uint32Array {
  return isWanted ? offsets.slice(0, rowCount) : NO_OFFSETS
}

/** Writes each chunk at once, in this thread. */
export class LocalStream extends KernelPlace implements WrittenStream {
  readonly isFull = false
  bytesAhead = 0
  #chunks: FramedChunk[] = []

  constructor({ spec, limits, format, bytesAheadMax, keepsOffsets }: StreamRequest) {
    const framings = new Framings(format, spec)
    super(spec, limits, (rows, rowCount) => {
      const bytes = frameRows(rows, rowCount, framings.next())
      this.#chunks.push({ bytes, rowCount, offsets: offsetsOf(rows.offsets, rowCount, keepsOffsets) })
      this.bytesAhead += bytes.byteLength
      return this.bytesAhead < bytesAheadMax
    })
  }

  get isDrained(): boolean {
    return this.#chunks.length === 0
  }

  takeWritten(): FramedChunk[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.bytesAhead = 0
    return chunks
  }

  close(): void {
    this.#chunks = []
  }
}
