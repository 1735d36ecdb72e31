// The rows at hand: those a source has given and nobody has packed yet. An array is all at hand from the start; rows
// of an iterator are taken a batch at a time, inside a slice; rows that have to be waited for collect by themselves.

import { type AsyncRows, closeRows, openRows, type RowSource, resultOf, sourceError } from './row-source.ts'

export interface FeedOptions {
  /** Rows a batch has at most. */
  readonly rowCountMax: number
  /** How long a batch may grow without the event loop coming round, in ms. */
  readonly sliceMs: number
  /** There are rows at hand, or there will be no more. */
  readonly onRows: () => void
  readonly onError: (error: unknown) => void
}

/** A source is asked for the time only every so many rows. */
const ROWS_PER_LOOK = 16

export class RowFeed {
  /** Rows at hand: `[next, end)` of these. */
  rows: readonly unknown[] = []
  next = 0
  end = 0
  /** The list's index of `rows[0]`. */
  firstIndex = 0
  /** How many rows will come, when the source says so. */
  total: number | undefined
  readonly #options: FeedOptions
  #source: RowSource | undefined
  #isExhausted = false
  /** An iterator is running: it may end all this itself. */
  #isAsking = false
  #isClosed = false
  #onDrained: (() => void) | undefined

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** All rows have come and are packed. */
  get isEnd(): boolean {
    return this.#isExhausted && this.next === this.end
  }

  /** Whether rows come by themselves, so that there is nothing to do while none are at hand. */
  get isWaiting(): boolean {
    return this.#source?.kind === 'async' && this.next === this.end && !this.#isExhausted
  }

  /** Learns what kind of source it is, and takes no row yet. @throws SerializeError */
  open(rows: unknown): void {
    this.#source = openRows(rows)
    if (this.#source.kind !== 'array') return
    this.rows = this.#source.rows
    this.end = this.total = this.#source.count
    this.#isExhausted = true
  }

  start(): void {
    if (this.#source?.kind === 'async') void this.#collect(this.#source.rows)
    else this.#options.onRows()
  }

  /** Whether there are rows to pack; takes more from an iterator until the deadline when there are not. */
  fill(deadline: number): boolean {
    if (this.next < this.end) return true
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
    this.end = batch.length
    return batch.length > 0
  }

  /** Rows up to `next` are packed. */
  afterSlice(): void {
    if (this.next === this.end) this.#onDrained?.()
  }

  /** No more rows are wanted; the source hears it unless it has ended by itself. */
  close(): void {
    const source = this.#source
    this.#isClosed = true
    this.#source = undefined
    this.rows = []
    this.#onDrained?.()
    // An iterator cannot be closed while it runs; whoever asked it for a row closes it then.
    if (source !== undefined && !this.#isExhausted && !this.#isAsking) closeRows(source)
  }

  /** A source that has thrown has ended by itself. */
  #fail(error: unknown, rowCount: number): void {
    this.#isExhausted = true
    this.#options.onError(sourceError(error, `/${this.firstIndex + rowCount}`))
  }

  /** True when there are no more rows. */
  #fillBatch(iterator: Iterator<unknown>, batch: unknown[], deadline: number): boolean {
    while (batch.length < this.#options.rowCountMax && !this.#isClosed) {
      const { done, value } = resultOf(iterator.next())
      if (done) return true
      batch.push(value)
      if (batch.length % ROWS_PER_LOOK === 0 && performance.now() >= deadline) break
    }
    return false
  }

  /** The batch, emptied: the rows in it are packed. */
  #emptyBatch(): unknown[] {
    const batch = this.rows as unknown[]
    this.firstIndex += batch.length
    batch.length = this.next = this.end = 0
    return batch
  }

  /** Takes rows as they come, until a batch is full; then they wait to be packed. */
  async #collect(rows: AsyncRows): Promise<void> {
    let batch = this.rows as unknown[]
    try {
      for (let beganMs = performance.now(); ; ) {
        const { done, value } = resultOf(await rows.next())
        if (this.#isClosed) return
        if (done) break
        if (this.next === this.end) batch = this.#emptyBatch()
        this.end = batch.push(value)
        this.#options.onRows()
        if (!this.#isFull(beganMs)) continue
        await this.#drained()
        if (this.#isClosed) return
        beganMs = performance.now()
      }
    } catch (error) {
      if (!this.#isClosed) this.#fail(error, this.end)
      return
    }
    this.#isExhausted = true
    this.#options.onRows()
  }

  /** Whether the batch is as large as it gets, or as old: rows may come without the event loop ever running. */
  #isFull(beganMs: number): boolean {
    if (this.end >= this.#options.rowCountMax) return true
    return this.end % ROWS_PER_LOOK === 0 && performance.now() - beganMs >= this.#options.sliceMs
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
