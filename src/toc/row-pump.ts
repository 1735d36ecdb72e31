// The loop around the engine for rows that need not come at once, nor be written at once: it works in slices of a few
// milliseconds, lets the event loop run between them, waits for sources that make it wait, and stops while its sink
// has no room.
//
//     source ── Feed ── slice: pack ──> ChunkPlace: write ──> sink

import { AsyncLocalStorage } from 'node:async_hooks'
import { AbortedError, OptionError } from '../errors.ts'
import type { Kernel } from '../writer/kernel.ts'
import type { ChunkPlace } from './chunk-place.ts'
import type { ChunkSource } from './chunk-source.ts'
import { collection } from './collection.ts'
import { ChunkFeed, type Feed } from './feed.ts'
import { RowFeed, type RowPacking } from './row-feed.ts'
import { turns } from './turns.ts'

/** Opens what comes in a form of its own; `undefined` for rows. @throws TocsonError */
export type OpenChunks = (rows: unknown) => ChunkSource | undefined

/** `sliceMs`: how long one slice may take, too; a chunk of rows, at most, is written after that. */
export interface PumpJob extends RowPacking {
  readonly openChunks: OpenChunks
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
  #feed: Feed | undefined
  #isPaused = false
  #isScheduled = false
  #isSlicing = false
  #isDone = false
  readonly #inContext = AsyncLocalStorage.snapshot()
  readonly #task = this.inContext(() => this.#slice())

  constructor(job: PumpJob, sink: RowSink) {
    this.#job = job
    this.#sink = sink
  }

  /** The same, seen from whoever began the build: user code in it finds its own async context. */
  inContext(run: () => void): () => void {
    return () => this.#inContext(run)
  }

  /** How many rows will come, when the source says so. */
  get total(): number | undefined {
    return this.#feed?.total
  }

  /** Opens the source, which takes no row yet. */
  open(rows: unknown): void {
    try {
      this.#feed = this.#openFeed(rows)
    } catch (error) {
      this.fail(error)
    }
  }

  #openFeed(rows: unknown): Feed {
    const listener = { onRows: () => this.#schedule(), onError: (error: unknown) => this.fail(error) }
    const chunks = this.#job.openChunks(rows)
    if (chunks !== undefined) {
      if (!this.#job.arrayRows) return new ChunkFeed(chunks, listener.onRows)
      chunks.close()
      throw new OptionError('rowMode', "'object' for rows that come packed or as columns", 'array')
    }
    const feed = new RowFeed(this.#job, listener)
    feed.open(rows)
    return feed
  }

  /** The first slice comes in a later turn of the event loop. */
  start(place: ChunkPlace): void {
    const { signal } = this.#job
    this.#place = place
    if (this.#isDone) return
    if (signal?.aborted) return this.#abort()
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#feed!.start()
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
    this.#inContext(() => this.#feed?.close())
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
    const feed = this.#feed!
    // A sink that takes rows away may ask for more at once, in the middle of `afterSlice`.
    this.#isPaused = true
    if (this.#sink.afterSlice(feed.isEnd)) this.#isPaused = false
    if (this.#isDone || this.#isPaused) return
    if (feed.isEnd) {
      this.#finish()
      return this.#sink.end()
    }
    if (!feed.isWaiting) this.#schedule()
  }

  #writeSlice(deadline: number): void {
    const feed = this.#feed!
    try {
      while (!this.#isDone && feed.fill(deadline)) {
        const kernel = this.#place.take()
        if (kernel === undefined) break
        const hasRoom = this.#writeChunk(feed, kernel)
        if (!hasRoom || performance.now() >= deadline) break
      }
    } finally {
      this.#place.endSlice()
    }
    feed.afterSlice()
  }

  #writeChunk(feed: Feed, kernel: Kernel): boolean {
    const rowCount = feed.pack(kernel)
    try {
      return this.#place.write(kernel, rowCount)
    } catch (error) {
      throw feed.errorOf(error, kernel)
    }
  }
}
