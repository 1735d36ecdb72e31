// Building a list: once per process and, with a store, once per group of processes; then making it known.

import type { Buffer } from 'node:buffer'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonList } from '../toc/json-list.ts'
import { builtHeld } from './built-held.ts'
import { EarlyBuilds } from './early-builds.ts'
import { StoreError } from './errors.ts'
import type { EventSink } from './events.ts'
import { type Flight, Flights } from './flights.ts'
import { versionSteps } from './frame.ts'
import { freshnessAt, type Held, type LocalTier } from './local-tier.ts'
import type { ListPlan, Settings } from './options.ts'
import { Publisher } from './publisher.ts'
import { runBuild } from './run-build.ts'
import type { SharedTier } from './shared-tier.ts'
import { inSlices } from './slices.ts'
import { snapshotOfList } from './snapshot.ts'

const POLL_MS_MIN = 10
const POLL_MS_MAX = 100

/** Whose turn it is to build: this process's, nobody's (somebody just did), or another process's. */
type Turn =
  | { readonly kind: 'build'; readonly lock: Buffer | 'no store' | undefined }
  | { readonly kind: 'found'; readonly held: Held }
  | { readonly kind: 'busy' }

export class Builder {
  /** Lists that are being built, for those who want rows of them before the end. */
  readonly early = new EarlyBuilds()
  readonly #local: LocalTier
  readonly #shared: SharedTier | undefined
  readonly #settings: Settings
  readonly #events: EventSink
  readonly #publisher: Publisher
  readonly #flights = new Flights<Held | undefined>()
  readonly #lonely = new Flights<Held>()
  readonly #background = new Set<Promise<unknown>>()
  readonly #failedAtMs = new Map<string, number>()
  #hasWarned = false

  constructor(local: LocalTier, shared: SharedTier | undefined, settings: Settings, events: EventSink) {
    this.#local = local
    this.#shared = shared
    this.#settings = settings
    this.#events = events
    this.#publisher = new Publisher(local, shared, settings, events)
  }

  /** A snapshot built now, here or by whoever has the lock. @throws what `build` threw, BuildError */
  async build(plan: ListPlan): Promise<Held> {
    // A background run may end without a result, when another process is at it; two such in a row are enough.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const held = await this.#flights.run(plan, plan.fingerprint, flight => this.#inTurn(plan, flight, true))
      if (held !== undefined) return held
    }
    return this.buildHere(plan)
  }

  /** Built in this process without asking for a turn: when the store gave a snapshot it then did not have. */
  buildHere(plan: ListPlan): Promise<Held> {
    return this.#lonely.run(plan, plan.fingerprint, flight => this.#make(plan, flight, undefined))
  }

  /** Begins a build unless one is under way here or elsewhere, or one has just failed. */
  refresh(plan: ListPlan): void {
    if (this.hasJustFailed(plan.key)) return
    const run = this.#flights.run(plan, plan.fingerprint, flight => this.#inTurn(plan, flight, false))
    this.#inBackground(run)
  }

  hasJustFailed(key: string): boolean {
    const atMs = this.#failedAtMs.get(key)
    if (atMs === undefined) return false
    const ageMs = this.#settings.now() - atMs
    return ageMs >= 0 && ageMs < this.#settings.retryMs
  }

  /** What is being built now answers those who wait for it; of it only cursors work on, and purged not even they. */
  cancel(key: string, isPurge: boolean): void {
    this.early.cancel(key)
    this.#flights.cancel(key, isPurge)
    this.#lonely.cancel(key, isPurge)
    if (isPurge) this.#publisher.purge(key)
  }

  cancelTagged(tag: string): void {
    this.early.cancelTagged(tag)
    this.#flights.cancelTagged(tag)
    this.#lonely.cancelTagged(tag)
  }

  /** When everything begun in the background has ended, well or not. */
  async idle(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background)
  }

  async #inTurn(plan: ListPlan, flight: Flight, waits: boolean): Promise<Held | undefined> {
    if (this.#shared === undefined) return this.#make(plan, flight, undefined)
    const turn = await this.#turn(plan, this.#shared, waits)
    if (turn.kind === 'busy') return undefined
    return turn.kind === 'found' ? turn.held : this.#make(plan, flight, turn.lock)
  }

  async #turn(plan: ListPlan, shared: SharedTier, waits: boolean): Promise<Turn> {
    const { lockMs, lockWaitMs } = this.#settings
    const deadline = performance.now() + lockWaitMs
    for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(pollMs * 1.5, POLL_MS_MAX)) {
      const lock = await acquire(shared, plan.key, lockMs)
      if (lock === 'no store') return { kind: 'build', lock }
      const held = await shared.lookup(plan)
      if (held !== undefined && this.#isFresh(held)) {
        if (lock !== 'taken') this.#release(plan.key, lock)
        this.#events.emit({ type: 'lock', key: plan.key, outcome: 'waited' })
        return { kind: 'found', held }
      }
      if (lock !== 'taken') {
        this.#events.emit({ type: 'lock', key: plan.key, outcome: 'acquired' })
        return { kind: 'build', lock }
      }
      if (!waits) return { kind: 'busy' }
      if (performance.now() >= deadline) {
        this.#events.emit({ type: 'lock', key: plan.key, outcome: 'timeout' })
        return { kind: 'build', lock: undefined }
      }
      await sleep(pollMs)
    }
  }

  #isFresh(held: Held): boolean {
    return freshnessAt(held.entry, this.#settings.now()) === 'fresh'
  }

  async #make(plan: ListPlan, flight: Flight, lock: Buffer | 'no store' | undefined): Promise<Held> {
    const token = lock === 'no store' ? undefined : lock
    // Who asks after an invalidation need not wait for this build to end.
    flight.onCancel = () => this.#release(plan.key, token)
    if (flight.isCancelled) flight.onCancel() // while it waited for its turn
    try {
      const basis = lock === 'no store' ? undefined : await this.#shared?.basis(plan)
      const builtAtMs = this.#settings.now()
      const list = await this.#runBuild(plan)
      const version = await inSlices(versionSteps(list))
      const held = builtHeld(plan, snapshotOfList(version, list), basis, builtAtMs, this.#settings.now())
      if (flight.isCancelled) {
        if (!flight.isPurged) this.#local.keep(plan.key, held.snapshot, plan.keepMs)
        return held
      }
      const isKept = this.#local.install(plan.key, held, plan)
      const published = this.#publisher.publish(plan, list, held.entry, basis).then(isStored => {
        if (!isKept && !isStored) this.#warnNotKept(plan.key, list)
      })
      this.#inBackground(published.finally(() => this.#release(plan.key, token)))
      return held
    } catch (error) {
      this.#release(plan.key, token)
      throw error
    }
  }

  /** Pages stay right, but nobody should have to find out from a profile that each is a build. */
  #warnNotKept(key: string, { blob }: JsonList): void {
    this.#events.emit({ type: 'not-kept', key, byteLength: blob.byteLength })
    if (this.#hasWarned) return
    this.#hasWarned = true
    const message = `the list '${key}' of ${blob.byteLength} bytes exceeds the cache's memory.bytesMax: each page is a build`
    process.emitWarning(message, { code: 'TOCSON_NOT_KEPT' })
  }

  async #runBuild(plan: ListPlan): Promise<JsonList> {
    const start = performance.now()
    try {
      const list = await runBuild(plan, this.#settings.buildMs, result => this.early.begin(plan, result))
      const durationMs = performance.now() - start
      const { length: rowCount, blob } = list
      this.#events.emit({ type: 'build', key: plan.key, durationMs, byteLength: blob.byteLength, rowCount })
      this.#failedAtMs.delete(plan.key)
      return list
    } catch (error) {
      this.#noteFailure(plan.key)
      this.#events.emit({ type: 'build-error', key: plan.key, durationMs: performance.now() - start, error })
      throw error
    }
  }

  #release(key: string, token: Buffer | undefined): void {
    if (token === undefined || this.#shared === undefined) return
    this.#inBackground(this.#shared.remote.release(key, token))
  }

  #noteFailure(key: string): void {
    // Only a brake for background attempts: forgetting some of them is harmless.
    if (this.#failedAtMs.size > 10_000) this.#failedAtMs.clear()
    this.#failedAtMs.set(key, this.#settings.now())
  }

  /** Its errors are counted where they happen. */
  #inBackground(work: Promise<unknown>): void {
    const done = work.catch(() => undefined).finally(() => this.#background.delete(done))
    this.#background.add(done)
  }
}

async function acquire(
  shared: SharedTier,
  key: string,
  lockMs: number,
): Promise<Buffer | 'taken' | 'no store'> {
  try {
    return (await shared.remote.acquire(key, lockMs)) ?? 'taken'
  } catch (error) {
    if (error instanceof StoreError) return 'no store'
    throw error
  }
}
