// The first tier: what this process knows of each list, and the snapshots it holds.

import type { Buffer } from 'node:buffer'
import type { LRUCache } from 'lru-cache'
import { boundedMap } from './memory-store.ts'
import type { ListPlan, PageCacheOptions } from './options.ts'
import { type Freshness, freshnessOf, type Pointer } from './pointer.ts'
import { type Snapshot, snapshotByteLength } from './snapshot.ts'

const BYTES_MAX = 128 * 2 ** 20

/** Which snapshot is current, as far as this process knows. */
export interface CurrentEntry {
  readonly pointer: Pointer
  /** The pointer's bytes in the store; `undefined` when it is not known to be there. */
  raw: Buffer | undefined
  /** When the store last confirmed it. */
  checkedAtMs: number
  /** `pending` while it is being written to the store; `no` when that failed or there is no store. */
  shared: 'yes' | 'pending' | 'no'
  /** The pointer in the store when this snapshot's build began; `unknown` when it could not be read. */
  readonly basis: Buffer | undefined | 'unknown'
}

/** A snapshot together with what makes it current. */
export interface Held {
  readonly entry: CurrentEntry
  readonly snapshot: Snapshot
}

/** How old it is, by this process's clock. */
export function freshnessAt({ pointer, shared }: CurrentEntry, nowMs: number): Freshness {
  const { builtAtMs, ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = pointer
  const horizonMs = ttlMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs)
  // Built here, so this clock was set back; where no store ends it, it would be fresh until that hour comes again.
  if (shared !== 'yes' && builtAtMs - nowMs > horizonMs) return 'expired'
  return freshnessOf(pointer, nowMs)
}

interface Current {
  readonly entry: CurrentEntry
  /** Of the entry's snapshot, made once. */
  readonly id: string
}

interface Kept {
  readonly snapshot: Snapshot
  readonly expiresAtMs: number
}

export class LocalTier {
  readonly #current: LRUCache<string, Current>
  readonly #snapshots: LRUCache<string, Kept>
  readonly #now: () => number

  constructor(options: PageCacheOptions['memory'], now: () => number) {
    const { bytesMax = BYTES_MAX, entriesMax } = options ?? {}
    this.#snapshots = boundedMap<Kept>({ bytesMax, entriesMax }, kept => snapshotByteLength(kept.snapshot))
    this.#current = boundedMap<Current>({ bytesMax: Number.MAX_SAFE_INTEGER, entriesMax }, () => 1)
    this.#now = now
  }

  entry(key: string): CurrentEntry | undefined {
    return this.#current.get(key)?.entry
  }

  /** The current snapshot, when it is known and here. */
  held(key: string): Held | undefined {
    const current = this.#current.get(key)
    const snapshot = current && this.#kept(current.id)
    return snapshot && { entry: current.entry, snapshot }
  }

  /** Any version of a list that is still kept. */
  snapshot(key: string, version: string): Snapshot | undefined {
    return this.#kept(snapshotId(key, version))
  }

  /**
   * Keeps a snapshot until `keepMs` from now; one that is kept already is kept longer, never shorter.
   *
   * @returns whether it is kept: one larger than all the memory is not
   */
  keep(key: string, snapshot: Snapshot, keepMs: number): boolean {
    const id = snapshotId(key, snapshot.version)
    const expiresAtMs = Math.max(this.#now() + keepMs, this.#snapshots.peek(id)?.expiresAtMs ?? 0)
    this.#snapshots.set(id, { snapshot, expiresAtMs })
    return this.#snapshots.has(id)
  }

  /** Makes a snapshot current; the one it replaces is kept for its grace time from now. @returns as `keep` */
  install(key: string, held: Held, { keepMs, horizonMs }: Pick<ListPlan, 'keepMs' | 'horizonMs'>): boolean {
    const id = snapshotId(key, held.snapshot.version)
    const replaced = this.#current.peek(key)
    const old = replaced !== undefined && replaced.id !== id ? this.#kept(replaced.id) : undefined
    if (old !== undefined) this.keep(key, old, keepMs - horizonMs)
    const isKept = this.keep(key, held.snapshot, keepMs)
    this.#current.set(key, { entry: held.entry, id })
    return isKept
  }

  /** Forgets which snapshot is current; its pages stay readable by cursor. */
  dropCurrent(key: string): void {
    this.#current.delete(key)
  }

  dropSnapshot(key: string, version: string): void {
    this.#snapshots.delete(snapshotId(key, version))
    if (this.#current.peek(key)?.entry.pointer.version === version) this.#current.delete(key)
  }

  dropTagged(tag: string): void {
    for (const [key, { entry }] of this.#current.entries()) {
      if (entry.pointer.tags.some(([name]) => name === tag)) this.#current.delete(key)
    }
  }

  #kept(id: string): Snapshot | undefined {
    const kept = this.#snapshots.get(id)
    if (kept === undefined || kept.expiresAtMs > this.#now()) return kept?.snapshot
    this.#snapshots.delete(id)
    return undefined
  }
}

/** Versions have a fixed length, so no key can run into one. */
function snapshotId(key: string, version: string): string {
  return `${version}${key}`
}
