// Fastify 5: pages through `reply.send`, so hooks, logging and CORS see an ordinary reply; and tocson as the
// serializer of all routes.

import type { PageSource } from '../../cache/source.ts'
import { respond } from '../respond.ts'
import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import type { PageHttpResponse, RequestHeaders } from '../types.ts'
import { bodyOf, type FieldValue, mergedHeaders, PageStream, type SourceFor, sourceFor } from './shared.ts'

export { type RouteSchema, type RouteSerializer, serializerFactory } from './fastify-serializer.ts'
export type { FieldValue, SourceFor } from './shared.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a page of a list; there once `pagesPlugin` is registered. Return it from an async handler. */
    sendPage(source: PageSource, settings?: PageOptions | PageSettings): Promise<FastifyReply>
  }
}

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

/** The part of a Fastify instance that is used. */
export interface FastifyInstanceLike {
  decorateReply(name: string, value: unknown): unknown
}

/**
 * A plugin that gives every reply `sendPage(source)`, with these options unless others are handed over. All
 * routes share one budget of compressed pages.
 *
 * @example
 * app.register(pagesPlugin, { maxLimit: 500 })
 * app.get('/movies', (request, reply) => reply.sendPage(sourceOf(request.user)))
 */
export function pagesPlugin(
  app: FastifyInstanceLike,
  options: PageOptions | PageSettings,
  done: (error?: Error) => void,
): void {
  let defaults: PageSettings
  try {
    defaults = pageSettings(options)
  } catch (error) {
    done(error as Error) // thrown, it would end the process instead of failing the start
    return
  }
  app.decorateReply(
    'sendPage',
    function (
      this: FastifyReplyLike & { readonly request: FastifyRequestLike },
      source: PageSource,
      settings: PageOptions | PageSettings = defaults,
    ) {
      return sendPage(this.request, this, source, settings)
    },
  )
  done()
}

// Fastify's marks for a plugin whose decorators belong to the whole app (what fastify-plugin sets).
Object.assign(pagesPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'tocson-pages',
})

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
