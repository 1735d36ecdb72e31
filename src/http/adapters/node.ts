// node:http (and whatever hands out its response: Express, Connect, HTTP/2's compatible API). Chunks go to the
// socket as they are, header and all in one system call; large pages wait for a slow client.

import type { Buffer } from 'node:buffer'
import process from 'node:process'
import { BuildError } from '../../cache/errors.ts'
import { messageOf } from '../../pack/border.ts'
import { isInstance } from '../../pack/failure.ts'
import { answer } from '../respond.ts'
import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import type { PageHttpResponse, RequestHeaders } from '../types.ts'
import { type FieldValue, mergedHeaders, type SourceFor, sourceFor } from './shared.ts'

export type { FieldValue, SourceFor } from './shared.ts'

/** The part of `http.IncomingMessage` that is used. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: RequestHeaders
}

/** The part of `http.ServerResponse` (or `http2.Http2ServerResponse`) that is used. */
export interface NodeResponse {
  readonly destroyed: boolean
  /** HTTP/2's only: there `destroyed` is missing, whatever its types say. */
  readonly stream?: { readonly destroyed: boolean }
  readonly writableEnded: boolean
  readonly headersSent: boolean
  getHeader(name: string): FieldValue
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  write(chunk: Buffer): boolean
  write(chunk: string, encoding: 'latin1'): boolean
  end(): unknown
  end(chunk: Buffer): unknown
  destroy(error?: Error): unknown
  cork?(): void
  uncork?(): void
  once(event: 'drain' | 'close', listener: () => void): unknown
  removeListener(event: 'drain' | 'close', listener: () => void): unknown
}

/** Bytes that go out under one cork; above, and for NDJSON, writing waits for the client. */
const CORKED_BYTES_MAX = 256 * 1024
const CORKED_CHUNKS_MAX = 256
/** A head of up to so many bytes travels in the header's string. */
const JOINED_BYTES_MAX = 256

/**
 * A request listener for node:http that serves a list.
 *
 * @param onError answers when the source fails; by default with an empty 500, or 503 for a `BuildError`, and
 *   a process warning
 * @example
 * http.createServer(pageHandler(source, { maxLimit: 500 })).listen(3000)
 */
export function pageHandler<Request extends NodeRequest, Response extends NodeResponse>(
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
  onError: (error: unknown, request: Request, response: Response) => void = sendFailure,
): (request: Request, response: Response) => Promise<void> {
  const settings = pageSettings(options)
  return async (request, response) => {
    try {
      const sending = answerTo(request, response, source, settings)
      if (sending !== undefined) await sending
    } catch (error) {
      onError(error, request, response)
    }
  }
}

/**
 * Answers one request with a page. Resolves when the last byte was handed to the socket, or the client is gone;
 * rejects with the application's own errors, before anything has been sent.
 *
 * @example
 * if (pathname === '/movies') await sendPage(request, response, source, settings)
 */
export async function sendPage<Request extends NodeRequest>(
  request: Request,
  response: NodeResponse,
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
): Promise<void> {
  await answerTo(request, response, source, pageSettings(options))
}

/** At once where nothing has to be waited for: each promise costs a request a microsecond. */
function answerTo<Request extends NodeRequest>(
  request: Request,
  response: NodeResponse,
  sourceOf: SourceFor<Request>,
  settings: PageSettings,
): Promise<void> | undefined {
  const { method = 'GET', url = '/', headers } = request
  const source = sourceFor(sourceOf, request)
  const page =
    typeof source === 'object' && source !== null && 'then' in source
      ? Promise.resolve(source).then(it => answer({ method, url, headers }, it, settings))
      : answer({ method, url, headers }, source, settings)
  return page instanceof Promise ? page.then(it => writePage(response, it)) : writePage(response, page)
}

/**
 * Sends a response of `respond`; keeps the list headers set before. Does nothing when the client is gone.
 *
 * @returns a promise only when there is a client to wait for
 */
export function writePage(response: NodeResponse, page: PageHttpResponse): Promise<void> | undefined {
  if (isGone(response) || response.writableEnded) return undefined
  const headers = mergedHeaders(page, name => response.getHeader(name))
  response.writeHead(page.status, headers)
  const { chunks, byteLength } = page
  if (byteLength > CORKED_BYTES_MAX || !Array.isArray(chunks)) return writeGradually(response, chunks)
  writeCorked(response, chunks)
  return undefined
}

/** One `writev`: header and head joined, the rows' view, the tail. */
function writeCorked(response: NodeResponse, chunks: readonly Buffer[]): void {
  const last = chunks.length - 1
  if (last > 0) response.cork?.()
  for (let i = 0; i < last; i++) {
    const chunk = chunks[i]!
    // Node joins a string with the header instead of queueing one more buffer; latin1 keeps every byte.
    if (i === 0 && chunk.byteLength <= JOINED_BYTES_MAX) response.write(chunk.toString('latin1'), 'latin1')
    else response.write(chunk)
  }
  endWith(response, chunks[last])
}

/**
 * Middleware that compresses ends the response later, when its stream has. Node 22 and 24 then put what is
 * still corked behind the end.
 */
function endWith(response: NodeResponse, tail: Buffer | undefined): void {
  if (tail === undefined) response.end()
  else response.end(tail)
  if (!response.writableEnded) response.uncork?.()
}

/** Corks batches and waits for `drain` between them, so that a slow client holds views and nothing else. */
async function writeGradually(response: NodeResponse, chunks: Iterable<Buffer>): Promise<void> {
  let count = 0
  let byteLength = 0
  response.cork?.()
  for (const piece of pieces(chunks)) {
    const roomLeft = response.write(piece)
    byteLength += piece.byteLength
    if (++count < CORKED_CHUNKS_MAX && byteLength < CORKED_BYTES_MAX) continue
    response.uncork?.()
    if (!roomLeft) await drained(response)
    if (isGone(response)) return
    response.cork?.()
    count = byteLength = 0
  }
  endWith(response, undefined)
}

function* pieces(chunks: Iterable<Buffer>): Generator<Buffer> {
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.byteLength; start += CORKED_BYTES_MAX) {
      yield chunk.subarray(start, start + CORKED_BYTES_MAX)
    }
  }
}

/** Whether the client has hung up. */
function isGone(response: NodeResponse): boolean {
  return response.destroyed || response.stream?.destroyed === true
}

/** Resolves when the client has taken what was written, or will take no more. */
function drained(response: NodeResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.removeListener('drain', done)
      response.removeListener('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
    if (isGone(response)) done()
  })
}

/** node:http has no error handler of its own. Details go to standard error, never into the response. */
function sendFailure(error: unknown, _request: NodeRequest, response: NodeResponse): void {
  if (isInstance(error, Error)) process.emitWarning(error)
  else process.emitWarning(typeof error === 'string' ? error : messageOf(error))
  if (isGone(response) || response.writableEnded) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  const status = error instanceof BuildError ? error.status : 500
  response.writeHead(status, { 'content-length': '0', 'cache-control': 'no-store' })
  response.end()
}
