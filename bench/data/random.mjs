// Seeded randomness for the rows: the same seed gives the same rows on every Node line.

const UINT32 = 2 ** 32

/** Mulberry32, 32 bits of state: enough for test data, and the same everywhere. */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** A 32-bit unsigned integer. */
  uint32() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** In [0, 1) with all 53 bits random, so that most take 16 or 17 digits. */
  double() {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }

  /** An integer of [min, max], evenly. */
  int(min, max) {
    return min + Math.floor((this.uint32() / UINT32) * (max - min + 1))
  }

  /** An integer of 1 to `digits` digits: ids and counts come in all lengths, not mostly in the longest. */
  anyLength(digits) {
    const length = this.int(1, digits)
    return Math.floor(this.double() * 10 ** length)
  }

  /** A decimal in [0, limit) with `places` places, as a price or a rating is stored. */
  decimal(limit, places) {
    const scale = 10 ** places
    return Math.floor(this.double() * limit * scale) / scale
  }

  chance(probability) {
    return this.uint32() < probability * UINT32
  }

  pick(items) {
    return items[this.int(0, items.length - 1)]
  }

  /** Epoch milliseconds from 1970 to 2034, at a random time of day. */
  epochMs() {
    return Math.floor(this.double() * 2_019_686_400_000)
  }

  date() {
    return new Date(this.epochMs())
  }
}
