// What may stand around a page's rows. Head and tail are a few bytes made per request; rows are never copied.

import type { SourcePage, UnfinishedPage } from '../cache/source.ts'
import type { PageLinks } from './types.ts'

/** What a head or tail may tell of the page. Links are references, as in the `Link` field. */
export interface EnvelopePage {
  readonly offset: number
  readonly count: number
  /** `undefined` only for rows of a list that is still being built (`early` of a cache's source). */
  readonly total: number | undefined
  readonly version: string | undefined
  readonly links: PageLinks
  readonly nextCursor: string | null
  readonly prevCursor: string | null
}

/**
 * Text before and after the array of rows; head + array + tail must be one JSON document.
 *
 * @example
 * const data: Envelope = { head: () => '{"data":', tail: page => `,"count":${page.count}}` }
 */
export interface Envelope {
  head(page: EnvelopePage): string
  tail(page: EnvelopePage): string
}

/** `{"items":[…],"total":1000,"next":"?offset=40&limit=20"}`; `next` is null on the last page. */
export const itemsEnvelope: Envelope = {
  head: () => '{"items":',
  tail: page => `,"total":${page.total ?? null},"next":${JSON.stringify(page.links.next ?? null)}}`,
}

export function envelopePage(page: SourcePage | UnfinishedPage, links: PageLinks): EnvelopePage {
  const { offset, count, total, version } = page
  const { nextCursor = null, prevCursor = null } = version === undefined ? {} : page
  return { offset, count, total, version, links, nextCursor, prevCursor }
}
