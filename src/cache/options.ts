// What can be set on a cache and on each of its lists, checked once and with every default filled in.

import type { JsonList, Toc } from '../toc/json-list.ts'
import type { BreakerOptions } from './breaker.ts'
import { assertOptions, CacheOptionError } from './errors.ts'
import type { CacheEvent } from './events.ts'
import { fingerprintOf } from './frame-header.ts'
import type { Awaitable, Store } from './store.ts'

/** How long a list is good for; all in ms. */
export interface LifetimeOptions {
  /** How long a snapshot is fresh. Default 60,000. */
  readonly ttlMs?: number | undefined
  /** How long after that it is still served while a new one is built. Default 0. */
  readonly staleWhileRevalidateMs?: number | undefined
  /** How long after `ttlMs` it is served when a build fails. Default 0. */
  readonly staleIfErrorMs?: number | undefined
  /** How long cursors keep working after a snapshot is replaced, at least. Default 300,000. */
  readonly graceMs?: number | undefined
}

/** All of them, in ms. */
export type Lifetime = { readonly [Name in keyof LifetimeOptions]-?: number }

export interface PageCacheOptions extends LifetimeOptions {
  /** Shared by processes (`redisStore`). Without it everything stays in this process. */
  readonly store?: Store | undefined
  /** This process's own copies. */
  readonly memory?:
    | {
        /** Most bytes of snapshots. Default 128 MiB. */
        readonly bytesMax?: number | undefined
        /** Most lists, and most snapshots. Default 10,000. */
        readonly entriesMax?: number | undefined
        /** Frames up to this size are kept whole; of larger ones only the toc. Default 4 MiB. */
        readonly frameBytesMax?: number | undefined
      }
    | undefined
  /** How long this process trusts what it knows before it asks the store again. Default 1,000. */
  readonly recheckMs?: number | undefined
  /** Time budget of a store read or small write. Default 250. */
  readonly storeReadMs?: number | undefined
  /** Time budget of writing a frame to the store. Default 10,000. */
  readonly storeWriteMs?: number | undefined
  /** Most time a build may take before its waiters are released with an error. Default 30,000. */
  readonly buildMs?: number | undefined
  readonly lock?:
    | {
        /** When a lock falls off by itself, should its process die. Default 10,000. */
        readonly ttlMs?: number | undefined
        /** Most time a process waits for another one's build before it builds itself. Default 3,000. */
        readonly waitMs?: number | undefined
      }
    | undefined
  readonly breaker?: BreakerOptions | undefined
  /** Least time between attempts of a failing build while stale pages can be served. Default 1,000. */
  readonly retryMs?: number | undefined
  /** Called with everything that happens; must not block. Also on the channel `tocson:cache`. */
  readonly onEvent?: ((event: CacheEvent) => void) | undefined
  /** Wall clock in ms, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Blob and toc of a list, for builders that have no `JsonList` at hand. */
export interface ListParts {
  readonly blob: Uint8Array
  readonly toc: Toc
}

export interface BuildContext {
  readonly key: string
  /** Aborted when the build takes longer than `buildMs`. */
  readonly signal: AbortSignal
}

/** One list: its key, how to build it, and how long it is good for. */
export interface ListOptions extends LifetimeOptions {
  /** Any text; make it of parts with `cacheKey`. */
  readonly key: string
  /** Makes the list anew. What it throws reaches the requests that wait for it, and is never cached. */
  readonly build: (context: BuildContext) => Awaitable<JsonList | ListParts>
  /** Names under which this list can be invalidated together with others. */
  readonly tags?: readonly string[] | undefined
  /** Text that identifies the rows' schema; snapshots made with another one are not used. */
  readonly fingerprint?: string | undefined
  /** What a cursor of a snapshot that is gone gives: an error, or the first page of now. Default 'throw'. */
  readonly onGone?: 'throw' | 'restart' | undefined
}

/** `ListOptions` with every default filled in. */
export interface ListPlan {
  readonly key: string
  readonly build: ListOptions['build']
  readonly tags: readonly string[]
  readonly fingerprintText: string | undefined
  /** As frames carry it; `''` when the list has none. */
  readonly fingerprint: string
  readonly onGone: 'throw' | 'restart'
  readonly ttlMs: number
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  /** From a build to the last moment its snapshot may be served as current. */
  readonly horizonMs: number
  /** From a build to the last moment its snapshot is kept. */
  readonly keepMs: number
}

export type Settings = Readonly<{
  lifetime: Lifetime
  frameBytesMax: number
  recheckMs: number
  storeReadMs: number
  storeWriteMs: number
  buildMs: number
  lockMs: number
  lockWaitMs: number
  retryMs: number
  now: () => number
}>

/** @throws CacheOptionError */
export function settingsOf(options: PageCacheOptions): Settings {
  assertOptions('options', options)
  assertBreaker(options.breaker ?? {})
  return {
    lifetime: {
      ttlMs: duration('ttlMs', options.ttlMs, 60_000),
      staleWhileRevalidateMs: duration('staleWhileRevalidateMs', options.staleWhileRevalidateMs, 0),
      staleIfErrorMs: duration('staleIfErrorMs', options.staleIfErrorMs, 0),
      graceMs: duration('graceMs', options.graceMs, 300_000),
    },
    frameBytesMax: byteCount('memory.frameBytesMax', options.memory?.frameBytesMax ?? 4 * 2 ** 20),
    recheckMs: duration('recheckMs', options.recheckMs, 1_000),
    storeReadMs: timer('storeReadMs', options.storeReadMs, 250),
    storeWriteMs: timer('storeWriteMs', options.storeWriteMs, 10_000),
    buildMs: timer('buildMs', options.buildMs, 30_000),
    lockMs: duration('lock.ttlMs', options.lock?.ttlMs, 10_000),
    lockWaitMs: duration('lock.waitMs', options.lock?.waitMs, 3_000),
    retryMs: duration('retryMs', options.retryMs, 1_000),
    now: callback('now', options.now) ?? Date.now,
  }
}

/** @throws CacheOptionError */
export function planOf(list: ListOptions, defaults: Lifetime): ListPlan {
  assertOptions('request', list)
  const { key, build, tags = [], fingerprint, onGone = 'throw' } = list
  if (typeof key !== 'string') throw new CacheOptionError('key', 'a string', key)
  if (typeof build !== 'function') throw new CacheOptionError('build', 'a function', build)
  if (!Array.isArray(tags)) throw new CacheOptionError('tags', 'a list of strings', tags)
  for (const tag of tags) {
    if (typeof tag !== 'string') throw new CacheOptionError('tags', 'strings', tag)
  }
  if (fingerprint !== undefined && typeof fingerprint !== 'string') {
    throw new CacheOptionError('fingerprint', 'a string', fingerprint)
  }
  if (onGone !== 'throw' && onGone !== 'restart') {
    throw new CacheOptionError('onGone', "'throw' or 'restart'", onGone)
  }
  const ttlMs = duration('ttlMs', list.ttlMs, defaults.ttlMs)
  const staleWhileRevalidateMs = duration(
    'staleWhileRevalidateMs',
    list.staleWhileRevalidateMs,
    defaults.staleWhileRevalidateMs,
  )
  const staleIfErrorMs = duration('staleIfErrorMs', list.staleIfErrorMs, defaults.staleIfErrorMs)
  const horizonMs = ttlMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs)
  return {
    key,
    build,
    tags,
    fingerprintText: fingerprint,
    fingerprint: fingerprint === undefined ? '' : fingerprintOf(fingerprint),
    onGone,
    ttlMs,
    staleWhileRevalidateMs,
    staleIfErrorMs,
    horizonMs,
    keepMs: horizonMs + duration('graceMs', list.graceMs, defaults.graceMs),
  }
}

/** A year is more than any cache needs and far from every overflow. */
const DURATION_MS_MAX = 366 * 24 * 3_600_000
/** 24 days: with more a timer fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

function assertBreaker({ failuresMax = 1, openMs, openMsMax }: BreakerOptions): void {
  if (!(Number.isInteger(failuresMax) && failuresMax > 0)) {
    throw new CacheOptionError('breaker.failuresMax', 'an integer >= 1', failuresMax)
  }
  duration('breaker.openMs', openMs, 0)
  duration('breaker.openMsMax', openMsMax, 0)
}

/** @throws CacheOptionError */
export function callback<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw new CacheOptionError(name, 'a function', value)
}

/** @throws CacheOptionError: nothing was ever kept under a name that is no text */
export function assertName(name: 'key' | 'tag', value: unknown): void {
  if (typeof value !== 'string') throw new CacheOptionError(name, 'a string', value)
}

function byteCount(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new CacheOptionError(name, 'a number of bytes', value)
}

function timer(name: string, value: number | undefined, fallback: number): number {
  return Math.min(duration(name, value, fallback), TIMER_MS_MAX)
}

function duration(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !(value >= 0 && value <= DURATION_MS_MAX)) {
    throw new CacheOptionError(name, 'a number from 0 to a year of ms', value)
  }
  return value
}
