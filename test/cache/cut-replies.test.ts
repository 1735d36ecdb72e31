// A connection that breaks after every possible byte of the replies a page needs.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PageCache } from '../../src/cache/page-cache.ts'
import { connectStore } from './harness/clients.ts'
import { FaultProxy } from './harness/fault-proxy.ts'
import { listOf } from './harness/lists.ts'
import { HAS_REDIS, type RedisServer, startRedis, until } from './harness/redis-server.ts'

const list = listOf(Array.from({ length: 8 }, (_, index) => `row ${index}`))
const READ_MS = 500
const REQUEST_MS_MAX = 3_000

describe.skipIf(!HAS_REDIS)('replies cut after every byte', () => {
  let server: RedisServer

  beforeAll(async () => {
    server = await startRedis()
  }, 30_000)
  afterAll(() => server.stop())

  const cases = (['node-redis', 'ioredis'] as const).flatMap(kind =>
    ([true, false] as const).map(isWarm => ({ kind, isWarm, name: isWarm ? 'warm toc' : 'nothing known' })),
  )

  test.concurrent.each(cases)('$kind, $name', { timeout: 90_000 }, async ({ kind, isWarm }) => {
    const proxy = await FaultProxy.to(server.port)
    const { store, close } = await connectStore(kind, proxy.port)
    const key = `cut ${kind} ${isWarm}`
    const makeCache = () =>
      new PageCache({
        store,
        memory: { frameBytesMax: 0 },
        recheckMs: 0,
        storeReadMs: READ_MS,
        lock: { waitMs: 50 },
      })
    const request = { key, build: () => list, offset: 2, limit: 3 }
    const expected = list.page(2, 3).toBuffer().toString()
    const first = makeCache()
    await first.page(request)
    await first.idle()

    let position = 0
    for (; ; position += 1) {
      const cache = makeCache()
      if (isWarm) await cache.page(request)
      const cutsBefore = proxy.done.cut
      proxy.mode = { kind: 'cut', afterBytes: position }
      const start = performance.now()
      const page = await cache.page(request)
      expect(performance.now() - start).toBeLessThan(REQUEST_MS_MAX)
      expect(page.toBuffer().toString(), `cut after byte ${position}`).toBe(expected)
      await cache.idle()
      proxy.mode = { kind: 'pass' }
      if (proxy.done.cut === cutsBefore) break
      await until(() => isBack(store))
    }
    // Every byte of pointer and rows, and when nothing was known of the frame's toc too.
    expect(position).toBeGreaterThan(isWarm ? 200 : 300)
    await close()
    await proxy.stop()
  })
})

async function isBack(store: Awaited<ReturnType<typeof connectStore>>['store']): Promise<boolean> {
  try {
    await store.getRange('{probe}', 0, 1)
    return true
  } catch {
    return false
  }
}
