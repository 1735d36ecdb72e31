import { describe, expect, it } from 'vitest'
import { PageSettings } from '../../src/http/settings.ts'
import { UrlMemory } from '../../src/http/url-memory.ts'
import { ask } from './ask.ts'
import { makeRows, RowSource } from './row-source.ts'

const limits = { defaultLimit: 20, maxLimit: 100 }

describe('UrlMemory', () => {
  it('reads a URL once', () => {
    const memory = new UrlMemory(limits)
    expect(memory.read('/m?offset=20')).toBe(memory.read('/m?offset=20'))
    expect(memory.read('/m?offset=20').query.request).toEqual({ offset: 20, limit: 20 })
  })

  it('keeps a bounded number of URLs, none that is long, and no refusal', () => {
    const memory = new UrlMemory(limits)
    const first = memory.read('/m?offset=0')
    for (let offset = 1; offset < 1024; offset++) memory.read(`/m?offset=${offset}`)
    expect(memory.read('/m?offset=0')).toBe(first)
    expect(memory.read('/m?offset=1024').query.request).toEqual({ offset: 1024, limit: 20 })
    expect(memory.read('/m?offset=0')).not.toBe(first)

    const long = `/m?q=${'a'.repeat(300)}`
    expect(memory.read(long)).not.toBe(memory.read(long))
    for (let time = 0; time < 2; time++) expect(() => memory.read('/m?limit=101')).toThrow('limit')
  })
})

describe('a page asked for again', () => {
  const rows = makeRows(250)
  const url = '/m?offset=40&limit=20&genre=drama'

  it('has the same header and bytes', async () => {
    const settings = new PageSettings()
    const source = new RowSource(rows)
    const first = await ask(source, url, settings)
    const second = await ask(source, url, settings)
    expect(second.headers).toEqual(first.headers)
    expect(second.body).toEqual(first.body)
    expect(() => Object.assign(second.headers, { 'x-mine': '1' })).toThrow(TypeError)
  })

  it('has the header of its own list, form, coding and method, whoever asked before', async () => {
    const settings = new PageSettings()
    const sources = [new RowSource(rows), new RowSource(makeRows(90, 7))]
    sources[1]!.replace(makeRows(120, 9))
    const fields = [{}, { accept: 'application/x-ndjson' }, { 'accept-encoding': 'gzip' }]
    for (let turn = 0; turn < 3; turn++) {
      for (const source of sources) {
        for (const headers of fields) {
          for (const method of ['GET', 'HEAD', 'GET']) {
            const known = await ask(source, url, settings, headers, method)
            const fresh = await ask(source, url, {}, headers, method)
            expect([known.status, known.headers, known.body]).toEqual([
              fresh.status,
              fresh.headers,
              fresh.body,
            ])
            const match = { ...headers, 'if-none-match': known.headers.etag }
            const unchanged = await ask(source, url, settings, match, method)
            expect(unchanged).toMatchObject({ status: 304, headers: { etag: known.headers.etag } })
            expect(unchanged.headers).not.toHaveProperty('link')
          }
        }
      }
      sources[turn % 2]!.replace(makeRows(150 + turn, turn))
    }
  })

  it('is told apart by size, should two lists share a version', async () => {
    const settings = new PageSettings()
    const longer = rows.map(row => ({ ...row, note: `${row.note}!` }))
    await ask(new RowSource(rows), url, settings)
    expect((await ask(new RowSource(longer), url, settings)).json()).toEqual(longer.slice(40, 60))
  })

  it('lets an envelope say something else each time', async () => {
    let count = 0
    const settings = new PageSettings({
      envelope: { head: () => `{"time":${++count},"rows":`, tail: () => '}' },
    })
    const source = new RowSource(rows)
    expect((await ask(source, url, settings)).json().time).toBe(1)
    expect((await ask(source, url, settings)).json().time).toBe(2)
  })

  it('may come from a thenable that is no Promise', async () => {
    const page = new RowSource(rows)
    const source = {
      page: (request: never) => ({
        // biome-ignore lint/suspicious/noThenProperty: this is what a thenable is
        then: (give: (it: unknown) => void) => give(page.page(request)),
      }),
    }
    expect((await ask(source as never, '/m?limit=3')).json()).toEqual(rows.slice(0, 3))
  })
})
