// A PostgreSQL table of 1,000,000 rows to a file and to HTTP clients, through a cursor, in constant memory.
//
//     npm run build && node examples/stream.mjs --rows 1000000 --file films.json --port 3000
//     curl http://127.0.0.1:3000/films.ndjson | head -3

import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { HELP, OptionError, readOptions } from './stream/options.mjs'
import { progressBar } from './stream/progress.mjs'
import { ensureTable, filmRows, filmSerializer } from './stream/table.mjs'

const TYPES = { json: 'application/json', ndjson: 'application/x-ndjson' }

try {
  await run(readOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  console.error(`${error.message}\nTry --help.`)
  process.exitCode = 2
}

async function run({ help, database, rows: rowCount, file, format, port, once }) {
  if (help) return console.log(HELP)
  const pool = new pg.Pool({ connectionString: database })
  try {
    await ensureTable(pool, rowCount)
    await writeFile(pool, rowCount, file, format)
    if (!once) await serve(pool, port)
  } finally {
    await pool.end()
  }
}

async function writeFile(pool, rowCount, file, format) {
  const bar = progressBar(`writing ${file}`, rowCount)
  const startMs = performance.now()
  const startBytes = process.memoryUsage.rss()
  let peakBytes = startBytes
  const onProgress = ({ rows }) => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
    bar.update(rows)
  }
  try {
    const stream = filmSerializer.stream(filmRows(pool, rowCount), { rowMode: 'array', format, onProgress })
    await pipeline(stream, createWriteStream(file))
    const toc = await stream.toc
    bar.stop()
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
    const growth = Math.round((peakBytes - startBytes) / 2 ** 20)
    console.log(`${file}: ${toc.length - 1} rows, ${stream.byteLength} bytes in ${seconds} s`)
    console.log(`memory: ${growth} MiB above the ${Math.round(startBytes / 2 ** 20)} MiB before`)
  } finally {
    bar.stop()
  }
}

/** A client that goes away destroys the stream, which ends the generator, which closes the cursor. */
async function serve(pool, port) {
  const server = createServer((request, response) => {
    const format = request.url?.match(/^\/films\.(json|ndjson)$/)?.[1]
    if (format === undefined) return response.writeHead(404).end('try /films.json or /films.ndjson\n')
    response.setHeader('content-type', TYPES[format])
    pipeline(filmSerializer.stream(filmRows(pool), { rowMode: 'array', format }), response).catch(error =>
      console.error(`${request.url}: ${error.message}`),
    )
  })
  const { promise: closed, resolve } = Promise.withResolvers()
  process.once('SIGINT', () => {
    server.close(resolve)
    server.closeAllConnections()
  })
  server.listen(port, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/films.json and /films.ndjson; Ctrl-C stops it`)
  })
  await closed
}
