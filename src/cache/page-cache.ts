// The page cache: lists are built once, and every page is a range of one snapshot's bytes.

import { Builder } from './builder.ts'
import type { Cursor } from './cursor.ts'
import type { EarlyPage } from './early-builds.ts'
import { assertOptions, SnapshotGone, StoreError } from './errors.ts'
import { type CacheStats, EventSink, type Tier } from './events.ts'
import { cursorOf } from './list-source.ts'
import { freshnessAt, type Held, LocalTier } from './local-tier.ts'
import { openShared } from './open-shared.ts'
import type { ListOptions, ListPlan, PageCacheOptions, Settings } from './options.ts'
import { assertName, callback, planOf, settingsOf } from './options.ts'
import { assertCount } from './page-range.ts'
import { PageReader } from './page-reader.ts'
import type { SharedTier } from './shared-tier.ts'
import { SnapshotPage } from './snapshot-page.ts'
import type { PageRequest, PageSource } from './source.ts'

/** A list and which of its rows. */
export type ListRequest = ListOptions & PageRequest

type OffsetRequest = Extract<PageRequest, { offset: number }>

/**
 * Pages of lists that are serialized once, from this process's memory or a shared store.
 *
 * Every page comes from one snapshot; its cursors stay on that snapshot. A store that is down, slow, full or
 * lying costs builds, never wrong bytes and never a request without an answer.
 *
 * @example
 * const cache = new PageCache({ store: redisStore(client), ttlMs: 60_000 })
 * const build = () => movies.serialize(allMovies())
 * const page = await cache.page({ key: 'movies', build, offset: 40, limit: 20 })
 * for (const chunk of page.chunks()) response.write(chunk)
 */
export class PageCache {
  readonly #settings: Settings
  readonly #events: EventSink
  readonly #local: LocalTier
  readonly #shared: SharedTier | undefined
  readonly #builder: Builder
  readonly #reader: PageReader

  /** @throws CacheOptionError for an option that cannot be */
  constructor(options: PageCacheOptions = {}) {
    this.#settings = settingsOf(options)
    this.#events = new EventSink(callback('onEvent', options.onEvent))
    this.#local = new LocalTier(options.memory, this.#settings.now)
    this.#shared = openShared(options, this.#settings, this.#local, this.#events)
    this.#builder = new Builder(this.#local, this.#shared, this.#settings, this.#events)
    this.#reader = new PageReader(this.#local, this.#shared, this.#events, this.#settings.now)
  }

  /**
   * A page by `{ offset, limit }` or `{ cursor }`, with `byteLength`, counts, `version` and cursors.
   *
   * @throws PageError for an offset or limit that is no count, CursorError for a malformed cursor (400),
   *   SnapshotGone when the cursor's snapshot is gone (410), BuildError, CacheOptionError, or what `build`
   *   threw
   */
  async page(request: ListRequest): Promise<SnapshotPage> {
    return this.#page(planOf(request, this.#settings.lifetime), request)
  }

  /**
   * As `page` by offset and limit, but a list that is being built answers as soon as it has the rows: for that its
   * `build` returns what `serializeAsync` returned, itself and not from an async function. Such a page has no
   * `version` and no cursors, and its `total` may be `undefined`; whatever is served later is the finished list's.
   *
   * @throws as `page`
   * @example
   * const build = ({ signal }) => movies.serializeAsync(cursor(), { signal })
   * const first = await cache.earlyPage({ key: 'movies', build, offset: 0, limit: 100 })
   */
  async earlyPage(request: ListOptions & OffsetRequest): Promise<SnapshotPage | EarlyPage> {
    return this.#earlyPage(planOf(request, this.#settings.lifetime), request)
  }

  /**
   * One list as a `PageSource`, for the HTTP adapters. With `early`, requests by offset are answered as `earlyPage`
   * answers: the first visitor of a cold list does not wait for its end. @throws CacheOptionError
   */
  source(
    list: ListOptions & { readonly early?: boolean },
  ): PageSource & { page(request: PageRequest): Promise<SnapshotPage> } {
    const plan = planOf(list, this.#settings.lifetime)
    const page = (request: PageRequest) => this.#page(plan, request)
    if (list.early !== true) return { page }
    return { page, earlyPage: (offset, limit) => this.#earlyPage(plan, { offset, limit }) }
  }

  async #earlyPage(plan: ListPlan, { offset, limit }: OffsetRequest): Promise<SnapshotPage | EarlyPage> {
    assertCount('offset', offset)
    assertCount('limit', limit)
    return this.#builder.early.page(plan, offset, limit, () => this.#page(plan, { offset, limit }))
  }

  /**
   * Drops all pages of a list at once: requests that begin after this are served from a build that began
   * after it, at once in this process and within `recheckMs` in others. Cursors of older snapshots keep
   * working for their grace time; with `purge` they end now, but for processes that have the snapshot in memory.
   *
   * @returns whether the store was told. If not, this process tells it before it next believes it, and
   *   other processes serve what they have until it expires.
   */
  async invalidate(key: string, options: { readonly purge?: boolean } = {}): Promise<boolean> {
    assertName('key', key)
    const version = this.#local.entry(key)?.pointer.version
    this.#builder.cancel(key, options.purge === true)
    if (options.purge === true && version !== undefined) this.#local.dropSnapshot(key, version)
    this.#local.dropCurrent(key)
    const { ttlMs, staleIfErrorMs, staleWhileRevalidateMs, graceMs } = this.#settings.lifetime
    const keepMs = ttlMs + staleIfErrorMs + staleWhileRevalidateMs + graceMs
    let isShared = true
    if (this.#shared !== undefined) {
      if (options.purge === true) isShared = await this.#shared.purge(key)
      isShared = (await this.#shared.invalidate(key, keepMs)) && isShared
    }
    this.#local.dropCurrent(key)
    this.#events.emit({ type: 'invalidate', key, isShared })
    return isShared
  }

  /** As `invalidate`, for all lists that were built with this tag. */
  async invalidateTag(tag: string): Promise<boolean> {
    assertName('tag', tag)
    this.#builder.cancelTagged(tag)
    this.#local.dropTagged(tag)
    const isShared = this.#shared === undefined || (await this.#shared.invalidateTag(tag))
    this.#local.dropTagged(tag)
    this.#events.emit({ type: 'invalidate', tag, isShared })
    return isShared
  }

  /** Counters since this cache was made. */
  stats(): CacheStats {
    return this.#events.stats()
  }

  /** When all background work (refreshing, writing to the store) has ended. Await it before exiting. */
  idle(): Promise<void> {
    return this.#builder.idle()
  }

  async #page(plan: ListPlan, request: PageRequest): Promise<SnapshotPage> {
    assertOptions('request', request)
    if ('cursor' in request && request.cursor !== undefined) {
      return this.#pageAt(plan, cursorOf(request.cursor, request.limit))
    }
    const { offset, limit } = request as { offset: number; limit: number }
    assertCount('offset', offset)
    assertCount('limit', limit)
    const page = this.#reader.fromMemory(plan, offset, limit)
    if (page !== undefined) return page
    const ahead = this.#reader.readAhead(plan, offset, limit)
    const { held, tier } = await this.#current(plan)
    if (ahead?.snapshot === held.snapshot) {
      const rows = await ahead.rows
      if (rows !== undefined) return this.#reader.pageOf(plan, held.snapshot, tier, ahead.range, limit, rows)
    }
    return this.#pageOfCurrent(plan, held, tier, offset, limit)
  }

  /** The page, from whatever can still give it: the snapshot, a turn at building, or a build here and now. */
  async #pageOfCurrent(
    plan: ListPlan,
    held: Held,
    tier: Tier,
    offset: number,
    limit: number,
  ): Promise<SnapshotPage> {
    const first = await this.#reader.cut(plan, held.snapshot, tier, offset, limit)
    if (first instanceof SnapshotPage) return first
    if (first.cause === 'lost') {
      await this.#shared?.forgetLost(plan, held.snapshot.version)
      const rebuilt = await this.#builder.build(plan)
      const second = await this.#reader.cut(plan, rebuilt.snapshot, 'build', offset, limit)
      if (second instanceof SnapshotPage) return second
    }
    const own = await this.#builder.buildHere(plan)
    const last = await this.#reader.cut(plan, own.snapshot, 'build', offset, limit)
    if (last instanceof SnapshotPage) return last
    throw new StoreError('STORE_REPLY', 'a list built here has no rows in memory', last.cause)
  }

  async #pageAt(plan: ListPlan, cursor: Cursor): Promise<SnapshotPage> {
    const { version, index, limit } = cursor
    let cause: unknown
    try {
      const local = this.#local.snapshot(plan.key, version)
      const snapshot = local ?? (await this.#shared?.load(plan, version))
      const page =
        snapshot && (await this.#reader.cut(plan, snapshot, local?.blob ? 'local' : 'store', index, limit))
      if (page instanceof SnapshotPage) return page
      if (page !== undefined) cause = page.cause
      if (page?.cause === 'lost') this.#local.dropSnapshot(plan.key, version)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      cause = error
    }
    return this.#pageOfGone(plan, cursor, cause)
  }

  /** Versions are made of content: when the current list has the same, the cursor is as good as before. */
  async #pageOfGone(plan: ListPlan, cursor: Cursor, cause: unknown): Promise<SnapshotPage> {
    const { version, index, limit } = cursor
    const { held, tier } = await this.#current(plan)
    if (held.snapshot.version === version) {
      const page = await this.#pageOfCurrent(plan, held, tier, index, limit)
      if (page.version === version) return page
    }
    this.#events.emit({ type: 'gone', key: plan.key, version })
    if (plan.onGone === 'throw') throw new SnapshotGone(version, cause === 'lost' ? undefined : cause)
    const now = await this.#current(plan)
    return this.#pageOfCurrent(plan, now.held, now.tier, 0, limit)
  }

  /** The snapshot to serve now, by age and by what the store says. */
  async #current(plan: ListPlan): Promise<{ held: Held; tier: Tier }> {
    const held = await this.#known(plan)
    if (held === undefined) {
      this.#events.emit({ type: 'miss', key: plan.key })
      return { held: await this.#builder.build(plan), tier: 'build' }
    }
    const tier = held.snapshot.blob === undefined ? 'store' : 'local'
    const freshness = freshnessAt(held.entry, this.#settings.now())
    if (freshness === 'fresh') return { held, tier }
    if (freshness === 'stale') {
      this.#events.emit({ type: 'stale', key: plan.key, reason: 'revalidate' })
      this.#builder.refresh(plan)
      return { held, tier }
    }
    this.#events.emit({ type: 'miss', key: plan.key })
    if (freshness === 'expired') return { held: await this.#builder.build(plan), tier: 'build' }
    return this.#buildOr(plan, { held, tier })
  }

  async #buildOr(plan: ListPlan, old: { held: Held; tier: Tier }): Promise<{ held: Held; tier: Tier }> {
    try {
      if (!this.#builder.hasJustFailed(plan.key))
        return { held: await this.#builder.build(plan), tier: 'build' }
    } catch {
      // Counted by the builder; the old snapshot is allowed to stand in.
    }
    this.#events.emit({ type: 'stale', key: plan.key, reason: 'error' })
    return old
  }

  async #known(plan: ListPlan): Promise<Held | undefined> {
    const held = this.#local.held(plan.key)
    const isUsable = held !== undefined && held.entry.pointer.fingerprint === plan.fingerprint
    if (this.#shared === undefined) return isUsable ? held : undefined
    if (isUsable && this.#shared.isTrusted(held.entry)) return held
    return this.#shared.lookup(plan)
  }
}
