// Puts the second tier together: store, guard, frames and tags.

import { CacheOptionError } from './errors.ts'
import type { EventSink } from './events.ts'
import { GuardedStore } from './guarded-store.ts'
import type { LocalTier } from './local-tier.ts'
import type { PageCacheOptions, Settings } from './options.ts'
import { RemoteTags } from './remote-tags.ts'
import { RemoteTier } from './remote-tier.ts'
import { SharedTier } from './shared-tier.ts'
import type { Store } from './store.ts'

/** `undefined` when the cache has no store. */
export function openShared(
  options: PageCacheOptions,
  settings: Settings,
  local: LocalTier,
  events: EventSink,
): SharedTier | undefined {
  if (options.store === undefined) return undefined
  assertStore(options.store)
  const store = new GuardedStore(options.store, {
    readMs: settings.storeReadMs,
    writeMs: settings.storeWriteMs,
    breaker: options.breaker ?? {},
    now: settings.now,
    onError: (operation, error) => events.emit({ type: 'store-error', operation, error }),
    onBreaker: state => events.emit({ type: 'breaker', state }),
  })
  const remote = new RemoteTier(store, events, settings.frameBytesMax)
  return new SharedTier(remote, new RemoteTags(store, events, settings.now), local, settings)
}

/** A client in the place of its store would only ever be counted as a store that fails. */
function assertStore(store: Store): void {
  for (const method of ['getRange', 'set', 'delete', 'compareAndSet'] as const) {
    if (typeof store?.[method] === 'function') continue
    throw new CacheOptionError('store', `a store (it has no ${method}), such as redisStore(client)`, store)
  }
}
