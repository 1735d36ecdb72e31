import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runExample, ServingExample } from './example-process.ts'

const ROWS = 5000
const RAW = JSON.parse(
  readFileSync(new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url), 'utf8'),
) as Record<string, string & number>[]

interface MovieRow {
  id: number
  title: string | null
  released: string
  runtime: string | null
  imdbRating: number | null
}

describe('the command line', () => {
  it.concurrent('prints the figures once', async ({ expect }) => {
    const { code, stdout, stderr } = await runExample('demo.mjs', '--once', '--rows', '4000')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^rows +4,000 \(3,201 films/m)
    expect(stdout).toMatch(/^tocson +[\d,]+ bytes in +[\d.]+ ms, +\d+ MB\/s/m)
    expect(stdout).toMatch(/^JSON.stringify +[\d,]+ bytes in +[\d.]+ ms, +\d+ MB\/s/m)
    expect(stdout).toContain('byte for byte the same JSON')
    expect(stdout).toMatch(/^toc +16.0 kB/m)
    expect(stdout).toMatch(/^page +[\d.]+ µs for 100 rows/m)
  })

  it.concurrent('explains itself', async ({ expect }) => {
    const { code, stdout } = await runExample('demo.mjs', '--help')
    expect(code).toBe(0)
    for (const option of ['--rows', '--port', '--host', '--once']) expect(stdout).toContain(option)
  })

  it.concurrent.each([
    [['--rows', 'many'], '--rows: expected a whole number from 1 to 5000000, got "many"'],
    [['--rows', '0'], '--rows: expected a whole number from 1 to 5000000, got "0"'],
    [['--rows', '1e3'], '--rows: expected a whole number'],
    [['--rows'], "'--rows <value>' argument missing"],
    [['--port', '65536'], '--port: expected a whole number from 0 to 65535, got "65536"'],
    [['--host', ''], '--host: expected a name or an address'],
    [['--rowz', '5'], "Unknown option '--rowz'"],
    [['5000'], "Unexpected argument '5000'"],
  ])('refuses %j', async (args, reason) => {
    const { code, stdout, stderr } = await runExample('demo.mjs', ...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(reason)
    expect(stderr).not.toContain('    at ')
  })

  it('says when its port is taken', async () => {
    const squatter = createServer()
    await new Promise<void>(resolve => squatter.listen(0, '127.0.0.1', resolve))
    const { port } = squatter.address() as { port: number }
    const { code, stderr } = await runExample('demo.mjs', '--rows', '10', '--port', `${port}`)
    squatter.close()
    expect(code).toBe(1)
    expect(stderr).toContain(`Port ${port} is taken`)
  })
})

describe('GET /movies', () => {
  let demo: ServingExample
  beforeAll(async () => {
    demo = await ServingExample.start('demo.mjs', '--rows', `${ROWS}`)
  })
  afterAll(async () => {
    await demo.stop()
  })
  const get = (path: string, init?: RequestInit) => fetch(demo.url + path, init)
  const page = async (path: string) => (await (await get(path)).json()) as MovieRow[]

  it('gives the rows asked for, with correct headers', async () => {
    const response = await get('/movies?offset=40&limit=20', { headers: { 'accept-encoding': 'identity' } })
    const body = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('content-length')).toBe(`${Buffer.byteLength(body)}`)
    expect(response.headers.get('x-total-count')).toBe(`${ROWS}`)
    expect(response.headers.get('link')).toContain('rel="next"')
    const rows = JSON.parse(body) as MovieRow[]
    expect(rows.map(row => row.id)).toEqual(Array.from({ length: 20 }, (_, i) => 41 + i))
    const again = await get('/movies?offset=40&limit=20', {
      headers: { 'accept-encoding': 'identity', 'if-none-match': response.headers.get('etag')! },
    })
    expect(again.status).toBe(304)
  })

  it('maps every film of the data set', async () => {
    const rows: MovieRow[] = []
    while (rows.length < RAW.length) rows.push(...(await page(`/movies?offset=${rows.length}&limit=1000`)))
    for (const [i, raw] of RAW.entries()) {
      const row = rows[i]!
      expect(row.title).toBe(raw.Title === null ? null : `${raw.Title}`)
      expect(row.released).toBe(new Date(`${raw['Release Date']} UTC`).toISOString().slice(0, 10))
      expect(minutesOf(row.runtime)).toBe(raw['Running Time min'])
      expect(row.imdbRating).toBe(raw['IMDB Rating'])
    }
    expect(rows.slice(RAW.length).map(row => row.title)).toEqual(
      rows.slice(0, rows.length - RAW.length).map(row => row.title),
    )
  })

  it('gives fewer rows at the end, and none behind it', async () => {
    expect(await page(`/movies?offset=${ROWS - 3}&limit=20`)).toHaveLength(3)
    expect(await page(`/movies?offset=${ROWS}&limit=20`)).toEqual([])
  })

  it.each([
    ['/movies?offset=-1', 'offset'],
    ['/movies?offset=ten', 'offset'],
    ['/movies?limit=0', 'limit'],
    ['/movies?limit=1001', 'limit'],
    ['/movies?limit=5&limit=6', 'limit'],
  ])('refuses %s and says why', async (path, parameter) => {
    const response = await get(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ parameter, status: 400 })
  })

  it('knows no other path, and other methods no pages', async () => {
    expect((await get('/films')).status).toBe(404)
    expect((await get('/movies', { method: 'POST' })).status).toBe(405)
    expect((await get('//[?')).status).toBe(404)
  })
})

it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, with a connection open', async signal => {
  const demo = await ServingExample.start('demo.mjs', '--rows', '10')
  await (await fetch(`${demo.url}/movies`)).arrayBuffer()
  const { code, signal: killedBy, stderr } = await demo.stop(signal)
  expect({ code, killedBy, stderr }).toEqual({ code: 0, killedBy: null, stderr: '' })
})

/** `PT1H30M` -> 90. */
function minutesOf(duration: string | null): number | null {
  if (duration === null) return null
  const [, hours = '0', minutes = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(duration)!
  return Number(hours) * 60 + Number(minutes)
}

describe('what the page asks for', () => {
  let demo: ServingExample
  beforeAll(async () => {
    demo = await ServingExample.start('demo.mjs', '--rows', '100')
  })
  afterAll(async () => {
    await demo.stop()
  })

  it('the naive path gives the same bytes', async () => {
    for (const query of ['offset=0&limit=20', 'offset=95&limit=20', 'offset=200']) {
      const [cut, naive] = await Promise.all(
        ['/movies', '/naive/movies'].map(async path => (await fetch(`${demo.url}${path}?${query}`)).text()),
      )
      expect(naive).toBe(cut)
    }
    expect((await fetch(`${demo.url}/naive/movies?cursor=abc`)).status).toBe(400)
  })

  it('the toc of a page cuts its rows out of the list', async () => {
    const list = Buffer.from(await (await fetch(`${demo.url}/movies?limit=100`)).arrayBuffer())
    const toc = (await (await fetch(`${demo.url}/toc?offset=40&limit=2`)).json()) as { entries: number[] }
    expect(toc).toMatchObject({ rows: 100, blobBytes: list.byteLength, tocBytes: 404, offset: 40 })
    const [start, , end] = toc.entries
    const page = await (await fetch(`${demo.url}/movies?offset=40&limit=2`)).text()
    expect(`[${list.subarray(start, end - 1)}]`).toBe(page)
    expect((await fetch(`${demo.url}/toc?limit=x`)).status).toBe(400)
  })

  it('is served whole, and lets nothing else in', async () => {
    const response = await fetch(`${demo.url}/`)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    const html = await response.text()
    expect(html).not.toMatch(/https?:/)
    for (const [, asset] of html.matchAll(/(?:src|href)="([^"#:]+)"/g)) {
      expect((await fetch(`${demo.url}/${asset}`)).status).toBe(200)
    }
    expect((await fetch(`${demo.url}/..%2f..%2fpackage.json`)).status).toBe(404)
  })
})
