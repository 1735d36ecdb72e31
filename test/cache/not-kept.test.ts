// A list larger than the cache's memory: its pages are right, and somebody is told.

import process from 'node:process'
import { expect, test } from 'vitest'
import type { CacheEvent } from '../../src/cache/events.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { filmRows, films } from '../toc/sliced.ts'

const list = films.serialize(filmRows(500))
const small = films.serialize(filmRows(5))
const byteLength = list.blob.byteLength

/** What a run of `use` warned of. */
async function warningsOf(use: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = []
  const listen = (warning: Error & { code?: string }) => {
    if (warning.code === 'TOCSON_NOT_KEPT') warnings.push(warning.message)
  }
  process.on('warning', listen)
  await use()
  await new Promise(setImmediate)
  process.off('warning', listen)
  return warnings
}

test('each page is a build; an event says so each time, a warning once', async () => {
  const events: CacheEvent[] = []
  const cache = new PageCache({ memory: { bytesMax: 2_000 }, onEvent: event => events.push(event) })
  const warnings = await warningsOf(async () => {
    for (const offset of [0, 400]) {
      const page = await cache.page({ key: 'films', build: () => list, offset, limit: 50 })
      expect(page.toBuffer()).toEqual(list.page(offset, 50).toBuffer())
    }
    await cache.page({ key: 'few', build: () => small, offset: 0, limit: 5 })
  })
  const told = events.filter(({ type }) => type === 'not-kept')
  expect(told).toEqual(Array(2).fill({ type: 'not-kept', key: 'films', byteLength }))
  expect(cache.stats()).toMatchObject({ notKept: 2, builds: 3 })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain(`'films' of ${byteLength} bytes`)
})

test('a store that does not take the list does not hide it', async () => {
  const cache = new PageCache({
    memory: { bytesMax: 2_000, frameBytesMax: 0 },
    store: memoryStore({ bytesMax: 50_000 }),
  })
  const warnings = await warningsOf(async () => {
    await cache.page({ key: 'films', build: () => list, offset: 0, limit: 5 })
    await cache.idle()
  })
  expect(cache.stats()).toMatchObject({ notKept: 1, storeErrors: 1 })
  expect(warnings).toHaveLength(1)
})

test('a list that only the memory store is too small for is built once', async () => {
  const cache = new PageCache({ memory: { frameBytesMax: 0 }, store: memoryStore({ bytesMax: 50_000 }) })
  for (let offset = 0; offset < 500; offset += 50) {
    const page = await cache.page({ key: 'films', build: () => list, offset, limit: 50 })
    expect(page.toBuffer()).toEqual(list.page(offset, 50).toBuffer())
    await cache.idle()
  }
  expect(cache.stats()).toMatchObject({ notKept: 0, builds: 1 })
})

test('nothing is said when a store has the list', async () => {
  const cache = new PageCache({ memory: { bytesMax: 2_000, frameBytesMax: 0 }, store: memoryStore() })
  const warnings = await warningsOf(async () => {
    await cache.page({ key: 'films', build: () => list, offset: 0, limit: 5 })
    await cache.idle()
  })
  expect(cache.stats().notKept).toBe(0)
  expect(warnings).toEqual([])
})
