// Where the neighbours of a page are (RFC 8288). References are query-only, so they hold behind any proxy,
// mount point or host name: `?offset=40&limit=20` resolves against the URL the client itself used.

import type { SourcePage, UnfinishedPage } from '../cache/source.ts'
import type { PageQuery } from './query.ts'
import type { PageLinks } from './types.ts'

export interface LinkOptions {
  /** Put before every `?`: `''` gives query-only references. */
  readonly linkBase: string
  /** Whether a client that did not come with a cursor is led on by cursors. */
  readonly links: 'offset' | 'cursor'
}

type LinkedPage = Pick<SourcePage, 'offset' | 'count' | 'total' | 'nextCursor' | 'prevCursor'>

/** Links of a page in the client's own way of paging; with cursors once it follows one. */
export function pageLinks(query: PageQuery, page: LinkedPage, options: LinkOptions): PageLinks {
  const prefix = query.rest === '' ? `${options.linkBase}?` : `${options.linkBase}?${query.rest}&`
  if (query.style === 'cursor' || options.links === 'cursor') return cursorLinks(prefix, query, page)
  if (query.style === 'page') return numberedLinks(prefix, query.limit!, page)
  return offsetLinks(prefix, query.limit!, page)
}

/**
 * Links of a page whose list is still being built. It has no cursors, so offsets lead on even where cursors
 * would; while the total is unknown a full page is taken for one that has a next.
 */
export function unfinishedLinks(query: PageQuery, page: UnfinishedPage, options: LinkOptions): PageLinks {
  const limit = query.limit!
  const total = page.total ?? page.offset + page.count + (page.count === limit ? 1 : 0)
  const { offset, count } = page
  const links = pageLinks(query, { offset, count, total }, { ...options, links: 'offset' })
  return page.total === undefined ? { ...links, last: undefined } : links
}

/** The field value: `<?offset=0&limit=20>; rel="first", …` */
export function linkHeader(links: PageLinks): string {
  let header = `<${links.first}>; rel="first"`
  if (links.prev !== undefined) header += `, <${links.prev}>; rel="prev"`
  if (links.next !== undefined) header += `, <${links.next}>; rel="next"`
  if (links.last !== undefined) header += `, <${links.last}>; rel="last"`
  return header
}

/** `prev` ends where the page starts, so it is shorter near the beginning: no row is seen twice. */
function offsetLinks(prefix: string, limit: number, page: LinkedPage): PageLinks {
  const reference = (offset: number, count: number) => `${prefix}offset=${offset}&limit=${count}`
  const prevOffset = Math.max(0, page.offset - limit)
  const end = page.offset + page.count
  return {
    first: reference(0, limit),
    prev: page.offset > 0 ? reference(prevOffset, page.offset - prevOffset) : undefined,
    next: end < page.total ? reference(end, limit) : undefined,
    last: reference(Math.floor(Math.max(0, page.total - 1) / limit) * limit, limit),
  }
}

function numberedLinks(prefix: string, limit: number, page: LinkedPage): PageLinks {
  const reference = (number: number) => `${prefix}page=${number}&per_page=${limit}`
  const last = Math.max(1, Math.ceil(page.total / limit))
  // Past the end the source clamps the offset to the total: the page before is then the last one.
  const number = page.count === 0 ? last + 1 : Math.floor(page.offset / limit) + 1
  return {
    first: reference(1),
    prev: page.offset > 0 ? reference(number - 1) : undefined,
    next: number < last ? reference(number + 1) : undefined,
    last: reference(last),
  }
}

/** `first` starts over with the snapshot that is current then; `prev` is as short as by offset. */
function cursorLinks(prefix: string, query: PageQuery, page: LinkedPage): PageLinks {
  const { limit } = query
  // A limit in the URL counts, not the one in the cursor.
  const limited = (countMax: number) => (limit === undefined ? '' : `&limit=${Math.min(limit, countMax)}`)
  const reference = (cursor: string, countMax: number) =>
    `${prefix}cursor=${encodeURIComponent(cursor)}${limited(countMax)}`
  return {
    first: `${prefix}${query.limit === undefined ? 'offset=0' : `limit=${query.limit}`}`,
    prev: page.prevCursor === undefined ? undefined : reference(page.prevCursor, page.offset),
    next: page.nextCursor === undefined ? undefined : reference(page.nextCursor, Number.POSITIVE_INFINITY),
    last: undefined,
  }
}
