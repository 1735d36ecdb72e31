// One builder, several HTTP workers on one port: node examples/threads.mjs [workers], then:
// curl -i 'http://localhost:3000/movies?offset=40&limit=20'
//
// The main thread packs the list anew every few seconds, a writer pool writes it, and every HTTP worker serves its
// pages out of the same memory. (Linux and FreeBSD: there the system spreads connections over threads that share a port.)

import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads'
import { compile, DateTime, JsonList } from 'tocson'
import { listSource } from 'tocson/cache'
import { pageHandler } from 'tocson/node'
import { createWriterPool } from 'tocson/threads'
import Type from 'typebox'

const ROWS = 100_000
const REBUILD_MS = 5_000

if (isMainThread) await build(workerCount(process.argv[2] ?? '2'))
else serve(workerData.port)

function workerCount(text) {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  console.error('usage: node examples/threads.mjs [workers]')
  process.exit(1)
}

async function build(count) {
  const movies = compile(Type.Object({ id: Type.Integer(), title: Type.String(), released: DateTime() }))
  const pool = createWriterPool({ threads: 1, onUnavailable: 'in-thread' })
  const workers = await startWorkers(count, Number(process.env.PORT ?? 3000))
  for (let generation = 1; ; generation += 1) {
    const list = await movies.serializeAsync(rows(generation), { writer: pool })
    const shared = list.share()
    for (const worker of workers) worker.postMessage(shared)
    if (generation === 1) {
      await Promise.all(workers.map(worker => once(worker, 'message')))
      console.log(`http://localhost:${workers.port}/movies`)
    }
    await sleep(REBUILD_MS)
  }
}

function* rows(generation) {
  for (let id = 0; id < ROWS; id += 1) {
    yield { id, title: `Film ${id} of list ${generation}`, released: new Date(id * 86_400_000) }
  }
}

/** The first one may choose the port, the others listen there, too. */
async function startWorkers(count, port) {
  const workers = []
  for (let i = 0; i < count; i += 1) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { port: workers.port ?? port } })
    worker.on('error', error => {
      throw error
    })
    const [listening] = await once(worker, 'message')
    workers.push(worker)
    workers.port = listening
  }
  return workers
}

function serve(port) {
  let source
  const movies = pageHandler({ page: request => source.page(request) }, { maxLimit: 500 })
  const server = createServer((request, response) => {
    if (source === undefined || !request.url.startsWith('/movies')) return response.writeHead(404).end()
    response.setHeader('x-thread', threadId)
    return movies(request, response)
  })
  server.listen({ port, reusePort: true }, () => parentPort.postMessage(server.address().port))
  parentPort.on('message', shared => {
    // The same bytes in every thread; nothing is copied.
    source = listSource(JsonList.fromShared(shared))
    parentPort.postMessage('ready')
  })
}
