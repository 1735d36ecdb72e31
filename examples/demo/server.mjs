// The list over HTTP, on nothing but node:http.

import http from 'node:http'
import process from 'node:process'
import { routes } from './routes.mjs'

/** Serves until Ctrl-C (or a polite kill). */
export async function serve(list, { host, port }) {
  const server = http.createServer(routes(list))
  try {
    await listen(server, host, port)
  } catch (error) {
    console.error(explain(error, host, port))
    process.exitCode = 1
    return
  }
  const { port: actualPort } = server.address()
  const authority = `${host.includes(':') ? `[${host}]` : host}:${actualPort}`
  console.log(`\nserving         http://${authority}/   (Ctrl-C stops)`)
  console.log(`                http://${authority}/movies?offset=40&limit=20`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(server))
}

function listen(server, host, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

function explain(error, host, port) {
  if (error.code === 'EADDRINUSE') return `Port ${port} is taken on ${host}. Try --port 0 for any free one.`
  if (error.code === 'EACCES') return `Port ${port} needs rights this process does not have. Try --port 3000.`
  if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL')
    return `--host: ${host} is not this machine.`
  return `Cannot serve on ${host}, port ${port}: ${error.message}`
}

/** Lets running responses end, drops idle connections, and with nothing left to do the process ends. */
function stop(server) {
  server.close()
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 500).unref()
}
