// Cuts pages from snapshots: from memory at once, or with rows that only the store has.

import { Buffer } from 'node:buffer'
import { StoreError } from './errors.ts'
import type { EventSink, Tier } from './events.ts'
import { freshnessAt, type LocalTier } from './local-tier.ts'
import type { ListPlan } from './options.ts'
import { pageRange, type RowRange } from './page-range.ts'
import type { SharedTier } from './shared-tier.ts'
import type { Snapshot } from './snapshot.ts'
import { cutRows, SnapshotPage } from './snapshot-page.ts'

/** A page whose rows could not be read: gone from the store, or the store did not answer. */
export type Unread = { readonly cause: 'lost' | StoreError }

/** Rows asked for before it was known whether their snapshot is current. */
export interface Ahead {
  readonly snapshot: Snapshot
  readonly range: RowRange
  readonly rows: Promise<Buffer | undefined>
}

const NO_ROWS = Buffer.alloc(0)

export class PageReader {
  readonly #local: LocalTier
  readonly #shared: SharedTier | undefined
  readonly #events: EventSink
  readonly #now: () => number

  constructor(local: LocalTier, shared: SharedTier | undefined, events: EventSink, now: () => number) {
    this.#local = local
    this.#shared = shared
    this.#events = events
    this.#now = now
  }

  /** The common case, without a promise on its way: fresh, whole and trusted. */
  fromMemory(plan: ListPlan, offset: number, limit: number): SnapshotPage | undefined {
    const held = this.#local.held(plan.key)
    const blob = held?.snapshot.blob
    if (held === undefined || blob === undefined || held.entry.pointer.fingerprint !== plan.fingerprint)
      return undefined
    if (this.#shared !== undefined && !this.#shared.isTrusted(held.entry)) return undefined
    if (freshnessAt(held.entry, this.#now()) !== 'fresh') return undefined
    const range = pageRange(offset, limit, held.snapshot.length)
    return this.pageOf(plan, held.snapshot, 'local', range, limit, cutRows(blob, held.snapshot.toc, range))
  }

  /**
   * Rows that only the store has, asked for together with the question whether they are still current:
   * one round trip for both.
   */
  readAhead(plan: ListPlan, offset: number, limit: number): Ahead | undefined {
    const held = this.#local.held(plan.key)
    if (held === undefined || held.snapshot.blob !== undefined) return undefined
    if (this.#shared === undefined || this.#shared.isTrusted(held.entry)) return undefined
    const { snapshot } = held
    const range = pageRange(offset, limit, snapshot.length)
    if (range.start === range.end) return undefined
    const rows = this.#shared.remote.readRows(plan.key, snapshot, range).catch(() => undefined)
    return { snapshot, range, rows }
  }

  /** A page of a snapshot, its rows from memory or from the store. */
  async cut(
    plan: ListPlan,
    snapshot: Snapshot,
    tier: Tier,
    offset: number,
    limit: number,
  ): Promise<SnapshotPage | Unread> {
    const range = pageRange(offset, limit, snapshot.length)
    try {
      const rows =
        snapshot.blob !== undefined || range.start === range.end
          ? cutRows(snapshot.blob ?? NO_ROWS, snapshot.toc, range)
          : await this.#shared?.remote.readRows(plan.key, snapshot, range)
      return rows === undefined ? { cause: 'lost' } : this.pageOf(plan, snapshot, tier, range, limit, rows)
    } catch (error) {
      if (error instanceof StoreError) return { cause: error }
      throw error
    }
  }

  pageOf(
    plan: ListPlan,
    snapshot: Snapshot,
    tier: Tier,
    range: RowRange,
    limit: number,
    rows: Buffer,
  ): SnapshotPage {
    const page = new SnapshotPage(snapshot, range, limit, rows)
    this.#events.page(plan.key, tier, page.byteLength)
    return page
  }
}
