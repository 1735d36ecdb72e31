import type { ServerResponse } from 'node:http'
import { pageHandler } from '../../../src/http/adapters/node.ts'
import { listen } from './listen.ts'
import { describeAdapter } from './scenarios.ts'

describeAdapter(
  'node:http',
  (source, options, { before = {} }) => {
    const handler = pageHandler(source, options, (error, _request, response: ServerResponse) => {
      response.writeHead(503).end((error as Error).message)
    })
    return listen((request, response) => {
      for (const [name, value] of Object.entries(before)) response.setHeader(name, value)
      void handler(request, response)
    })
  },
  { errorStatus: 503 },
)
