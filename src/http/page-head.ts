// The header of a page's response: everything that can be said without touching the rows.

import type { SourcePage, UnfinishedPage } from '../cache/source.ts'
import { pageEtag } from './etag.ts'
import { linkHeader } from './links.ts'
import type { Negotiated } from './negotiate.ts'
import type { PageSettings } from './settings.ts'
import type { PageEncoding, PageForm, PageLinks } from './types.ts'

const EXPOSED = 'ETag, Link, X-Total-Count'
const MEDIA = { json: 'application/json', ndjson: 'application/x-ndjson' } as const

export interface PageHead {
  /** What it was made for. */
  readonly negotiated: Negotiated
  readonly version: string
  readonly pageByteLength: number
  readonly etag: string
  readonly encoding: PageEncoding
  /** Size of the body before any content coding. */
  readonly bodyByteLength: number
  /** Fields of a 200, `content-length` only without a content coding. Frozen, since they are kept. */
  readonly headers: Readonly<Record<string, string>>
}

/** A page in the form asked for, before any content coding. */
export interface HeadBody {
  readonly byteLength: number
  /** Names everything about the bytes but version, range and coding. */
  readonly shape: string
}

export function pageHead(
  page: SourcePage,
  body: HeadBody,
  links: PageLinks,
  negotiated: Negotiated,
  settings: PageSettings,
): PageHead {
  const encoding = encodingFor(body.byteLength, negotiated.encodings, settings)
  const etag = pageEtag(page, body.shape, encoding)
  return {
    negotiated,
    version: page.version,
    pageByteLength: page.byteLength,
    etag,
    encoding,
    bodyByteLength: body.byteLength,
    headers: Object.freeze({
      ...validators(etag, settings),
      ...pageFields(page.total, negotiated.form, links),
      ...(encoding === 'identity'
        ? { 'content-length': `${body.byteLength}` }
        : { 'content-encoding': encoding }),
    }),
  }
}

/** Fields of a 200 for rows of a list that is still being built: nothing a cache or a later request could rely on. */
export function unfinishedHeaders(
  page: UnfinishedPage,
  byteLength: number,
  links: PageLinks,
  settings: PageSettings,
): Record<string, string> {
  return {
    'cache-control': 'no-store',
    ...(settings.vary !== '' && { vary: settings.vary }),
    ...pageFields(page.total, 'json', links),
    'content-length': `${byteLength}`,
  }
}

/** Whether a head made before is this page's too: versions name the bytes, the sizes are a second lock. */
export function isHeadOf(head: PageHead, page: SourcePage, negotiated: Negotiated): boolean {
  return (
    head.version === page.version && head.pageByteLength === page.byteLength && head.negotiated === negotiated
  )
}

/** The fields of a 304, which a 200 has as well (RFC 9110 section 15.4.5). */
export function validators(etag: string, settings: PageSettings): Record<string, string> {
  const headers: Record<string, string> = { etag }
  if (settings.cacheControl !== false) headers['cache-control'] = settings.cacheControl
  if (settings.vary !== '') headers.vary = settings.vary
  return headers
}

function pageFields(total: number | undefined, form: PageForm, links: PageLinks): Record<string, string> {
  return {
    'content-type': MEDIA[form],
    link: linkHeader(links),
    ...(total !== undefined && { 'x-total-count': `${total}` }),
    'access-control-expose-headers': EXPOSED,
  }
}

/** The client's best coding, but none for a small page that it would also take as it is. */
function encodingFor(
  byteLength: number,
  encodings: readonly PageEncoding[],
  settings: PageSettings,
): PageEncoding {
  if (settings.compressor === undefined) return 'identity'
  const small = byteLength < settings.compressor.thresholdBytes
  return small && encodings.includes('identity') ? 'identity' : encodings[0]!
}
