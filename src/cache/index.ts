// `tocson/cache`: the page cache, frames, and what a store author needs.

export type { BreakerOptions, BreakerState } from './breaker.ts'
export { type Cursor, decodeCursor, encodeCursor } from './cursor.ts'
export type { EarlyPage } from './early-builds.ts'
export {
  BuildError,
  CacheError,
  CacheOptionError,
  CursorError,
  FrameError,
  type FrameErrorCode,
  SnapshotGone,
  StoreError,
  type StoreErrorCode,
} from './errors.ts'
export { CACHE_CHANNEL, type CacheEvent, type CacheStats, type Tier } from './events.ts'
export { contentVersion, encodeFrame, Frame, type FrameOptions, openFrame } from './frame.ts'
export { type FrameHeader, fingerprintOf } from './frame-header.ts'
export type { FrameIndex } from './frame-index.ts'
export { cacheKey, type KeyPart, type QueryValue, queryKey } from './key.ts'
export { type ListSource, listSource } from './list-source.ts'
export { type MemoryStoreOptions, memoryStore } from './memory-store.ts'
export type { BuildContext, LifetimeOptions, ListOptions, ListParts, PageCacheOptions } from './options.ts'
export { type ListRequest, PageCache } from './page-cache.ts'
export { SnapshotPage } from './snapshot-page.ts'
export type { PageRequest, PageSource, SourcePage, UnfinishedPage } from './source.ts'
export type { Awaitable, Store } from './store.ts'
