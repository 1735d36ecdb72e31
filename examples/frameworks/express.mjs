// node examples/frameworks/express.mjs, then: curl -i 'http://localhost:3000/movies?page=3&per_page=20'
import express from 'express'
import { pageHandler } from 'tocson/express'
import { source } from './movies.mjs'

const app = express()
app.get('/movies', pageHandler(source, { maxLimit: 500 }))

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}/movies`)
})
