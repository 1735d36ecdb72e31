// Every store operation goes through here: a time budget, a circuit breaker, one kind of error.

import type { Buffer } from 'node:buffer'
import { messageOf } from '../pack/border.ts'
import { type BreakerOptions, type BreakerState, CircuitBreaker } from './breaker.ts'
import { StoreError } from './errors.ts'
import { asBuffer } from './frame.ts'
import type { Awaitable, Store } from './store.ts'

export interface GuardOptions {
  /** Time budget of one read, or of a small write (lock, pointer, tag). */
  readonly readMs: number
  /** Time budget of writing a whole frame. */
  readonly writeMs: number
  readonly breaker: BreakerOptions
  readonly now: () => number
  readonly onError: (operation: StoreOperation, error: StoreError) => void
  readonly onBreaker: (state: BreakerState) => void
}

export type StoreOperation = 'getRange' | 'set' | 'delete' | 'compareAndSet'

/** A store that answers within its budget or throws a `StoreError`; never anything else, never later. */
export class GuardedStore {
  readonly #store: Store
  readonly #options: GuardOptions
  readonly #breaker: CircuitBreaker

  constructor(store: Store, options: GuardOptions) {
    this.#store = store
    this.#options = options
    this.#breaker = new CircuitBreaker(options.breaker, options.now, options.onBreaker)
  }

  /** Bytes `[start, end)`, or as many as there are; `undefined` when there is none. */
  async getRange(key: string, start: number, end: number): Promise<Buffer | undefined> {
    const { readMs } = this.#options
    return this.#run('getRange', readMs, async () => {
      const bytes = await this.#store.getRange(key, start, end)
      if (bytes === undefined || bytes === null) return undefined
      if (!(bytes instanceof Uint8Array) || bytes.byteLength > end - start) {
        throw new StoreError('STORE_REPLY', `answered ${describeReply(bytes)} for ${end - start} bytes`)
      }
      return bytes.byteLength === 0 ? undefined : asBuffer(bytes)
    })
  }

  async set(key: string, chunks: readonly Uint8Array[], ttlMs: number): Promise<void> {
    await this.#run('set', this.#options.writeMs, () => this.#store.set(key, chunks, wholeMs(ttlMs)))
  }

  async setSmall(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.#run('set', this.#options.readMs, () => this.#store.set(key, [value], wholeMs(ttlMs)))
  }

  async delete(key: string): Promise<void> {
    await this.#run('delete', this.#options.readMs, () => this.#store.delete(key))
  }

  async compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): Promise<boolean> {
    return this.#run('compareAndSet', this.#options.readMs, async () => {
      return (await this.#store.compareAndSet(key, expected, value, wholeMs(ttlMs))) === true
    })
  }

  /** As `compareAndSet` of a missing key, but what is set too late for an answer is removed again: a lock, say. */
  async setIfMissing(key: string, value: Uint8Array, ttlMs: number): Promise<boolean> {
    let isLate = false
    const action = async () => {
      try {
        return (await this.#store.compareAndSet(key, undefined, value, wholeMs(ttlMs))) === true
      } finally {
        // Also when it failed: the client may have given up on a command that the server still runs.
        if (isLate) await this.#store.compareAndSet(key, value, undefined, 1)
      }
    }
    try {
      return await this.#run('compareAndSet', this.#options.readMs, action)
    } catch (error) {
      isLate = true
      throw error
    }
  }

  async #run<T>(operation: StoreOperation, budgetMs: number, action: () => Awaitable<T>): Promise<T> {
    if (!this.#breaker.admit())
      throw new StoreError('STORE_OPEN', `${this.#store.name} is left alone for now`)
    try {
      const result = await within(budgetMs, action)
      this.#breaker.succeed()
      return result
    } catch (cause) {
      const error = cause instanceof StoreError ? cause : failed(this.#store.name, operation, cause)
      // A value that is too large says nothing about the store's health.
      if (error.code === 'STORE_TOO_LARGE') this.#breaker.succeed()
      else this.#breaker.fail()
      this.#options.onError(operation, error)
      throw error
    }
  }
}

/** A store takes whole ms from 1 on; a lifetime of 0 is legal, and gone at once. */
function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs))
}

/** The action's result, or a timeout; what the action does later is ignored. */
async function within<T>(budgetMs: number, action: () => Awaitable<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    const expire = () => reject(new StoreError('STORE_TIMEOUT', `no answer in ${budgetMs} ms`))
    // After a blocked event loop the answer may already wait in the socket: look there first.
    timer = setTimeout(() => setImmediate(expire), budgetMs)
  })
  try {
    return await Promise.race([action(), timeout])
  } finally {
    clearTimeout(timer)
  }
}

function failed(name: string, operation: StoreOperation, cause: unknown): StoreError {
  return new StoreError('STORE_FAILED', `${name} ${operation}: ${messageOf(cause)}`, cause)
}

function describeReply(reply: unknown): string {
  return reply instanceof Uint8Array ? `${reply.byteLength} bytes` : `a ${typeof reply}`
}
