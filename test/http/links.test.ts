import { describe, expect, it } from 'vitest'
import type { PageOptions } from '../../src/http/settings.ts'
import { ask } from './ask.ts'
import { makeRows, RowSource } from './row-source.ts'

const source = new RowSource(makeRows(95))

/** The Link field of a request as `{ rel: reference }`. */
async function linksOf(url: string, options: PageOptions = {}): Promise<Record<string, string>> {
  const { status, headers } = await ask(source, url, options)
  expect(status).toBe(200)
  const links = headers.link!.split(', ').map(part => /^<([^>]*)>; rel="(\w+)"$/.exec(part)!)
  return Object.fromEntries(links.map(([, reference, rel]) => [rel!, reference!]))
}

describe('links', () => {
  it('follow offsets', async () => {
    expect(await linksOf('/m?offset=20&limit=20')).toEqual({
      first: '?offset=0&limit=20',
      prev: '?offset=0&limit=20',
      next: '?offset=40&limit=20',
      last: '?offset=80&limit=20',
    })
  })

  it.each([
    ['/m', { first: '?offset=0&limit=20', next: '?offset=20&limit=20', last: '?offset=80&limit=20' }],
    ['/m?limit=100', { first: '?offset=0&limit=100', last: '?offset=0&limit=100' }],
    ['/m?limit=95', { first: '?offset=0&limit=95', last: '?offset=0&limit=95' }],
    [
      '/m?limit=19',
      { first: '?offset=0&limit=19', next: '?offset=19&limit=19', last: '?offset=76&limit=19' },
    ],
    // Before an unaligned page there are fewer rows than a page holds, and none comes twice.
    ['/m?offset=7', { prev: '?offset=0&limit=7', next: '?offset=27&limit=20' }],
    ['/m?offset=94', { prev: '?offset=74&limit=20' }],
    ['/m?offset=95', { prev: '?offset=75&limit=20' }],
    ['/m?offset=100000', { prev: '?offset=75&limit=20', last: '?offset=80&limit=20' }],
    ['/m?page=1', { first: '?page=1&per_page=20', next: '?page=2&per_page=20', last: '?page=5&per_page=20' }],
    ['/m?page=5', { prev: '?page=4&per_page=20', last: '?page=5&per_page=20' }],
    ['/m?page=6', { prev: '?page=5&per_page=20' }],
    ['/m?page=999', { prev: '?page=5&per_page=20' }],
    ['/m?per_page=95', { first: '?page=1&per_page=95', last: '?page=1&per_page=95' }],
    ['/m?q=a%20b&offset=20&x', { next: '?q=a%20b&x&offset=40&limit=20' }],
  ])('of %s', async (url, expected) => {
    expect(await linksOf(url)).toMatchObject(expected)
    const { prev, next, ...others } = await linksOf(url)
    expect(Object.keys(others)).toEqual(['first', 'last'])
    expect([prev !== undefined, next !== undefined]).toEqual([
      'prev' in expected || /offset=20/.test(url),
      'next' in expected,
    ])
  })

  it('of an empty list lead to its first page', async () => {
    const empty = new RowSource([])
    expect((await ask(empty, '/m')).headers.link).toBe(
      '<?offset=0&limit=20>; rel="first", <?offset=0&limit=20>; rel="last"',
    )
    expect((await ask(empty, '/m?page=1')).headers.link).toBe(
      '<?page=1&per_page=20>; rel="first", <?page=1&per_page=20>; rel="last"',
    )
  })

  it('go by cursor when configured, and once a client follows one', async () => {
    const byCursor = await linksOf('/m?q=1&limit=30', { links: 'cursor' })
    expect(byCursor).toEqual({ first: '?q=1&limit=30', next: '?q=1&cursor=v1~30~30&limit=30' })
    expect(await linksOf('/m?cursor=v1~30~30&limit=30')).toEqual({
      first: '?limit=30',
      prev: '?cursor=v1~0~30&limit=30',
      next: '?cursor=v1~60~30&limit=30',
    })
    expect(await linksOf('/m?cursor=v1~30~30')).toEqual({
      first: '?offset=0',
      prev: '?cursor=v1~0~30',
      next: '?cursor=v1~60~30',
    })
  })

  it('stand behind a base', async () => {
    const { next } = await linksOf('/m?x=1', { linkBase: 'https://api.example/v2/movies' })
    expect(next).toBe('https://api.example/v2/movies?x=1&offset=20&limit=20')
  })

  it.each([
    'offset=0&limit=7',
    'offset=3&limit=7',
    'page=1&per_page=9',
    'cursor=v1~0~11',
    'cursor=v1~0~11&limit=4',
  ])('walked forth and back from %s show every row once', async start => {
    const seen: unknown[] = []
    let query: string | undefined = `?${start}`
    let last = query
    while (query !== undefined) {
      last = query
      seen.push(...(await ask(source, `/m${query}`)).json())
      query = (await linksOf(`/m${query}`)).next
    }
    expect(seen).toEqual(source.rows.slice(start.startsWith('offset=3') ? 3 : 0))
    const back: unknown[] = []
    for (query = last; query !== undefined; query = (await linksOf(`/m${query}`)).prev) {
      back.unshift(...(await ask(source, `/m${query}`)).json())
    }
    expect(back).toEqual(source.rows)
  })

  it.each(['offset=5&limit=20', 'page=2&per_page=9', 'cursor=v1~5~20&limit=30', 'cursor=v1~5~20'])(
    'walked back from %s by cursor show no row twice',
    async start => {
      const seen: unknown[] = []
      for (let query: string | undefined = `?${start}`; query !== undefined; ) {
        seen.unshift(...(await ask(source, `/m${query}`)).json())
        query = (await linksOf(`/m${query}`, { links: 'cursor' })).prev
      }
      expect(seen.length).toBeGreaterThan(9)
      expect(seen).toEqual(source.rows.slice(0, seen.length))
    },
  )
})
