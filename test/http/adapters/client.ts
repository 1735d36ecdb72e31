// A plain HTTP client for adapter tests: raw bytes, nothing decoded; and a pipelining one for volume.

import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly agent?: Agent
}

export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, agent }: Ask = {},
): Promise<Reply> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent })
  sent.end()
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

/** A connection that has sent one request and reads nothing of the response until `rest` is called. */
export async function slowClient(port: number, path: string): Promise<{ rest(): Promise<Buffer> }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  return {
    async rest() {
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
    },
  }
}

/** Sends all requests over a few connections, many in flight on each, and calls back with each body in order. */
export async function pipeline(
  port: number,
  paths: readonly string[],
  onBody: (index: number, body: Buffer) => void,
): Promise<void> {
  const connections = 4
  const share = Math.ceil(paths.length / connections)
  const shares = Array.from({ length: connections }, (_, i) => [
    i * share,
    Math.min(paths.length, (i + 1) * share),
  ])
  await Promise.all(shares.map(([start, end]) => pipelineOne(port, paths, start!, end!, onBody)))
}

const IN_FLIGHT = 100

async function pipelineOne(
  port: number,
  paths: readonly string[],
  start: number,
  end: number,
  onBody: (index: number, body: Buffer) => void,
): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let sent = start
  const send = (upTo: number) => {
    let text = ''
    for (; sent < Math.min(end, upTo); sent++) text += `GET ${paths[sent]} HTTP/1.1\r\nhost: x\r\n\r\n`
    if (text !== '') socket.write(text)
  }
  send(start + IN_FLIGHT)
  let index = start
  for await (const body of bodies(socket)) {
    onBody(index++, body)
    if (index === end) break
    if ((index - start) % 50 === 0) send(index + IN_FLIGHT)
  }
  socket.destroy()
  if (index !== end) throw new Error(`${index - start} of ${end - start} responses came`)
}

/** Splits a connection's bytes into the bodies of responses that all have a Content-Length. */
async function* bodies(socket: Socket): AsyncGenerator<Buffer> {
  let buffered: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    buffered = Buffer.concat([buffered, chunk])
    for (;;) {
      const headerEnd = buffered.indexOf('\r\n\r\n')
      if (headerEnd === -1) break
      const header = buffered.toString('latin1', 0, headerEnd)
      const length = /\r\ncontent-length: (\d+)/i.exec(header)
      if (!header.startsWith('HTTP/1.1 200') || length === null)
        throw new Error(`unexpected response: ${header}`)
      const end = headerEnd + 4 + Number(length[1])
      if (buffered.byteLength < end) break
      yield buffered.subarray(headerEnd + 4, end)
      buffered = buffered.subarray(end)
    }
  }
}
