// The loop around the engine for rows that need not come at once, nor be written at once: it works in slices of a few
// milliseconds, lets the event loop run between them, waits for sources that make it wait, and stops while its sink
// has no room.
//
//     source ── pull ──> batch ──┐
//     array or iterator ─────────┴── slice: pack, write ──> sink        one kernel per slice, never across a wait

import { AsyncLocalStorage } from 'node:async_hooks'
import { AbortedError } from '../errors.ts'
import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import { type ChunkLimits, type Kernel, kernels } from '../writer/kernel.ts'
import type { ArrayRows } from './array-rows.ts'
import type { WrittenRows } from './list-builder.ts'
import { type AsyncRows, closeRows, openRows, type RowSource, sourceError } from './row-source.ts'
import { turns } from './turns.ts'

export interface PumpJob {
  readonly spec: Spec
  readonly packRows: PackRows
  readonly limits: ChunkLimits
  /** How long one slice may take, in ms. A chunk of rows, at most, is written after that. */
  readonly sliceMs: number
  /** How rows that are arrays are seen; absent for rows that are objects. */
  readonly arrayRows: ArrayRows | undefined
  readonly signal: AbortSignal | undefined
}

/** Where written rows go. Only `write` is called while a kernel is in use. */
export interface RowSink {
  /** What the signal ends, for its error. */
  readonly what: string
  /** Takes a chunk, to be copied at once; false ends the slice. */
  write(chunk: WrittenRows, rowCount: number): boolean
  /** Between slices; false stops the pump until `resume`. */
  afterSlice(): boolean
  end(): void
  fail(error: unknown): void
}

/** A source is asked for the time only every so many rows. */
const ROWS_PER_LOOK = 16

export class RowPump {
  readonly #job: PumpJob
  readonly #sink: RowSink
  #source: RowSource | undefined
  /** Rows at hand: those from `#next` on are still to be packed. */
  #rows: readonly unknown[] = []
  #next = 0
  #end = 0
  /** The list's index of `#rows[0]`. */
  #firstIndex = 0
  /** The source has no more rows than those at hand. */
  #isExhausted = false
  #isPaused = false
  #isScheduled = false
  #isSlicing = false
  /** An iterator is running: it may abort the build itself. */
  #isAsking = false
  #isDone = false
  #onDrained: (() => void) | undefined
  /** A slice, seen from whoever began the build: user code in it finds its own async context. */
  readonly #task: () => void

  constructor(job: PumpJob, sink: RowSink) {
    this.#job = job
    this.#sink = sink
    const inContext = AsyncLocalStorage.snapshot()
    const slice = () => this.#slice()
    this.#task = () => inContext(slice)
  }

  /** How many rows will come, when the source says so. */
  get total(): number | undefined {
    return this.#source?.kind === 'array' ? this.#source.count : undefined
  }

  /** Opens the source; the first slice comes in a later turn of the event loop. */
  start(rows: unknown): void {
    const { signal } = this.#job
    try {
      this.#source = openRows(rows)
    } catch (error) {
      return this.#fail(error)
    }
    if (signal?.aborted) return this.#abort()
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#open(this.#source)
  }

  /** Goes on after `afterSlice` said stop. */
  resume(): void {
    this.#isPaused = false
    this.#schedule()
  }

  /** Ends it with somebody else's error, which the sink hears as it is. */
  fail(error: unknown): void {
    this.#fail(error)
  }

  /** Ends it early: the sink hears nothing any more. */
  stop(): void {
    if (!this.#isDone) this.#finish(true)
  }

  #open(source: RowSource): void {
    switch (source.kind) {
      case 'array':
        this.#rows = source.rows
        this.#end = source.count
        this.#isExhausted = true
        return this.#schedule()
      case 'sync':
        return this.#schedule()
      case 'async':
        void this.#pull(source.rows)
        return
      default:
        return source satisfies never
    }
  }

  readonly #abort = (): void => {
    this.#fail(new AbortedError(this.#sink.what, this.#job.signal?.reason))
  }

  #fail(error: unknown, isSourceClosed = false): void {
    if (this.#isDone) return
    this.#finish(!isSourceClosed)
    this.#sink.fail(error)
  }

  #finish(isEarly: boolean): void {
    this.#isDone = true
    turns.cancel(this.#task)
    this.#job.signal?.removeEventListener('abort', this.#abort)
    this.#onDrained?.()
    // An iterator cannot be closed while it runs; whoever asked it for a row closes it then.
    if (isEarly && this.#source !== undefined && !this.#isAsking) closeRows(this.#source)
    this.#rows = []
    this.#source = undefined
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isSlicing || this.#isPaused || this.#isDone) return
    this.#isScheduled = true
    turns.add(this.#task)
  }

  #slice(): void {
    this.#isScheduled = false
    if (this.#isPaused || this.#isDone) return
    this.#isSlicing = true
    try {
      this.#writeSlice(performance.now() + this.#job.sliceMs)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isSlicing = false
    }
    if (!this.#isDone) this.#afterSlice()
  }

  #afterSlice(): void {
    const isEnd = this.#isExhausted && this.#next === this.#end
    // A sink that takes rows away may ask for more at once, in the middle of `afterSlice`.
    this.#isPaused = true
    if (this.#sink.afterSlice()) this.#isPaused = false
    if (this.#isDone || this.#isPaused) return
    if (isEnd) {
      this.#finish(false)
      return this.#sink.end()
    }
    if (this.#source?.kind !== 'async' || this.#next < this.#end) this.#schedule()
  }

  #writeSlice(deadline: number): void {
    const { spec, limits } = this.#job
    const kernel = kernels.acquire()
    try {
      kernel.open(spec, limits)
      while (!this.#isDone && (this.#next < this.#end || this.#refill(deadline))) {
        const hasRoom = this.#writeChunk(kernel)
        if (!hasRoom || performance.now() >= deadline) break
      }
    } finally {
      kernels.release(kernel)
    }
    if (this.#next === this.#end) this.#onDrained?.()
  }

  #writeChunk(kernel: Kernel): boolean {
    const { arrayRows, limits, packRows, spec } = this.#job
    const start = this.#next
    const end = Math.min(this.#end, start + limits.rows)
    kernel.reset()
    const rows = arrayRows ? arrayRows.over(this.#rows, start, end, this.#firstIndex) : this.#rows
    const skipped = arrayRows ? start : 0
    try {
      const count = packRows(kernel.packed, rows, start - skipped, end - skipped) + skipped - start
      kernel.write(count)
      this.#next += count
      return this.#sink.write(kernel, count)
    } catch (error) {
      throw toSerializeError(error, spec, kernel.packed, this.#firstIndex + skipped)
    }
  }

  /** Takes the next rows of an iterator; false when there are none now. */
  #refill(deadline: number): boolean {
    const source = this.#source
    if (source?.kind !== 'sync' || this.#isExhausted) return false
    const batch = this.#emptyBatch()
    this.#isAsking = true
    try {
      this.#isExhausted = this.#fillBatch(source.iterator, batch, deadline)
    } catch (error) {
      this.#fail(sourceError(error, `/${this.#firstIndex + batch.length}`), true)
      return false
    } finally {
      this.#isAsking = false
    }
    if (this.#isDone) {
      closeRows(source)
      return false
    }
    this.#end = batch.length
    return batch.length > 0
  }

  /** True when there are no more rows. */
  #fillBatch(iterator: Iterator<unknown>, batch: unknown[], deadline: number): boolean {
    while (batch.length < this.#job.limits.rows && !this.#isDone) {
      const { done, value } = iterator.next()
      if (done) return true
      batch.push(value)
      if (batch.length % ROWS_PER_LOOK === 0 && performance.now() >= deadline) break
    }
    return false
  }

  /** The batch, emptied: the rows in it are written. */
  #emptyBatch(): unknown[] {
    const batch = this.#rows as unknown[]
    this.#firstIndex += batch.length
    batch.length = this.#next = this.#end = 0
    return batch
  }

  /** Takes rows as they come; a batch is written when it is full, or when the event loop comes round. */
  async #pull(rows: AsyncRows): Promise<void> {
    let batch = this.#rows as unknown[]
    try {
      for (let lookMs = performance.now(); ; ) {
        const { done, value } = (await rows.next()) as IteratorResult<unknown>
        if (this.#isDone) return
        if (done) break
        if (this.#next === this.#end) batch = this.#emptyBatch()
        this.#end = batch.push(value)
        if (this.#isFull(lookMs)) {
          await this.#drained()
          if (this.#isDone) return
          lookMs = performance.now()
        } else this.#schedule()
      }
    } catch (error) {
      return this.#fail(sourceError(error, `/${this.#firstIndex + this.#end}`), true)
    }
    this.#isExhausted = true
    this.#schedule()
  }

  /** Whether the batch is as large as it gets, or as old: rows may come without the event loop ever running. */
  #isFull(beganMs: number): boolean {
    if (this.#end >= this.#job.limits.rows) return true
    return this.#end % ROWS_PER_LOOK === 0 && performance.now() - beganMs >= this.#job.sliceMs
  }

  #drained(): Promise<void> {
    return new Promise(resolve => {
      this.#onDrained = () => {
        this.#onDrained = undefined
        resolve()
      }
      this.#schedule()
    })
  }
}
