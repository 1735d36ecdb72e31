// The loop around the engine for rows that need not come at once, nor be written at once: it works in slices of a few
// milliseconds, lets the event loop run between them, waits for sources that make it wait, and stops while its sink
// has no room.
//
//     source ── RowFeed ──> rows at hand ── slice: pack ──> ChunkPlace: write ──> sink

import { AsyncLocalStorage } from 'node:async_hooks'
import { AbortedError } from '../errors.ts'
import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import type { ArrayRows } from './array-rows.ts'
import type { ChunkPlace } from './chunk-place.ts'
import { collection } from './collection.ts'
import { RowFeed } from './row-feed.ts'
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

/** Who wants the rows. None of this is called while a kernel is in use. */
export interface RowSink {
  /** What the signal ends, for its error. */
  readonly what: string
  /** Between slices; false stops the pump until `resume`. `isEnd`: all rows were given to the place. */
  afterSlice(isEnd: boolean): boolean
  end(): void
  fail(error: unknown): void
}

export class RowPump {
  readonly #job: PumpJob
  readonly #sink: RowSink
  #place!: ChunkPlace
  readonly #feed: RowFeed
  #isPaused = false
  #isScheduled = false
  #isSlicing = false
  #isDone = false
  /** A slice, seen from whoever began the build: user code in it finds its own async context. */
  readonly #task: () => void

  constructor(job: PumpJob, sink: RowSink) {
    this.#job = job
    this.#sink = sink
    this.#feed = new RowFeed({
      rowCountMax: job.limits.rows,
      sliceMs: job.sliceMs,
      onRows: () => this.#schedule(),
      onError: error => this.fail(error),
    })
    const inContext = AsyncLocalStorage.snapshot()
    const slice = () => this.#slice()
    this.#task = () => inContext(slice)
  }

  /** How many rows will come, when the source says so. */
  get total(): number | undefined {
    return this.#feed.total
  }

  /** Opens the source, which takes no row yet. */
  open(rows: unknown): void {
    try {
      this.#feed.open(rows)
    } catch (error) {
      this.fail(error)
    }
  }

  /** The first slice comes in a later turn of the event loop. */
  start(place: ChunkPlace): void {
    const { signal } = this.#job
    this.#place = place
    if (this.#isDone) return
    if (signal?.aborted) return this.#abort()
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#feed.start()
  }

  /** Goes on after `afterSlice` said stop. */
  resume(): void {
    this.#isPaused = false
    this.#schedule()
  }

  /** Ends it with an error that the sink hears. */
  fail(error: unknown): void {
    if (this.#isDone) return
    this.#finish()
    this.#sink.fail(error)
  }

  /** Ends it early: the sink hears nothing any more. */
  stop(): void {
    if (!this.#isDone) this.#finish()
  }

  readonly #abort = (): void => {
    this.fail(new AbortedError(this.#sink.what, this.#job.signal?.reason))
  }

  #finish(): void {
    this.#isDone = true
    turns.cancel(this.#task)
    this.#job.signal?.removeEventListener('abort', this.#abort)
    this.#feed.close()
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
      this.#writeSlice(performance.now() + collection.sliceMs(this.#job.sliceMs))
    } catch (error) {
      this.fail(error)
    } finally {
      this.#isSlicing = false
    }
    if (!this.#isDone) this.#afterSlice()
  }

  #afterSlice(): void {
    // A sink that takes rows away may ask for more at once, in the middle of `afterSlice`.
    this.#isPaused = true
    if (this.#sink.afterSlice(this.#feed.isEnd)) this.#isPaused = false
    if (this.#isDone || this.#isPaused) return
    if (this.#feed.isEnd) {
      this.#finish()
      return this.#sink.end()
    }
    if (!this.#feed.isWaiting) this.#schedule()
  }

  #writeSlice(deadline: number): void {
    try {
      while (!this.#isDone && this.#feed.fill(deadline)) {
        const kernel = this.#place.take()
        if (kernel === undefined) break
        const hasRoom = this.#writeChunk(kernel)
        if (!hasRoom || performance.now() >= deadline) break
      }
    } finally {
      this.#place.endSlice()
    }
    this.#feed.afterSlice()
  }

  #writeChunk(kernel: Kernel): boolean {
    const { arrayRows, limits, packRows, spec } = this.#job
    const feed = this.#feed
    const start = feed.next
    const end = Math.min(feed.end, start + limits.rows)
    const skipped = arrayRows ? start : 0
    const rows = arrayRows ? arrayRows.over(feed.rows, start, end, feed.firstIndex) : feed.rows
    try {
      const count = packRows(kernel.packed, rows, start - skipped, end - skipped) + skipped - start
      feed.next += count
      return this.#place.write(kernel, count)
    } catch (error) {
      throw toSerializeError(error, spec, kernel.packed, feed.firstIndex + skipped)
    }
  }
}
