// Fastify 5: pages through `reply.send`, so hooks, logging and CORS see an ordinary reply.

import { respond } from '../respond.ts'
import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import type { PageHttpResponse, RequestHeaders } from '../types.ts'
import { bodyOf, type FieldValue, mergedHeaders, PageStream, type SourceFor, sourceFor } from './shared.ts'

/** The part of a Fastify request that is used. */
export interface FastifyRequestLike {
  readonly method: string
  readonly url: string
  readonly headers: RequestHeaders
}

/** The part of a Fastify reply that is used. */
export interface FastifyReplyLike {
  code(status: number): unknown
  headers(values: Readonly<Record<string, string>>): unknown
  getHeader(name: string): FieldValue
  send(payload?: unknown): unknown
}

/**
 * A route handler that serves a list.
 *
 * @example
 * app.get('/movies', pageHandler(source, { maxLimit: 500 }))
 */
export function pageHandler<Request extends FastifyRequestLike, Reply extends FastifyReplyLike>(
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
): (request: Request, reply: Reply) => Promise<Reply> {
  const settings = pageSettings(options)
  return (request, reply) => sendPage(request, reply, source, settings)
}

/** Sends one page; resolves with the reply, as an async handler must; rejects with the application's errors. */
export async function sendPage<Request extends FastifyRequestLike, Reply extends FastifyReplyLike>(
  request: Request,
  reply: Reply,
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
): Promise<Reply> {
  const { method, url, headers } = request
  const page = await respond({ method, url, headers }, await sourceFor(source, request), options)
  reply.code(page.status)
  reply.headers(mergedHeaders(page, name => reply.getHeader(name)))
  reply.send(payloadOf(page, method))
  return reply
}

/** For HEAD an empty stream: any other payload makes Fastify overwrite the length. */
function payloadOf(page: PageHttpResponse, method: string): unknown {
  if (method === 'HEAD') return new PageStream([])
  return page.byteLength === 0 ? undefined : bodyOf(page)
}
