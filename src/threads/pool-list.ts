// A list that workers write: chunks go out in order, may be done in any, count once those before them do.

import { Buffer } from 'node:buffer'
import type { WriteRequest, WrittenList } from '../toc/chunk-place.ts'
import { uncounted } from '../toc/counted-bytes.ts'
import { emptyList, JsonList } from '../toc/json-list.ts'
import { SLACK } from '../toc/room.ts'
import { growShared, reserveShared } from '../toc/shared-bytes.ts'
import type { Kernel } from '../writer/kernel.ts'
import { ChunkPlaces, newPlaces } from './chunk-place.ts'
import type { Chunk, Host } from './host.ts'
import { PoolPlace } from './pool-place.ts'
import type { SharedSlot } from './slots.ts'

interface Given {
  readonly rowCount: number
  readonly byteLengthMax: number
  /** Where it ends in the blob, once it is written. */
  end: number | undefined
}

const OPEN = 0x5b
const CLOSE = 0x5d
const EMPTY = Buffer.alloc(0)
/** Address space is reserved for so many times the bytes that are expected, and for this much at least. */
const RESERVED_TIMES = 8
const RESERVED_BYTES_MIN = 4 * 2 ** 30
const TOC_BYTES_RESERVED = 4 * 2 ** 30
/** A sparse array, or a Proxy, may announce more rows than it has. */
const ROWS_TRUSTED = 4 * 1024 * 1024

export class PoolList extends PoolPlace implements WrittenList {
  rowCount = 0
  byteLength = 1
  /** Somebody waits for it, whether chunks are on their way or the source takes its time. */
  readonly isBusy = true
  readonly #request: WriteRequest
  readonly #blob: SharedArrayBuffer
  #toc: SharedArrayBuffer
  #isWide = false
  #places: ChunkPlaces
  #number: number
  /** A chunk that waits until all others are written, to go on with wider toc entries. */
  #held: { readonly slot: SharedSlot; readonly rowCount: number; readonly byteLengthMax: number } | undefined
  readonly #given: Given[] = []
  #chunkCount = 0
  /** Rows given so far, and where the blob ends at most once they are written. */
  #rowsGiven = 0
  #endMax = 1

  constructor(request: WriteRequest, host: Host) {
    super(request, host)
    const { expectedRows, expectedRowBytes } = request
    this.#request = request
    this.#blob = reserveShared(
      expectedRows === undefined
        ? undefined
        : Math.max(RESERVED_BYTES_MIN, expectedRows * expectedRowBytes * RESERVED_TIMES),
    )
    this.#toc = reserveShared(TOC_BYTES_RESERVED)
    this.#number = host.newListNumber()
    this.#places = this.#newPlaces()
  }

  override get isFull(): boolean {
    return this.#held !== undefined || super.isFull
  }

  get isDrained(): boolean {
    return this.#given.length === 0 && this.#held === undefined
  }

  override take(): Kernel | undefined {
    return this.#held === undefined ? super.take() : undefined
  }

  write(kernel: Kernel, rowCount: number): boolean {
    // What was packed may have aborted the build.
    if (this.isClosed) return false
    const slot = this.taken!
    const byteLengthMax = kernel.prepare(rowCount, slot.call)
    growShared(this.#blob, this.#endMax + byteLengthMax, this.#expectedBytes())
    this.#growToc(rowCount)
    this.taken = undefined
    if (!this.#isWide && this.#endMax + byteLengthMax > this.host.narrowBytesMax) {
      this.#held = { slot, rowCount, byteLengthMax }
      this.#giveHeld()
    } else this.#give(slot, rowCount, byteLengthMax)
    return !this.isFull && !this.#request.isAwaited()
  }

  rows(start: number, end: number): Buffer {
    if (start >= end) return EMPTY
    const toc = this.#tocView(this.rowCount)
    const first = toc[start]!
    const endByte = end === this.rowCount ? this.byteLength : toc[end]!
    return Buffer.from(this.#blob, first, endByte - 1 - first)
  }

  finish(): JsonList {
    this.#end()
    const { rowCount, byteLength } = this
    if (rowCount === 0) {
      const empty = emptyList()
      this.byteLength = empty.blob.byteLength
      return empty
    }
    const blob = Buffer.from(this.#blob, 0, byteLength)
    blob[0] = OPEN
    blob[byteLength - 1] = CLOSE
    const toc = this.#tocView(rowCount + 1)
    toc[rowCount] = byteLength
    uncounted.add(this.#blob, byteLength)
    uncounted.add(this.#toc, toc.byteLength)
    return new JsonList(blob, toc)
  }

  close(): void {
    if (this.isClosed) return
    this.#places.giveUp()
    if (this.#held !== undefined) this.host.giveBack(this.#held.slot)
    this.#held = undefined
    this.#given.length = 0
    this.#end()
  }

  /** The blob's final size as far as it can be told. */
  #expectedBytes(): number {
    const { expectedRows = 0, expectedRowBytes } = this.#request
    const rowBytes = Math.max(expectedRowBytes, this.rowCount === 0 ? 0 : this.byteLength / this.rowCount)
    return expectedRows * rowBytes * (1 + SLACK)
  }

  #growToc(rowCount: number): void {
    const expectedRows = Math.min(this.#request.expectedRows ?? 0, ROWS_TRUSTED)
    const entries = this.#rowsGiven + rowCount + 1
    const entryBytes = this.#isWide ? 8 : 4
    growShared(this.#toc, entries * entryBytes, (expectedRows + 1) * entryBytes)
  }

  #newPlaces(): ChunkPlaces {
    const places = newPlaces(this.host.kernelCount, this.byteLength)
    return new ChunkPlaces({ places, blob: this.#blob, toc: this.#toc, isWide: this.#isWide })
  }

  #tocView(length: number): Uint32Array | Float64Array {
    return this.#isWide ? new Float64Array(this.#toc, 0, length) : new Uint32Array(this.#toc, 0, length)
  }

  #give(slot: SharedSlot, rowCount: number, byteLengthMax: number): void {
    const given: Given = { rowCount, byteLengthMax, end: undefined }
    const chunk: Chunk = {
      slot,
      rowCount,
      target: {
        kind: 'list',
        listNumber: this.#number,
        places: this.#places,
        index: this.#chunkCount++,
        firstRow: this.#rowsGiven,
        onWritten: end => {
          this.host.giveBack(slot)
          given.end = end
          if (!this.isClosed) this.#advance()
        },
      },
      onLost: cause => this.host.lost(chunk, this, cause),
    }
    this.#given.push(given)
    this.#rowsGiven += rowCount
    this.#endMax += byteLengthMax
    this.host.give(chunk, this)
  }

  #advance(): void {
    for (let next = this.#given[0]; next?.end !== undefined; next = this.#given[0]) {
      this.rowCount += next.rowCount
      this.#endMax -= next.byteLengthMax - (next.end - this.byteLength)
      this.byteLength = next.end
      this.#given.shift()
      this.hasNews = true
    }
    if (this.#held !== undefined) this.#giveHeld()
  }

  /**
   * Behind 4 GiB entries have 8 bytes: a rare event, so this thread copies the toc, once no other
   * writes to it.
   */
  #giveHeld(): void {
    if (this.#given.length > 0) return
    const { slot, rowCount, byteLengthMax } = this.#held!
    const narrow = this.#tocView(this.rowCount)
    this.#held = undefined
    this.#isWide = true
    this.#toc = reserveShared(2 * TOC_BYTES_RESERVED)
    this.#growToc(rowCount)
    this.#tocView(this.rowCount).set(narrow)
    this.host.drop(this.#number)
    this.#number = this.host.newListNumber()
    this.#places = this.#newPlaces()
    this.#chunkCount = 0
    this.#give(slot, rowCount, byteLengthMax)
  }

  #end(): void {
    this.isClosed = true
    this.host.drop(this.#number)
    this.host.leave(this)
  }
}
