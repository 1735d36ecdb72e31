// One way of serving pages, in a process of its own: `node server.mjs <way> [redis url]`. Tells its port, then
// answers each message with what it has used so far: CPU time, and how much of the time its event loop was busy.

import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { listSource, PageCache } from '../../dist/cache.js'
import { respond } from '../../dist/http.js'
import { JsonList } from '../../dist/index.js'
import { pageHandler } from '../../dist/node.js'
import { redisStore } from '../../dist/redis.js'
import { blobOf, makeRows } from './list.mjs'
import { PAGE_ROWS, ROW_COUNT } from './ways.mjs'

const [way, redisUrl] = process.argv.slice(2)
const HOUR_MS = 3_600_000
const START = 5000
const rows = makeRows(ROW_COUNT)
const { blob, toc } = blobOf(rows)
const list = new JsonList(blob, toc)

const ways = {
  /** The limit: the same page every time, in one buffer made beforehand. */
  static() {
    const page = Buffer.from(JSON.stringify(rows.slice(START, START + PAGE_ROWS)))
    return (_request, response) => sendJson(response, page)
  },

  /** The same for all pages, with the header that a page has: what is left is this library's own work. */
  async 'static-pages'() {
    const source = listSource(list)
    const pages = new Map()
    for (let offset = 0; offset < ROW_COUNT; offset += PAGE_ROWS) {
      const url = `/movies?offset=${offset}&limit=${PAGE_ROWS}`
      const { headers, chunks } = await respond({ method: 'GET', url, headers: {} }, source)
      pages.set(url, { headers, body: Buffer.concat([...chunks]) })
    }
    return (request, response) => {
      const { headers, body } = pages.get(request.url)
      response.writeHead(200, headers)
      response.end(body)
    }
  },

  tocson() {
    return pageHandler(listSource(list))
  },

  'tocson-cache'() {
    const cache = new PageCache({ ttlMs: HOUR_MS })
    return pageHandler(cache.source({ key: 'movies', build: () => list }))
  },

  /** The rows stay in Redis; this process keeps the toc. It asks once a second whether the list is current. */
  async 'tocson-redis'() {
    const store = redisStore(await connected())
    const cache = new PageCache({ store, ttlMs: HOUR_MS, memory: { frameBytesMax: 0 } })
    const source = cache.source({ key: 'movies', build: () => list })
    await source.page({ offset: 0, limit: PAGE_ROWS })
    await cache.idle()
    return pageHandler(source)
  },

  /** The rows are objects in memory, with dates as a database driver gives them. */
  stringify() {
    return stringifySlice(rows)
  },

  /** The same with dates that are strings already: JSON.stringify at its fastest. */
  'stringify-text'() {
    return stringifySlice(JSON.parse(blob.toString()))
  },

  /** The list comes as JSON out of a cache: parsed, sliced and written again. */
  cached() {
    const cache = new Map([['movies', blob]])
    return (request, response) => sendSlice(request, response, cache.get('movies').toString())
  },

  async 'cached-redis'() {
    const client = await connected()
    await client.set('movies', blob)
    return async (request, response) => sendSlice(request, response, await client.get('movies'))
  },
}

async function connected() {
  const { createClient } = await import('redis')
  const client = createClient({ url: redisUrl })
  client.on('error', error => console.error(error))
  await client.connect()
  return client
}

function stringifySlice(objects) {
  return (request, response) => {
    const { offset, limit } = rangeOf(request.url)
    sendJson(response, Buffer.from(JSON.stringify(objects.slice(offset, offset + limit))))
  }
}

function sendSlice(request, response, json) {
  const { offset, limit } = rangeOf(request.url)
  sendJson(response, Buffer.from(JSON.stringify(JSON.parse(json).slice(offset, offset + limit))))
}

function rangeOf(url) {
  const query = new URLSearchParams(url.slice(url.indexOf('?')))
  return { offset: Number(query.get('offset')), limit: Number(query.get('limit')) }
}

function sendJson(response, bytes) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.byteLength })
  response.end(bytes)
}

const server = createServer(await ways[way]())
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))

let idle = performance.eventLoopUtilization()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const { active, utilization } = performance.eventLoopUtilization(idle)
  idle = performance.eventLoopUtilization()
  process.send({ cpuUs: user + system, loopMs: active, utilization })
})
process.on('disconnect', () => process.exit())
