// node examples/frameworks/node.mjs, then: curl -i 'http://localhost:3000/movies?offset=40&limit=20'
import { createServer } from 'node:http'
import { pageHandler } from 'tocson/node'
import { source } from './movies.mjs'

const movies = pageHandler(source, { maxLimit: 500 })

const server = createServer((request, response) => {
  if (request.url.split('?')[0] === '/movies') return movies(request, response)
  response.writeHead(404).end()
})
server.listen(process.env.PORT ?? 3000, () => console.log(`http://localhost:${server.address().port}/movies`))
