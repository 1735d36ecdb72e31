// Tags over a store, where lists of one tag differ in how long they live and in whether the store has them.

import { expect, test } from 'vitest'
import { StoreError } from '../../src/cache/errors.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import type { Store } from '../../src/cache/store.ts'
import { FaultyStore } from './harness/faulty-store.ts'
import { countingBuild, textOf } from './harness/pages.ts'

test('a list that lives shorter does not end those of its tag that live longer', async () => {
  let nowMs = 1e12
  const now = () => nowMs
  const cache = new PageCache({ store: memoryStore({ now }), now })
  const [long, short] = [countingBuild(), countingBuild()]
  const hour = { key: 'long', tags: ['t'], ttlMs: 3_600_000, build: long.build, offset: 0, limit: 1 }
  const second = { key: 'short', tags: ['t'], ttlMs: 1_000, build: short.build, offset: 0, limit: 1 }
  for (let minute = 0; minute < 58; minute += 2) {
    await cache.page(hour)
    await cache.idle()
    await cache.page(second)
    await cache.idle()
    nowMs += 120_000
  }
  expect([long.builds, short.builds]).toEqual([1, 29])
  expect(await cache.invalidateTag('t')).toBe(true)
  await cache.page(hour)
  expect(long.builds).toBe(2)
})

test('lists of all lifetimes that are first built at once agree on a stamp', async () => {
  let nowMs = 1e12
  const now = () => nowMs
  const inner = memoryStore({ now })
  const store = new FaultyStore(inner)
  store.delayMs = 5
  const cache = new PageCache({ store, now })
  const lists = [1, 60, 3_600].map(seconds => {
    const { build } = countingBuild()
    return { key: `${seconds}`, tags: ['t'], ttlMs: seconds * 1_000, build, offset: 0, limit: 1 }
  })
  await Promise.all(lists.map(list => cache.page(list)))
  await cache.idle()
  nowMs += 3_500_000
  const before = cache.stats().builds
  await cache.page(lists[2]!)
  expect(cache.stats().builds).toBe(before)
})

/** As a store whose values are smaller than the list. */
function withoutFrames(inner: Store): Store {
  return {
    name: 'small',
    getRange: inner.getRange.bind(inner),
    delete: inner.delete.bind(inner),
    compareAndSet: inner.compareAndSet.bind(inner),
    set: (key, chunks, ttlMs) => {
      if (key.includes(':v:')) throw new StoreError('STORE_TOO_LARGE', 'too large')
      return inner.set(key, chunks, ttlMs)
    },
  }
}

test('an invalidated tag reaches processes whose list the store would not take', async () => {
  const store = withoutFrames(memoryStore())
  const [first, second] = [new PageCache({ store, recheckMs: 0 }), new PageCache({ store })]
  const { build } = countingBuild()
  const request = { key: 'k', tags: ['t'], build, offset: 0, limit: 1 }
  const markOf = async () => {
    const page = await first.page(request)
    await first.idle()
    return JSON.parse(textOf(page))[0].mark
  }
  expect([await markOf(), await markOf()]).toEqual([1, 1])
  expect(await second.invalidateTag('t')).toBe(true)
  expect([await markOf(), await markOf()]).toEqual([2, 2])
})

test('a tagged list that was built without the store is built anew once it answers: its tag may have changed', async () => {
  const store = new FaultyStore()
  const cache = new PageCache({ store, recheckMs: 0 })
  const request = { key: 'k', tags: ['t'], build: countingBuild().build, offset: 0, limit: 1 }
  store.fault = 'throw'
  expect(JSON.parse(textOf(await cache.page(request)))[0].mark).toBe(1)
  store.fault = 'none'
  for (let round = 0; round < 3; round += 1) {
    expect(JSON.parse(textOf(await cache.page(request)))[0].mark).toBe(2)
    await cache.idle()
  }
})
