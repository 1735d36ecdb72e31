import 'reflect-metadata'
import {
  All,
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpException,
  Module,
  Req,
  Res,
} from '@nestjs/common'
import { HttpAdapterHost, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import * as express from '../../../src/http/adapters/express.ts'
import type { FastifyReplyLike, FastifyRequestLike } from '../../../src/http/adapters/fastify.ts'
import * as fastify from '../../../src/http/adapters/fastify.ts'
import type { NodeResponse } from '../../../src/http/adapters/node.ts'
import type { PageOptions, PageSettings } from '../../../src/http/settings.ts'
import { running } from './listen.ts'
import { describeAdapter, type StartServer, type TestSource } from './scenarios.ts'

/** A module with one route; the decorators are applied by hand because each server has its own source. */
function moduleOf(source: TestSource, options: PageOptions | PageSettings): new () => object {
  class MoviesController {
    list(request: FastifyRequestLike, reply: FastifyReplyLike | NodeResponse): Promise<unknown> {
      if ('send' in reply && 'raw' in reply) return fastify.sendPage(request, reply, source, options)
      return express.sendPage(request, reply as NodeResponse, source, options)
    }
  }
  const { prototype } = MoviesController
  All()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list')!)
  Req()(prototype, 'list', 0)
  Res()(prototype, 'list', 1)
  Controller('movies')(MoviesController)
  class MoviesModule {}
  Module({ controllers: [MoviesController] })(MoviesModule)
  return MoviesModule
}

/** Nest's own way to answer errors, on both platforms. */
class MessageFilter implements ExceptionFilter {
  readonly #host: HttpAdapterHost

  constructor(host: HttpAdapterHost) {
    this.#host = host
  }

  catch(error: Error, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500
    this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), error.message, status)
  }
}
Catch()(MessageFilter)

function startOn(adapter: () => ExpressAdapter | FastifyAdapter): StartServer {
  return async (source, options, { before = {} }) => {
    const app = await NestFactory.create(moduleOf(source, options), adapter(), { logger: false })
    const platform = app.getHttpAdapter()
    // Nest's middleware gets the raw response on Fastify, where fields of node:http would be overwritten.
    const instance = platform.getInstance()
    if (platform.getType() === 'fastify') {
      instance.addHook('onRequest', async (_request: unknown, reply: { headers(fields: object): void }) => {
        reply.headers(before)
      })
    } else {
      instance.use((_request: unknown, response: { set(fields: object): void }, next: () => void) => {
        response.set(before)
        next()
      })
    }
    app.useGlobalFilters(new MessageFilter(app.get(HttpAdapterHost)))
    await app.listen(0, '127.0.0.1')
    return running(app.getHttpServer(), () => app.close())
  }
}

describeAdapter(
  'NestJS on Express',
  startOn(() => new ExpressAdapter()),
  { errorStatus: 500 },
)
describeAdapter(
  'NestJS on Fastify',
  startOn(() => new FastifyAdapter()),
  { errorStatus: 500 },
)
