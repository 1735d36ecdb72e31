// Two caches over one store, as two processes are.

import { Buffer } from 'node:buffer'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { contentVersion, encodeFrame } from '../../src/cache/frame.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import type { PageCacheOptions } from '../../src/cache/options.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import type { Store } from '../../src/cache/store.ts'
import { FaultyStore } from './harness/faulty-store.ts'
import { listOf, markedList } from './harness/lists.ts'
import { countingBuild, textOf } from './harness/pages.ts'

describe('two processes over one store', () => {
  const pair = (store: Store, options: PageCacheOptions = {}) =>
    [new PageCache({ store, ...options }), new PageCache({ store, ...options })] as const

  test('the second finds what the first built', async () => {
    const counting = countingBuild()
    const [first, second] = pair(memoryStore())
    const request = { key: 'k', build: counting.build, offset: 10, limit: 10 }
    const built = await first.page(request)
    await first.idle()
    const found = await second.page(request)
    expect(found.toBuffer().equals(built.toBuffer())).toBe(true)
    expect([counting.builds, found.version, second.stats().pages.local]).toEqual([1, built.version, 1])
  })

  test('concurrent misses in both are one build', async () => {
    const counting = countingBuild()
    const caches = pair(memoryStore())
    const build = async () => {
      await sleep(100)
      return counting.build()
    }
    const requests = Array.from({ length: 1_000 }, (_, index) =>
      caches[index % 2]!.page({ key: 'k', build, offset: index % 100, limit: 1 }),
    )
    const versions = new Set((await Promise.all(requests)).map(page => page.version))
    expect([counting.builds, versions.size]).toEqual([1, 1])
  })

  test('a failing build releases the lock for the other', async () => {
    const [first, second] = pair(memoryStore(), { lock: { ttlMs: 60_000, waitMs: 20_000 } })
    const failing = async () => {
      await sleep(30)
      throw new Error('broken')
    }
    const failed = first.page({ key: 'k', build: failing, offset: 0, limit: 1 })
    await sleep(5)
    const start = performance.now()
    const page = second.page({ key: 'k', build: () => listOf([2]), offset: 0, limit: 1 })
    await expect(failed).rejects.toThrow('broken')
    expect(textOf(await page)).toBe('[2]')
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  test('a lock whose process died holds nobody longer than the bounded wait', async () => {
    const store = memoryStore()
    await store.compareAndSet('{k:k}:l', undefined, Buffer.from('of a dead process'), 1e6)
    const cache = new PageCache({ store, lock: { waitMs: 200 } })
    const start = performance.now()
    expect(textOf(await cache.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 }))).toBe('[1]')
    expect(performance.now() - start).toBeGreaterThan(150)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('a lock that was given too late is given back, so nobody waits for it', async () => {
    const inner = memoryStore()
    const store = new FaultyStore(inner)
    store.fault = 'late' // 200 ms
    store.faultOn = ':l'
    const [first] = pair(store, { storeReadMs: 20 })
    expect(textOf(await first.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 }))).toBe('[1]')
    await sleep(50)
    store.fault = 'none'
    await expect.poll(() => store.counts.compareAndSet, { timeout: 2_000 }).toBeGreaterThan(1)
    expect(inner.getRange('{k:k}:l', 0, 99)).toBeUndefined()
  })

  test('a build that is cancelled while it waits for its turn keeps no lock', async () => {
    const inner = memoryStore()
    const store = new FaultyStore(inner)
    const cache = new PageCache({ store, lock: { ttlMs: 60_000, waitMs: 20_000 } })
    store.delayMs = 30
    const request = { key: 'k', build: () => listOf([1]), offset: 0, limit: 1 }
    const early = cache.page(request)
    await expect.poll(() => inner.getRange('{k:k}:l', 0, 99), { interval: 1 }).toBeDefined()
    await cache.invalidate('k')
    expect(textOf(await early)).toBe('[1]')
    const start = performance.now()
    expect(textOf(await cache.page(request))).toBe('[1]')
    expect(performance.now() - start).toBeLessThan(5_000)
    await cache.idle()
    expect(inner.getRange('{k:k}:l', 0, 99)).toBeUndefined()
  })

  test('a build that takes longer than the one before is shared all the same', async () => {
    let nowMs = 1e12
    const now = () => nowMs
    const [first, second] = pair(memoryStore({ now }), { now, ttlMs: 1_000 })
    const lasting = (ms: number) => () => {
      nowMs += ms
      return markedList(ms, 5)
    }
    const request = { key: 'k', offset: 0, limit: 1 }
    await first.page({ ...request, build: lasting(500) })
    await first.idle()
    nowMs += 600
    const page = await first.page({ ...request, build: lasting(700) })
    await first.idle()
    expect((await second.page({ ...request, build: lasting(1) })).version).toBe(page.version)
    expect([first.stats().published, second.stats().builds]).toEqual([2, 0])
  })

  test('invalidate reaches the other within recheckMs; a build begun before does not come back', async () => {
    const [first, second] = pair(memoryStore(), { recheckMs: 30 })
    let mark = 1
    const build = async () => {
      const list = markedList(mark, 5)
      await sleep(40)
      return list
    }
    const request = { key: 'k', build, offset: 0, limit: 1 }
    const markOf = async (cache: PageCache) => JSON.parse(textOf(await cache.page(request)))[0].mark
    const early = markOf(first)
    await sleep(10)
    mark = 2
    await second.invalidate('k')
    expect(await early).toBe(1)
    await first.idle()
    expect(await markOf(second)).toBe(2)
    await second.idle()
    await sleep(40)
    expect(await markOf(first)).toBe(2)
  })

  test('invalidateTag reaches the other; losing the tag costs a build and no old page', async () => {
    const store = memoryStore()
    const [first, second] = pair(store, { recheckMs: 0 })
    const counting = countingBuild()
    const request = { key: 'k', build: counting.build, tags: ['t'], offset: 0, limit: 1 }
    const markOf = async (cache: PageCache) => {
      const page = await cache.page(request)
      await cache.idle()
      return JSON.parse(textOf(page))[0].mark
    }
    expect([await markOf(first), await markOf(second)]).toEqual([1, 1])
    await second.invalidateTag('t')
    expect([await markOf(first), await markOf(second)]).toEqual([2, 2])
    await store.delete('{t:t}:s')
    expect([await markOf(first), await markOf(second)]).toEqual([3, 3])
  })

  test('a clock that is set back makes no process trust what it has for longer', async () => {
    let nowMs = 1e12
    const counting = countingBuild()
    const [first, second] = pair(memoryStore(), { now: () => nowMs, recheckMs: 1_000 })
    const request = { key: 'k', build: counting.build, offset: 0, limit: 1 }
    const old = await first.page(request)
    await first.idle()
    nowMs -= 3_600_000
    await second.invalidate('k')
    expect((await first.page(request)).version).not.toBe(old.version)
  })

  test('with a warm toc a page is one read; when it is also time to recheck, two at once', async () => {
    const store = new FaultyStore()
    const list = markedList('one trip', 500)
    const request = { key: 'k', build: () => list, limit: 20 }
    const cache = new PageCache({ store, memory: { frameBytesMax: 0 }, recheckMs: 1e6 })
    await cache.page({ ...request, offset: 0 })
    await cache.idle()
    const before = { ...store.counts }
    for (let offset = 0; offset < 480; offset += 20) await cache.page({ ...request, offset })
    expect(store.counts).toEqual({ ...before, getRange: before.getRange + 24 })

    const asking = new PageCache({ store, memory: { frameBytesMax: 0 }, recheckMs: 0, storeReadMs: 5_000 })
    await asking.page({ ...request, offset: 0 })
    store.delayMs = 400
    const start = performance.now()
    await asking.page({ ...request, offset: 40 })
    expect(performance.now() - start).toBeLessThan(790)
  })

  test('an invalidation does not wait for the build it makes worthless', async () => {
    const cache = new PageCache({ store: memoryStore(), lock: { waitMs: 20_000 } })
    const slow = async () => {
      await sleep(1_500)
      return listOf(['old'])
    }
    const early = cache.page({ key: 'k', build: slow, offset: 0, limit: 1 })
    await sleep(20)
    await cache.invalidate('k')
    const start = performance.now()
    const late = await cache.page({ key: 'k', build: () => listOf(['new']), offset: 0, limit: 1 })
    expect(textOf(late)).toBe('["new"]')
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(textOf(await early)).toBe('["old"]')
    await cache.idle()
    expect(textOf(await cache.page({ key: 'k', build: slow, offset: 0, limit: 1 }))).toBe('["new"]')
  })

  test('a whole frame of another list under this one’s key is not taken for it', async () => {
    for (const frameBytesMax of [0, 1e6]) {
      const store = memoryStore()
      const mine = listOf(['mine', 'also'])
      const first = new PageCache({ store })
      const { version, nextCursor } = await first.page({ key: 'k', build: () => mine, offset: 0, limit: 1 })
      await first.idle()
      await store.set(`{k:k}:v:${version}`, [encodeFrame(listOf(['yours', 'too!']))], 1e6)
      const second = new PageCache({ store, memory: { frameBytesMax } })
      const page = await second.page({ key: 'k', build: () => mine, offset: 1, limit: 1 })
      expect([textOf(page), page.version]).toEqual(['["also"]', version])
      const third = new PageCache({ store, memory: { frameBytesMax } })
      const followed = await third.page({ key: 'k', build: () => mine, cursor: nextCursor! })
      expect([textOf(followed), followed.version]).toEqual(['["also"]', version])
    }
  })

  test('what was looked up before an invalidation does not become current after it', async () => {
    const store = new FaultyStore()
    const counting = countingBuild()
    const request = { key: 'k', build: counting.build, offset: 0, limit: 1 }
    const first = new PageCache({ store })
    await first.page(request)
    await first.idle()
    for (const invalidate of ['key', 'tag']) {
      const second = new PageCache({ store })
      store.delayMs = 30
      const early = second.page(request)
      await sleep(10)
      await (invalidate === 'key' ? second.invalidate('k') : second.invalidateTag('any'))
      await early
      store.delayMs = 0
      await second.page(request)
      await second.idle()
      // The key's invalidation costs a build; the tag's only a new look, since the list does not have it.
      expect(counting.builds).toBe(2)
    }
  })

  test('lists that share a tag do not unsettle each other by being built', async () => {
    const cache = new PageCache({ store: memoryStore(), recheckMs: 0 })
    const lists = ['a', 'b', 'c'].map(key => ({ key, tags: ['t'], counting: countingBuild() }))
    for (let round = 0; round < 3; round += 1) {
      for (const { key, tags, counting } of lists) {
        await cache.page({ key, tags, build: counting.build, offset: 0, limit: 1 })
        await cache.idle()
      }
    }
    expect(lists.map(list => list.counting.builds)).toEqual([1, 1, 1])
  })

  test('a build that was superseded while it was written is not trusted afterwards', async () => {
    const store = new FaultyStore()
    const [first, second] = pair(store, { recheckMs: 1e6 })
    const counting = countingBuild()
    const request = { key: 'k', build: counting.build, offset: 0, limit: 1 }
    store.delayMs = 20
    await first.page(request)
    await second.invalidate('k')
    await first.idle()
    expect(JSON.parse(textOf(await first.page(request)))[0].mark).toBe(2)
    await first.idle()
  })

  test('rows damaged where they lie cost one build for all processes, and are replaced by it', async () => {
    const store = memoryStore()
    const caches = pair(store, { memory: { frameBytesMax: 0 }, recheckMs: 1e6 })
    const list = markedList('damaged', 40)
    let builds = 0
    const build = async () => {
      builds += 1
      await sleep(20)
      return list
    }
    const read = async () => {
      const pages = await Promise.all(
        caches.map(cache => cache.page({ key: 'k', build, offset: 5, limit: 5 })),
      )
      for (const page of pages) expect(page.toBuffer().equals(list.page(5, 5).toBuffer())).toBe(true)
      await Promise.all(caches.map(cache => cache.idle()))
    }
    await read()
    await read()
    expect(builds).toBe(1)
    const frame = Buffer.from(encodeFrame(list))
    frame.fill('?', frame.byteLength - list.blob.byteLength)
    await store.set(`{k:k}:v:${contentVersion(list)}`, [frame], 1e6)
    await read()
    expect(builds).toBe(2)
    await read()
    expect([builds, caches.map(cache => cache.stats().gone)]).toEqual([2, [0, 0]])
  })
})
