// A stream that workers write: each chunk comes back as memory of its own. It has a kernel from being packed to
// being written, and never while its reader takes its time.

import type { StreamRequest, WrittenStream } from '../toc/chunk-place.ts'
import { type FramedChunk, Framings, offsetsOf } from '../toc/framed-chunks.ts'
import type { Kernel } from '../writer/kernel.ts'
import type { Chunk, Host } from './host.ts'
import { PoolPlace } from './pool-place.ts'
import type { SharedSlot } from './slots.ts'

interface Given {
  readonly byteLengthMax: number
  /** As soon as it is there. */
  written: FramedChunk | undefined
}

export class PoolStream extends PoolPlace implements WrittenStream {
  readonly #request: StreamRequest
  readonly #framings: Framings
  /** Not taken yet, in order. */
  #given: Given[] = []
  #openCount = 0
  /** Bytes of chunks that are written and not taken. */
  #readyBytes = 0
  /** What the others take at most. */
  #openBytesMax = 0
  /** Of all that are written: what they took, and what they might have. */
  #writtenBytes = 0
  #writtenBytesMax = 0

  constructor(request: StreamRequest, host: Host) {
    super(request, host)
    this.#request = request
    this.#framings = new Framings(request.format, request.spec)
  }

  get isDrained(): boolean {
    return this.#given.length === 0
  }

  /** With no chunk of its own on its way it may wait for kernels, even of streams that are closed since. */
  get isBusy(): boolean {
    return this.#openCount > 0 || this.isStarved
  }

  /** Chunks on their way are taken for as far below the worst case as those before them were. */
  get bytesAhead(): number {
    const share = this.#writtenBytesMax === 0 ? 1 : this.#writtenBytes / this.#writtenBytesMax
    return this.#readyBytes + Math.ceil(this.#openBytesMax * share)
  }

  write(kernel: Kernel, rowCount: number): boolean {
    // What was packed may have ended the stream.
    if (this.isClosed) return false
    const slot = this.taken!
    const byteLengthMax = kernel.prepare(rowCount, slot.call)
    this.taken = undefined
    this.#give(slot, rowCount, byteLengthMax)
    return !this.isFull && this.bytesAhead < this.#request.bytesAheadMax
  }

  takeWritten(): FramedChunk[] {
    const taken: FramedChunk[] = []
    for (const { written } of this.#given) {
      if (written === undefined) break
      taken.push(written)
      this.#readyBytes -= written.bytes.byteLength
    }
    this.#given.splice(0, taken.length)
    this.hasNews = false
    return taken
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#given = []
    this.host.leave(this)
  }

  #give(slot: SharedSlot, rowCount: number, byteLengthMax: number): void {
    const given: Given = { byteLengthMax, written: undefined }
    const chunk: Chunk = {
      slot,
      rowCount,
      target: {
        kind: 'stream',
        framing: this.#framings.next(),
        isWanted: () => !this.isClosed,
        onWritten: bytes => {
          if (bytes !== undefined && !this.isClosed) this.#keep(given, bytes, rowCount, slot.kernel.offsets)
          this.host.giveBack(slot)
        },
      },
      onLost: cause => this.host.lost(chunk, this, cause),
    }
    this.#given.push(given)
    this.#openCount++
    this.#openBytesMax += byteLengthMax
    this.host.give(chunk, this)
  }

  #keep(given: Given, bytes: Uint8Array, rowCount: number, offsets: Uint32Array): void {
    given.written = { bytes, rowCount, offsets: offsetsOf(offsets, rowCount, this.#request.keepsOffsets) }
    this.#openCount--
    this.#openBytesMax -= given.byteLengthMax
    this.#readyBytes += bytes.byteLength
    this.#writtenBytes += bytes.byteLength
    this.#writtenBytesMax += given.byteLengthMax
    if (this.#given[0]!.written !== undefined) this.hasNews = true
  }
}
