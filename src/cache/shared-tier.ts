// Where the store's word meets this process's memory: which snapshot is current according to the store.

import type { Buffer } from 'node:buffer'
import { StoreError } from './errors.ts'
import { type Flight, Flights } from './flights.ts'
import type { CurrentEntry, Held, LocalTier } from './local-tier.ts'
import type { ListPlan, Settings } from './options.ts'
import type { Pointer } from './pointer.ts'
import type { RemoteTags, StampedTags } from './remote-tags.ts'
import type { PointerRead, RemoteTier } from './remote-tier.ts'
import type { Snapshot } from './snapshot.ts'

/** Invalidations the store could not be told are remembered, up to so many. */
const PENDING_MAX = 100_000

/** What a build starts from: the pointer it means to replace, and the stamps of its tags. */
export interface BuildBasis {
  readonly before: Buffer | undefined
  readonly tags: StampedTags
}

/**
 * The store's pointer is the truth whenever it can be read. When it cannot, what this process knows is used
 * until it is too old, and a list it does not know is built.
 */
export class SharedTier {
  readonly remote: RemoteTier
  readonly #tags: RemoteTags
  readonly #local: LocalTier
  readonly #settings: Settings
  readonly #lookups = new Flights<Held | undefined>()
  readonly #loads = new Flights<Snapshot | undefined>()
  readonly #pendingKeys = new Set<string>()
  readonly #pendingTags = new Set<string>()

  constructor(remote: RemoteTier, tags: RemoteTags, local: LocalTier, settings: Settings) {
    this.remote = remote
    this.#tags = tags
    this.#local = local
    this.#settings = settings
  }

  /** Whether this process may serve what it has without asking the store. */
  isTrusted(entry: CurrentEntry): boolean {
    const ageMs = this.#settings.now() - entry.checkedAtMs
    // A clock that was set back must not make it trusted until that hour comes again.
    return ageMs >= 0 && ageMs < this.#settings.recheckMs
  }

  /** The current snapshot, asked of the store; never throws. `undefined`: to be built. */
  lookup(plan: ListPlan): Promise<Held | undefined> {
    return this.#lookups.run(plan, plan.fingerprint, flight => this.#lookup(plan, flight))
  }

  /** A version that this process does not have, for a cursor. @throws StoreError */
  load(plan: ListPlan, version: string): Promise<Snapshot | undefined> {
    return this.#loads.run(plan, version, async () => {
      const snapshot = await this.remote.load(plan.key, version)
      if (snapshot !== undefined) this.#local.keep(plan.key, snapshot, plan.keepMs)
      return snapshot
    })
  }

  /** Read before a build; `undefined` when the store does not answer: the result then stays here. */
  async basis(plan: ListPlan): Promise<BuildBasis | undefined> {
    try {
      await this.#settlePending(plan.key, plan.tags)
      const [read, tags] = await Promise.all([
        this.remote.readPointer(plan.key),
        this.#tags.stamp(plan.tags, plan.horizonMs + 2 * this.#settings.buildMs),
      ])
      return { before: read.raw, tags }
    } catch (error) {
      assertStoreError(error)
      return undefined
    }
  }

  /** Removes the frame that is current, so that its cursors end; false when the store could not be told. */
  async purge(key: string): Promise<boolean> {
    try {
      const { value } = await this.remote.readPointer(key)
      if (value?.kind !== 'snapshot') return true
      this.#local.dropSnapshot(key, value.pointer.version)
      await this.remote.deleteFrame(key, value.pointer.version)
      return true
    } catch (error) {
      assertStoreError(error)
      return false
    }
  }

  /** Tells the store; false when it could not be told: then it is told before it is next believed. */
  async invalidate(key: string, keepMs: number): Promise<boolean> {
    this.#lookups.cancel(key)
    remember(this.#pendingKeys, key)
    try {
      await this.remote.invalidate(key, this.#settings.now(), Math.max(keepMs, 2 * this.#settings.buildMs))
      this.#pendingKeys.delete(key)
      return true
    } catch (error) {
      assertStoreError(error)
      return false
    } finally {
      this.#lookups.cancel(key)
    }
  }

  /** As `invalidate`, for all lists with a tag. */
  async invalidateTag(tag: string): Promise<boolean> {
    this.#lookups.cancelTagged()
    remember(this.#pendingTags, tag)
    try {
      await this.#tags.invalidate(tag)
      this.#pendingTags.delete(tag)
      return true
    } catch (error) {
      assertStoreError(error)
      return false
    } finally {
      this.#lookups.cancelTagged()
    }
  }

  async #lookup(plan: ListPlan, flight: Flight): Promise<Held | undefined> {
    try {
      await this.#settlePending(plan.key, plan.tags)
      const read = await this.remote.readPointer(plan.key)
      const known = this.#known(plan)
      const isNewer = known !== undefined && known.entry.shared !== 'yes' && isOlder(read, known.entry)
      const held = isNewer ? await this.#confirmed(known) : await this.#open(plan, read)
      if (flight.isCancelled) return held
      if (held === undefined) this.#local.dropCurrent(plan.key)
      else if (held !== known) this.#local.install(plan.key, held, plan)
      return held
    } catch (error) {
      assertStoreError(error)
      return this.#withoutStore(plan)
    }
  }

  /** Not in the store, but its tags are: while they are as they were when it was built, it is current. */
  async #confirmed(known: Held): Promise<Held | undefined> {
    if (!(await this.#tags.areCurrent(known.entry.pointer.tags))) return undefined
    known.entry.checkedAtMs = this.#settings.now()
    return known
  }

  async #open(plan: ListPlan, { raw, value }: PointerRead): Promise<Held | undefined> {
    if (raw === undefined || value?.kind !== 'snapshot') return undefined
    const { pointer } = value
    if (pointer.fingerprint !== plan.fingerprint) return undefined
    await this.#settlePending(
      plan.key,
      pointer.tags.map(([tag]) => tag),
    )
    if (!(await this.#tags.areCurrent(pointer.tags))) return undefined
    const snapshot = await this.#snapshotOf(plan, pointer)
    if (snapshot === undefined) return undefined
    const checkedAtMs = this.#settings.now()
    return { snapshot, entry: { pointer, raw, checkedAtMs, shared: 'yes', basis: raw } }
  }

  async #snapshotOf(plan: ListPlan, pointer: Pointer): Promise<Snapshot | undefined> {
    const local = this.#local.snapshot(plan.key, pointer.version)
    return local ?? (await this.remote.load(plan.key, pointer.version, pointer))
  }

  #withoutStore(plan: ListPlan): Held | undefined {
    const known = this.#known(plan)
    if (known !== undefined) known.entry.checkedAtMs = this.#settings.now()
    return known
  }

  #known(plan: ListPlan): Held | undefined {
    const known = this.#local.held(plan.key)
    return known?.entry.pointer.fingerprint === plan.fingerprint ? known : undefined
  }

  /** Invalidations come before anything that is read. @throws StoreError while they still cannot be told */
  async #settlePending(key: string, tags: readonly string[]): Promise<void> {
    const { lifetime, now } = this.#settings
    if (this.#pendingKeys.has(key)) {
      await this.remote.invalidate(key, now(), lifetime.ttlMs + lifetime.staleIfErrorMs + lifetime.graceMs)
      this.#pendingKeys.delete(key)
    }
    for (const tag of tags) {
      if (!this.#pendingTags.has(tag)) continue
      await this.#tags.invalidate(tag)
      this.#pendingTags.delete(tag)
    }
  }

  /** A snapshot was lost in the store: forget it here too, and its pointer if that is still current. */
  async forgetLost(plan: ListPlan, version: string): Promise<void> {
    const entry = this.#local.entry(plan.key)
    this.#local.dropSnapshot(plan.key, version)
    if (entry?.raw === undefined || entry.pointer.version !== version) return
    try {
      await this.remote.forget(plan.key, entry.raw)
    } catch (error) {
      assertStoreError(error)
    }
  }
}

/**
 * Whether the store still has what was there when this process's own, unwritten snapshot was begun.
 * Anything else in the store was put there later and counts.
 */
function isOlder(read: PointerRead, entry: CurrentEntry): boolean {
  const { basis } = entry
  if (basis === 'unknown') return read.raw === undefined || isEarlier(read, entry.pointer.builtAtMs)
  if (basis === undefined || read.raw === undefined) return read.raw === undefined
  return basis.equals(read.raw)
}

function isEarlier({ value }: PointerRead, builtAtMs: number): boolean {
  return value?.kind === 'snapshot' && value.pointer.builtAtMs < builtAtMs
}

function assertStoreError(error: unknown): asserts error is StoreError {
  if (!(error instanceof StoreError)) throw error
}

function remember(pending: Set<string>, name: string): void {
  pending.add(name)
  if (pending.size > PENDING_MAX) pending.delete(pending.values().next().value!)
}
