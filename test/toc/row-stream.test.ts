import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { AbortedError, compile, JsonList, OptionError, Raw } from '../../src/index.ts'
import { randomOf, testSeed } from '../random.ts'
import { bytesOf, errorOf, type Film, filmRows, films, SOURCES, stalled, WatchedRows } from './sliced.ts'

const rows = filmRows(3_000)
const list = films.serialize(rows)
const ndjson = rows.map(row => `${films.serializeOne(row)}\n`).join('')

describe('bytes', () => {
  it.each(Object.keys(SOURCES))('are those of the list, with its toc, from: %s', async name => {
    const stream = films.stream(SOURCES[name]!(rows))
    const bytes = await bytesOf(stream)
    expect(bytes.equals(list.blob)).toBe(true)
    expect(await stream.toc).toEqual(list.toc)
    expect(stream).toMatchObject({ rowCount: 3_000, byteLength: list.blob.byteLength })
    expect(new JsonList(bytes, await stream.toc).page(5, 5).toBuffer()).toEqual(list.page(5, 5).toBuffer())
  })

  it.each(Object.keys(SOURCES))('are one line a row in NDJSON, from: %s', async name => {
    const stream = films.stream(SOURCES[name]!(rows), { format: 'ndjson' })
    const bytes = await bytesOf(stream)
    expect(bytes.toString()).toBe(ndjson)
    const toc = await stream.toc
    expect(toc.length).toBe(3_001)
    expect(toc[3_000]).toBe(bytes.byteLength)
    expect(bytes.toString('utf8', toc[7], toc[9]! - 1)).toBe(ndjson.split('\n').slice(7, 9).join('\n'))
  })

  it.each(Object.keys(SOURCES))('of no rows, from: %s', async name => {
    const json = films.stream(SOURCES[name]!([]))
    expect((await bytesOf(json)).toString()).toBe('[]')
    expect(await json.toc).toEqual(Uint32Array.of(2))
    expect(json.byteLength).toBe(2)
    const lines = films.stream(SOURCES[name]!([]), { format: 'ndjson' })
    expect((await bytesOf(lines)).byteLength).toBe(0)
    expect(await lines.toc).toEqual(Uint32Array.of(0))
  })

  it.each([0, 1, 1_000, 1e7])('do not depend on a high-water mark of %d', async highWaterMark => {
    for (const name of ['array', 'generator', 'async generator that waits']) {
      const stream = films.stream(SOURCES[name]!(rows), { highWaterMark, sliceMs: 0.1 })
      expect((await bytesOf(stream)).equals(list.blob)).toBe(true)
    }
  })

  it('of raw values stay on their line in NDJSON', async () => {
    const raw = compile(Type.Object({ value: Raw() }))
    const value = '{\r\n  "text": "a\\nb",\n  "list": [1,\n2]\n}'
    const lines = await bytesOf(raw.stream([{ value }, { value }], { format: 'ndjson' }))
    const parsed = lines.toString().split('\n')
    expect(parsed.length).toBe(3)
    expect(JSON.parse(parsed[1]!)).toEqual({ value: { text: 'a\nb', list: [1, 2] } })
  })

  it('are the same through a web stream', async () => {
    for (const format of ['json', 'ndjson'] as const) {
      const web = films.stream(rows, { format }).toWeb()
      const expected = format === 'json' ? list.blob.toString() : ndjson
      expect(await new Response(web as never).text()).toBe(expected)
    }
  })

  it('reach a client over HTTP', async () => {
    const server = createServer((_, response) => void pipeline(films.stream(rows), response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await response.text()).toBe(list.blob.toString())
    server.close()
  })
})

describe('backpressure', () => {
  const endless = () => new WatchedRows<Film>(i => ({ done: false, value: rows[i % 3_000]! }))

  /** However slow the machine is: at some time no more rows are asked for; tells how many were. */
  async function rest(source: WatchedRows<Film>): Promise<number> {
    let asked = -1
    for (let i = 0; i < 100 && (asked !== source.asked || asked === 0); i++) {
      asked = source.asked
      await sleep(30)
    }
    expect(source.asked).toBe(asked)
    return asked
  }

  it('takes no more rows than the reader makes room for', async () => {
    const source = endless()
    const stream = films.stream(source, { highWaterMark: 10_000 })
    stream.read(0)
    const asked = await rest(source)
    expect(stream.readableLength).toBeGreaterThan(10_000)
    expect(stream.readableLength).toBeLessThan(200_000)
    stream.read()
    expect(await rest(source)).toBeGreaterThan(asked)
    stream.destroy()
    await turn()
    expect(source.closed).toBe(1)
  })

  it('reaches through the web stream', async () => {
    const source = endless()
    const web = films.stream(source, { highWaterMark: 10_000 }).toWeb()
    const reader = web.getReader()
    await reader.read()
    await rest(source)
    await reader.cancel()
    await turn()
    expect(source.closed).toBe(1)
  })

  it('of a slow reader loses nothing', async () => {
    const chunks: Buffer[] = []
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk, _, done) {
        chunks.push(chunk)
        setTimeout(done, 1)
      },
    })
    await pipeline(films.stream(SOURCES['async generator']!(rows), { highWaterMark: 5_000 }), slow)
    expect(Buffer.concat(chunks).equals(list.blob)).toBe(true)
  })

  it('sends rows on that came before the source stalls', async () => {
    const source = new WatchedRows<Film>(i => (i < 5 ? { done: false, value: rows[i]! } : stalled))
    const stream = films.stream(source, { format: 'ndjson' })
    const [first] = await once(stream)
    expect(first!.toString().split('\n').length).toBeLessThanOrEqual(6)
    await sleep(10)
    expect(stream.rowCount).toBe(5)
    stream.destroy()
    expect(source.closed).toBe(1)
  })
})

function once(stream: Readable): Promise<Buffer[]> {
  return new Promise(resolve => stream.once('data', (chunk: Buffer) => resolve([chunk])))
}

describe('errors', () => {
  it('of a row destroy the stream, reject the toc and close the source', async () => {
    const source = new WatchedRows<Film>(i => ({ done: false, value: (i === 900 ? {} : rows[i]) as Film }))
    const stream = films.stream(source)
    const error = await errorOf(bytesOf(stream))
    expect(error).toMatchObject({ code: 'REQUIRED', path: '/900/id' })
    expect(await errorOf(stream.toc)).toBe(error)
    expect(source.closed).toBe(1)
    expect(stream.destroyed).toBe(true)
  })

  it('of a source keep what it threw', async () => {
    const cause = new Error('cursor lost')
    const source = new WatchedRows<Film>(i => {
      if (i === 300) throw cause
      return { done: false, value: rows[i]! }
    })
    const error = await errorOf(bytesOf(films.stream(source).toWeb() as never))
    expect(error).toMatchObject({ code: 'USER_CODE', path: '/300', cause })
  })

  it('of what is no source at all come as events', async () => {
    expect(await errorOf(bytesOf(films.stream(null as never)))).toMatchObject({ code: 'TYPE' })
  })

  it('of options are thrown', () => {
    for (const options of [{ format: 'csv' }, { highWaterMark: -1 }, { sliceMs: 'x' }, { rowMode: 'map' }]) {
      expect(() => films.stream([], options as never)).toThrow(OptionError)
    }
  })

  it('of a progress listener destroy the stream', async () => {
    const cause = new Error('no terminal')
    const onProgress = () => {
      throw cause
    }
    expect(await errorOf(bytesOf(films.stream(rows, { onProgress })))).toMatchObject({ cause })
  })

  it('of a reader that fails close the source', async () => {
    const source = new WatchedRows<Film>(i => ({ done: false, value: rows[i % 3_000]! }))
    const broken = new Writable({ write: (_, __, done) => done(new Error('disk full')) })
    expect(await errorOf(pipeline(films.stream(source), broken))).toMatchObject({ message: 'disk full' })
    expect(source.closed).toBe(1)
  })

  it('nobody waits for are not unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const stream = films.stream(rows)
    stream.destroy()
    const web = films.stream(rows).toWeb()
    await web.cancel()
    await sleep(20)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(await errorOf(stream.toc)).toBeInstanceOf(AbortedError)
  })
})

describe('abort', () => {
  it('destroys the stream with a typed error, before and while it is read', async () => {
    const before = films.stream(rows, { signal: AbortSignal.abort('no') })
    expect(await errorOf(bytesOf(before))).toMatchObject({ code: 'ABORTED', cause: 'no' })
    const source = new WatchedRows<Film>(i => (i < 300 ? { done: false, value: rows[i]! } : stalled))
    const controller = new AbortController()
    const during = films.stream(source, { signal: controller.signal })
    setTimeout(() => controller.abort('enough'), 10)
    expect(await errorOf(bytesOf(during))).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect(source.closed).toBe(1)
  })

  it('or destroy at random moments never hangs', async () => {
    const seed = testSeed()
    const random = randomOf(seed)
    for (let i = 0; i < 150; i++) {
      const controller = new AbortController()
      const name = random.pick(Object.keys(SOURCES))
      const { signal } = controller
      const stream = films.stream(SOURCES[name]!(rows), { signal, sliceMs: 0, highWaterMark: 4_000 })
      const ended = bytesOf(stream).catch((error: unknown) => error)
      for (let turns = random.below(30); turns > 0; turns--) await turn()
      if (random.chance(0.5)) controller.abort()
      else stream.destroy()
      const outcome = await ended
      if (Buffer.isBuffer(outcome)) expect(outcome.equals(list.blob), `seed ${seed} ${name}`).toBe(true)
      else expect(outcome, `seed ${seed} ${name}`).toBeInstanceOf(Error)
    }
  })
})

describe('manners', () => {
  it('keeps no toc when told so', async () => {
    const stream = films.stream(rows, { toc: false })
    await bytesOf(stream)
    expect(await errorOf(stream.toc)).toMatchObject({ code: 'TOC_NOT_KEPT' })
  })

  it('reports progress', async () => {
    const seen: object[] = []
    await bytesOf(films.stream(rows, { onProgress: now => seen.push(now), highWaterMark: 1_000 }))
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toMatchObject({ rows: 3_000, total: 3_000 })
  })

  it('lets the event loop run under a listener that never pauses', async () => {
    let turns = 0
    const stream = films.stream(SOURCES.generator!(filmRows(20_000)), { sliceMs: 1 })
    const timer = setInterval(() => turns++, 1)
    stream.on('data', () => undefined)
    await new Promise(resolve => stream.once('end', resolve))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })
})
