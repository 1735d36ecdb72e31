// Tags: every tag has a stamp in the store; a pointer is good while the stamps it was built under are there.
// A stamp that is missing, for whatever reason, counts as changed, so losing one only costs a build.

import type { Buffer } from 'node:buffer'
import type { EventSink } from './events.ts'
import type { GuardedStore } from './guarded-store.ts'
import { decodeStamp, encodeStamp, newStamp, POINTER_BYTES_MAX, type Pointer, type Stamp } from './pointer.ts'
import { storeKeys } from './store-keys.ts'

export type StampedTags = Pointer['tags']

/** Several builds may begin at once, and each may need a stamp for longer than the one before. */
const ATTEMPTS = 3

/** Methods throw `StoreError` when the store does not answer, and nothing else. */
export class RemoteTags {
  readonly #store: GuardedStore
  readonly #events: EventSink
  readonly #now: () => number

  constructor(store: GuardedStore, events: EventSink, now: () => number) {
    this.#store = store
    this.#events = events
    this.#now = now
  }

  /** The stamps of now, made where there are none, kept for `ttlMs` at least. Read before a build begins. */
  async stamp(tags: readonly string[], ttlMs: number): Promise<StampedTags> {
    return Promise.all(tags.map(async tag => [tag, await this.#stampOf(tag, ttlMs)] as const))
  }

  /** Whether every tag still has the stamp it had then. */
  async areCurrent(tags: StampedTags): Promise<boolean> {
    const checks = tags.map(async ([tag, stamp]) => (await this.#read(tag)).stamp?.stamp === stamp)
    return (await Promise.all(checks)).every(Boolean)
  }

  /** Everything built under this tag is no longer good. */
  async invalidate(tag: string): Promise<void> {
    await this.#store.delete(storeKeys.tag(tag))
  }

  async #stampOf(tag: string, ttlMs: number): Promise<string> {
    const name = storeKeys.tag(tag)
    const untilMs = this.#now() + ttlMs
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { raw, stamp: known } = await this.#read(tag)
      // A list that lives shorter than another of its tag must not shorten that one's life.
      if (known !== undefined && known.untilMs >= untilMs) return known.stamp
      const next = { stamp: known?.stamp ?? newStamp(), untilMs }
      if (await this.#store.compareAndSet(name, raw, encodeStamp(name, next), ttlMs)) return next.stamp
    }
    // Others were faster. Without a stamp the list is built again next time, which is right.
    return (await this.#read(tag)).stamp?.stamp ?? ''
  }

  async #read(tag: string): Promise<{ raw: Buffer | undefined; stamp: Stamp | undefined }> {
    const name = storeKeys.tag(tag)
    const raw = await this.#store.getRange(name, 0, POINTER_BYTES_MAX)
    const stamp = raw && decodeStamp(name, raw)
    if (raw !== undefined && stamp === undefined)
      this.#events.emit({ type: 'damaged', key: tag, part: 'tag' })
    return { raw, stamp }
  }
}
