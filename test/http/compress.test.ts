import { Buffer } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { PageCompressor } from '../../src/http/compress.ts'
import { PageSettings } from '../../src/http/settings.ts'
import { ask } from './ask.ts'
import { makeRows, RowSource } from './row-source.ts'

const rows = makeRows(250)
const source = new RowSource(rows)
const URL = '/m?offset=20&limit=60'
const EXPECTED = JSON.stringify(rows.slice(20, 80))

const decoders: Record<string, (bytes: Buffer) => Buffer> = { gzip: gunzipSync, br: brotliDecompressSync }
if (typeof zstdDecompressSync === 'function') decoders.zstd = zstdDecompressSync

describe('compression', () => {
  it.each(Object.keys(decoders))('%s is the same page, smaller', async coding => {
    const { headers, body } = await ask(source, URL, {}, { 'accept-encoding': coding })
    expect(headers['content-encoding']).toBe(coding)
    expect(headers['content-length']).toBe(`${body.byteLength}`)
    expect(body.byteLength).toBeLessThan(EXPECTED.length)
    expect(decoders[coding]!(body).toString()).toBe(EXPECTED)
    expect(headers.etag).toBe(`"v1.20-60.array.${coding}"`)
  })

  it('covers envelopes and NDJSON', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const items = await ask(source, URL, { envelope: 'items' }, headers)
    expect(JSON.parse(gunzipSync(items.body).toString()).items).toEqual(rows.slice(20, 80))
    const lines = await ask(source, URL, {}, { ...headers, accept: 'application/x-ndjson' })
    expect(gunzipSync(lines.body).toString().split('\n')).toHaveLength(61)
  })

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['deflate', undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=0.5, identity;q=0.1', 'gzip'],
    ['identity;q=0, gzip', 'gzip'],
    ['*', Object.keys(decoders).includes('zstd') ? 'zstd' : 'br'],
    ['*;q=0.1, br;q=0', Object.keys(decoders).includes('zstd') ? 'zstd' : 'gzip'],
    ['*;q=0, gzip', 'gzip'],
  ])('Accept-Encoding: %s gives %s', async (field, coding) => {
    const { status, headers } = await ask(source, URL, {}, { 'accept-encoding': field })
    expect([status, headers['content-encoding']]).toEqual([200, coding])
  })

  it('leaves small pages alone, unless the client refuses them as they are', async () => {
    const small = '/m?limit=3'
    const asIs = await ask(source, small, {}, { 'accept-encoding': 'gzip' })
    expect(asIs.headers).not.toHaveProperty('content-encoding')
    expect(asIs.headers.vary).toContain('Accept-Encoding')
    const forced = await ask(source, small, {}, { 'accept-encoding': 'gzip, identity;q=0' })
    expect(gunzipSync(forced.body).toString()).toBe(JSON.stringify(rows.slice(0, 3)))
    const { byteLength } = asIs.body
    for (const [thresholdBytes, coding] of [
      [byteLength, 'gzip'],
      [byteLength + 1, undefined],
    ] as const) {
      const options = { compression: { thresholdBytes } }
      const { headers } = await ask(source, small, options, { 'accept-encoding': 'gzip' })
      expect(headers['content-encoding']).toBe(coding)
    }
  })

  it('offers what is configured, in that order', async () => {
    const options = { compression: { encodings: ['gzip', 'br'] as const } }
    const { headers } = await ask(source, URL, options, { 'accept-encoding': 'br, gzip, zstd' })
    expect(headers['content-encoding']).toBe('gzip')
    const only = { compression: { encodings: ['gzip'] as const } }
    expect((await ask(source, URL, only, { 'accept-encoding': 'br' })).headers).not.toHaveProperty(
      'content-encoding',
    )
  })

  it('is done once for all that ask, and kept for the next', async () => {
    const settings = new PageSettings()
    const asked = Array.from({ length: 50 }, () => ask(source, URL, settings, { 'accept-encoding': 'gzip' }))
    const bodies = (await Promise.all(asked)).map(({ body }) => body)
    expect(bodies.every(body => body.equals(bodies[0]!))).toBe(true)
    expect(gunzipSync(bodies[0]!).toString()).toBe(EXPECTED)
  })
})

describe('PageCompressor', () => {
  const chunks = (text: string) => [Buffer.from('['), Buffer.from(`"${text.repeat(500)}"`), Buffer.from(']')]

  it('runs once per key: same buffer for all, during and after', async () => {
    const compressor = new PageCompressor({})
    const waiting = [0, 1, 2].map(() => compressor.compress('k', 'gzip', chunks('a')))
    expect(waiting[1]).toBe(waiting[0])
    const [first] = await Promise.all(waiting)
    expect(compressor.compress('k', 'gzip', chunks('a'))).toBe(first)
    expect(await compressor.compress('other', 'gzip', chunks('b'))).not.toBe(first)
  })

  it('keeps no more bytes than its budget, and the latest', async () => {
    const compressor = new PageCompressor({ keepBytes: 3000 })
    const made = new Map<string, Buffer>()
    for (let i = 0; i < 20; i++) made.set(`${i}`, await compressor.compress(`${i}`, 'gzip', chunks(`${i}`)))
    const kept = [...made].filter(([key, bytes]) => compressor.compress(key, 'gzip', chunks(key)) === bytes)
    const keys = kept.map(([key]) => key)
    expect(keys.at(-1)).toBe('19')
    expect(keys.length).toBeGreaterThan(1)
    expect(keys.length).toBeLessThan(6)
  })

  it('keeps nothing with a budget of 0, nor what alone passes the budget', async () => {
    for (const keepBytes of [0, 10]) {
      const compressor = new PageCompressor({ keepBytes })
      const first = await compressor.compress('k', 'gzip', chunks('a'))
      const second = await compressor.compress('k', 'gzip', chunks('a'))
      expect(second).not.toBe(first)
      expect(second).toEqual(first)
    }
  })

  it('forgets a failure: everyone waiting learns of it, the next call starts again', async () => {
    const compressor = new PageCompressor({})
    const broken = {
      // biome-ignore lint/correctness/useYield: it fails before it has a chunk
      *[Symbol.iterator](): Generator<Buffer> {
        throw new Error('no rows')
      },
    }
    const failing = [0, 1].map(() => compressor.compress('k', 'gzip', broken))
    for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected')
    expect(Buffer.isBuffer(await compressor.compress('k', 'gzip', chunks('a')))).toBe(true)
  })
})
