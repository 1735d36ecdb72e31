// node examples/frameworks/fastify.mjs, then: curl -i 'http://localhost:3000/movies?limit=20'
import fastify from 'fastify'
import { pagesPlugin, serializerFactory } from 'tocson/fastify'
import { Movie, source } from './movies.mjs'

const app = fastify({ schemaController: { compilersFactory: { buildSerializer: serializerFactory() } } })
app.register(pagesPlugin, { maxLimit: 500, links: 'cursor' })
app.get('/movies', (_request, reply) => reply.sendPage(source))
app.get('/movies/:id', { schema: { response: { 200: Movie } } }, async request => {
  return { id: Number(request.params.id), title: 'One film', released: new Date(0) }
})

await app.listen({ port: Number(process.env.PORT ?? 3000) })
console.log(`http://localhost:${app.server.address().port}/movies`)
