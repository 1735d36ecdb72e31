// Asking `respond` in tests: a request in one line, the answer with its body put together.

import { Buffer } from 'node:buffer'
import type { PageSource } from '../../src/cache/source.ts'
import { respond } from '../../src/http/respond.ts'
import type { PageOptions, PageSettings } from '../../src/http/settings.ts'
import type { RequestHeaders } from '../../src/http/types.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body as parsed JSON; only for JSON bodies. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is what the test says
  json(): any
}

export async function ask(
  source: PageSource,
  url: string,
  options: PageOptions | PageSettings = {},
  headers: RequestHeaders = {},
  method = 'GET',
): Promise<Answer> {
  const {
    status,
    headers: fields,
    chunks,
    byteLength,
  } = await respond({ method, url, headers }, source, options)
  const body = Buffer.concat([...chunks])
  if (body.byteLength !== byteLength) throw new Error(`byteLength ${byteLength}, body ${body.byteLength}`)
  return { status, headers: fields, body, json: () => JSON.parse(body.toString()) }
}
