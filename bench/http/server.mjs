// One way of serving pages, in a process of its own. Tells its port, then answers each message with what it
// has used so far: CPU time, and how much of the time its event loop was busy.

import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { blobOf, makeRows } from './list.mjs'

const ROW_COUNT = 10_000
const rows = makeRows(ROW_COUNT)
const { blob, toc } = blobOf(rows)

const ways = {
  /** What a user of this library writes. */
  async tocson() {
    const [{ pageHandler }, { JsonList }, { listSource }] = await Promise.all([
      import('../../src/http/adapters/node.ts'),
      import('../../src/toc/json-list.ts'),
      import('../../src/cache/list-source.ts'),
    ])
    return pageHandler(listSource(new JsonList(blob, toc)))
  },

  /** The limit: the same page every time, in one buffer made beforehand. */
  static() {
    const page = Buffer.from(JSON.stringify(rows.slice(5000, 5100)))
    return (_request, response) => sendJson(response, page)
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
    return (request, response) => {
      const { offset, limit } = rangeOf(request.url)
      const list = JSON.parse(cache.get('movies').toString())
      sendJson(response, Buffer.from(JSON.stringify(list.slice(offset, offset + limit))))
    }
  },
}

function stringifySlice(list) {
  return (request, response) => {
    const { offset, limit } = rangeOf(request.url)
    sendJson(response, Buffer.from(JSON.stringify(list.slice(offset, offset + limit))))
  }
}

function rangeOf(url) {
  const query = new URLSearchParams(url.slice(url.indexOf('?')))
  return { offset: Number(query.get('offset')), limit: Number(query.get('limit')) }
}

function sendJson(response, bytes) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.byteLength })
  response.end(bytes)
}

const server = createServer(await ways[process.argv[2]]())
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))

let idle = performance.eventLoopUtilization()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const utilization = performance.eventLoopUtilization(idle).utilization
  idle = performance.eventLoopUtilization()
  process.send({ cpuUs: user + system, utilization })
})
process.on('disconnect', () => process.exit())
