// node:http's adapter on HTTP/2's compatible API, whose response differs in small ways.

import { Buffer } from 'node:buffer'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageSource } from '../../../src/cache/source.ts'
import { sendPage } from '../../../src/http/adapters/node.ts'
import { PageSettings } from '../../../src/http/settings.ts'
import { makeRows, RowSource } from '../row-source.ts'

const rows = makeRows(30_000)
const source = new RowSource(rows)
const settings = new PageSettings({ maxLimit: 30_000, compression: false })

describe('HTTP/2', () => {
  let delayMs = 0
  let running = 0
  const slow: PageSource = {
    async page(request) {
      await sleep(delayMs)
      return source.page(request)
    },
  }
  const server = http2.createServer((request, response) => {
    running += 1
    const sent = sendPage(request, response, slow, settings)
    sent.finally(() => {
      running -= 1
    })
  })
  let url: string

  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  async function ask(path: string, headers: http2.OutgoingHttpHeaders = {}) {
    const client = http2.connect(url)
    const stream = client.request({ ':path': path, ...headers })
    const chunks: Buffer[] = []
    let fields: http2.IncomingHttpHeaders = {}
    stream.on('response', given => {
      fields = given
    })
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    client.close()
    return { fields, body: Buffer.concat(chunks) }
  }

  it.each([3, 30_000])('gives a page of %i rows, its HEAD and its 304', async limit => {
    const path = `/m?limit=${limit}`
    const { fields, body } = await ask(path)
    expect([fields[':status'], fields['content-length']]).toEqual([200, `${body.byteLength}`])
    expect(body.toString()).toBe(JSON.stringify(rows.slice(0, limit)))
    const head = await ask(path, { ':method': 'HEAD' })
    expect([head.fields['content-length'], head.body.byteLength]).toEqual([`${body.byteLength}`, 0])
    const known = await ask(path, { 'if-none-match': fields.etag })
    expect([known.fields[':status'], known.body.byteLength]).toEqual([304, 0])
  })

  it.each([0, 50])('lets go of a page whose client hangs up (page after %i ms)', async ms => {
    delayMs = ms
    for (const hangUp of ['stream', 'session'] as const) {
      const client = http2.connect(url)
      client.on('error', () => undefined)
      const stream = client.request({ ':path': '/m?limit=30000' })
      stream.on('error', () => undefined)
      if (ms === 0) await new Promise(resolve => stream.once('data', resolve))
      else await sleep(20)
      expect(running).toBe(1)
      if (hangUp === 'stream') stream.close(http2.constants.NGHTTP2_CANCEL)
      else client.destroy()
      await expect.poll(() => running).toBe(0)
      client.destroy()
    }
    delayMs = 0
  })
})
