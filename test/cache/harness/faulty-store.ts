// A store that misbehaves on command, over one that works.

import { Buffer } from 'node:buffer'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryStore } from '../../../src/cache/memory-store.ts'
import type { Store } from '../../../src/cache/store.ts'

export type Fault =
  | 'none'
  | 'throw'
  | 'hang'
  | 'late'
  | 'lose'
  | 'flip'
  | 'short'
  | 'long'
  | 'foreign'
  | 'nonsense'

export class FaultyStore implements Store {
  readonly name = 'faulty'
  fault: Fault = 'none'
  /** Only keys that contain this are affected. */
  faultOn = ''
  delayMs = 0
  /** How many answers are still spoilt. */
  spoilsLeft = Number.POSITIVE_INFINITY
  readonly counts = { getRange: 0, set: 0, delete: 0, compareAndSet: 0 }
  readonly #inner: Store
  #last: Uint8Array = Buffer.from('nothing was read before')

  constructor(inner: Store = memoryStore()) {
    this.#inner = inner
  }

  get operations(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0)
  }

  async getRange(key: string, start: number, end: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#run('getRange', key, () => this.#inner.getRange(key, start, end))
    const last = this.#last
    if (bytes) this.#last = bytes
    if (!key.includes(this.faultOn) || !bytes || this.spoilsLeft <= 0) return bytes ?? undefined
    this.spoilsLeft -= 1
    return this.#spoil(bytes, last)
  }

  async set(key: string, chunks: readonly Uint8Array[], ttlMs: number): Promise<void> {
    await this.#run('set', key, () => this.#inner.set(key, chunks, ttlMs))
  }

  async delete(key: string): Promise<void> {
    await this.#run('delete', key, () => this.#inner.delete(key))
  }

  async compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): Promise<boolean> {
    return this.#run('compareAndSet', key, () => this.#inner.compareAndSet(key, expected, value, ttlMs))
  }

  #spoil(bytes: Uint8Array, last: Uint8Array): Uint8Array | undefined {
    switch (this.fault) {
      case 'lose':
        return undefined
      case 'flip': {
        const copy = Uint8Array.from(bytes)
        copy[copy.length >> 1]! ^= 4
        return copy
      }
      case 'short':
        return bytes.subarray(0, bytes.length - 1)
      case 'long':
        return Buffer.concat([bytes, Buffer.from('!')])
      case 'foreign':
        return last
      case 'nonsense':
        return { not: 'bytes' } as unknown as Uint8Array
      default:
        return bytes
    }
  }

  async #run<T>(
    operation: keyof FaultyStore['counts'],
    key: string,
    action: () => T | Promise<T>,
  ): Promise<T> {
    this.counts[operation] += 1
    if (this.delayMs > 0) await sleep(this.delayMs)
    if (key.includes(this.faultOn)) {
      if (this.fault === 'throw') throw new Error('the store is on fire')
      if (this.fault === 'hang') await new Promise(() => undefined)
      if (this.fault === 'late') await sleep(200)
    }
    return action()
  }
}
