// What the cache asks of a place that keeps bytes. The suite in store-suite.ts checks an implementation.

/**
 * Keeps binary values under text keys, for a while.
 *
 * A store may, at any time and without harm to readers: throw or reject; be slow; lose entries before their
 * ttl (eviction, restart, flush); return fewer bytes than asked for; even return other bytes, since all that
 * is read is verified by checksum and version. It must not: modify bytes that it was given or has returned,
 * show a value of which only a part was written, or let two `compareAndSet` with one expectation succeed.
 *
 * Keys have at most 300 characters of `A-Z a-z 0-9 / . _ - ~ % : { }`. Keys with the same text between the
 * first `{` and the next `}` belong together: where keys are spread over nodes, keep those on one.
 */
export interface Store {
  /** Name for metrics: `redis`. */
  readonly name: string

  /**
   * Bytes `[start, end)` of a value, as many of them as exist; `undefined` or no bytes for a missing key.
   * `0 <= start <= end <= 2^53 - 1`. The caller may keep the bytes for ever.
   */
  getRange(key: string, start: number, end: number): Awaitable<Uint8Array | null | undefined>

  /**
   * Writes one value, the concatenation of `chunks`, whole or not at all, replacing what was there.
   * It may be gone `ttlMs` later (an integer >= 1). The chunks are never modified by the caller afterwards.
   */
  set(key: string, chunks: readonly Uint8Array[], ttlMs: number): Awaitable<void>

  /** Removes a value; a missing key is no error. */
  delete(key: string): Awaitable<void>

  /**
   * Atomically: when the value is exactly `expected` (`undefined`: when there is none), replace it by `value`
   * with a new ttl (`undefined`: remove it) and tell true; otherwise change nothing and tell false.
   * Only used with values below 64 KB. Locks, pointers and tags are made of this.
   */
  compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): Awaitable<boolean>
}

export type Awaitable<T> = T | Promise<T>
