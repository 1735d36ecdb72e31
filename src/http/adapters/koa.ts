// Koa 3 and 2: the page becomes `ctx.body`, so middleware around it sees an ordinary response.

import { respond } from '../respond.ts'
import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import type { RequestHeaders } from '../types.ts'
import { bodyOf, type FieldValue, mergedHeaders, type SourceFor, sourceFor } from './shared.ts'

export type { FieldValue, SourceFor } from './shared.ts'

/** The part of a Koa context that is used. */
export interface KoaContext {
  readonly method: string
  readonly url: string
  readonly headers: RequestHeaders
  readonly res: { getHeader(name: string): FieldValue }
  status: number
  body: unknown
  set(headers: Readonly<Record<string, string>>): unknown
}

/**
 * A middleware that serves a list.
 *
 * @example
 * app.use(mount('/movies', pageHandler(source, { maxLimit: 500 })))
 */
export function pageHandler<Context extends KoaContext>(
  source: SourceFor<Context>,
  options: PageOptions | PageSettings = {},
): (ctx: Context) => Promise<void> {
  const settings = pageSettings(options)
  return ctx => sendPage(ctx, source, settings)
}

/** Puts one page into the context's response; rejects with the application's own errors. */
export async function sendPage<Context extends KoaContext>(
  ctx: Context,
  source: SourceFor<Context>,
  options: PageOptions | PageSettings = {},
): Promise<void> {
  const { method, url, headers } = ctx
  const page = await respond({ method, url, headers }, await sourceFor(source, ctx), options)
  ctx.status = page.status
  ctx.body = bodyOf(page) // an empty one for HEAD and 304; the length that HEAD tells is set below
  ctx.set(mergedHeaders(page, name => ctx.res.getHeader(name)))
}
