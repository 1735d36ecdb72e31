// The load, in a process of its own so that it shares no event loop with anything: answers each message
// `{ port, seconds, requests }` with autocannon's figures. A run ends by time or by count, whichever is first.

import process from 'node:process'
import autocannon from 'autocannon'
import { PAGE_ROWS } from './ways.mjs'

const CONNECTIONS = 32
const TIMEOUT_S = 30
/** 50 pages all over the list. */
const PATHS = Array.from(
  { length: 50 },
  (_, i) => `/movies?offset=${((i * 37) % 99) * PAGE_ROWS}&limit=${PAGE_ROWS}`,
)

process.on('message', async ({ port, seconds, requests }) => {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: seconds,
    maxOverallRequests: requests,
    timeout: TIMEOUT_S,
    requests: PATHS.map(path => ({ method: 'GET', path })),
  })
  process.send({
    errors: result.errors,
    refused: result.non2xx,
    requests: result.requests.total,
    seconds: result.duration,
    bytes: result.throughput.total,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  })
})
process.on('disconnect', () => process.exit())
