import { Buffer } from 'node:buffer'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { afterEach, describe, expect, it } from 'vitest'
import { pagesPlugin, serializerFactory } from '../../../src/http/adapters/fastify.ts'
import { PageSettings } from '../../../src/http/settings.ts'
import { makeRows, RowSource } from '../row-source.ts'
import { ask, type Reply } from './client.ts'

const Movie = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  rating: Type.Optional(Type.Number()),
  tags: Type.Array(Type.String()),
})
const film = { id: 1, title: 'é "film" \u2028 🎬', rating: 7.5, tags: ['a', '\u0000'] }

let app: FastifyInstance
afterEach(() => app.close())

function makeApp(): FastifyInstance {
  app = fastify({ schemaController: { compilersFactory: { buildSerializer: serializerFactory() } } })
  return app
}

async function portOf(instance: FastifyInstance): Promise<number> {
  await instance.listen({ host: '127.0.0.1', port: 0 })
  return (instance.server.address() as AddressInfo).port
}

function expectJson(reply: Reply, status: number, value: unknown): void {
  expect([reply.status, reply.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8'])
  expect(reply.body.toString()).toBe(JSON.stringify(value))
  expect(reply.headers['content-length']).toBe(`${reply.body.byteLength}`)
}

describe('serializerFactory', () => {
  it('serializes TypeBox and plain JSON Schema routes; what the schema does not name stays out', async () => {
    const instance = makeApp()
    instance.get('/typebox', { schema: { response: { 200: Movie } } }, async () => ({ ...film, secret: 'x' }))
    const plain = { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } }
    instance.get('/plain', { schema: { response: { '2xx': plain } } }, async () => [
      { id: 1, secret: 'x' },
      {},
    ])
    const port = await portOf(instance)
    expectJson(await ask(port, '/typebox'), 200, film)
    expectJson(await ask(port, '/plain'), 200, [{ id: 1 }, {}])
  })

  it('takes a schema of true for any value, as Fastify does', async () => {
    const instance = makeApp()
    instance.get('/any', { schema: { response: { 200: true } } }, async () => ({ a: [1] }))
    expectJson(await ask(await portOf(instance), '/any'), 200, { a: [1] })
  })

  it('finds schemas shared with addSchema, by $ref: ext#, inside one another and in plugins', async () => {
    const instance = makeApp()
    instance.addSchema({ $id: 'tag', type: 'object', properties: { name: { type: 'string' } } })
    instance.addSchema({
      $id: 'ext',
      type: 'object',
      properties: { id: { type: 'integer' }, tag: { $ref: 'tag#' } },
      definitions: { short: { type: 'string' } },
    })
    const list = { type: 'array', items: { $ref: 'ext#' } }
    instance.get('/list', { schema: { response: { 200: list } } }, async () => [
      { id: 1, tag: { name: 'é' }, no: 1 },
    ])
    const short = { type: 'object', properties: { s: { $ref: 'ext#/definitions/short' } } }
    instance.get('/short', { schema: { response: { 200: short } } }, async () => ({ s: '"', no: 1 }))
    instance.register(async child => {
      child.addSchema({ $id: 'inner', type: 'object', properties: { e: { $ref: 'ext#' } } })
      const schema = { response: { 200: { $ref: 'inner#' } } }
      child.get('/inner', { schema }, async () => ({ e: { id: 2, no: 1 }, no: 1 }))
    })
    const port = await portOf(instance)
    expectJson(await ask(port, '/list'), 200, [{ id: 1, tag: { name: 'é' } }])
    expectJson(await ask(port, '/short'), 200, { s: '"' })
    expectJson(await ask(port, '/inner'), 200, { e: { id: 2 } })
  })

  it('is asked per status and content type', async () => {
    const instance = makeApp()
    const error = Type.Object({ error: Type.String() })
    const v2 = { content: { 'application/vnd.v2+json': { schema: Type.Object({ id: Type.String() }) } } }
    const schema = { response: { 200: Movie, '4xx': error, 201: v2 } }
    instance.get('/:what', { schema }, async (request, reply) => {
      const { what } = request.params as { what: string }
      if (what === 'none') return reply.code(404).send({ error: 'no such film', film })
      if (what === 'v2') return reply.code(201).type('application/vnd.v2+json').send({ id: 'x', film })
      return film
    })
    const port = await portOf(instance)
    expectJson(await ask(port, '/some'), 200, film)
    expectJson(await ask(port, '/none'), 404, { error: 'no such film' })
    const reply = await ask(port, '/v2')
    expect([reply.status, reply.body.toString()]).toEqual([201, '{"id":"x"}'])
  })

  it('answers HEAD with the length of GET, and goes through hooks and reply.serialize', async () => {
    const instance = makeApp()
    let seen: unknown
    instance.addHook('onSend', async (_request, _reply, payload) => {
      seen = payload
      return payload
    })
    instance.get('/movie', { schema: { response: { 200: Movie } } }, async () => film)
    instance.get('/by-hand', { schema: { response: { 200: Movie } } }, async (_request, reply) => {
      const text = reply.serialize(film)
      return reply.type('application/json').send(text)
    })
    const port = await portOf(instance)
    const head = await ask(port, '/movie', { method: 'HEAD' })
    const length = `${Buffer.byteLength(JSON.stringify(film))}`
    expect([head.headers['content-length'], head.body.byteLength]).toEqual([length, 0])
    expect(Buffer.isBuffer(seen)).toBe(true)
    expect((await ask(port, '/by-hand')).body.toString()).toBe(JSON.stringify(film))
  })

  it('serializes errors of a route whose schema names them', async () => {
    const instance = makeApp()
    const schema = { response: { 500: Type.Object({ statusCode: Type.Integer(), message: Type.String() }) } }
    instance.get('/fails', { schema }, async () => {
      throw new Error('the database is down')
    })
    expectJson(await ask(await portOf(instance), '/fails'), 500, {
      statusCode: 500,
      message: 'the database is down',
    })
  })

  it('fails the start for a schema it cannot honour, and only the request for a value that does not fit', async () => {
    const bad = makeApp()
    bad.get('/', { schema: { response: { 200: { $ref: 'nowhere#' } } } }, async () => ({}))
    await expect(bad.ready()).rejects.toThrow(/nowhere/)
    await bad.close()
    const instance = makeApp()
    let title: unknown = 5n
    instance.get('/', { schema: { response: { 200: Movie } } }, async () => ({ ...film, title }))
    const port = await portOf(instance)
    const refused = await ask(port, '/')
    expect([refused.status, JSON.parse(refused.body.toString()).message]).toEqual([
      500,
      expect.stringContaining('/title'),
    ])
    title = 'fine'
    expectJson(await ask(port, '/'), 200, { ...film, title })
  })

  it('compiles a schema once for all routes that share it', async () => {
    const build = serializerFactory()()
    const schema = { type: 'object', properties: { id: { type: 'integer' } } }
    expect(build({ schema, method: 'HEAD' })).toBe(build({ schema, method: 'GET' }))
    expect(build({ schema: { ...schema } })).not.toBe(build({ schema }))
    await makeApp().ready()
  })
})

describe('pagesPlugin', () => {
  it('gives every reply sendPage, in encapsulated plugins too', async () => {
    const rows = makeRows(100)
    const source = new RowSource(rows)
    const instance = makeApp()
    instance.register(pagesPlugin, { maxLimit: 50, envelope: 'items' })
    instance.get('/items', (_request, reply) => reply.sendPage(source))
    instance.register(async child => {
      const settings = new PageSettings({ maxLimit: 10 })
      child.get('/array', async (_request, reply) => reply.sendPage(source, settings))
    })
    const port = await portOf(instance)
    expect(JSON.parse((await ask(port, '/items?limit=50')).body.toString()).items).toEqual(rows.slice(0, 50))
    expect((await ask(port, '/items?limit=51')).status).toBe(400)
    expect(JSON.parse((await ask(port, '/array?limit=10')).body.toString())).toEqual(rows.slice(0, 10))
    expect((await ask(port, '/array?limit=11')).status).toBe(400)
    expect((await ask(port, '/items?limit=50', { method: 'HEAD' })).headers['x-total-count']).toBe('100')
  })
})
