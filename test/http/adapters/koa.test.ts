import Koa from 'koa'
import { pageHandler } from '../../../src/http/adapters/koa.ts'
import { listen } from './listen.ts'
import { describeAdapter } from './scenarios.ts'

describeAdapter(
  'Koa',
  (source, options, { before = {} }) => {
    const app = new Koa()
    app.silent = true // or it prints every client that hangs up
    app.use(async (ctx, next) => {
      ctx.set(before)
      try {
        await next()
      } catch (error) {
        ctx.status = 500
        ctx.body = (error as Error).message
      }
    })
    app.use(pageHandler(source, options))
    return listen(app.callback())
  },
  { errorStatus: 500 },
)
