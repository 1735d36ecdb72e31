// A request becomes a page becomes a response: the whole HTTP behaviour, with no framework in sight.

import { Buffer } from 'node:buffer'
import type { PageSource, SourcePage } from '../cache/source.ts'
import type { CompressedEncoding, PageCompressor } from './compress.ts'
import { envelopePage } from './envelope.ts'
import { envelopeShape, noneMatchNames, pageEtag } from './etag.ts'
import { linkHeader, pageLinks } from './links.ts'
import { methodNotAllowed, pageTooLarge, parameterOutOfRange, problemOf, problemResponse } from './problem.ts'
import { type PageQuery, parsePageQuery } from './query.ts'
import { type PageOptions, type PageSettings, pageSettings } from './settings.ts'
import type { PageEncoding, PageForm, PageHttpRequest, PageHttpResponse, PageLinks } from './types.ts'

const NEWLINE = Buffer.from('\n')
const EXPOSED = 'ETag, Link, X-Total-Count'
const MEDIA = { json: 'application/json', ndjson: 'application/x-ndjson' } as const

/** A page's bytes in the form asked for, before any content coding. */
interface Body {
  readonly chunks: Iterable<Buffer>
  readonly byteLength: number
  /** Names everything about the bytes but version, range and coding. */
  readonly shape: string
}

/**
 * Answers a GET or HEAD for a list: which page, in which form and coding, or why not.
 *
 * Refusals (400, 405, 406, 410) come back as `application/problem+json`; an error of the source that is none
 * of these is rethrown for the framework's error handler.
 *
 * @param options pass a `PageSettings` to keep compressed pages and negotiations between calls
 * @example
 * const settings = new PageSettings({ maxLimit: 500, envelope: 'items' })
 * const { status, headers, chunks } = await respond({ method, url, headers }, source, settings)
 */
export async function respond(
  request: PageHttpRequest,
  source: PageSource,
  options: PageOptions | PageSettings = {},
): Promise<PageHttpResponse> {
  const settings = pageSettings(options)
  let query: PageQuery | undefined
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
    const { form, encodings } = settings.negotiator.negotiate(request.headers)
    query = parsePageQuery(request.url, settings)
    const page = await source.page(query.request)
    refuseTooLarge(page, query, settings)
    const response = pageResponse(request, { page, query, form, encodings }, settings)
    return response instanceof Promise ? await response : response
  } catch (error) {
    const problem = problemOf(error, query?.style === 'cursor')
    if (problem === undefined) throw error
    return problemResponse(problem, request.method)
  }
}

interface Found {
  readonly page: SourcePage
  readonly query: PageQuery
  readonly form: PageForm
  readonly encodings: readonly PageEncoding[]
}

/** Not async, because only a page that must be compressed has anything to wait for. */
function pageResponse(
  request: PageHttpRequest,
  found: Found,
  settings: PageSettings,
): PageHttpResponse | Promise<PageHttpResponse> {
  const { page, form } = found
  const links = pageLinks(found.query, page, settings)
  const body = bodyOf(page, form, links, settings)
  const encoding = encodingFor(body.byteLength, found.encodings, settings)
  const etag = pageEtag(page, body.shape, encoding)
  const headers: Record<string, string> = { etag }
  if (settings.cacheControl !== false) headers['cache-control'] = settings.cacheControl
  if (settings.vary !== '') headers.vary = settings.vary
  if (noneMatchNames(request.headers['if-none-match'], etag)) {
    return { status: 304, headers, chunks: [], byteLength: 0 }
  }
  headers['content-type'] = MEDIA[form]
  headers.link = linkHeader(links)
  headers['x-total-count'] = `${page.total}`
  headers['access-control-expose-headers'] = EXPOSED
  if (encoding === 'identity') return sized(request.method, headers, body.chunks, body.byteLength)
  headers['content-encoding'] = encoding
  return compressed(request.method, headers, body, encoding, settings.compressor!)
}

async function compressed(
  method: string,
  headers: Record<string, string>,
  body: Body,
  encoding: CompressedEncoding,
  compressor: PageCompressor,
): Promise<PageHttpResponse> {
  // The length tells apart lists that wrongly share a version, at least when their pages differ in size.
  const bytes = await compressor.compress(`${headers.etag} ${body.byteLength}`, encoding, body.chunks)
  return sized(method, headers, [bytes], bytes.byteLength)
}

function sized(
  method: string,
  headers: Record<string, string>,
  chunks: Iterable<Buffer>,
  byteLength: number,
): PageHttpResponse {
  headers['content-length'] = `${byteLength}`
  if (method === 'HEAD') return { status: 200, headers, chunks: [], byteLength: 0 }
  return { status: 200, headers, chunks, byteLength }
}

function refuseTooLarge(page: SourcePage, query: PageQuery, settings: PageSettings): void {
  const parameter = query.style === 'page' ? 'per_page' : 'limit'
  if (page.byteLength > settings.maxPageBytes) {
    throw pageTooLarge(page.byteLength, settings.maxPageBytes, parameter)
  }
  // Only a cursor that came without a limit, from a list with a larger one, gets this far with too many rows.
  if (page.count > settings.maxLimit) throw parameterOutOfRange(parameter, 1, settings.maxLimit)
}

function bodyOf(page: SourcePage, form: PageForm, links: PageLinks, settings: PageSettings): Body {
  if (form === 'ndjson') return ndjsonBody(page)
  if (settings.envelope === undefined) {
    return { chunks: page.chunks(), byteLength: page.byteLength, shape: 'array' }
  }
  const about = envelopePage(page, links)
  const headText = settings.envelope.head(about)
  const tailText = settings.envelope.tail(about)
  const head = Buffer.from(headText)
  const tail = Buffer.from(tailText)
  return {
    chunks: [head, ...page.chunks(), tail],
    byteLength: head.byteLength + page.byteLength + tail.byteLength,
    shape: envelopeShape(headText, tailText),
  }
}

/** n rows have n - 1 commas and 2 brackets in the array, and n newlines here: one byte less. */
function ndjsonBody(page: SourcePage): Body {
  const byteLength = page.count === 0 ? 0 : page.byteLength - 1
  return { chunks: { [Symbol.iterator]: () => lines(page) }, byteLength, shape: 'ndjson' }
}

function* lines(page: SourcePage): Generator<Buffer> {
  for (const row of page.rows()) {
    yield row
    yield NEWLINE
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
