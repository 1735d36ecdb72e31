// Makes what was built here known to the store: the frame, then the pointer that names it.

import type { Buffer } from 'node:buffer'
import type { JsonList } from '../toc/json-list.ts'
import { StoreError } from './errors.ts'
import type { EventSink } from './events.ts'
import { frameSteps } from './frame.ts'
import type { CurrentEntry, LocalTier } from './local-tier.ts'
import type { ListPlan, Settings } from './options.ts'
import type { BuildBasis, SharedTier } from './shared-tier.ts'
import { inSlices } from './slices.ts'
import { snapshotOfFrame } from './snapshot.ts'

interface Publication {
  readonly key: string
  isPurged: boolean
}

export class Publisher {
  readonly #local: LocalTier
  readonly #shared: SharedTier | undefined
  readonly #settings: Settings
  readonly #events: EventSink
  readonly #running = new Set<Publication>()

  constructor(local: LocalTier, shared: SharedTier | undefined, settings: Settings, events: EventSink) {
    this.#local = local
    this.#shared = shared
    this.#settings = settings
    this.#events = events
  }

  /**
   * Whatever happens to the store, the snapshot in this process stays good.
   *
   * @returns whether the store has taken the frame
   */
  async publish(
    plan: ListPlan,
    list: JsonList,
    entry: CurrentEntry,
    basis: BuildBasis | undefined,
  ): Promise<boolean> {
    if (this.#shared === undefined || basis === undefined) return false
    const publication = { key: plan.key, isPurged: false }
    this.#running.add(publication)
    try {
      // Those who wait for the build are answered first.
      await new Promise(setImmediate)
      await this.#write(this.#shared, plan, list, entry, basis, publication)
      return true
    } catch (error) {
      entry.shared = 'no'
      const { version } = entry.pointer
      this.#events.emit({ type: 'publish', key: plan.key, version, outcome: 'failed' })
      if (!(error instanceof StoreError)) throw error
      return false
    } finally {
      this.#running.delete(publication)
    }
  }

  /** A purge finds only frames that a pointer names: one that is just being written has to go by itself. */
  purge(key: string): void {
    for (const publication of this.#running) {
      if (publication.key === key) publication.isPurged = true
    }
  }

  async #write(
    { remote }: SharedTier,
    plan: ListPlan,
    list: JsonList,
    entry: CurrentEntry,
    basis: BuildBasis,
    publication: Publication,
  ): Promise<void> {
    const { version } = entry.pointer
    const fingerprint = plan.fingerprintText
    const options = fingerprint === undefined ? { version } : { version, fingerprint }
    const parts = await inSlices(frameSteps(list, options))
    const { blobStart, byteLength } = parts.header
    await remote.writeFrame(plan.key, parts, plan.keepMs)
    const pointer = { ...entry.pointer, blobStart, byteLength }
    // It stays until a build that begins upon it has ended: if it fell off meanwhile, that would seem superseded.
    const pointerMs = plan.horizonMs + 2 * this.#settings.buildMs
    const raw = await remote.publish(plan.key, basis.before, pointer, pointerMs)
    if (publication.isPurged) await remote.deleteFrame(plan.key, version)
    this.#noteOutcome(plan.key, version, entry, publication.isPurged ? undefined : raw)
    if (entry.raw !== undefined && byteLength > this.#settings.frameBytesMax) {
      this.#local.keep(plan.key, snapshotOfFrame(parts.header, parts.index, undefined), plan.keepMs)
    }
  }

  /** Superseded: somebody published or invalidated meanwhile, so the next request asks the store. */
  #noteOutcome(key: string, version: string, entry: CurrentEntry, raw: Buffer | undefined): void {
    entry.shared = 'yes'
    entry.raw = raw
    entry.checkedAtMs = raw === undefined ? Number.NEGATIVE_INFINITY : this.#settings.now()
    this.#events.emit({ type: 'publish', key, version, outcome: raw === undefined ? 'superseded' : 'stored' })
  }
}
