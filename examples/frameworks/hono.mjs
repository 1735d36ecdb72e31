// node examples/frameworks/hono.mjs, then: curl -i 'http://localhost:3000/movies?offset=40&limit=20'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pageHandler } from 'tocson/hono'
import { source } from './movies.mjs'

const app = new Hono()
app.get('/movies', pageHandler(source, { maxLimit: 500 }))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://localhost:${port}/movies`)
})
