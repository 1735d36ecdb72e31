// Both of Nest's platforms: node examples/frameworks/nest.mjs [fastify]
// Plain JavaScript has no decorators, so they are called as the functions they are; docs/frameworks/nest.md has
// the same in TypeScript.
import 'reflect-metadata'
import { Controller, Get, Module, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import * as express from 'tocson/express'
import * as fastify from 'tocson/fastify'
import { PageSettings } from 'tocson/http'
import { source } from './movies.mjs'

const onFastify = process.argv.includes('fastify')
const { sendPage } = onFastify ? fastify : express
const settings = new PageSettings({ maxLimit: 500 })

class MoviesController {
  list(request, response) {
    return sendPage(request, response, source, settings) // what the source throws goes to Nest's filters
  }
}
Get()(MoviesController.prototype, 'list', Object.getOwnPropertyDescriptor(MoviesController.prototype, 'list'))
Req()(MoviesController.prototype, 'list', 0)
Res()(MoviesController.prototype, 'list', 1)
Controller('movies')(MoviesController)

class AppModule {}
Module({ controllers: [MoviesController] })(AppModule)

const platform = onFastify ? new FastifyAdapter() : new ExpressAdapter()
const app = await NestFactory.create(AppModule, platform, { logger: ['error'] })
await app.listen(process.env.PORT ?? 3000)
console.log(`http://localhost:${app.getHttpServer().address().port}/movies`)
