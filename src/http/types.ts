// The two values that cross between a framework and this library: a request reduced to what pages need, and
// a response that any framework can send.

import type { Buffer } from 'node:buffer'

/** Header fields by lower-case name, as node:http gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** What `respond` reads of a request. */
export interface PageHttpRequest {
  readonly method: string
  /** Absolute, or path and query as node:http gives it; only the query is read. */
  readonly url: string
  /** `accept`, `accept-encoding` and `if-none-match` are read. */
  readonly headers: RequestHeaders
}

/** What `respond` answers. */
export interface PageHttpResponse {
  readonly status: number
  /** Header fields by lower-case name, ready to send, frozen or shared; `content-length` included where allowed. */
  readonly headers: Readonly<Record<string, string>>
  /** The body: borrowed views that are never written again; empty for HEAD and 304. */
  readonly chunks: Iterable<Buffer>
  /** Size of `chunks` in bytes: 0 for HEAD and 304. */
  readonly byteLength: number
}

/** How the rows are written: one JSON document, or one row a line. */
export type PageForm = 'json' | 'ndjson'

/** Content codings, `identity` being none. */
export type PageEncoding = 'identity' | 'gzip' | 'br' | 'zstd'

/** Where the neighbours of a page are: relative references, unless `linkBase` is set. */
export interface PageLinks {
  readonly first: string
  readonly prev: string | undefined
  readonly next: string | undefined
  /** None with cursors: no cursor leads to the last page. */
  readonly last: string | undefined
}
