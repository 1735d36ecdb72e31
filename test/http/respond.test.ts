import { Buffer } from 'node:buffer'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { listSource } from '../../src/cache/list-source.ts'
import type { PageSource } from '../../src/cache/source.ts'
import { respond } from '../../src/http/respond.ts'
import { type PageOptions, PageSettings } from '../../src/http/settings.ts'
import { ask } from './ask.ts'
import { listOf, makeRows, RowSource } from './row-source.ts'

const rows = makeRows(250)
const source = new RowSource(rows)

describe('a page', () => {
  it.each([
    ['/m', 0, 20],
    ['/m?offset=40&limit=20', 40, 60],
    ['/m?offset=240', 240, 250],
    ['/m?offset=250', 250, 250],
    ['/m?offset=1000000', 250, 250],
    ['/m?page=13', 240, 250],
    ['/m?limit=100', 0, 100],
    ['/m?offset=249&limit=1', 249, 250],
  ])('%s is rows [%i, %i) exactly as JSON.stringify writes them', async (url, start, end) => {
    const { status, headers, body } = await ask(source, url)
    expect(status).toBe(200)
    expect(body.toString()).toBe(JSON.stringify(rows.slice(start, end)))
    expect(headers['content-length']).toBe(`${body.byteLength}`)
  })

  it('has these headers and no others', async () => {
    const { headers, body } = await ask(source, '/m?offset=20')
    expect(headers).toEqual({
      etag: '"v1.20-20.array"',
      'cache-control': 'private, no-cache',
      vary: 'Accept, Accept-Encoding',
      'content-type': 'application/json',
      'content-length': `${body.byteLength}`,
      link: '<?offset=0&limit=20>; rel="first", <?offset=0&limit=20>; rel="prev", <?offset=40&limit=20>; rel="next", <?offset=240&limit=20>; rel="last"',
      'x-total-count': '250',
      'access-control-expose-headers': 'ETag, Link, X-Total-Count',
    })
  })

  it('copies no row: the middle chunk is a view of the blob', async () => {
    const list = listOf(rows)
    const { chunks } = await respond({ method: 'GET', url: '/m?offset=9', headers: {} }, listSource(list))
    expect([...chunks].map(chunk => chunk.buffer === list.blob.buffer)).toContain(true)
    const items = await respond({ method: 'GET', url: '/m?offset=9', headers: {} }, listSource(list), {
      envelope: 'items',
    })
    expect([...items.chunks].map(chunk => chunk.buffer === list.blob.buffer)).toContain(true)
  })

  it('comes from a source that takes its time, too', async () => {
    const slow: PageSource = { page: async request => source.page(request) }
    expect((await ask(slow, '/m?limit=3')).json()).toEqual(rows.slice(0, 3))
  })

  it('asks the source once, for what the query says', async () => {
    const one = new RowSource(rows)
    await ask(one, '/m?page=2&per_page=7&x=1')
    await ask(one, '/m?offset=1')
    expect(one.calls).toEqual([
      { offset: 7, limit: 7 },
      { offset: 1, limit: 20 },
    ])
  })
})

describe('options', () => {
  it.each<[string, PageOptions]>([
    ['maxLimit', { maxLimit: 0 }],
    ['maxLimit', { maxLimit: 1.5 }],
    ['defaultLimit', { defaultLimit: 101 }],
    ['defaultLimit', { defaultLimit: Number.NaN }],
    ['maxPageBytes', { maxPageBytes: -1 }],
    ['linkBase', { linkBase: '/movies?x=1' }],
    ['linkBase', { linkBase: '/mo>vies' }],
    ['envelope', { envelope: 'rows' as 'items' }],
    ['envelope', { envelope: { head: () => '' } as unknown as 'items' }],
    ['compression.encodings', { compression: { encodings: ['deflate' as 'gzip'] } }],
    ['compression.encodings', { compression: { encodings: 'gzip' as never } }],
    ['compression.encodings', { compression: { encodings: 5 as never } }],
    ['compression', { compression: 'gzip' as never }],
    ['ndjson', { ndjson: 'no' as never }],
    ['compression.thresholdBytes', { compression: { thresholdBytes: -1 } }],
    ['compression.keepBytes', { compression: { keepBytes: Number.NaN } }],
    ['compression.brotliQuality', { compression: { brotliQuality: 'high' as never } }],
    ['compression.gzipLevel', { compression: { gzipLevel: 99 } }],
    ['compression.zstdLevel', { compression: { zstdLevel: 0 } }],
    ['linkBase', { linkBase: 5 as never }],
    ['links', { links: 'cursors' as never }],
    ['cacheControl', { cacheControl: 'no-store\r\nx: y' }],
    ['cacheControl', { cacheControl: true as never }],
  ])('%s is checked at start-up: %j', (option, options) => {
    expect(() => new PageSettings(options)).toThrow(`option ${option}: expected`)
  })

  it('are all told by settings, of this copy of the package or of another', async () => {
    const settings = new PageSettings({
      defaultLimit: 3,
      maxLimit: 30,
      maxPageBytes: 5_000,
      envelope: 'items',
      links: 'cursor',
      linkBase: 'https://films.example/m',
      cacheControl: false,
      ndjson: false,
      compression: false,
    })
    const headers = { 'accept-encoding': 'br', accept: 'application/x-ndjson, */*;q=0.1' }
    for (const url of ['/m', '/m?limit=30', '/m?limit=31']) {
      const [told, own] = [
        await ask(source, url, { ...settings }, headers),
        await ask(source, url, settings, headers),
      ]
      expect([told.status, told.headers, told.body]).toEqual([own.status, own.headers, own.body])
    }
    const gzip = { ...new PageSettings({ compression: { encodings: ['gzip'], thresholdBytes: 0 } }) }
    const { headers: sent } = await ask(source, '/m', gzip, { 'accept-encoding': 'br, gzip' })
    expect(sent['content-encoding']).toBe('gzip')
  })

  it('a small maximum lowers the default', async () => {
    expect((await ask(source, '/m', { maxLimit: 5 })).json()).toHaveLength(5)
  })

  it('set or leave out Cache-Control', async () => {
    const cacheControl = 'public, max-age=60'
    expect((await ask(source, '/m', { cacheControl })).headers['cache-control']).toBe(cacheControl)
    expect((await ask(source, '/m', { cacheControl: false })).headers).not.toHaveProperty('cache-control')
  })

  it('leave out of Vary what is not negotiated', async () => {
    expect((await ask(source, '/m', { ndjson: false })).headers.vary).toBe('Accept-Encoding')
    expect((await ask(source, '/m', { compression: false })).headers.vary).toBe('Accept')
    expect((await ask(source, '/m', { compression: false, ndjson: false })).headers).not.toHaveProperty(
      'vary',
    )
  })
})

describe('HEAD', () => {
  it.each([{}, { 'accept-encoding': 'gzip' }, { accept: 'application/x-ndjson' }])(
    'has the headers of GET and no body (%j)',
    async headers => {
      const url = '/m?offset=20&limit=60'
      const get = await ask(source, url, {}, headers)
      const head = await ask(source, url, {}, headers, 'HEAD')
      expect(head.headers).toEqual(get.headers)
      expect(head.status).toBe(200)
      expect(head.body.byteLength).toBe(0)
      expect(get.body.byteLength).toBe(Number(get.headers['content-length']))
    },
  )

  it('has the headers of a refused GET', async () => {
    const get = await ask(source, '/m?limit=x')
    const head = await ask(source, '/m?limit=x', {}, {}, 'HEAD')
    expect([head.status, head.headers, head.body.byteLength]).toEqual([400, get.headers, 0])
  })
})

describe('envelope', () => {
  it('items: rows, total and the next reference', async () => {
    const { headers, body, json } = await ask(source, '/m?q=é&offset=20', { envelope: 'items' })
    expect(json()).toEqual({ items: rows.slice(20, 40), total: 250, next: '?q=%C3%A9&offset=40&limit=20' })
    expect(headers['content-length']).toBe(`${body.byteLength}`)
    expect((await ask(source, '/m?offset=240', { envelope: 'items' })).json().next).toBeNull()
    expect((await ask(new RowSource([]), '/m', { envelope: 'items' })).json()).toEqual({
      items: [],
      total: 0,
      next: null,
    })
  })

  it('a head and a tail of your own, in UTF-8, knowing the page', async () => {
    const envelope = {
      head: () => '{"größe":"🎬","data":',
      tail: (page: {
        version: string | undefined
        nextCursor: string | null
        prevCursor: string | null
        count: number
      }) =>
        `,"v":"${page.version}","next":${JSON.stringify(page.nextCursor)},"prev":${JSON.stringify(page.prevCursor)},"n":${page.count}}`,
    }
    const { headers, body, json } = await ask(source, '/m?limit=7', { envelope })
    expect(json()).toEqual({ größe: '🎬', data: rows.slice(0, 7), v: 'v1', next: 'v1~7~7', prev: null, n: 7 })
    expect(headers['content-length']).toBe(`${body.byteLength}`)
  })

  it('changes the ETag whenever its bytes change, and only then', async () => {
    const envelope = 'items'
    const tagOf = async (url: string) => (await ask(source, url, { envelope })).headers.etag
    expect(await tagOf('/m?offset=20')).toBe(await tagOf('/m?offset=20&limit=20'))
    const tags = await Promise.all(['/m?offset=20', '/m?offset=20&x=1', '/m?page=2'].map(tagOf))
    expect(new Set([...tags, (await ask(source, '/m?offset=20')).headers.etag]).size).toBe(4)
  })
})

describe('ETag and If-None-Match', () => {
  it('differs by version, range, form and coding, and equal tags mean equal bytes', async () => {
    const changing = new RowSource(rows)
    const bodies = new Map<string, string>()
    for (const salt of [0, 1]) {
      if (salt > 0) changing.replace(makeRows(250, salt))
      for (const url of ['/m?limit=60', '/m?limit=61', '/m?offset=1&limit=60', '/m?page=1&per_page=60']) {
        for (const accept of ['application/json', 'application/x-ndjson']) {
          for (const coding of ['identity', 'gzip', 'br']) {
            const { headers, body } = await ask(changing, url, {}, { accept, 'accept-encoding': coding })
            const known = bodies.get(headers.etag!) ?? body.toString('latin1')
            expect(body.toString('latin1') === known).toBe(true)
            bodies.set(headers.etag!, known)
          }
        }
      }
    }
    expect(bodies.size).toBe(2 * 3 * 2 * 3)
    expect(new Set(bodies.values()).size).toBe(bodies.size)
  })

  const TAG = '"v1.0-20.array"'
  it.each([
    [TAG],
    [`W/${TAG}`],
    ['*'],
    [' * '],
    [`"other", ${TAG}`],
    [`"a,b", W/"x",${TAG},"y"`],
    [`  ,, ${TAG}`],
  ])('answers 304 to %s', async field => {
    const { status, headers, body } = await ask(source, '/m', {}, { 'if-none-match': field })
    expect([status, body.byteLength]).toEqual([304, 0])
    expect(headers).toEqual({
      etag: TAG,
      'cache-control': 'private, no-cache',
      vary: 'Accept, Accept-Encoding',
    })
    expect((await ask(source, '/m', {}, { 'if-none-match': field }, 'HEAD')).status).toBe(304)
  })

  it('reads a field that came in several lines', async () => {
    for (const [lines, status] of [
      [['"other"', TAG], 304],
      [['"other"', '"another"'], 200],
    ] as const) {
      expect((await ask(source, '/m', {}, { 'if-none-match': lines as never })).status).toBe(status)
    }
  })

  it.each([
    '"v1.0-19.array"',
    'v1.0-20.array',
    '"V1.0-20.array"',
    '"*"',
    '',
    'W/',
    `"x${TAG.slice(1)}`,
    '**',
  ])('answers 200 to %s', async field => {
    expect((await ask(source, '/m', {}, { 'if-none-match': field })).status).toBe(200)
  })

  it('answers 304 without compressing', async () => {
    const settings = new PageSettings()
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': '"v1.0-60.array.gzip"' }
    expect((await ask(source, '/m?limit=60', settings, headers)).status).toBe(304)
    const other = { 'accept-encoding': 'br', 'if-none-match': '"v1.0-60.array.gzip"' }
    expect((await ask(source, '/m?limit=60', settings, other)).status).toBe(200)
  })

  it('answers 200 once the list has changed', async () => {
    const changing = new RowSource(rows)
    const { headers } = await ask(changing, '/m')
    changing.replace(makeRows(250, 1))
    const again = await ask(changing, '/m', {}, { 'if-none-match': headers.etag })
    expect([again.status, again.json()]).toEqual([200, changing.rows.slice(0, 20)])
  })
})

describe('NDJSON', () => {
  const accept = 'application/x-ndjson'

  it.each(['/m', '/m?offset=249', '/m?offset=250', '/m?limit=100'])('one row a line: %s', async url => {
    const lines = await ask(source, url, { envelope: 'items' }, { accept })
    const rowsOfPage: unknown[] = (await ask(source, url)).json()
    expect(lines.body.toString()).toBe(rowsOfPage.map(row => `${JSON.stringify(row)}\n`).join(''))
    expect(lines.headers['content-type']).toBe(accept)
    expect(lines.headers['content-length']).toBe(`${lines.body.byteLength}`)
  })

  it('of a list without rows is empty', async () => {
    const { status, headers, body } = await ask(new RowSource([]), '/m', {}, { accept })
    expect([status, headers['content-length'], body.byteLength]).toEqual([200, '0', 0])
  })

  it.each([
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    ['application/json;charset="UTF-8"', 'application/json'],
    ['application/*', 'application/json'],
    ['*/*', 'application/json'],
    ['', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['application/x-ndjson, application/json;q=0.5', 'application/x-ndjson'],
    ['application/x-ndjson;q=0.5, application/json', 'application/json'],
    ['application/x-ndjson, */*', 'application/x-ndjson'],
    ['application/json;q=0, */*', 'application/x-ndjson'],
  ])('Accept: %s gives %s', async (field, type) => {
    expect((await ask(source, '/m', {}, { accept: field })).headers['content-type']).toBe(type)
  })
})

describe('refusals', () => {
  it('are problem details naming the parameter', async () => {
    const { status, headers, body, json } = await ask(source, '/m?limit=1000')
    expect(status).toBe(400)
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'content-length': `${body.byteLength}`,
      'cache-control': 'no-store',
    })
    expect(json()).toEqual({
      type: 'urn:problem-type:tocson:parameter-range',
      title: 'Query parameter out of range',
      status: 400,
      detail: 'limit: expected 1 to 100',
      parameter: 'limit',
    })
  })

  it('never echo more than a few characters', async () => {
    const { body } = await ask(source, `/m?offset=${'x'.repeat(5000)}`)
    expect(body.byteLength).toBeLessThan(300)
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'get'])('%s: 405 with Allow', async method => {
    const one = new RowSource(rows)
    const { status, headers, json } = await ask(one, '/m', {}, {}, method)
    expect([status, headers.allow, json().status]).toEqual([405, 'GET, HEAD', 405])
    expect(one.calls).toEqual([])
  })

  it.each([
    [{ accept: 'text/html' }, {}],
    [{ accept: 'application/json;q=0' }, { ndjson: false }],
    [{ accept: 'application/x-ndjson' }, { ndjson: false }],
    [{ 'accept-encoding': 'identity;q=0' }, {}],
    [{ 'accept-encoding': '*;q=0' }, {}],
    [{ 'accept-encoding': 'gzip, identity;q=0' }, { compression: false as const }],
    [{ 'accept-encoding': 'compress, *;q=0' }, {}],
  ])('%j with %j: 406', async (headers, options) => {
    const { status, headers: fields, json } = await ask(source, '/m', options, headers)
    expect([status, fields.vary, json().title]).toEqual([406, 'Accept, Accept-Encoding', 'Not acceptable'])
  })

  it('a cursor of a snapshot that is gone: 410', async () => {
    const changing = new RowSource(rows)
    changing.replace(makeRows(10, 5))
    const old = await ask(changing, '/m?cursor=v1~20~20')
    expect(old.json()).toEqual(rows.slice(20, 40))
    changing.dropOldSnapshots()
    const { status, headers, json } = await ask(changing, '/m?cursor=v1~20~20')
    expect([status, headers['cache-control']]).toEqual([410, 'no-store'])
    expect(json()).toMatchObject({
      status: 410,
      parameter: 'cursor',
      type: 'urn:problem-type:tocson:snapshot-gone',
    })
  })

  it('a cursor that is none: 400', async () => {
    const { status, json } = await ask(source, '/m?cursor=nonsense')
    expect([status, json().parameter, json().title]).toEqual([400, 'cursor', 'Malformed cursor'])
  })

  it('of the cursors of a real list: 400 and 410', async () => {
    const mine = listSource(listOf(rows))
    const other = listSource(listOf(makeRows(250, 1)))
    const cursor = other.page({ offset: 0, limit: 20 }).nextCursor!
    expect((await ask(mine, `/m?cursor=${encodeURIComponent(cursor)}`)).status).toBe(410)
    expect((await ask(mine, '/m?cursor=nonsense')).status).toBe(400)
    expect((await ask(other, `/m?cursor=${encodeURIComponent(cursor)}`)).json()).toEqual(
      makeRows(250, 1).slice(20, 40),
    )
  })

  it('a page with too many bytes, or by cursor with too many rows: 400 naming the limit', async () => {
    const large = await ask(source, '/m?limit=100', { maxPageBytes: 2000 })
    expect([large.status, large.json().parameter]).toEqual([400, 'limit'])
    expect(large.json().type).toBe('urn:problem-type:tocson:page-too-large')
    expect((await ask(source, '/m?per_page=100', { maxPageBytes: 2000 })).json().parameter).toBe('per_page')
    expect((await ask(source, '/m?limit=10', { maxPageBytes: 2000 })).status).toBe(200)
    const many = await ask(source, '/m?cursor=v1~0~200')
    expect([many.status, many.json().parameter]).toEqual([400, 'limit'])
  })

  it('are not made of the application’s own errors', async () => {
    const errors = [
      new Error('database is down'),
      Object.assign(new Error('bad'), { status: 400, code: 'MINE' }),
      Object.assign(new Error('gone'), { status: 410 }),
      'a string',
    ]
    for (const error of errors) {
      const failing: PageSource = { page: () => Promise.reject(error) }
      await expect(ask(failing, '/m')).rejects.toBe(error)
      const throwing: PageSource = {
        page() {
          throw error
        },
      }
      await expect(ask(throwing, '/m', {}, {}, 'HEAD')).rejects.toBe(error)
      await expect(ask(failing, '/m?cursor=v1~0~20')).rejects.toBe(error)
    }
  })

  it.each([undefined, null])('%s as an error is made one: frameworks would take it for none', async error => {
    const failing: PageSource = { page: () => Promise.reject(error) }
    await expect(ask(failing, '/m')).rejects.toThrow(`failed with ${error}`)
  })
})

it('a snapshot that is gone is told by an error of any realm', async () => {
  const gone = runInNewContext("Object.assign(new Error('gone'), { code: 'SNAPSHOT_GONE' })")
  const { status } = await ask({ page: () => Promise.reject(gone) }, '/m?cursor=c')
  expect(status).toBe(410)
})

describe('whatever is asked', () => {
  it('gets exactly the bytes of one snapshot', async () => {
    let seed = 20261121
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed % n
    }
    const settings = new PageSettings({ maxLimit: 300 })
    for (let i = 0; i < 3000; i++) {
      const offset = random(300)
      const limit = 1 + random(300)
      const { body } = await ask(source, `/m?offset=${offset}&limit=${limit}`, settings)
      const expected = Buffer.from(JSON.stringify(rows.slice(offset, offset + limit)))
      expect(body.equals(expected), `offset ${offset} limit ${limit}`).toBe(true)
    }
  })
})
