// What a pump takes chunks from: rows as they come, or a source of chunks that is all there.

import type { Kernel } from '../writer/kernel.ts'
import type { ChunkSource } from './chunk-source.ts'

export interface Feed {
  /** How many rows will come, when that is known. */
  readonly total: number | undefined
  /** All rows have come and are packed. */
  readonly isEnd: boolean
  /** Whether rows come by themselves, so that there is nothing to do while none are at hand. */
  readonly isWaiting: boolean
  /** Rows are wanted. */
  start(): void
  /** Whether there are rows to pack; may take some from their source until the deadline. */
  fill(deadline: number): boolean
  /** Packs the next chunk into an empty kernel and returns how many rows it has. @throws TocsonError */
  pack(kernel: Kernel): number
  /** What is reported when writing the chunk that was packed last throws `error`. */
  errorOf(error: unknown, kernel: Kernel): unknown
  /** Rows up to here are packed. */
  afterSlice(): void
  /** No more rows are wanted. */
  close(): void
}

/** Chunks that are all there. */
export class ChunkFeed implements Feed {
  readonly total: number
  readonly isWaiting = false
  readonly #source: ChunkSource
  readonly #onRows: () => void
  #rowCount = 0

  /** `onRows`: there are rows, or there will be none. */
  constructor(source: ChunkSource, onRows: () => void) {
    this.total = source.rowCount
    this.#source = source
    this.#onRows = onRows
  }

  get isEnd(): boolean {
    return this.#rowCount === this.total
  }

  start(): void {
    this.#onRows()
  }

  fill(): boolean {
    return !this.isEnd
  }

  pack(kernel: Kernel): number {
    const rowCount = this.#source.pack(kernel)
    this.#rowCount += rowCount
    return rowCount
  }

  errorOf(error: unknown, kernel: Kernel): unknown {
    return this.#source.errorOf(error, kernel)
  }

  afterSlice(): void {}

  close(): void {
    this.#source.close()
  }
}
