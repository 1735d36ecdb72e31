// The first visitor of a cold list: pages of a list that is still being built.

import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { PageCache } from '../../src/cache/page-cache.ts'
import type { PageSource } from '../../src/cache/source.ts'
import { type Film, filmRows, films } from '../toc/sliced.ts'
import { ask } from './ask.ts'

const rows = filmRows(500)
const list = films.serialize(rows)

let open: () => void
let cache: PageCache
let source: PageSource

/** 100 rows come at once, the others after `open`. */
beforeEach(() => {
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  const cursor = async function* (): AsyncGenerator<Film> {
    yield* rows.slice(0, 100)
    await gate
    yield* rows.slice(100)
  }
  cache = new PageCache()
  source = cache.source({ key: 'films', build: () => films.serializeAsync(cursor()), early: true })
})

const bytesOf = (offset: number, limit: number) => list.page(offset, limit).toBuffer()

/** Whether something is still waited for. */
const waits = async (answer: Promise<unknown>) =>
  (await Promise.race([answer, sleep(20, 'waits')])) === 'waits'

describe('while the list is being built', () => {
  test('a page says nothing that the finished list could contradict', async () => {
    const { status, headers, body } = await ask(source, '/films?offset=20&limit=30')
    expect(status).toBe(200)
    expect(body).toEqual(bytesOf(20, 30))
    expect(headers).toEqual({
      'content-type': 'application/json',
      'content-length': `${body.byteLength}`,
      'cache-control': 'no-store',
      vary: 'Accept, Accept-Encoding',
      link: '<?offset=0&limit=30>; rel="first", <?offset=0&limit=20>; rel="prev", <?offset=50&limit=30>; rel="next"',
      'access-control-expose-headers': 'ETag, Link, X-Total-Count',
    })
    open()
  })

  test('numbered pages link to numbers; cursors give way to offsets', async () => {
    const numbered = await ask(source, '/films?page=2&per_page=10')
    expect(numbered.headers.link).toBe(
      '<?page=1&per_page=10>; rel="first", <?page=1&per_page=10>; rel="prev", <?page=3&per_page=10>; rel="next"',
    )
    const first = await ask(source, '/films?limit=10', { links: 'cursor' })
    expect(first.headers.link).toBe('<?offset=0&limit=10>; rel="first", <?offset=10&limit=10>; rel="next"')
    open()
  })

  test('an envelope has null for what is not known', async () => {
    const { json, headers, body } = await ask(source, '/films?limit=10', { envelope: 'items' })
    expect(json()).toEqual({
      items: JSON.parse(`${bytesOf(0, 10)}`),
      total: null,
      next: '?offset=10&limit=10',
    })
    expect(headers['content-length']).toBe(`${body.byteLength}`)
    open()
  })

  test('HEAD has the header of GET; If-None-Match matches nothing', async () => {
    const get = await ask(source, '/films?limit=10')
    const head = await ask(source, '/films?limit=10', {}, {}, 'HEAD')
    expect(head.headers).toEqual(get.headers)
    expect(head.body.byteLength).toBe(0)
    expect((await ask(source, '/films?limit=10', {}, { 'if-none-match': '*' })).status).toBe(200)
    open()
  })

  test('a client that takes gzip gets plain bytes now, compressed ones later', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const early = await ask(source, '/films?limit=100', {}, headers)
    expect(early.headers['content-encoding']).toBe(undefined)
    expect(early.body).toEqual(bytesOf(0, 100))
    open()
    await cache.page({ key: 'films', build: () => list, offset: 0, limit: 1 })
    const later = await ask(source, '/films?limit=100', {}, headers)
    expect(later.headers['content-encoding']).toBe('gzip')
  })

  test.each([
    ['lines', { accept: 'application/x-ndjson' }],
    ['a coding that must be', { 'accept-encoding': 'gzip, identity;q=0' }],
  ])('%s wait for the end', async (_, headers) => {
    const answer = ask(source, '/films?limit=10', {}, headers)
    expect(await waits(answer)).toBe(true)
    open()
    expect((await answer).headers.etag).toMatch(/^"/)
  })

  test('rows that do not exist yet are waited for', async () => {
    const answer = ask(source, '/films?offset=90&limit=20')
    expect(await waits(answer)).toBe(true)
    open()
    expect((await answer).body).toEqual(bytesOf(90, 20))
  })

  test('a page that is too large is refused', async () => {
    const { status, json } = await ask(source, '/films?limit=10', { maxPageBytes: 10 })
    expect(status).toBe(400)
    expect(json().parameter ?? json().detail).toContain('limit')
    open()
  })
})

test('the total of an array is known from the start', async () => {
  const early = new PageCache().source({ key: 'films', build: () => films.serializeAsync(rows), early: true })
  const { headers, json } = await ask(early, '/films?offset=490&limit=20', { envelope: 'items' })
  expect(json()).toMatchObject({ total: 500, next: null })
  expect(headers['x-total-count']).toBe('500')
  expect(headers.link).toContain('<?offset=480&limit=20>; rel="last"')
})

test('the finished list is served as ever', async () => {
  open()
  await ask(source, '/films?offset=499')
  await cache.idle()
  const plain = cache.source({ key: 'films', build: () => list })
  const [early, usual] = await Promise.all([ask(source, '/films?offset=40'), ask(plain, '/films?offset=40')])
  expect(early.headers).toEqual(usual.headers)
  expect(early.body).toEqual(usual.body)
})

test('without `early` a cold list is waited for', async () => {
  const build = () => films.serializeAsync(rows)
  const { headers } = await ask(new PageCache().source({ key: 'films', build }), '/films')
  expect(headers.etag).toMatch(/^"/)
})
