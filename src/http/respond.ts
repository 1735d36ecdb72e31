// A request becomes a page becomes a response: the whole HTTP behaviour, with no framework in sight.

import { Buffer } from 'node:buffer'
import type { PageSource, SourcePage, UnfinishedPage } from '../cache/source.ts'
import type { CompressedEncoding, PageCompressor } from './compress.ts'
import { type Envelope, envelopePage } from './envelope.ts'
import { envelopeShape, noneMatchNames } from './etag.ts'
import { pageLinks, unfinishedLinks } from './links.ts'
import type { Negotiated } from './negotiate.ts'
import {
  type HeadBody,
  isHeadOf,
  type PageHead,
  pageHead,
  unfinishedHeaders,
  validators,
} from './page-head.ts'
import {
  applicationError,
  HttpOptionError,
  methodNotAllowed,
  pageTooLarge,
  parameterOutOfRange,
  problemOf,
  problemResponse,
} from './problem.ts'
import type { PageQuery } from './query.ts'
import { type PageOptions, type PageSettings, pageSettings } from './settings.ts'
import type { PageForm, PageHttpRequest, PageHttpResponse, PageLinks } from './types.ts'
import type { KnownUrl } from './url-memory.ts'

const NEWLINE = Buffer.from('\n')

interface Body extends HeadBody {
  readonly chunks: Iterable<Buffer>
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
  return answer(request, source, pageSettings(options))
}

/** As `respond`, but at once where nothing has to be waited for: a list in memory, no coding. May throw. */
export function answer(
  request: PageHttpRequest,
  source: PageSource,
  settings: PageSettings,
): PageHttpResponse | Promise<PageHttpResponse> {
  let known: KnownUrl | undefined
  const refuse = (error: unknown) => refusal(error, known?.query, request.method)
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
    const negotiated = settings.negotiator.negotiate(request.headers)
    known = settings.urls.read(request.url)
    const asked = { known, negotiated }
    const page = pageOf(source, known.query, negotiated)
    if ('then' in page) {
      return Promise.resolve(page)
        .then(it => pageResponse(request, it, asked, settings))
        .catch(refuse)
    }
    const response = pageResponse(request, page, asked, settings)
    return response instanceof Promise ? response.catch(refuse) : response
  } catch (error) {
    return refuse(error)
  }
}

/** Early where the source can: but lines and forced codings are made of finished lists only, cursors belong to one. */
function pageOf(
  source: PageSource,
  { request }: PageQuery,
  { form, encodings }: Negotiated,
): ReturnType<PageSource['page']> | Promise<SourcePage | UnfinishedPage> {
  // Chosen by the request, say by a tenant there is not. A list has pages, too, but not by request.
  if (typeof source?.page !== 'function' || 'toc' in source) {
    throw new HttpOptionError('source', 'what listSource or PageCache#source gives', source)
  }
  const canBeEarly = form === 'json' && encodings.includes('identity') && 'offset' in request
  return (canBeEarly && source.earlyPage?.(request.offset, request.limit)) || source.page(request)
}

/** @throws an error that is none of this layer's */
function refusal(error: unknown, query: PageQuery | undefined, method: string): PageHttpResponse {
  const problem = problemOf(error, query?.style === 'cursor')
  if (problem === undefined) throw applicationError(error)
  return problemResponse(problem, method)
}

interface Asked {
  readonly known: KnownUrl
  readonly negotiated: Negotiated
}

/** Not async, because only a page that must be compressed has anything to wait for. */
function pageResponse(
  request: PageHttpRequest,
  page: SourcePage | UnfinishedPage,
  { known, negotiated }: Asked,
  settings: PageSettings,
): PageHttpResponse | Promise<PageHttpResponse> {
  refuseTooLarge(page, known.query, settings)
  if (page.version === undefined) return unfinishedResponse(request, page, known.query, settings)
  const { form } = negotiated
  if (known.head !== undefined && isHeadOf(known.head, page, negotiated)) {
    return sized(request, known.head, plainBody(page, form).chunks, settings)
  }
  const links = pageLinks(known.query, page, settings)
  const { envelope } = settings
  const isPlain = envelope === undefined || form === 'ndjson'
  const body = isPlain ? plainBody(page, form) : envelopedBody(page, envelope, links)
  const head = pageHead(page, body, links, negotiated, settings)
  if (isPlain) known.head = head
  return sized(request, head, body.chunks, settings)
}

function unfinishedResponse(
  { method }: PageHttpRequest,
  page: UnfinishedPage,
  query: PageQuery,
  settings: PageSettings,
): PageHttpResponse {
  const links = unfinishedLinks(query, page, settings)
  const { envelope } = settings
  const { chunks, byteLength } =
    envelope === undefined ? arrayBody(page) : envelopedBody(page, envelope, links)
  const headers = unfinishedHeaders(page, byteLength, links, settings)
  return method === 'HEAD'
    ? { status: 200, headers, chunks: [], byteLength: 0 }
    : { status: 200, headers, chunks, byteLength }
}

function sized(
  { method, headers: fields }: PageHttpRequest,
  head: PageHead,
  chunks: Iterable<Buffer>,
  settings: PageSettings,
): PageHttpResponse | Promise<PageHttpResponse> {
  const { etag, encoding, headers, bodyByteLength } = head
  if (noneMatchNames(fields['if-none-match'], etag)) {
    return { status: 304, headers: validators(etag, settings), chunks: [], byteLength: 0 }
  }
  if (encoding !== 'identity') return compressed(method, head, encoding, chunks, settings.compressor!)
  if (method === 'HEAD') return { status: 200, headers, chunks: [], byteLength: 0 }
  return { status: 200, headers, chunks, byteLength: bodyByteLength }
}

async function compressed(
  method: string,
  { etag, headers, bodyByteLength }: PageHead,
  encoding: CompressedEncoding,
  chunks: Iterable<Buffer>,
  compressor: PageCompressor,
): Promise<PageHttpResponse> {
  // The length tells apart lists that wrongly share a version, at least when their pages differ in size.
  const bytes = await compressor.compress(`${etag} ${bodyByteLength}`, encoding, chunks)
  const sizedHeaders = { ...headers, 'content-length': `${bytes.byteLength}` }
  if (method === 'HEAD') return { status: 200, headers: sizedHeaders, chunks: [], byteLength: 0 }
  return { status: 200, headers: sizedHeaders, chunks: [bytes], byteLength: bytes.byteLength }
}

function refuseTooLarge(page: SourcePage | UnfinishedPage, query: PageQuery, settings: PageSettings): void {
  const parameter = query.style === 'page' ? 'per_page' : 'limit'
  if (page.byteLength > settings.maxPageBytes) {
    throw pageTooLarge(page.byteLength, settings.maxPageBytes, parameter)
  }
  // Only a cursor that came without a limit, from a list with a larger one, gets this far with too many rows.
  if (page.count > settings.maxLimit) throw parameterOutOfRange(parameter, 1, settings.maxLimit)
}

function plainBody(page: SourcePage, form: PageForm): Body {
  if (form === 'ndjson') return ndjsonBody(page)
  return arrayBody(page)
}

function arrayBody(page: SourcePage | UnfinishedPage): Body {
  return { chunks: page.chunks(), byteLength: page.byteLength, shape: 'array' }
}

function envelopedBody(page: SourcePage | UnfinishedPage, envelope: Envelope, links: PageLinks): Body {
  const about = envelopePage(page, links)
  const headText = envelope.head(about)
  const tailText = envelope.tail(about)
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
