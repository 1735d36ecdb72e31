// The rows at hand: those a source has given and nobody has packed yet. An array is all at hand from the start; rows
// of an iterator are taken a batch at a time, inside a slice; rows that have to be waited for collect by themselves.

import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import type { ArrayRows } from './array-rows.ts'
import type { Feed } from './feed.ts'
import { type AsyncRows, closeRows, openRows, type RowSource, resultOf, sourceError } from './row-source.ts'

/** How rows are packed, and how many at a time. */
export interface RowPacking {
  readonly spec: Spec
  readonly packRows: PackRows
  readonly limits: ChunkLimits
  /** How long rows may be collected without the event loop coming round, in ms. */
  readonly sliceMs: number
  /** How rows that are arrays are seen; absent for rows that are objects. */
  readonly arrayRows: ArrayRows | undefined
}

export interface FeedListener {
  /** There are rows at hand, or there will be no more. */
  readonly onRows: () => void
  readonly onError: (error: unknown) => void
}

/** A source is asked for the time only every so many rows. */
const ROWS_PER_LOOK = 16

export class RowFeed implements Feed {
  /** Rows at hand: `[#next, #end)` of these. */
  #rows: readonly unknown[] = []
  #next = 0
  #end = 0
  /** The list's index of `#rows[0]`. */
  #firstIndex = 0
  total: number | undefined
  readonly #packing: RowPacking
  readonly #listener: FeedListener
  #source: RowSource | undefined
  #isExhausted = false
  /** An iterator is running: it may end all this itself. */
  #isAsking = false
  #isClosed = false
  #onDrained: (() => void) | undefined

  constructor(packing: RowPacking, listener: FeedListener) {
    this.#packing = packing
    this.#listener = listener
  }

  get isEnd(): boolean {
    return this.#isExhausted && this.#next === this.#end
  }

  get isWaiting(): boolean {
    return this.#source?.kind === 'async' && this.#next === this.#end && !this.#isExhausted
  }

  /** Learns what kind of source it is, and takes no row yet. @throws SerializeError */
  open(rows: unknown): void {
    this.#source = openRows(rows)
    if (this.#source.kind !== 'array') return
    this.#rows = this.#source.rows
    this.#end = this.total = this.#source.count
    this.#isExhausted = true
  }

  start(): void {
    if (this.#source?.kind === 'async') void this.#collect(this.#source.rows)
    else this.#listener.onRows()
  }

  /** Takes more rows from an iterator until the deadline when none are at hand. */
  fill(deadline: number): boolean {
    if (this.#next < this.#end) return true
    const source = this.#source
    if (source?.kind !== 'sync' || this.#isExhausted) return false
    const batch = this.#emptyBatch()
    this.#isAsking = true
    try {
      this.#isExhausted = this.#fillBatch(source.iterator, batch, deadline)
    } catch (error) {
      this.#fail(error, batch.length)
      return false
    } finally {
      this.#isAsking = false
    }
    if (this.#isClosed) {
      closeRows(source)
      return false
    }
    this.#end = batch.length
    return batch.length > 0
  }

  pack(kernel: Kernel): number {
    const { arrayRows, limits, packRows } = this.#packing
    const start = this.#next
    const end = Math.min(this.#end, start + limits.rows)
    const skipped = this.#skipped
    const rows = arrayRows ? arrayRows.over(this.#rows, start, end, this.#firstIndex) : this.#rows
    try {
      const count = packRows(kernel.packed, rows, start - skipped, end - skipped) + skipped - start
      this.#next += count
      return count
    } catch (error) {
      throw this.errorOf(error, kernel)
    }
  }

  errorOf(error: unknown, kernel: Kernel): unknown {
    return toSerializeError(error, this.#packing.spec, kernel.packed, this.#firstIndex + this.#skipped)
  }

  /** Views of arrays begin with the chunk, other rows with the batch. */
  get #skipped(): number {
    return this.#packing.arrayRows ? this.#next : 0
  }

  afterSlice(): void {
    if (this.#next === this.#end) this.#onDrained?.()
  }

  /** The source hears it unless it has ended by itself. */
  close(): void {
    const source = this.#source
    this.#isClosed = true
    this.#source = undefined
    this.#rows = []
    this.#onDrained?.()
    // An iterator cannot be closed while it runs; whoever asked it for a row closes it then.
    if (source !== undefined && !this.#isExhausted && !this.#isAsking) closeRows(source)
  }

  /** A source that has thrown has ended by itself. */
  #fail(error: unknown, rowCount: number): void {
    this.#isExhausted = true
    this.#listener.onError(sourceError(error, `/${this.#firstIndex + rowCount}`))
  }

  /** True when there are no more rows. */
  #fillBatch(iterator: Iterator<unknown>, batch: unknown[], deadline: number): boolean {
    while (batch.length < this.#packing.limits.rows && !this.#isClosed) {
      const { done, value } = resultOf(iterator.next())
      if (done) return true
      batch.push(value)
      if (batch.length % ROWS_PER_LOOK === 0 && performance.now() >= deadline) break
    }
    return false
  }

  /** The batch, emptied: the rows in it are packed. */
  #emptyBatch(): unknown[] {
    const batch = this.#rows as unknown[]
    this.#firstIndex += batch.length
    batch.length = this.#next = this.#end = 0
    return batch
  }

  /** Takes rows as they come, until a batch is full; then they wait to be packed. */
  async #collect(rows: AsyncRows): Promise<void> {
    let batch = this.#rows as unknown[]
    try {
      for (let beganMs = performance.now(); ; ) {
        const { done, value } = resultOf(await rows.next())
        // Closed while it was asked for a row, which no loop does: some iterators hear that only between two rows.
        if (this.#isClosed) return done ? undefined : rows.close()
        if (done) break
        if (this.#next === this.#end) batch = this.#emptyBatch()
        this.#end = batch.push(value)
        this.#listener.onRows()
        if (!this.#isFull(beganMs)) continue
        await this.#drained()
        if (this.#isClosed) return
        beganMs = performance.now()
      }
    } catch (error) {
      if (!this.#isClosed) this.#fail(error, this.#end)
      return
    }
    this.#isExhausted = true
    this.#listener.onRows()
  }

  /** Whether the batch is as large as it gets, or as old: rows may come without the event loop ever running. */
  #isFull(beganMs: number): boolean {
    if (this.#end >= this.#packing.limits.rows) return true
    return this.#end % ROWS_PER_LOOK === 0 && performance.now() - beganMs >= this.#packing.sliceMs
  }

  #drained(): Promise<void> {
    return new Promise(resolve => {
      this.#onDrained = () => {
        this.#onDrained = undefined
        resolve()
      }
    })
  }
}
