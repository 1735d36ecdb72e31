// What the demo answers:
//
//     /                     the page to look at
//     /movies               pages of films, cut out of the blob
//     /naive/movies         the same pages, made the usual way
//     /toc                  where the rows of a page are in the blob

import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { listSource } from 'tocson/cache'
import { HttpProblem, PageSettings, parsePageQuery } from 'tocson/http'
import { sendPage } from 'tocson/node'
import { naiveSource } from './naive.mjs'

const LIMITS = { defaultLimit: 20, maxLimit: 1000 }
const ASSETS = ['index.html', 'style.css', 'app.js', 'table.js', 'chart.js', 'toc.js']
const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' }

/** @returns a request listener for node:http */
export function routes(list) {
  const handlers = new Map([
    ...ASSETS.map(readAsset),
    ['/movies', pages(listSource(list))],
    ['/naive/movies', pages(naiveSource(list))],
    ['/toc', tocView(list)],
  ])
  return (request, response) => {
    const [path] = request.url.split('?', 1)
    const handler = handlers.get(path) ?? notFound
    handler(request, response)
  }
}

/** Bad parameters get a 400 that says why, every page its Content-Length, ETag and Link headers. */
function pages(source) {
  // Between processes of one machine, compressing costs more than it saves.
  const settings = new PageSettings({ ...LIMITS, compression: false })
  return async (request, response) => {
    try {
      await sendPage(request, response, timed(source, response), settings)
    } catch (error) {
      send(response, 500, 'text/plain', `${error.message}\n`)
    }
  }
}

/** Says in a header how long making the page took, apart from HTTP and the network. */
function timed(source, response) {
  return {
    page(request) {
      const start = performance.now()
      const page = source.page(request)
      response.setHeader('server-timing', `page;dur=${(performance.now() - start).toFixed(4)}`)
      return page
    },
  }
}

/** The toc's entries for a page: one per row, and the one after the last. */
function tocView({ blob, toc, length }) {
  return (request, response) => {
    let query
    try {
      query = parsePageQuery(request.url, LIMITS)
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      return send(response, error.status, 'text/plain', `${error.message}\n`)
    }
    const { offset = 0, limit } = query.request
    const start = Math.min(offset, length)
    const entries = Array.from(toc.subarray(start, start + (limit ?? LIMITS.defaultLimit) + 1))
    const view = {
      rows: length,
      blobBytes: blob.byteLength,
      tocBytes: toc.byteLength,
      offset: start,
      entries,
    }
    send(response, 200, 'application/json', JSON.stringify(view))
  }
}

function readAsset(name) {
  const bytes = readFileSync(new URL(`page/${name}`, import.meta.url))
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
  const path = name === 'index.html' ? '/' : `/${name}`
  return [path, (_, response) => send(response, 200, type, bytes)]
}

function notFound(_, response) {
  send(response, 404, 'text/plain', 'Nothing here. Try / or /movies?offset=40&limit=20\n')
}

function send(response, status, type, body) {
  if (response.headersSent) return response.destroy()
  const headers = {
    'content-type': type === 'application/json' ? type : `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': "default-src 'self'; img-src 'self' data:",
    'cache-control': 'no-cache',
  }
  response.writeHead(status, headers).end(body)
}
