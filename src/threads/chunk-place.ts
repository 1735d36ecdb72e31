// Puts written chunks of a list behind each other, whichever threads write them: each waits until the one
// before it has told where it ends, and copies its bytes while the next one is placed already.

/** What threads share of one list. */
export interface ListMemory {
  /** Word 0: how many chunks have their place, or `GONE`. Behind it, 8 bytes each: where chunks start. */
  readonly places: SharedArrayBuffer
  readonly blob: SharedArrayBuffer
  readonly toc: SharedArrayBuffer
  /** The toc's entries are doubles. */
  readonly isWide: boolean
}

/** Nobody wants the list any more. */
export const GONE = -1
const PLACED = 0
const STARTS_AT = 8

/** For chunks from byte `start` on, at most `chunksMax` of them on their way at once. */
export function newPlaces(chunksMax: number, start: number): SharedArrayBuffer {
  const places = new SharedArrayBuffer(STARTS_AT + 8 * (chunksMax + 1))
  new Float64Array(places, STARTS_AT)[0] = start
  return places
}

export class ChunkPlaces {
  readonly #memory: ListMemory
  readonly #placed: Int32Array
  /** Where chunk `i` starts is at `i % length`: no more chunks than that are on their way. */
  readonly #starts: Float64Array
  readonly #blob: Uint8Array

  constructor(memory: ListMemory) {
    this.#memory = memory
    this.#placed = new Int32Array(memory.places, 0, 2)
    this.#starts = new Float64Array(memory.places, STARTS_AT)
    this.#blob = new Uint8Array(memory.blob)
  }

  get memory(): ListMemory {
    return this.#memory
  }

  /** How many chunks have their place, or `GONE`. */
  get placed(): number {
    return Atomics.load(this.#placed, PLACED)
  }

  /** Where a chunk that is placed ends. */
  endOf(index: number): number {
    return this.#starts[(index + 1) % this.#starts.length]!
  }

  /** Sleeps until the chunk's turn; false when nobody wants the list any more. */
  waitFor(index: number): boolean {
    for (;;) {
      const { placed } = this
      if (placed === index) return true
      if (placed === GONE) return false
      Atomics.wait(this.#placed, PLACED, placed)
    }
  }

  /** Puts the chunk where the one before it ends. Doing it again changes nothing. */
  place(index: number, firstRow: number, bytes: Uint8Array, offsets: Uint32Array): void {
    const base = this.#starts[index % this.#starts.length]!
    this.#starts[(index + 1) % this.#starts.length] = base + bytes.byteLength
    Atomics.compareExchange(this.#placed, PLACED, index, index + 1)
    Atomics.notify(this.#placed, PLACED)
    this.#blob.set(bytes, base)
    const { toc, isWide } = this.#memory
    const entries = isWide
      ? new Float64Array(toc, firstRow * 8, offsets.length)
      : new Uint32Array(toc, firstRow * 4, offsets.length)
    for (let i = 0; i < offsets.length; i++) entries[i] = base + offsets[i]!
  }

  /** Whoever waits goes on. */
  giveUp(): void {
    Atomics.store(this.#placed, PLACED, GONE)
    Atomics.notify(this.#placed, PLACED)
  }
}
