import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type NodeResponse, writePage } from '../../../src/http/adapters/node.ts'
import type { FieldValue } from '../../../src/http/adapters/shared.ts'
import type { PageHttpResponse } from '../../../src/http/types.ts'

const ROOM_BYTES = 64 * 1024

/** A client that takes bytes only when told to: `write` says stop above 64 KiB. */
class FakeResponse extends EventEmitter implements NodeResponse {
  destroyed = false
  writableEnded = false
  headersSent = false
  corked = 0
  written: Buffer[] = []
  pendingBytes = 0
  pendingBytesMax = 0
  readonly fields: Record<string, FieldValue> = {}
  sentFields: Readonly<Record<string, string>> = {}

  getHeader(name: string): FieldValue {
    return this.fields[name]
  }

  writeHead(_status: number, headers: Readonly<Record<string, string>>): void {
    this.headersSent = true
    this.sentFields = headers
  }

  write(chunk: Buffer | string, encoding?: 'latin1'): boolean {
    if (this.destroyed || this.writableEnded) throw new Error('write after end')
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
    this.written.push(bytes)
    this.pendingBytes += bytes.byteLength
    this.pendingBytesMax = Math.max(this.pendingBytesMax, this.pendingBytes)
    return this.pendingBytes < ROOM_BYTES
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.write(chunk)
    this.corked = 0
    this.writableEnded = true
  }

  cork(): void {
    this.corked++
  }

  uncork(): void {
    this.corked--
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }

  drain(): void {
    this.pendingBytes = 0
    this.emit('drain')
  }

  get body(): Buffer {
    return Buffer.concat(this.written)
  }
}

function pageOf(chunks: Iterable<Buffer>): PageHttpResponse {
  const byteLength = Buffer.concat([...chunks]).byteLength
  return { status: 200, headers: { vary: 'Accept', link: '<?a>; rel="first"' }, chunks, byteLength }
}

const OPEN = Buffer.from('[')
const CLOSE = Buffer.from(']')

describe('writePage', () => {
  it('writes a small page under one cork, at once, whatever its bytes', () => {
    for (const head of [
      OPEN,
      Buffer.from('{"größe":"🎬","data":['),
      Buffer.alloc(300, 0xff),
      Buffer.alloc(0),
    ]) {
      const response = new FakeResponse()
      const page = pageOf([head, Buffer.from('"é🎬"'), CLOSE])
      expect(writePage(response, page)).toBeUndefined()
      expect([response.writableEnded, response.corked]).toEqual([true, 0])
      expect(response.body.equals(Buffer.concat([...page.chunks]))).toBe(true)
    }
  })

  it('writes one chunk, or none', () => {
    for (const chunks of [[], [CLOSE]]) {
      const response = new FakeResponse()
      writePage(response, pageOf(chunks))
      expect([response.writableEnded, response.body.toString()]).toEqual([true, chunks.join('')])
    }
  })

  it('waits for a slow client in the middle of a large page, holding a bounded number of bytes', async () => {
    const rows = Buffer.from('0123456789abcdef'.repeat(200_000))
    const response = new FakeResponse()
    const page = pageOf([OPEN, rows, CLOSE])
    const done = writePage(response, page)
    expect(done).toBeInstanceOf(Promise)
    let drains = 0
    while (!response.writableEnded) {
      const before = response.written.length
      await turn()
      expect(response.written.length).toBe(before) // nothing moves until the client has taken its bytes
      expect(response.corked).toBe(0)
      response.drain()
      await turn()
      drains++
    }
    await done
    expect(drains).toBe(Math.floor(rows.byteLength / (256 * 1024)))
    expect(response.pendingBytesMax).toBeLessThan(2 * 256 * 1024)
    expect(response.body.equals(Buffer.concat([...page.chunks]))).toBe(true)
    expect(response.listenerCount('drain') + response.listenerCount('close')).toBe(0)
  })

  it('takes NDJSON rows one by one as the client takes them', async () => {
    let taken = 0
    const rows = {
      *[Symbol.iterator]() {
        for (taken = 0; taken < 5000; ) {
          taken++
          yield Buffer.alloc(1000, 0x61)
        }
      },
    }
    const response = new FakeResponse()
    const done = writePage(response, { status: 200, headers: {}, chunks: rows, byteLength: 5_000_000 })
    expect(taken).toBe(256)
    while (!response.writableEnded) {
      response.drain()
      await turn()
    }
    await done
    expect([taken, response.body.byteLength]).toEqual([5000, 5_000_000])
  })

  it('stops when the client goes away, and writes nothing to one that is gone', async () => {
    const response = new FakeResponse()
    const done = writePage(response, pageOf([OPEN, Buffer.alloc(3_000_000, 0x61), CLOSE]))
    response.destroy()
    await done
    expect(response.writableEnded).toBe(false)
    expect(response.body.byteLength).toBeLessThan(600_000)
    expect(response.listenerCount('drain') + response.listenerCount('close')).toBe(0)
    const gone = new FakeResponse()
    gone.destroyed = true
    expect(writePage(gone, pageOf([OPEN, CLOSE]))).toBeUndefined()
    expect(gone.headersSent).toBe(false)
  })

  it.each<[FieldValue, string]>([
    [undefined, 'Accept'],
    ['', 'Accept'],
    ['Origin', 'Origin, Accept'],
    [['Origin', 'Cookie'], 'Origin, Cookie, Accept'],
    ['*', '*'],
  ])('joins Vary set before: %j', (before, after) => {
    const response = new FakeResponse()
    response.fields.vary = before
    writePage(response, pageOf([OPEN, CLOSE]))
    expect(response.sentFields).toEqual({ vary: after, link: '<?a>; rel="first"' })
  })
})
