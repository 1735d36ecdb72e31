// Tags: every tag has a stamp in the store; a pointer is good while the stamps it was built under are there.
// A stamp that is missing, for whatever reason, counts as changed, so losing one only costs a build.

import type { Buffer } from 'node:buffer'
import type { EventSink } from './events.ts'
import type { GuardedStore } from './guarded-store.ts'
import { decodeStamp, encodeStamp, POINTER_BYTES_MAX, type Pointer } from './pointer.ts'
import { storeKeys } from './store-keys.ts'

export type StampedTags = Pointer['tags']

/** Methods throw `StoreError` when the store does not answer, and nothing else. */
export class RemoteTags {
  readonly #store: GuardedStore
  readonly #events: EventSink

  constructor(store: GuardedStore, events: EventSink) {
    this.#store = store
    this.#events = events
  }

  /** The stamps of now, made where there are none, kept for `ttlMs` at least. Read before a build begins. */
  async stamp(tags: readonly string[], ttlMs: number): Promise<StampedTags> {
    return Promise.all(tags.map(async tag => [tag, await this.#stampOf(tag, ttlMs)] as const))
  }

  /** Whether every tag still has the stamp it had then. */
  async areCurrent(tags: StampedTags): Promise<boolean> {
    const checks = tags.map(async ([tag, stamp]) => (await this.#read(tag)).stamp === stamp)
    return (await Promise.all(checks)).every(Boolean)
  }

  /** Everything built under this tag is no longer good. */
  async invalidate(tag: string): Promise<void> {
    await this.#store.delete(storeKeys.tag(tag))
  }

  async #stampOf(tag: string, ttlMs: number): Promise<string> {
    const name = storeKeys.tag(tag)
    const { raw, stamp } = await this.#read(tag)
    const next = raw !== undefined && stamp !== undefined ? raw : encodeStamp(name)
    if (await this.#store.compareAndSet(name, raw, next, ttlMs)) return decodeStamp(name, next) ?? ''
    // Somebody was faster. Without a stamp the list is built again next time, which is right.
    return (await this.#read(tag)).stamp ?? ''
  }

  async #read(tag: string): Promise<{ raw: Buffer | undefined; stamp: string | undefined }> {
    const name = storeKeys.tag(tag)
    const raw = await this.#store.getRange(name, 0, POINTER_BYTES_MAX)
    const stamp = raw && decodeStamp(name, raw)
    if (raw !== undefined && stamp === undefined)
      this.#events.emit({ type: 'damaged', key: tag, part: 'tag' })
    return { raw, stamp }
  }
}
