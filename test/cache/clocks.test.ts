// Clocks that are set back, and times too long for a timer.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { FaultyStore } from './harness/faulty-store.ts'
import { listOf } from './harness/lists.ts'
import { countingBuild } from './harness/pages.ts'

const HOUR_MS = 3_600_000

test('a clock that is set back does not leave a store alone until that hour comes again', async () => {
  let nowMs = 1e12
  const store = new FaultyStore()
  const cache = new PageCache({ store, now: () => nowMs })
  const ask = (key: string) => cache.page({ key, build: () => listOf([1]), offset: 0, limit: 1 })
  store.fault = 'throw'
  for (let index = 0; index < 6; index += 1) await ask(`${index}`)
  expect(cache.stats().breaker).toBe('open')
  store.fault = 'none'
  nowMs -= HOUR_MS
  await ask('again')
  expect(cache.stats().breaker).toBe('closed')
})

test('a clock that is set back does not put off the next attempt of a build that failed', async () => {
  let nowMs = 1e12
  const cache = new PageCache({ now: () => nowMs, ttlMs: 1_000, staleIfErrorMs: HOUR_MS, retryMs: 500 })
  let builds = 0
  const build = () => {
    builds += 1
    if (builds === 2) throw new Error('broken')
    return listOf([builds])
  }
  const ask = () => cache.page({ key: 'k', build, offset: 0, limit: 1 })
  await ask()
  nowMs += 100_000
  await ask()
  expect(builds).toBe(2)
  nowMs -= 50_000
  await ask()
  expect(builds).toBe(3)
})

test.each([
  ['in process', () => ({})],
  ['with a store that is down', () => ({ store: Object.assign(new FaultyStore(), { fault: 'throw' }) })],
] as const)(
  '%s a clock that is set back makes a list no fresher than twice its lifetime',
  async (_, options) => {
    let nowMs = 1e12
    const cache = new PageCache({ ...options(), now: () => nowMs, ttlMs: 60_000 })
    const counting = countingBuild()
    const ask = () => cache.page({ key: 'k', build: counting.build, offset: 0, limit: 1 })
    await ask()
    nowMs -= 60_000
    await ask()
    expect(counting.builds).toBe(1)
    nowMs -= HOUR_MS
    await ask()
    await ask()
    expect(counting.builds).toBe(2)
  },
)

test('budgets longer than any timer are long, not over at once', async () => {
  const budgetMs = 30 * 24 * HOUR_MS
  const store = new FaultyStore(memoryStore())
  store.delayMs = 20
  const cache = new PageCache({ store, buildMs: budgetMs, storeReadMs: budgetMs, storeWriteMs: budgetMs })
  const build = async () => {
    await sleep(20)
    return listOf([1])
  }
  expect((await cache.page({ key: 'k', build, offset: 0, limit: 1 })).count).toBe(1)
  await cache.idle()
  expect(cache.stats()).toMatchObject({ published: 1, storeErrors: 0 })
})
