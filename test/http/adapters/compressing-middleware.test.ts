// Under middleware that wraps `write` and `end` to compress: the real end comes later than the handler's.

import type { ServerResponse } from 'node:http'
import { createGzip, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { pageHandler } from '../../../src/http/adapters/node.ts'
import { makeRows, RowSource } from '../row-source.ts'
import { ask } from './client.ts'
import { listen } from './listen.ts'

function compress(response: ServerResponse): void {
  const gzip = createGzip()
  const { write, end, writeHead } = response
  Object.assign(response, {
    writeHead(status: number, headers: Record<string, string>) {
      const { 'content-length': _, ...rest } = headers
      return writeHead.call(response, status, { ...rest, 'content-encoding': 'gzip' })
    },
    write: (chunk: Uint8Array, encoding: BufferEncoding) => gzip.write(chunk, encoding),
    end: (chunk?: Uint8Array) => gzip.end(chunk),
    once: (event: string, listener: () => void) => (event === 'drain' ? gzip : response).on(event, listener),
  })
  gzip.on('data', chunk => Reflect.apply(write, response, [chunk]))
  gzip.on('end', () => Reflect.apply(end, response, []))
}

describe('compressing middleware', () => {
  it.each([
    ['a small page', 20, {}],
    ['a large page', 20_000, {}],
    ['lines', 2_000, { accept: 'application/x-ndjson' }],
  ])('%s arrives whole', async (_, limit, headers) => {
    const rows = makeRows(20_000)
    const handler = pageHandler(new RowSource(rows), { maxLimit: 20_000, compression: false })
    const server = await listen((request, response) => {
      compress(response)
      void handler(request, response)
    })
    const { body } = await ask(server.port, `/?limit=${limit}`, { headers })
    await server.close()
    const text = gunzipSync(body).toString()
    const got =
      'accept' in headers
        ? text
            .trim()
            .split('\n')
            .map(line => JSON.parse(line))
        : JSON.parse(text)
    expect(got).toEqual(rows.slice(0, limit))
  })
})
