// A store in this process: for one process, for tests, and as the model of what a store does.

import { Buffer } from 'node:buffer'
import { LRUCache } from 'lru-cache'
import { assertOptions, CacheOptionError, StoreError } from './errors.ts'
import { asBuffer } from './frame.ts'
import { callback } from './options.ts'
import type { Store } from './store.ts'

const BYTES_MAX = 64 * 2 ** 20
const ENTRIES_MAX = 10_000
const ENTRY_OVERHEAD_BYTES = 200

export interface MemoryStoreOptions {
  /** Most bytes of all values together; least recently used ones go first. Default 64 MiB. */
  readonly bytesMax?: number | undefined
  /** Most values. Default 10,000. */
  readonly entriesMax?: number | undefined
  /** Current time in ms, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

interface Entry {
  readonly chunks: readonly Buffer[]
  readonly byteLength: number
  readonly expiresAtMs: number
}

/**
 * A `Store` in the memory of this process, bounded by bytes and entries. Values are kept by reference and
 * ranges are views of them, so reading copies nothing (except a range across two chunks).
 * A value larger than `bytesMax` is refused: `set` throws StoreError `STORE_TOO_LARGE`.
 *
 * @example new PageCache({ store: memoryStore({ bytesMax: 256 * 2 ** 20 }) })
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  assertOptions('options', options)
  return new MemoryStore(options)
}

class MemoryStore implements Store {
  readonly name = 'memory'
  readonly #entries: LRUCache<string, Entry>
  readonly #now: () => number

  constructor(options: MemoryStoreOptions) {
    this.#entries = boundedMap(options, entry => entry.byteLength + ENTRY_OVERHEAD_BYTES)
    this.#now = callback('now', options.now) ?? Date.now
  }

  getRange(key: string, start: number, end: number): Buffer | undefined {
    const entry = this.#live(key)
    return entry && rangeOf(entry.chunks, start, end)
  }

  set(key: string, chunks: readonly Uint8Array[], ttlMs: number): void {
    const buffers = chunks.map(asBuffer)
    const byteLength = buffers.reduce((sum, chunk) => sum + chunk.byteLength, 0)
    if (byteLength + ENTRY_OVERHEAD_BYTES > this.#entries.maxSize) {
      // Forgetting it at once would cost a cache a build per page: refused, the cache keeps it itself.
      throw new StoreError('STORE_TOO_LARGE', `${byteLength} bytes, all values have ${this.#entries.maxSize}`)
    }
    this.#entries.set(key, { chunks: buffers, byteLength, expiresAtMs: this.#now() + ttlMs })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): boolean {
    const entry = this.#live(key)
    const isExpected =
      expected === undefined || entry === undefined
        ? expected === entry
        : Buffer.concat(entry.chunks).equals(expected)
    if (!isExpected) return false
    if (value === undefined) this.delete(key)
    else this.set(key, [value], ttlMs)
    return true
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expiresAtMs > this.#now()) return entry
    this.#entries.delete(key)
    return undefined
  }
}

/** A map that forgets the least recently used values beyond its bounds. @throws CacheOptionError */
export function boundedMap<Value extends object>(
  bounds: Pick<MemoryStoreOptions, 'bytesMax' | 'entriesMax'>,
  byteLengthOf: (value: Value) => number,
): LRUCache<string, Value> {
  const { bytesMax = BYTES_MAX, entriesMax = ENTRIES_MAX } = bounds
  if (!Number.isInteger(bytesMax) || bytesMax < 1) {
    throw new CacheOptionError('bytesMax', 'an integer >= 1', bytesMax)
  }
  if (!Number.isInteger(entriesMax) || entriesMax < 1) {
    throw new CacheOptionError('entriesMax', 'an integer >= 1', entriesMax)
  }
  return new LRUCache<string, Value>({
    max: entriesMax,
    maxSize: bytesMax,
    sizeCalculation: value => Math.max(1, byteLengthOf(value)),
  })
}

function rangeOf(chunks: readonly Buffer[], start: number, end: number): Buffer {
  const pieces: Buffer[] = []
  let chunkStart = 0
  for (const chunk of chunks) {
    const from = Math.max(start - chunkStart, 0)
    const to = Math.min(end - chunkStart, chunk.byteLength)
    if (from < to) pieces.push(chunk.subarray(from, to))
    chunkStart += chunk.byteLength
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}
