// A store that misbehaves in every way a store may: right pages, in time, with typed errors only.

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { StoreError } from '../../src/cache/errors.ts'
import type { CacheEvent } from '../../src/cache/events.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { type Fault, FaultyStore } from './harness/faulty-store.ts'
import { listOf, markedList } from './harness/lists.ts'
import { Witness } from './harness/witness.ts'

const FAULTS: readonly Fault[] = [
  'throw',
  'hang',
  'late',
  'lose',
  'flip',
  'short',
  'long',
  'foreign',
  'nonsense',
]
const PARTS = [
  ['everything', ''],
  ['pointers', ':p'],
  ['frames', ':v:'],
  ['locks', ':l'],
  ['tags', ':s'],
] as const
const READ_MS = 40
/** A lookup, a turn, a toc and rows, each within its budget, and a slow machine. */
const REQUEST_MS_MAX = 40 * READ_MS

describe.concurrent.each(FAULTS)('a store whose answers go wrong (%s)', fault => {
  test.each(PARTS)(
    'for %s: every page right and in time, before, during and after',
    async (_, faultOn) => {
      for (const frameBytesMax of [0, 1e6]) {
        const shared = memoryStore()
        const store = new FaultyStore(shared)
        const options = {
          memory: { frameBytesMax },
          recheckMs: 5,
          storeReadMs: READ_MS,
          storeWriteMs: READ_MS,
        }
        const breaker = { openMs: 20, openMsMax: 40 }
        const lock = { waitMs: 100 }
        const cache = new PageCache({ store, ...options, breaker, lock, ttlMs: 60 })
        const healthy = new PageCache({ store: shared, ...options, lock, ttlMs: 60 })
        const witness = new Witness('faulty', 50)
        const request = { key: 'k', build: witness.build, tags: ['t'] }
        let cursor: string | undefined
        for (let round = 0; round < 30; round += 1) {
          store.fault = round >= 8 && round < 22 ? fault : 'none'
          store.faultOn = faultOn
          const offset = (round * 7) % 50
          const start = performance.now()
          witness.judge(await cache.page({ ...request, offset, limit: 5 }), offset, 5)
          expect(performance.now() - start).toBeLessThan(REQUEST_MS_MAX)
          const other = await healthy.page({ ...request, offset, limit: 5 })
          witness.judge(other, offset, 5)
          cursor = other.nextCursor ?? cursor
          const page = await cache.page({ ...request, cursor: cursor!, onGone: 'restart' })
          witness.judge(page, page.offset, 5)
          await sleep(4)
        }
        await Promise.all([cache.idle(), healthy.idle()])
        expect(witness.verdicts.wrong).toEqual([])
        expect(witness.verdicts.right).toBe(90)
      }
    },
    60_000,
  )
})

test.each(['flip', 'short', 'foreign'] as const)(
  'one answer gone wrong (%s) costs a read, not a build',
  async fault => {
    for (const faultOn of [':p', ':v:']) {
      const store = new FaultyStore()
      const witness = new Witness('once', 50)
      const request = { key: 'k', build: witness.build, offset: 3, limit: 5 }
      for (const frameBytesMax of [0, 1e6]) {
        const cache = new PageCache({ store, memory: { frameBytesMax }, recheckMs: 0 })
        await cache.page(request)
        await cache.idle()
        store.faultOn = faultOn
        for (let round = 0; round < 5; round += 1) {
          store.fault = fault
          store.spoilsLeft = 1
          witness.judge(await cache.page({ ...request, offset: 3 + round }), 3 + round, 5)
          witness.judge(await new PageCache({ store, memory: { frameBytesMax } }).page(request), 3, 5)
        }
        store.fault = 'none'
      }
      expect([witness.builds, witness.verdicts.right, witness.verdicts.wrong]).toEqual([1, 20, []])
    }
  },
)

test.each(['flip', 'short', 'foreign'] as const)(
  'nor for a trusted toc or an old cursor (%s)',
  async fault => {
    const store = new FaultyStore()
    const witness = new Witness('twice', 50)
    const request = { key: 'k', build: witness.build, offset: 3, limit: 5 }
    const cache = new PageCache({ store, memory: { frameBytesMax: 0 }, recheckMs: 1e6 })
    const old = await cache.page(request)
    await cache.idle()
    await cache.invalidate('k')
    await cache.page(request)
    await cache.idle()
    store.fault = fault
    store.faultOn = ':v:'
    store.spoilsLeft = 1
    witness.judge(await cache.page({ ...request, offset: 9 }), 9, 5)
    store.spoilsLeft = 1
    const other = new PageCache({ store, memory: { frameBytesMax: 0 } })
    const page = await other.page({ ...request, cursor: old.nextCursor! })
    witness.judge(page, 8, 5)
    expect([witness.builds, witness.verdicts, page.version]).toEqual([
      2,
      { right: 2, wrong: [] },
      old.version,
    ])
  },
)

describe('the circuit breaker', () => {
  test('leaves a failing store alone, asks it once in a while, and closes when it answers', async () => {
    let nowMs = 1_000
    const store = new FaultyStore()
    const states: string[] = []
    const onEvent = (event: CacheEvent) => {
      if (event.type === 'breaker') states.push(event.state)
    }
    const breaker = { failuresMax: 3, openMs: 1_000, openMsMax: 4_000 }
    const cache = new PageCache({ store, breaker, now: () => nowMs, recheckMs: 0, ttlMs: 1e6, onEvent })
    const page = async () => {
      await cache.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 })
      await cache.idle()
    }
    await page()
    store.fault = 'throw'
    for (let round = 0; round < 3; round += 1) await page()
    expect(states).toEqual(['open'])
    const asked = store.operations
    for (let round = 0; round < 100; round += 1) await page()
    expect(store.operations).toBe(asked)
    nowMs += 1_000
    await page()
    expect([store.operations, states.slice(1)]).toEqual([asked + 1, ['half-open', 'open']])
    nowMs += 1_999
    await page()
    expect(store.operations).toBe(asked + 1)
    store.fault = 'none'
    nowMs += 1
    await page()
    expect(states.slice(3)).toEqual(['half-open', 'closed'])
    expect(cache.stats()).toMatchObject({ breaker: 'closed', builds: 1 })
  })

  test('opens for 1,000 requests to a store that hangs; none waits longer than its budgets', async () => {
    const store = new FaultyStore()
    store.fault = 'hang'
    const cache = new PageCache({ store, storeReadMs: 50 })
    const durations = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const start = performance.now()
        await cache.page({ key: `${index % 20}`, build: () => listOf([index]), offset: 0, limit: 1 })
        return performance.now() - start
      }),
    )
    expect(Math.max(...durations)).toBeLessThan(1_000)
    expect(store.operations).toBeLessThan(60)
  })
})

test('an invalidation the store could not be told is told before the store is believed again', async () => {
  const store = new FaultyStore()
  const witness = new Witness('pending', 5)
  const cache = new PageCache({ store, recheckMs: 0, breaker: { openMs: 1 } })
  const version = async () => {
    const page = await cache.page({ key: 'k', build: witness.build, tags: ['t'], offset: 0, limit: 1 })
    await cache.idle()
    await sleep(5)
    return page.version
  }
  const first = await version()
  for (const invalidate of [() => cache.invalidate('k'), () => cache.invalidateTag('t')]) {
    const before = await version()
    store.fault = 'throw'
    expect(await invalidate()).toBe(false)
    store.fault = 'none'
    await sleep(5)
    expect(await version()).not.toBe(before)
  }
  expect(await version()).not.toBe(first)
  expect(witness.builds).toBeLessThanOrEqual(5)
})

test('a value the store finds too large is kept in memory for its whole ttl', async () => {
  const inner = memoryStore()
  const refusing = {
    name: 'small',
    getRange: inner.getRange.bind(inner),
    delete: inner.delete.bind(inner),
    compareAndSet: inner.compareAndSet.bind(inner),
    set: () => Promise.reject(new StoreError('STORE_TOO_LARGE', 'too large')),
  }
  const witness = new Witness('large', 100)
  const cache = new PageCache({ store: refusing, recheckMs: 0, memory: { frameBytesMax: 0 } })
  for (let round = 0; round < 30; round += 1) {
    const page = await cache.page({ key: 'k', build: witness.build, offset: round, limit: 5 })
    await cache.idle()
    witness.judge(page, round, 5)
  }
  expect([witness.builds, witness.verdicts.right, cache.stats().breaker]).toEqual([1, 30, 'closed'])
})

test('memory stays within its bytes, and pages stay right when snapshots are pushed out', async () => {
  for (const store of [undefined, memoryStore({ bytesMax: 60_000 })]) {
    const cache = new PageCache({
      ...(store && { store }),
      memory: { bytesMax: 40_000, entriesMax: 1_000 },
      lock: { waitMs: 50 },
    })
    const witnesses = Array.from({ length: 30 }, (_, index) => new Witness(`pushed ${index}`, 60))
    for (let round = 0; round < 300; round += 1) {
      const index = (round * 17) % 30
      const witness = witnesses[index]!
      const page = await cache.page({ key: `k${index}`, build: witness.build, offset: 3, limit: 40 })
      witness.judge(page, 3, 40)
    }
    await cache.idle()
    expect(witnesses.flatMap(witness => witness.verdicts.wrong)).toEqual([])
  }
})

test('a list larger than all memory is still served', async () => {
  for (const store of [undefined, memoryStore()]) {
    const cache = new PageCache({ ...(store && { store }), memory: { bytesMax: 1_000, frameBytesMax: 0 } })
    const list = markedList('larger', 500)
    for (let offset = 0; offset < 5; offset += 1) {
      const page = await cache.page({ key: 'k', build: () => list, offset, limit: 100 })
      expect(page.toBuffer().equals(list.page(offset, 100).toBuffer())).toBe(true)
      await cache.idle()
    }
  }
})

test('pages keep their bytes while everything around them is replaced', async () => {
  const store = memoryStore()
  const cache = new PageCache({ store, memory: { frameBytesMax: 0 } })
  const witness = new Witness('kept', 200)
  const pages = []
  for (let round = 0; round < 50; round += 1) {
    pages.push(await cache.page({ key: 'k', build: witness.build, offset: round, limit: 20 }))
    await cache.invalidate('k', { purge: round % 2 === 0 })
  }
  await cache.idle()
  for (const [round, page] of pages.entries()) witness.judge(page, round, 20)
  expect(witness.verdicts).toEqual({ right: 50, wrong: [] })
})
