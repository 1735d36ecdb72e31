import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { pageHandler, pageResponse } from '../../../src/http/adapters/hono.ts'
import { makeRows, RowSource } from '../row-source.ts'
import { listen } from './listen.ts'
import { describeAdapter } from './scenarios.ts'

describeAdapter(
  'Hono',
  (source, options, { before = {} }) => {
    const app = new Hono()
    app.use(async (c, next) => {
      for (const [name, value] of Object.entries(before)) c.header(name, value)
      await next()
    })
    app.onError((error, c) => c.text(error.message, 500))
    app.all('/movies', pageHandler(source, options))
    return listen(getRequestListener(app.fetch))
  },
  { errorStatus: 500 },
)

describe('pageResponse', () => {
  const source = new RowSource(makeRows(100))

  it('answers a web Request without any framework', async () => {
    const request = new Request('https://api.example/movies?offset=5&limit=3', { headers: { accept: '*/*' } })
    const response = await pageResponse(request, source)
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBe('"v1.5-3.array"')
    expect(await response.json()).toEqual(makeRows(100).slice(5, 8))
    const again = new Request(request, { headers: { 'if-none-match': response.headers.get('etag')! } })
    expect((await pageResponse(again, source)).status).toBe(304)
  })

  it('chooses the source by request', async () => {
    const byTenant = (request: Request) => {
      const count = Number(request.headers.get('x-tenant'))
      return new RowSource(makeRows(count))
    }
    for (const count of [0, 2, 3]) {
      const request = new Request('https://api.example/movies', { headers: { 'x-tenant': `${count}` } })
      expect(await (await pageResponse(request, byTenant)).json()).toEqual(makeRows(count))
    }
  })

  it('rejects with the application’s own errors', async () => {
    const failing = { page: () => Promise.reject(new Error('down')) }
    await expect(pageResponse(new Request('https://x.example/'), failing)).rejects.toThrow('down')
  })
})
