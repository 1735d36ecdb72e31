// A TCP proxy in front of a Redis server that breaks connections and replies on command.

import { Buffer } from 'node:buffer'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { replyEnd } from './resp.ts'

export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Forwards so many more bytes of replies, counted over all connections, then cuts. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Every request is answered by a TCP reset. */
  | { readonly kind: 'reset' }
  /** Requests arrive, replies never do. */
  | { readonly kind: 'blackhole' }
  /** Every reply goes to the request after its own; the first gets one from earlier. */
  | { readonly kind: 'shift' }

const PASS: ProxyMode = { kind: 'pass' }

export class FaultProxy {
  readonly port: number
  /** How often each fault was really done to somebody. */
  readonly done = { cut: 0, delay: 0, reset: 0, blackhole: 0, shift: 0 }
  #mode: ProxyMode = PASS
  #bytesLeft = 0
  readonly #server: Server
  readonly #clients = new Set<Socket>()

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  static async to(targetPort: number): Promise<FaultProxy> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const proxy = new FaultProxy(server, address.port)
    server.on('connection', client => proxy.#serve(client, targetPort))
    return proxy
  }

  get mode(): ProxyMode {
    return this.#mode
  }

  set mode(mode: ProxyMode) {
    this.#mode = mode
    if (mode.kind === 'cut') this.#bytesLeft = mode.afterBytes
  }

  /** Cuts all connections, so that none stays shifted or silent. */
  dropAll(): void {
    for (const client of this.#clients) client.destroy()
  }

  async stop(): Promise<void> {
    this.dropAll()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #serve(client: Socket, targetPort: number): void {
    const target = connect(targetPort, '127.0.0.1')
    const replies = new ReplyShifter()
    this.#clients.add(client)
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
    client.on('close', () => this.#clients.delete(client))
    client.on('data', data => {
      if (this.#mode.kind === 'reset') {
        this.done.reset += 1
        client.resetAndDestroy()
      } else target.write(data)
    })
    target.on('data', data => this.#reply(client, data, replies))
  }

  #reply(client: Socket, data: Buffer, replies: ReplyShifter): void {
    const mode = this.#mode
    const ready = replies.take(data, mode.kind === 'shift')
    switch (mode.kind) {
      case 'pass':
      case 'reset':
        client.write(ready)
        break
      case 'shift':
        if (ready.byteLength > 0) this.done.shift += 1
        client.write(ready)
        break
      case 'delay':
        this.done.delay += 1
        setTimeout(() => client.writable && client.write(ready), mode.ms)
        break
      case 'blackhole':
        this.done.blackhole += 1
        break
      case 'cut':
        this.#cut(client, ready)
        break
    }
  }

  #cut(client: Socket, data: Buffer): void {
    if (data.byteLength <= this.#bytesLeft) {
      this.#bytesLeft -= data.byteLength
      client.write(data)
      return
    }
    this.done.cut += 1
    this.#mode = PASS
    client.end(data.subarray(0, this.#bytesLeft))
  }
}

/** Splits a connection's replies, and hands them out one late once shifting has begun. */
class ReplyShifter {
  #partial = Buffer.alloc(0)
  #earlier: Buffer | undefined
  #isShifting = false

  take(data: Buffer, shifts: boolean): Buffer {
    if (shifts) this.#isShifting = this.#isShifting || this.#partial.byteLength === 0
    const bytes = Buffer.concat([this.#partial, data])
    const out: Buffer[] = []
    let start = 0
    for (let end = replyEnd(bytes, 0); end !== undefined; end = replyEnd(bytes, start)) {
      const reply = bytes.subarray(start, end)
      if (this.#isShifting) out.push(this.#earlier ?? Buffer.from('$-1\r\n'))
      // Before shifting, everything was passed on as it came.
      this.#earlier = Buffer.from(reply)
      start = end
    }
    this.#partial = bytes.subarray(start)
    return this.#isShifting ? Buffer.concat(out) : data
  }
}
