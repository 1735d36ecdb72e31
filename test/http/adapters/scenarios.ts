// What every adapter must do, told once, against its real framework on a real socket.

import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageRequest, PageSource } from '../../../src/cache/source.ts'
import { type PageOptions, PageSettings } from '../../../src/http/settings.ts'
import { ask as askPure } from '../ask.ts'
import { makeRows, RowSource } from '../row-source.ts'
import { ask, pipeline, slowClient } from './client.ts'

/** A source, or a choice that looks at nothing of the request. */
export type TestSource = PageSource | (() => PageSource | Promise<PageSource>)

/** Serves `source` under `/movies` for every method, with an error handler of the framework's own kind. */
export type StartServer = (
  source: TestSource,
  options: PageOptions | PageSettings,
  extras: Extras,
) => Promise<Running>

export interface Extras {
  /** Header fields that middleware sets before the handler runs. */
  readonly before?: Readonly<Record<string, string>>
}

export interface Running {
  readonly port: number
  close(): Promise<unknown>
}

export interface AdapterTraits {
  /** What the application's error handler answers; its body must be the error's message. */
  readonly errorStatus: number
  /** Pages served while the slow client sleeps: 10,000, fewer for what is another adapter's twin. */
  readonly servedMeanwhile?: number
}

const ROWS = makeRows(1000)
const WIDE_ROWS = Array.from({ length: 400 }, (_, id) => ({ id, text: `${id} é `.repeat(1500 + id) }))

/** Header fields that frameworks add on their own. */
const FRAMEWORK_FIELDS = ['date', 'connection', 'keep-alive', 'x-powered-by']

export function describeAdapter(name: string, start: StartServer, traits: AdapterTraits): void {
  describe(name, () => {
    describePages(start)
    describeChoice(start)
    describeRefusals(start, traits)
    describeVolume(start, traits)
  })
}

async function withServer(
  start: StartServer,
  source: TestSource,
  options: PageOptions | PageSettings,
  use: (port: number) => Promise<void>,
  extras: Extras = {},
): Promise<void> {
  const { port, close } = await start(source, options, extras)
  try {
    await use(port)
  } finally {
    await close()
  }
}

function describePages(start: StartServer): void {
  const source = new RowSource(ROWS)
  const settings = new PageSettings({ maxLimit: 1000 })
  let server: Running
  beforeAll(async () => {
    server = await start(source, settings, {})
  })
  afterAll(() => server.close())

  it.each([
    '/movies',
    '/movies?offset=40&limit=20',
    '/movies?page=3&per_page=7',
    '/movies?offset=999',
    '/movies?offset=5000',
    '/movies?limit=1000',
    '/movies?q=%C3%A9&offset=3',
    '/movies?cursor=v1~30~15',
  ])('%s: the bytes and headers that respond gives', async path => {
    const expected = await askPure(source, path, settings)
    const { status, headers, body } = await ask(server.port, path)
    expect(status).toBe(200)
    expect(body.equals(expected.body)).toBe(true)
    for (const field of FRAMEWORK_FIELDS) delete headers[field]
    expect(headers).toEqual(expected.headers)
  })

  it('HEAD: the headers of GET, no body, and the connection stays usable', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (const encoding of ['identity', 'gzip']) {
      const headers = { 'accept-encoding': encoding }
      const expected = await askPure(source, '/movies?offset=20&limit=60', settings, headers, 'HEAD')
      const head = await ask(server.port, '/movies?offset=20&limit=60', { method: 'HEAD', headers, agent })
      expect([head.status, head.body.byteLength]).toEqual([200, 0])
      expect(head.headers).toMatchObject(expected.headers)
      expect((await ask(server.port, '/movies', { agent })).body.toString()).toBe(
        JSON.stringify(ROWS.slice(0, 20)),
      )
    }
    agent.destroy()
  })

  it('304 for the ETag it gave, on GET and HEAD, and the connection stays usable', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const { etag } = (await ask(server.port, '/movies')).headers
    for (const method of ['GET', 'HEAD']) {
      for (const field of [etag!, `W/${etag}`, `"x", ${etag}`, '*']) {
        const reply = await ask(server.port, '/movies', {
          method,
          headers: { 'if-none-match': field },
          agent,
        })
        expect([reply.status, reply.body.byteLength, reply.headers.etag]).toEqual([304, 0, etag])
        expect(reply.headers.vary).toBe('Accept, Accept-Encoding')
      }
    }
    expect((await ask(server.port, '/movies', { headers: { 'if-none-match': '"x"' }, agent })).status).toBe(
      200,
    )
    agent.destroy()
  })

  it('compressed pages', async () => {
    const path = '/movies?offset=100&limit=200'
    for (const [encoding, decode] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const { headers, body } = await ask(server.port, path, { headers: { 'accept-encoding': encoding } })
      expect([headers['content-encoding'], headers['content-length']]).toEqual([
        encoding,
        `${body.byteLength}`,
      ])
      expect(decode(body).toString()).toBe(JSON.stringify(ROWS.slice(100, 300)))
    }
  })

  it('NDJSON, also of no rows', async () => {
    const accept = { headers: { accept: 'application/x-ndjson' } }
    const { headers, body } = await ask(server.port, '/movies?offset=10&limit=1000', accept)
    expect(headers['content-type']).toBe('application/x-ndjson')
    expect(headers['content-length']).toBe(`${body.byteLength}`)
    expect(body.toString()).toBe(
      ROWS.slice(10)
        .map(row => `${JSON.stringify(row)}\n`)
        .join(''),
    )
    const none = await ask(server.port, '/movies?offset=1000', accept)
    expect([none.status, none.headers['content-length'], none.body.byteLength]).toEqual([200, '0', 0])
  })

  it('an envelope', async () => {
    await withServer(start, source, { envelope: 'items' }, async port => {
      const { headers, body } = await ask(port, '/movies?offset=40')
      expect(JSON.parse(body.toString())).toEqual({
        items: ROWS.slice(40, 60),
        total: 1000,
        next: '?offset=60&limit=20',
      })
      expect(headers['content-length']).toBe(`${body.byteLength}`)
    })
  })

  it('keeps header fields that middleware set before, lists joined', async () => {
    const before = { vary: 'Origin', 'access-control-expose-headers': 'X-Request-Id', 'x-request-id': '7' }
    const use = async (port: number) => {
      for (const path of ['/movies', '/movies?limit=1000']) {
        const { headers } = await ask(port, path)
        expect(headers).toMatchObject({
          vary: 'Origin, Accept, Accept-Encoding',
          'access-control-expose-headers': 'X-Request-Id, ETag, Link, X-Total-Count',
          'x-request-id': '7',
          'content-type': 'application/json',
        })
      }
    }
    await withServer(start, source, { maxLimit: 1000 }, use, { before })
  })
}

function describeChoice(start: StartServer): void {
  it('a source chosen per request, at once or later, and a choice that fails', async () => {
    const sources = [new RowSource(ROWS.slice(0, 3)), new RowSource(ROWS.slice(5, 9))]
    let turn = 0
    const choose = () => {
      if (turn === 3) throw new Error('no such tenant')
      const source = sources[turn++ % 2]!
      return turn === 2 ? Promise.resolve(source) : source
    }
    await withServer(start, choose, {}, async port => {
      for (const source of [...sources, sources[0]!]) {
        expect((await ask(port, '/movies')).body.toString()).toBe(JSON.stringify(source.rows))
      }
      expect((await ask(port, '/movies')).body.toString()).toBe('no such tenant')
    })
  })
}

function describeRefusals(start: StartServer, traits: AdapterTraits): void {
  it('400, 405, 406 and 410 as problem details', async () => {
    const source = new RowSource(ROWS)
    source.replace(makeRows(100, 7))
    source.dropOldSnapshots()
    await withServer(start, source, {}, async port => {
      for (const [path, status, parameter, extra] of [
        ['/movies?limit=x', 400, 'limit', {}],
        ['/movies?offset=-1', 400, 'offset', {}],
        ['/movies?page=1&page=2', 400, 'page', {}],
        ['/movies?cursor=nonsense', 400, 'cursor', {}],
        ['/movies?cursor=v1~20~20', 410, 'cursor', {}],
        ['/movies', 406, undefined, { headers: { accept: 'text/html' } }],
        ['/movies', 405, undefined, { method: 'DELETE' }],
      ] as const) {
        const { status: got, headers, body } = await ask(port, path, extra)
        expect([got, headers['content-type'], headers['cache-control']]).toEqual([
          status,
          'application/problem+json',
          'no-store',
        ])
        expect(headers['content-length']).toBe(`${body.byteLength}`)
        expect(JSON.parse(body.toString())).toMatchObject({ status, ...(parameter && { parameter }) })
        if (status === 405) expect(headers.allow).toBe('GET, HEAD')
      }
      const head = await ask(port, '/movies?limit=x', { method: 'HEAD' })
      expect([head.status, head.body.byteLength]).toEqual([400, 0])
    })
  })

  it('the application’s own errors reach its error handler, and the server goes on', async () => {
    const source = new RowSource(ROWS)
    let failing: 'at once' | 'later' | undefined = 'at once'
    const flaky: PageSource = {
      page(request: PageRequest) {
        if (failing === 'at once') throw new Error('the database is down')
        if (failing === 'later') return sleep(1).then(() => Promise.reject(new Error('the database is down')))
        return source.page(request)
      },
    }
    await withServer(start, flaky, {}, async port => {
      for (failing of ['at once', 'later'] as const) {
        const { status, body } = await ask(port, '/movies')
        expect([status, body.toString()]).toEqual([traits.errorStatus, 'the database is down'])
      }
      failing = undefined
      expect((await ask(port, '/movies')).body.toString()).toBe(JSON.stringify(ROWS.slice(0, 20)))
    })
  })

  it('clients that hang up, before the page is there or in its middle, harm nobody', async () => {
    const wide = new RowSource(WIDE_ROWS)
    const late: PageSource = { page: request => sleep(20).then(() => wide.page(request)) }
    const failures: unknown[] = []
    const note = (error: unknown) => failures.push(error)
    process.on('uncaughtException', note).on('unhandledRejection', note)
    await withServer(start, late, { maxLimit: 400 }, async port => {
      for (let i = 0; i < 20; i++) {
        const socket = connect(port, '127.0.0.1')
        await once(socket, 'connect')
        const accept = i % 2 === 0 ? 'application/json' : 'application/x-ndjson'
        socket.write(`GET /movies?limit=400 HTTP/1.1\r\nhost: x\r\naccept: ${accept}\r\n\r\n`)
        if (i % 4 > 1) await once(socket, 'data')
        socket.destroy()
      }
      await sleep(60)
      const { body } = await ask(port, '/movies?limit=400')
      expect(body.equals(Buffer.from(JSON.stringify(WIDE_ROWS)))).toBe(true)
    })
    process.off('uncaughtException', note).off('unhandledRejection', note)
    expect(failures).toEqual([])
  })
}

function describeVolume(start: StartServer, { servedMeanwhile = 10_000 }: AdapterTraits): void {
  it('many pages at once, each its own', async () => {
    const source = new RowSource(ROWS)
    const agent = new Agent({ keepAlive: true, maxSockets: 32 })
    await withServer(start, source, new PageSettings({ maxLimit: 1000 }), async port => {
      const asked = Array.from({ length: 300 }, async (_, i) => {
        const [offset, limit] = [(i * 37) % 990, 1 + ((i * 101) % 400)]
        const headers: Record<string, string> = i % 3 === 0 ? { 'accept-encoding': 'gzip' } : {}
        const reply = await ask(port, `/movies?offset=${offset}&limit=${limit}`, { agent, headers })
        const body = reply.headers['content-encoding'] === 'gzip' ? gunzipSync(reply.body) : reply.body
        expect(body.toString()).toBe(JSON.stringify(ROWS.slice(offset, offset + limit)))
      })
      await Promise.all(asked)
    })
    agent.destroy()
  })

  it(`a slow client’s bytes stay what they were while ${servedMeanwhile} more pages are served`, {
    timeout: 60_000,
  }, async () => {
    const source = new RowSource(WIDE_ROWS)
    const expected = Buffer.from(JSON.stringify(WIDE_ROWS))
    expect(expected.byteLength).toBeGreaterThan(4_000_000)
    await withServer(start, source, { maxLimit: 400 }, async port => {
      const slow = await slowClient(port, '/movies?limit=400')
      const compressed = await ask(port, '/movies?limit=300', { headers: { 'accept-encoding': 'gzip' } })
      source.replace(ROWS)
      const paths = Array.from(
        { length: servedMeanwhile },
        (_, i) => `/movies?offset=${(i * 7) % 990}&limit=${1 + (i % 3)}`,
      )
      let served = 0
      await pipeline(port, paths, (i, body) => {
        const offset = (i * 7) % 990
        if (body.toString() !== JSON.stringify(ROWS.slice(offset, offset + 1 + (i % 3)))) {
          throw new Error(`${paths[i]}: got ${body}`)
        }
        served++
      })
      expect(served).toBe(servedMeanwhile)
      expect((await slow.rest()).equals(expected)).toBe(true)
      expect(gunzipSync(compressed.body).toString()).toBe(JSON.stringify(WIDE_ROWS.slice(0, 300)))
    })
  })
}
