import fastify from 'fastify'
import { pageHandler } from '../../../src/http/adapters/fastify.ts'
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
