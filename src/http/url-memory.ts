// What was read from a URL and answered to it before: clients walk the same pages again and again, and making
// a page's header anew costs more than finding the page.

import type { PageHead } from './page-head.ts'
import { type PageQuery, parsePageQuery, type QueryLimits } from './query.ts'

const URLS_MAX = 1024
const URL_CHARACTERS_MAX = 256

export interface KnownUrl {
  readonly query: PageQuery
  /** Of the page it gave last; `undefined` before the first, and with envelopes, which may say anything. */
  head: PageHead | undefined
}

/** Keeps at most 1,024 URLs of up to 256 characters. */
export class UrlMemory {
  readonly #known = new Map<string, KnownUrl>()
  readonly #limits: QueryLimits

  constructor(limits: QueryLimits) {
    this.#limits = limits
  }

  /** @throws HttpProblem, as `parsePageQuery` */
  read(url: string): KnownUrl {
    const known = this.#known.get(url)
    if (known !== undefined) return known
    const read: KnownUrl = { query: parsePageQuery(url, this.#limits), head: undefined }
    if (url.length > URL_CHARACTERS_MAX) return read
    // Starts over when full: made-up URLs cannot fill the memory.
    if (this.#known.size >= URLS_MAX) this.#known.clear()
    this.#known.set(url, read)
    return read
  }
}
