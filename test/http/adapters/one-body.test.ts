// Frameworks that take one body: small pages in a buffer of their own, large ones as a stream of views.

import { Buffer } from 'node:buffer'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { pageResponse } from '../../../src/http/adapters/hono.ts'
import { bodyOf, COPIED_BYTES_MAX, PageStream } from '../../../src/http/adapters/shared.ts'
import { RowSource } from '../row-source.ts'

function page(chunks: Buffer[]) {
  return { status: 200, headers: {}, chunks, byteLength: Buffer.concat(chunks).byteLength }
}

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

/** Chunks that count how many have been taken. */
function counted(count: number, byteLength: number) {
  const state = { taken: 0 }
  const chunks = {
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) {
        state.taken++
        yield Buffer.alloc(byteLength, i)
      }
    },
  }
  return { state, chunks }
}

describe('bodyOf', () => {
  it('copies a page up to the limit and streams one above it', async () => {
    for (const extra of [0, 1]) {
      const rows = Buffer.alloc(COPIED_BYTES_MAX - 2 + extra, 0x61)
      const body = bodyOf(page([OPEN, rows, CLOSE]))
      expect(body instanceof PageStream).toBe(extra === 1)
      const bytes = body instanceof PageStream ? Buffer.concat(await body.toArray()) : body
      expect(bytes.equals(Buffer.concat([OPEN, rows, CLOSE]))).toBe(true)
    }
  })

  it('gives a single chunk as it is, and no chunk as an empty buffer', () => {
    expect(bodyOf(page([CLOSE]))).toBe(CLOSE)
    expect(bodyOf(page([]))).toEqual(Buffer.alloc(0))
  })

  it('streams views, taken only as they are read', async () => {
    const { state, chunks } = counted(1000, 10_000)
    const stream = bodyOf({ status: 200, headers: {}, chunks, byteLength: 10_000_000 }) as PageStream
    stream.read(0)
    await turn()
    expect(state.taken).toBeLessThan(20)
    let byteLength = 0
    for await (const chunk of stream) byteLength += chunk.byteLength
    expect([byteLength, state.taken]).toEqual([10_000_000, 1000])
  })
})

describe('pageResponse', () => {
  it('streams a large page as it is read, chunk by chunk', async () => {
    const { state, chunks } = counted(1000, 10_000)
    const rows = new RowSource([])
    const source = {
      page() {
        const found = rows.page({ offset: 0, limit: 1 })
        return { ...found, count: 1, byteLength: 10_000_000, chunks: () => chunks as unknown as Buffer[] }
      },
    }
    const response = await pageResponse(new Request('https://x.example/'), source)
    await turn()
    expect(state.taken).toBeLessThan(3)
    expect((await response.arrayBuffer()).byteLength).toBe(10_000_000)
    expect(state.taken).toBe(1000)
  })
})
