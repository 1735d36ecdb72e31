// What an invalidation ends: also what is only just being made.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import type { JsonList } from '../../src/toc/json-list.ts'
import { FaultyStore } from './harness/faulty-store.ts'
import { listOf, markedList } from './harness/lists.ts'

const GONE = { code: 'SNAPSHOT_GONE' }
const build = () => listOf(['new'])

test.each([
  ['in process', undefined],
  ['over a store', memoryStore()],
])('%s: a build that was invalidated before is purged as well', async (_, store) => {
  const cache = new PageCache(store && { store })
  let end!: (list: JsonList) => void
  const slow = () =>
    new Promise<JsonList>(resolve => {
      end = resolve
    })
  const early = cache.page({ key: 'k', build: slow, offset: 0, limit: 5 })
  await expect.poll(() => end, { interval: 1 }).toBeDefined()
  await cache.invalidate('k')
  await cache.invalidate('k', { purge: true })
  end(markedList('old', 20))
  const { nextCursor } = await early
  await cache.idle()
  await expect(cache.page({ key: 'k', build, cursor: nextCursor! })).rejects.toMatchObject(GONE)
})

test.each([0, 15, 25, 35])('a snapshot that is being written, %i ms on', async afterMs => {
  const inner = memoryStore()
  const store = new FaultyStore(inner)
  const cache = new PageCache({ store, memory: { frameBytesMax: 0 } })
  const page = await cache.page({ key: 'k', build: () => markedList('old', 20), offset: 0, limit: 5 })
  const frame = `{k:k}:v:${page.version}`
  store.delayMs = 20 // each for frame and pointer
  await sleep(afterMs)
  expect(await cache.invalidate('k', { purge: true })).toBe(true)
  await cache.idle()
  expect(await inner.getRange(frame, 0, 1)).toBeUndefined()
  for (const one of [cache, new PageCache({ store })]) {
    await expect(one.page({ key: 'k', build, cursor: page.nextCursor! })).rejects.toMatchObject(GONE)
  }
})

test('an invalidation by another process is seen while a list is still being written', async () => {
  const inner = memoryStore()
  const store = new FaultyStore(inner)
  const [first, second] = [new PageCache({ store, recheckMs: 20 }), new PageCache({ store: inner })]
  let mark = 'old'
  const request = { key: 'k', build: () => markedList(mark, 5), offset: 0, limit: 1 }
  store.fault = 'hang'
  store.faultOn = ':v:'
  await first.page(request)
  mark = 'new'
  expect(await second.invalidate('k')).toBe(true)
  await sleep(30)
  expect(JSON.parse(`${(await first.page(request)).toBuffer()}`)[0].mark).toBe('new')
})
