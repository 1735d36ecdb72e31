// node examples/frameworks/koa.mjs, then: curl -i 'http://localhost:3000/movies?offset=40&limit=20'
import Koa from 'koa'
import { pageHandler } from 'tocson/koa'
import { source } from './movies.mjs'

const movies = pageHandler(source, { envelope: 'items' })
const app = new Koa()
app.use((ctx, next) => (ctx.path === '/movies' ? movies(ctx) : next()))

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}/movies`)
})
