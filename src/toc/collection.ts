// Slices are short while V8 is about to collect garbage. It begins to when it is given a large buffer, marks beside
// the program, and stops it for the rest at a moment nobody knows: what a slice has done until then comes on top.

/** V8 begins to collect when buffers have grown by 64 MiB. */
const LARGE_BYTES = 32 * 2 ** 20
const SHORT_SLICE_MS = 1

export class Collection {
  #isDue = false
  /** V8 tells after a full collection, in a turn of its own, that something nobody holds is gone. */
  readonly #registry = new FinalizationRegistry(() => {
    this.#isDue = false
  })

  /** A buffer of so many bytes was made. */
  afterAllocation(byteLength: number): void {
    if (this.#isDue || byteLength < LARGE_BYTES) return
    this.#isDue = true
    this.#registry.register({}, undefined)
  }

  /** How long a slice had better be, in ms, of one that may take `sliceMs`. */
  sliceMs(sliceMs: number): number {
    return this.#isDue ? Math.min(sliceMs, SHORT_SLICE_MS) : sliceMs
  }
}

/** The one of this thread: all its builds stop for it. */
export const collection = new Collection()
