// Lists in memory that threads share.

import { once } from 'node:events'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { PageCache } from '../../src/cache/index.ts'
import { listSource } from '../../src/cache/list-source.ts'
import { pageResponse } from '../../src/http/adapters/hono.ts'
import { JsonList, TocError } from '../../src/index.ts'
import { filmRows, films } from '../toc/sliced.ts'
import { withPool } from './pools.ts'

/** A thread that looks at a list and changes one of its bytes. */
const READER = `
const { parentPort, workerData: { blob, toc } } = require('node:worker_threads')
const isShared = blob.buffer instanceof SharedArrayBuffer && toc.buffer instanceof SharedArrayBuffer
parentPort.postMessage({ isShared, text: Buffer.from(blob).toString(), toc: Array.from(toc) })
blob[1] = 32`

async function seenElsewhere(list: JsonList): Promise<{ isShared: boolean; text: string; toc: number[] }> {
  const worker = new Worker(READER, { eval: true, workerData: list.share() })
  const [[seen]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  return seen
}

it('a list of this thread is copied once, then it is the same memory everywhere', async () => {
  const list = films.serialize(filmRows(300))
  const shared = list.share()
  const opened = JsonList.fromShared(structuredClone(shared))
  expect([opened.blob.equals(list.blob), opened.toc, opened.length]).toEqual([true, list.toc, 300])
  expect(opened.page(10, 5)).toEqual(list.page(10, 5))
  const seen = await seenElsewhere(opened)
  expect(seen).toEqual({ isShared: true, text: list.blob.toString(), toc: [...list.toc] })
  expect([opened.blob[1], shared.blob[1], list.blob[1]]).toEqual([32, 32, '{'.charCodeAt(0)])
})

it('a list of a pool is shared without a copy', () =>
  withPool({ threads: 1 }, async writer => {
    const list = await films.serializeAsync(filmRows(1_000), { writer })
    const { blob } = list.share()
    expect(blob.buffer).toBe(list.blob.buffer)
    const text = list.blob.toString()
    expect((await seenElsewhere(list)).text).toBe(text)
    expect(list.blob[1]).toBe(32)
  }))

it('empty lists, wide tocs and views of larger memory keep their shape', () => {
  for (const list of [
    films.serialize([]),
    new JsonList(Buffer.from('[1,22]'), Float64Array.of(1, 3, 6)),
    new JsonList(Buffer.from('xx[1,22]').subarray(2), Uint32Array.of(9, 1, 3, 6).subarray(1)),
  ]) {
    const opened = JsonList.fromShared(structuredClone(list.share()))
    expect([`${opened.blob}`, opened.toc]).toEqual([`${list.blob}`, list.toc])
  }
  const list = films.serialize(filmRows(3))
  expect(() => JsonList.fromShared({ blob: list.blob.subarray(1), toc: list.toc })).toThrow(TocError)
})

it('what another realm made is a list, too, as messages are inside node:vm', async () => {
  const { blob, toc } = films.serialize(filmRows(30))
  const make = runInNewContext(`({ blob, toc }) => {
    const shared = (Type, array) => new Type(new SharedArrayBuffer(array.byteLength))
    const [bytes, offsets] = [shared(Uint8Array, blob), shared(Uint32Array, toc)]
    bytes.set(blob)
    offsets.set(toc)
    return { blob: bytes, toc: offsets }
  }`)
  const shared = make({ blob, toc })
  const list = JsonList.fromShared(shared)
  const again = list.share()
  expect([again.blob.buffer, again.toc.buffer]).toEqual([shared.blob.buffer, shared.toc.buffer])
  for (const build of [() => list, () => shared]) {
    const page = await new PageCache().page({ key: 'films', build, offset: 3, limit: 4 })
    expect(Buffer.concat(page.chunks())).toEqual(films.serialize(filmRows(30)).page(3, 4).toBuffer())
  }
})

it('what is no list that was shared is an error', () => {
  const { blob, toc } = films.serialize(filmRows(3)).share()
  const end = blob.byteLength
  for (const shared of [
    ...[
      undefined,
      null,
      5,
      'list',
      {},
      { blob },
      { toc },
      { blob: blob.buffer, toc },
      { blob, toc: [...toc] },
    ],
    { blob: new DataView(blob.buffer), toc },
    { blob, toc: new Uint8Array(toc) },
    JSON.parse(JSON.stringify({ blob, toc })),
    { blob, toc: Uint32Array.of(1, end + 1, 9, end) },
    { blob, toc: Uint32Array.of(1, 9, 10, end) },
    ...[Number.NaN, 9.5, -9, 1e300].map(entry => ({ blob, toc: Float64Array.of(1, entry, 60, end) })),
  ]) {
    expect(() => JsonList.fromShared(shared)).toThrow(TocError)
  }
  expect(() => JsonList.fromShared({ blob, toc: Uint32Array.of(1, 9, 2, end) })).toThrow(
    'toc: entry 2 is 2 after 9',
  )
})

it('pages of shared lists make web responses', async () => {
  const list = JsonList.fromShared(films.serialize(filmRows(300)).share())
  const response = await pageResponse(new Request('http://localhost/?offset=7&limit=20'), listSource(list))
  expect(await response.text()).toBe(list.page(7, 20).toBuffer().toString())
})
