// What a page reader needs to know of wherever pages come from: the seam between the cache and HTTP.

import type { Buffer } from 'node:buffer'

/** Which rows: by position, or by a cursor of an earlier page (bound to that page's snapshot). */
export type PageRequest =
  | { readonly offset: number; readonly limit: number }
  | { readonly cursor: string; readonly limit?: number }

/** A page of one snapshot of a list; `byteLength`, `chunks` and the counts are those of `Page`. */
export interface SourcePage {
  readonly offset: number
  readonly count: number
  readonly total: number
  /** Size of the complete JSON array in bytes, brackets included. */
  readonly byteLength: number
  /** Content version of the snapshot: pages with equal versions come from the same bytes. `[A-Za-z0-9_-]+` */
  readonly version: string
  /** Cursor of the following page with the same limit; absent on the last one. */
  readonly nextCursor?: string | undefined
  /** Cursor of the page before; absent on the first one. */
  readonly prevCursor?: string | undefined
  /** `'['`, rows, `']'`; borrowed views, valid forever, never written again. */
  chunks(): Buffer[]
  /** Each row's bytes in turn, as views (for NDJSON); no copies. */
  rows(): Iterable<Buffer>
}

/** Rows of a list that is still being built: no version, no cursors, and perhaps no total yet. */
export interface UnfinishedPage extends Pick<SourcePage, 'offset' | 'count' | 'byteLength' | 'chunks'> {
  readonly total: number | undefined
  readonly version?: undefined
}

/** Anything that serves pages: a list in memory, or a key of a `PageCache`. */
export interface PageSource {
  /**
   * Over HTTP an error with `code: 'CURSOR_INVALID'` becomes a 400, one with `code: 'SNAPSHOT_GONE'` a 410; all others
   * go to the framework.
   */
  page(request: PageRequest): SourcePage | Promise<SourcePage>
  /** Where a source has it: the page as soon as its rows exist, whether or not the list is finished. */
  earlyPage?(offset: number, limit: number): Promise<SourcePage | UnfinishedPage>
}
