// Web standard Request and Response: Hono, and as plain `pageResponse` Elysia, Next.js route handlers, h3, Bun
// and Deno.

import type { Buffer } from 'node:buffer'
import { respond } from '../respond.ts'
import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import type { PageHttpResponse } from '../types.ts'
import { COPIED_BYTES_MAX, joined, joinedField, LIST_FIELDS, type SourceFor, sourceFor } from './shared.ts'

export type { SourceFor } from './shared.ts'

/** The part of a Hono context that is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly res: Response
}

/**
 * Answers a web `Request` with a page; rejects with the application's own errors.
 *
 * @example
 * export const GET = (request: Request) => pageResponse(request, source, settings) // Next.js
 */
export async function pageResponse(
  request: Request,
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
): Promise<Response> {
  const headers = {
    accept: request.headers.get('accept') ?? undefined,
    'accept-encoding': request.headers.get('accept-encoding') ?? undefined,
    'if-none-match': request.headers.get('if-none-match') ?? undefined,
  }
  const { method, url } = request
  const page = await respond({ method, url, headers }, await sourceFor(source, request), options)
  return new Response(webBody(page), { status: page.status, headers: page.headers })
}

/**
 * A Hono handler that serves a list; headers set by middleware before it stay.
 *
 * @example
 * app.get('/movies', pageHandler(source, { maxLimit: 500 }))
 */
export function pageHandler<Context extends HonoContext>(
  source: SourceFor<Context>,
  options: PageOptions | PageSettings = {},
): (c: Context) => Promise<Response> {
  const settings = pageSettings(options)
  return async c => {
    const response = await pageResponse(c.req.raw, await sourceFor(source, c), settings)
    // Hono lets fields set before win over the handler's, so a list set before goes into ours.
    for (const name of LIST_FIELDS) {
      const before = c.res.headers.get(name)
      const after = response.headers.get(name)
      if (before === null || after === null) continue
      c.res.headers.delete(name)
      response.headers.set(name, joinedField(before, after))
    }
    return response
  }
}

function webBody(page: PageHttpResponse): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null {
  if (page.byteLength === 0) return null
  if (page.byteLength > COPIED_BYTES_MAX) return webStream(page.chunks)
  return joined(page) as Uint8Array<ArrayBuffer> // never backed by shared memory
}

/** Pulled by the reader, so a slow client holds views and nothing else. */
function webStream(chunks: Iterable<Buffer>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]()
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = iterator.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
  })
}
