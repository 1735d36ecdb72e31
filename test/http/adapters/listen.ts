// Starting and stopping node:http servers on a free port of the loopback.

import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Running } from './scenarios.ts'

export async function listen(listener: RequestListener): Promise<Running> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return running(server)
}

export function running(server: Server, close: () => Promise<unknown> = async () => server.close()): Running {
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      return close()
    },
  }
}
