// A list that is written in this thread, a chunk at a time; a blob that gets too small moves in pieces.

import { Buffer } from 'node:buffer'
import { KernelPlace, type WriteRequest, type WrittenList } from './chunk-place.ts'
import { collection } from './collection.ts'
import type { JsonList } from './json-list.ts'
import { type BlobMove, ListBuilder, type WrittenRows } from './list-builder.ts'
import { turns } from './turns.ts'

/** Bytes that move in one go when the blob grows: well under a millisecond. */
const MOVE_BYTES = 512 * 1024

export class LocalList extends KernelPlace implements WrittenList {
  readonly #request: WriteRequest
  readonly #builder: ListBuilder
  /** A chunk that waits until the blob has moved to where there is room. */
  #held: { readonly chunk: WrittenRows; readonly rowCount: number; readonly move: BlobMove } | undefined

  constructor(request: WriteRequest) {
    super(request.spec, request.limits, (chunk, rowCount) => this.#append(chunk, rowCount))
    this.#request = request
    this.#builder = new ListBuilder(request.expectedRows, request.expectedRowBytes)
  }

  get rowCount(): number {
    return this.#builder.rowCount
  }

  get byteLength(): number {
    return this.#builder.byteLength
  }

  get isFull(): boolean {
    return this.#held !== undefined
  }

  get isDrained(): boolean {
    return this.#held === undefined
  }

  rows(start: number, end: number): Buffer {
    return this.#builder.rows(start, end)
  }

  finish(): JsonList {
    return this.#builder.finish()
  }

  close(): void {
    turns.cancel(this.#moveSlice)
    this.#held = undefined
  }

  #append(chunk: WrittenRows, rowCount: number): boolean {
    const byteLength = chunk.end - chunk.start
    if (this.#builder.byteLength < MOVE_BYTES || this.#builder.hasRoom(byteLength)) {
      this.#builder.append(chunk, rowCount)
      // Those whose rows are there do not wait for the rest of the slice.
      return !this.#request.isAwaited()
    }
    const move = this.#builder.startMove(byteLength, rowCount)
    this.#held = { chunk: copyOf(chunk, rowCount), rowCount, move }
    turns.add(this.#moveSlice)
    return false
  }

  readonly #moveSlice = (): void => {
    const { chunk, rowCount, move } = this.#held!
    const deadline = performance.now() + collection.sliceMs(this.#request.sliceMs)
    while (!move.step(MOVE_BYTES)) {
      if (performance.now() >= deadline) return turns.add(this.#moveSlice)
    }
    this.#held = undefined
    this.#builder.append(chunk, rowCount)
    this.#request.onWritten()
  }
}

/** A chunk out of the kernel's memory, which others use while this one waits. */
function copyOf({ bytes, start, end, offsets }: WrittenRows, rowCount: number): WrittenRows {
  const copy = Buffer.allocUnsafeSlow(end - start)
  bytes.copy(copy, 0, start, end)
  return { bytes: copy, start: 0, end: end - start, offsets: offsets.slice(0, rowCount) }
}
