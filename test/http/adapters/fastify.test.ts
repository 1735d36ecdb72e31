import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { pageHandler, pagesPlugin } from '../../../src/http/adapters/fastify.ts'
import { PageSettings } from '../../../src/http/settings.ts'
import { makeRows, RowSource } from '../row-source.ts'
import { running } from './listen.ts'
import { describeAdapter } from './scenarios.ts'

describeAdapter(
  'Fastify',
  async (source, options, { before = {} }) => {
    const app = fastify()
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(before)
    })
    app.setErrorHandler((error: Error, _request, reply) =>
      reply.code(500).type('text/plain').send(error.message),
    )
    // The HEAD route is Fastify's own, made beside the GET route.
    app.get('/movies', pageHandler(source, options))
    app.delete('/movies', pageHandler(source, options))
    await app.listen({ host: '127.0.0.1', port: 0 })
    return running(app.server, () => app.close())
  },
  { errorStatus: 500 },
)

describeAdapter(
  'Fastify, one route for all methods, with an onSend hook',
  async (source, options, { before = {} }) => {
    const app = fastify({ exposeHeadRoutes: false })
    app.addHook('onSend', async (_request, reply, payload) => {
      reply.header('x-powered-by', 'a hook')
      return payload
    })
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(before)
    })
    app.setErrorHandler((error: Error, _request, reply) =>
      reply.code(500).type('text/plain').send(error.message),
    )
    app.route({ method: ['GET', 'HEAD', 'DELETE'], url: '/movies', handler: pageHandler(source, options) })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return running(app.server, () => app.close())
  },
  { errorStatus: 500, servedMeanwhile: 1000 },
)

describe('pagesPlugin', () => {
  it('fails the start for options that cannot be, and nothing else', async () => {
    const app = fastify()
    app.register(pagesPlugin, { maxLimit: -1 })
    await expect(app.ready()).rejects.toMatchObject({ code: 'HTTP_OPTION' })
  })

  it('takes settings as they are', async () => {
    const app = fastify()
    app.register(pagesPlugin, new PageSettings({ maxLimit: 7, links: 'cursor', compression: false }))
    app.get('/movies', (_request, reply) => reply.sendPage(new RowSource(makeRows(100))))
    const { headers } = await app.inject({ url: '/movies', headers: { 'accept-encoding': 'gzip' } })
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, 'Accept'])
    expect(headers.link).toMatch(/^<\?limit=7>; rel="first", <\?cursor=/)
  })
})
