import express, { type ErrorRequestHandler } from 'express'
import { pageHandler } from '../../../src/http/adapters/express.ts'
import { listen } from './listen.ts'
import { describeAdapter } from './scenarios.ts'

describeAdapter(
  'Express',
  (source, options, { before = {} }) => {
    const app = express()
    app.use((_request, response, next) => {
      response.set(before)
      next()
    })
    app.all('/movies', pageHandler(source, options))
    const onError: ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(500).send(error.message)
    }
    app.use(onError)
    return listen(app)
  },
  { errorStatus: 500 },
)
