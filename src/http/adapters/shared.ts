// What every adapter needs besides translation.

import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import type { PageSource } from '../../cache/source.ts'
import type { PageHttpResponse } from '../types.ts'

/** One source for all requests, or a choice per request (by tenant, filter or sort order). */
export type SourceFor<Request> = PageSource | ((request: Request) => PageSource | Promise<PageSource>)

/** The source for a request. */
export function sourceFor<Request>(
  source: SourceFor<Request>,
  request: Request,
): PageSource | Promise<PageSource> {
  return typeof source === 'function' ? source(request) : source
}

/** Fields that are lists: what other middleware has put there stays (CORS sets the first two). */
export const LIST_FIELDS = ['vary', 'access-control-expose-headers', 'link'] as const

export type FieldValue = number | string | readonly string[] | null | undefined

/**
 * The response's headers, with lists that are already set on the framework's response kept in front.
 *
 * @param current gives the value of a field set so far
 */
export function mergedHeaders(
  response: PageHttpResponse,
  current: (name: string) => FieldValue,
): Readonly<Record<string, string>> {
  let headers = response.headers
  for (const name of LIST_FIELDS) {
    const before = current(name)
    const after = headers[name]
    if (before == null || before === '' || after === undefined) continue
    headers = {
      ...headers,
      [name]: joinedField(Array.isArray(before) ? before.join(', ') : `${before}`, after),
    }
  }
  return headers
}

/** `*` in Vary already says everything. */
export function joinedField(before: string, after: string): string {
  return before === '*' ? before : `${before}, ${after}`
}

/** Up to here one copy costs a framework less than a stream does (measured: a stream, about 100 µs). */
export const COPIED_BYTES_MAX = 128 * 1024

/** One body for frameworks that do not take several chunks: a small page copied once, a large one streamed. */
export function bodyOf(response: PageHttpResponse): Buffer | PageStream {
  if (response.byteLength > COPIED_BYTES_MAX) return new PageStream(response.chunks)
  return joined(response)
}

/** The chunks as one buffer; a single chunk, such as a compressed page, as it is. */
export function joined({ chunks, byteLength }: PageHttpResponse): Buffer {
  const list = Array.isArray(chunks) ? (chunks as readonly Buffer[]) : [...chunks]
  return list.length === 1 ? list[0]! : Buffer.concat(list, byteLength)
}

/** A stream over a page's chunks, for frameworks that take one body and not several. */
export class PageStream extends Readable {
  readonly #chunks: Iterator<Buffer>

  constructor(chunks: Iterable<Buffer>) {
    super()
    this.#chunks = chunks[Symbol.iterator]()
  }

  override _read(): void {
    for (;;) {
      const next = this.#chunks.next()
      if (next.done === true) {
        this.push(null)
        return
      }
      if (!this.push(next.value)) return
    }
  }
}
