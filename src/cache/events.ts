// What the cache tells about itself: counters, a hook, and a diagnostics channel.

import { channel } from 'node:diagnostics_channel'
import type { BreakerState } from './breaker.ts'
import type { StoreError } from './errors.ts'
import type { StoreOperation } from './guarded-store.ts'

/** Where a page's rows came from: this process's memory, the shared store, or a build. */
export type Tier = 'local' | 'store' | 'build'

/** One thing that happened. Times are in ms, sizes in bytes. */
export type CacheEvent =
  | { readonly type: 'page'; readonly key: string; readonly tier: Tier; readonly byteLength: number }
  | { readonly type: 'miss'; readonly key: string }
  | { readonly type: 'stale'; readonly key: string; readonly reason: 'revalidate' | 'error' }
  | {
      readonly type: 'build'
      readonly key: string
      readonly durationMs: number
      readonly byteLength: number
      readonly rowCount: number
    }
  | {
      readonly type: 'build-error'
      readonly key: string
      readonly durationMs: number
      readonly error: unknown
    }
  | {
      readonly type: 'publish'
      readonly key: string
      readonly version: string
      readonly outcome: 'stored' | 'superseded' | 'failed'
    }
  | { readonly type: 'store-error'; readonly operation: StoreOperation; readonly error: StoreError }
  | { readonly type: 'damaged'; readonly key: string; readonly part: 'pointer' | 'frame' | 'rows' | 'tag' }
  | { readonly type: 'lock'; readonly key: string; readonly outcome: 'acquired' | 'waited' | 'timeout' }
  | { readonly type: 'breaker'; readonly state: BreakerState }
  /** A list larger than all memory for lists, and no store: every page of it is a build. */
  | { readonly type: 'not-kept'; readonly key: string; readonly byteLength: number }
  | { readonly type: 'gone'; readonly key: string; readonly version: string }
  | { readonly type: 'invalidate'; readonly key?: string; readonly tag?: string; readonly isShared: boolean }

/** Counters since the cache was made. */
export interface CacheStats {
  /** Pages served, and their bytes, by where the rows came from. */
  readonly pages: Readonly<Record<Tier, number>>
  readonly bytes: Readonly<Record<Tier, number>>
  /** Lookups that found nothing usable. */
  readonly misses: number
  /** Stale snapshots served, while revalidating or because a build failed. */
  readonly stale: number
  readonly builds: number
  readonly buildErrors: number
  readonly buildMs: number
  readonly published: number
  /** Store operations that threw or timed out. */
  readonly storeErrors: number
  /** Answers of a store that did not pass verification. */
  readonly damaged: number
  /** Builds whose list was too large to keep. */
  readonly notKept: number
  readonly gone: number
  readonly breaker: BreakerState
}

export const CACHE_CHANNEL = 'tocson:cache'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Counts events and passes them on; a hook that throws disturbs nobody. */
export class EventSink {
  readonly #stats = emptyStats()
  readonly #channel = channel(CACHE_CHANNEL)
  readonly #hook: ((event: CacheEvent) => void) | undefined

  constructor(hook: ((event: CacheEvent) => void) | undefined) {
    this.#hook = hook
  }

  stats(): CacheStats {
    return { ...this.#stats, pages: { ...this.#stats.pages }, bytes: { ...this.#stats.bytes } }
  }

  /** The hot one: counts first, and makes an event only when somebody listens. */
  page(key: string, tier: Tier, byteLength: number): void {
    this.#stats.pages[tier] += 1
    this.#stats.bytes[tier] += byteLength
    if (this.#hook !== undefined || this.#channel.hasSubscribers) {
      this.#pass({ type: 'page', key, tier, byteLength })
    }
  }

  emit(event: CacheEvent): void {
    count(this.#stats, event)
    this.#pass(event)
  }

  #pass(event: CacheEvent): void {
    if (this.#channel.hasSubscribers) this.#channel.publish(event)
    try {
      const result: unknown = this.#hook?.(event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {
      // A listener's failure is its own, at once or later.
    }
  }
}

type Counters = Mutable<Omit<CacheStats, 'pages' | 'bytes'>> & Record<'pages' | 'bytes', Record<Tier, number>>

function emptyStats(): Counters {
  return {
    pages: { local: 0, store: 0, build: 0 },
    bytes: { local: 0, store: 0, build: 0 },
    misses: 0,
    stale: 0,
    builds: 0,
    buildErrors: 0,
    buildMs: 0,
    published: 0,
    storeErrors: 0,
    damaged: 0,
    notKept: 0,
    gone: 0,
    breaker: 'closed',
  }
}

function count(stats: Counters, event: CacheEvent): void {
  switch (event.type) {
    case 'miss':
      stats.misses += 1
      break
    case 'stale':
      stats.stale += 1
      break
    case 'build':
      stats.builds += 1
      stats.buildMs += event.durationMs
      break
    case 'build-error':
      stats.buildErrors += 1
      break
    case 'publish':
      if (event.outcome === 'stored') stats.published += 1
      break
    case 'store-error':
      stats.storeErrors += 1
      break
    case 'damaged':
      stats.damaged += 1
      break
    case 'not-kept':
      stats.notKept += 1
      break
    case 'gone':
      stats.gone += 1
      break
    case 'breaker':
      stats.breaker = event.state
      break
    case 'page':
    case 'lock':
    case 'invalidate':
      break
  }
}
