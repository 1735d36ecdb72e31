// What a build makes current before the store has heard of it: a pointer, and on what it was built.

import type { CurrentEntry, Held } from './local-tier.ts'
import type { ListPlan } from './options.ts'
import type { BuildBasis } from './shared-tier.ts'
import type { Snapshot } from './snapshot.ts'

/** `basis` is absent when the store could not be asked: the snapshot then stays in this process. */
export function builtHeld(
  plan: ListPlan,
  snapshot: Snapshot,
  basis: BuildBasis | undefined,
  builtAtMs: number,
  checkedAtMs: number,
): Held {
  const { fingerprint, ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = plan
  const pointer = {
    version: snapshot.version,
    fingerprint,
    blobStart: 0,
    byteLength: 0,
    builtAtMs,
    ttlMs,
    staleWhileRevalidateMs,
    staleIfErrorMs,
    tags: basis?.tags ?? plan.tags.map(tag => [tag, ''] as const),
  }
  const entry: CurrentEntry = {
    pointer,
    raw: undefined,
    checkedAtMs,
    shared: basis === undefined ? 'no' : 'pending',
    basis: basis === undefined ? 'unknown' : basis.before,
  }
  return { entry, snapshot }
}
