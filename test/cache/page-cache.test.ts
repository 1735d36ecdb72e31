import { Buffer } from 'node:buffer'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { SnapshotGone } from '../../src/cache/errors.ts'
import { CACHE_CHANNEL, type CacheEvent } from '../../src/cache/events.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import type { PageCacheOptions } from '../../src/cache/options.ts'
import { type ListRequest, PageCache } from '../../src/cache/page-cache.ts'
import type { SourcePage } from '../../src/cache/source.ts'
import { PageError } from '../../src/errors.ts'
import { listOf, markedList } from './harness/lists.ts'
import { countingBuild, textOf } from './harness/pages.ts'

const TIERS: readonly (readonly [string, () => PageCacheOptions])[] = [
  ['in process', () => ({})],
  ['over a store', () => ({ store: memoryStore() })],
  ['over a store, toc only', () => ({ store: memoryStore(), memory: { frameBytesMax: 0 } })],
  [
    'over a store, asked every time',
    () => ({ store: memoryStore(), memory: { frameBytesMax: 0 }, recheckMs: 0 }),
  ],
]

describe.each(TIERS)('%s', (_, options) => {
  test('every page is the list’s, with its counts', async () => {
    const list = markedList('rows', 60)
    const cache = new PageCache(options())
    for (const [offset, limit] of [
      [0, 10],
      [0, 0],
      [5, 1],
      [55, 10],
      [60, 5],
      [99, 1],
      [0, 1e9],
      [7, Infinity],
    ] as const) {
      const page = await cache.page({ key: 'k', build: () => list, offset, limit })
      await cache.idle()
      const expected = list.page(offset, limit)
      expect(page.toBuffer().equals(expected.toBuffer())).toBe(true)
      expect([page.offset, page.count, page.total]).toEqual([expected.offset, expected.count, expected.total])
      expect(page.byteLength).toBe(page.toBuffer().byteLength)
      expect([...page.rows()].map(row => JSON.parse(row.toString()))).toEqual(JSON.parse(textOf(page)))
    }
    expect(cache.stats().builds).toBe(1)
  })

  test('an empty list is a list', async () => {
    const cache = new PageCache(options())
    const page = await cache.page({ key: 'k', build: () => listOf([]), offset: 0, limit: 10 })
    expect([textOf(page), page.total, page.nextCursor, page.prevCursor]).toEqual([
      '[]',
      0,
      undefined,
      undefined,
    ])
  })

  test('cursors walk a list forwards and back without a row lost or doubled', async () => {
    const list = markedList('walk', 47)
    const cache = new PageCache(options())
    const source = cache.source({ key: 'k', build: () => list })
    const forwards: unknown[] = []
    let page: SourcePage = await source.page({ offset: 3, limit: 10 })
    for (;;) {
      forwards.push(...JSON.parse(textOf(page)))
      if (page.nextCursor === undefined) break
      page = await source.page({ cursor: page.nextCursor })
    }
    expect(forwards).toEqual(JSON.parse(list.blob.toString()).slice(3))
    const backwards: unknown[] = []
    while (page.prevCursor !== undefined) {
      page = await source.page({ cursor: page.prevCursor })
      backwards.unshift(...JSON.parse(textOf(page)))
    }
    expect(backwards).toEqual(JSON.parse(list.blob.toString()).slice(0, 43))
    expect(page.offset).toBe(0)
  })

  test('a cursor stays on its snapshot after the list is built anew', async () => {
    const counting = countingBuild()
    const cache = new PageCache(options())
    const source = cache.source({ key: 'k', build: counting.build })
    const first = await source.page({ offset: 0, limit: 10 })
    await cache.idle()
    await cache.invalidate('k')
    const rebuilt = await source.page({ offset: 0, limit: 10 })
    await cache.idle()
    const second = await source.page({ cursor: first.nextCursor! })
    expect(JSON.parse(textOf(rebuilt))[0].mark).toBe(2)
    expect(JSON.parse(textOf(second)).map((row: { mark: number }) => row.mark)).toEqual(Array(10).fill(1))
    expect(second.version).toBe(first.version)
    expect(second.version).not.toBe(rebuilt.version)
  })

  test('a cursor of a snapshot that is gone: typed error, or the first page by option', async () => {
    let nowMs = 1_000_000
    const counting = countingBuild()
    const cache = new PageCache({ ...options(), now: () => nowMs, ttlMs: 1_000, graceMs: 500 })
    const list = { key: 'k', build: counting.build }
    const first = await cache.page({ ...list, offset: 0, limit: 10 })
    await cache.idle()
    await cache.invalidate('k', { purge: true })
    nowMs += 2_000
    const gone = cache.page({ ...list, cursor: first.nextCursor! })
    await expect(gone).rejects.toBeInstanceOf(SnapshotGone)
    await expect(gone).rejects.toMatchObject({ code: 'SNAPSHOT_GONE', status: 410, version: first.version })
    const restarted = await cache.page({ ...list, cursor: first.nextCursor!, onGone: 'restart' })
    expect([restarted.offset, restarted.count, JSON.parse(textOf(restarted))[0].mark]).toEqual([0, 10, 2])
  })

  test('cursors outlive their snapshot by the grace time', async () => {
    let nowMs = 1_000_000
    const counting = countingBuild()
    const cache = new PageCache({ ...options(), now: () => nowMs, ttlMs: 1_000, graceMs: 500 })
    const list = { key: 'k', build: counting.build }
    const first = await cache.page({ ...list, offset: 0, limit: 10 })
    await cache.idle()
    nowMs += 1_200
    await cache.page({ ...list, offset: 0, limit: 10 })
    await cache.idle()
    nowMs += 250
    const second = await cache.page({ ...list, cursor: first.nextCursor! })
    expect([second.version, counting.builds]).toEqual([first.version, 2])
  })

  test('cursors of a build that an invalidation overtook work on, but not after a purge', async () => {
    for (const purge of [false, true]) {
      const counting = countingBuild()
      const cache = new PageCache(options())
      const build = async () => {
        const list = counting.build()
        await sleep(30)
        return list
      }
      const list = { key: `overtaken ${purge}`, build }
      const early = cache.page({ ...list, offset: 0, limit: 10 })
      await sleep(10)
      await cache.invalidate(list.key, { purge })
      const first = await early
      const second = cache.page({ ...list, cursor: first.nextCursor! })
      if (purge) await expect(second).rejects.toBeInstanceOf(SnapshotGone)
      else expect((await second).version).toBe(first.version)
      await cache.idle()
    }
  })

  test('a lost snapshot whose content did not change gives its cursors back', async () => {
    const list = markedList('same', 30)
    const cache = new PageCache(options())
    const first = await cache.page({ key: 'k', build: () => list, offset: 0, limit: 10 })
    await cache.idle()
    await cache.invalidate('k', { purge: true })
    const second = await cache.page({ key: 'k', build: () => list, cursor: first.nextCursor! })
    expect([second.offset, second.version]).toEqual([10, first.version])
  })

  test('10,000 concurrent misses are one build', async () => {
    const counting = countingBuild()
    const cache = new PageCache(options())
    const build = async () => {
      await sleep(30)
      return counting.build()
    }
    const requests = Array.from({ length: 10_000 }, (_, index) =>
      cache.page({ key: 'k', build, offset: index % 100, limit: 1 }),
    )
    const pages = await Promise.all(requests)
    expect(counting.builds).toBe(1)
    pages.forEach((page, index) => {
      expect(page.offset).toBe(index % 100)
    })
    expect(new Set(pages.map(page => page.version)).size).toBe(1)
  })

  test('a failing build reaches its waiters unchanged and is not cached; the next builds', async () => {
    const cache = new PageCache(options())
    let attempts = 0
    const failure = new Error('no database')
    const build = async () => {
      attempts += 1
      await sleep(5)
      if (attempts === 1) throw failure
      return listOf([attempts])
    }
    const waiters = Array.from({ length: 50 }, () => cache.page({ key: 'k', build, offset: 0, limit: 1 }))
    for (const result of await Promise.allSettled(waiters)) {
      expect(result).toEqual({ status: 'rejected', reason: failure })
    }
    expect(textOf(await cache.page({ key: 'k', build, offset: 0, limit: 1 }))).toBe('[2]')
  })

  test('a build that throws at once, or gives no list, is an error and not a hang', async () => {
    const cache = new PageCache(options())
    const throwing = () => {
      throw new TypeError('at once')
    }
    await expect(cache.page({ key: 'a', build: throwing, offset: 0, limit: 1 })).rejects.toThrow('at once')
    for (const result of [
      undefined,
      null,
      1,
      'text',
      {},
      { blob: Buffer.from('[]') },
      { toc: Uint32Array.of(2) },
    ]) {
      const page = cache.page({ key: 'b', build: () => result as never, offset: 0, limit: 1 })
      await expect(page).rejects.toMatchObject({ code: 'BUILD_RESULT' })
    }
    const bad = { blob: Buffer.from('[1,2]'), toc: Uint32Array.of(1, 1, 5) }
    await expect(cache.page({ key: 'b', build: () => bad, offset: 0, limit: 1 })).rejects.toMatchObject({
      code: 'BUILD_RESULT',
    })
  })

  test('blob and toc do for a list', async () => {
    const { blob, toc } = markedList('parts', 5)
    const build = () => ({ blob: Uint8Array.from(blob), toc })
    const page = await new PageCache(options()).page({ key: 'k', build, offset: 1, limit: 2 })
    expect(JSON.parse(textOf(page)).map((row: { index: number }) => row.index)).toEqual([1, 2])
  })

  test('a build that never ends releases its waiters and aborts its signal', async () => {
    const cache = new PageCache({ ...options(), buildMs: 50 })
    let signal: AbortSignal | undefined
    const build = (context: { signal: AbortSignal }) => {
      signal = context.signal
      return new Promise<never>(() => undefined)
    }
    const page = cache.page({ key: 'k', build, offset: 0, limit: 1 })
    await expect(page).rejects.toMatchObject({ code: 'BUILD_TIMEOUT', status: 503 })
    expect(signal!.aborted).toBe(true)
    const next = await cache.page({ key: 'k', build: () => listOf([7]), offset: 0, limit: 1 })
    expect(textOf(next)).toBe('[7]')
  })

  test('ttl, stale-while-revalidate, stale-if-error and expiry, in this order', async () => {
    let nowMs = 5_000_000
    const counting = countingBuild()
    const state = { isBroken: false }
    const build = () => {
      if (state.isBroken) throw new Error('broken')
      return counting.build()
    }
    const cache = new PageCache({ ...options(), now: () => nowMs, retryMs: 0, recheckMs: 1 })
    const request: ListRequest = {
      key: 'k',
      build,
      offset: 0,
      limit: 1,
      ttlMs: 1_000,
      staleWhileRevalidateMs: 1_000,
      staleIfErrorMs: 5_000,
    }
    const markAt = async (ageMs: number): Promise<number> => {
      nowMs += ageMs
      const page = await cache.page(request)
      await cache.idle()
      return JSON.parse(textOf(page))[0].mark
    }
    expect(await markAt(0)).toBe(1)
    expect(await markAt(999)).toBe(1)
    expect(counting.builds).toBe(1)
    expect(await markAt(2)).toBe(1) // stale, and built anew behind it
    expect(counting.builds).toBe(2)
    expect(await markAt(1)).toBe(2)
    expect(await markAt(2_500)).toBe(3) // too old for stale: built first
    state.isBroken = true
    expect(await markAt(1_500)).toBe(3) // stale, the build behind it fails
    expect(await markAt(2_000)).toBe(3) // the build before it fails
    expect(cache.stats().buildErrors).toBe(2)
    nowMs += 5_000
    await expect(cache.page(request)).rejects.toThrow('broken')
    state.isBroken = false
    expect(await markAt(0)).toBe(4)
  })

  test('while stale can be served, a failing build is tried once per retryMs', async () => {
    let nowMs = 9_000_000
    let builds = 0
    const build = () => {
      builds += 1
      if (builds > 1) throw new Error('broken')
      return listOf([builds])
    }
    const cache = new PageCache({
      ...options(),
      now: () => nowMs,
      retryMs: 500,
      ttlMs: 100,
      staleIfErrorMs: 1e6,
    })
    for (let round = 0; round < 20; round += 1) {
      expect(textOf(await cache.page({ key: 'k', build, offset: 0, limit: 1 }))).toBe('[1]')
      await cache.idle()
      nowMs += 100
    }
    expect(builds).toBeGreaterThanOrEqual(4)
    expect(builds).toBeLessThanOrEqual(6)
  })

  test('invalidate drops all pages at once, also for builds under way', async () => {
    const cache = new PageCache(options())
    let mark = 1
    const build = async () => {
      const list = markedList(mark, 10)
      await sleep(20)
      return list
    }
    const list = { key: 'k', build }
    const early = cache.page({ ...list, offset: 0, limit: 1 })
    await sleep(5)
    mark = 2
    await cache.invalidate('k')
    const late = await Promise.all(
      Array.from({ length: 10 }, (_, index) => cache.page({ ...list, offset: index, limit: 1 })),
    )
    expect(JSON.parse(textOf(await early))[0].mark).toBe(1)
    for (const page of late) expect(JSON.parse(textOf(page))[0].mark).toBe(2)
    await cache.idle()
    expect(JSON.parse(textOf(await cache.page({ ...list, offset: 0, limit: 1 })))[0].mark).toBe(2)
  })

  test('a build that an invalidation overtook does not come back when it ends', async () => {
    const cache = new PageCache({ ...options(), lock: { waitMs: 50 } })
    const slow = async () => {
      await sleep(150)
      return listOf(['old'])
    }
    const early = cache.page({ key: 'k', build: slow, tags: ['t'], offset: 0, limit: 1 })
    const tagged = cache.page({ key: 't', build: slow, tags: ['t'], offset: 0, limit: 1 })
    await sleep(20)
    await cache.invalidate('k')
    await cache.invalidateTag('t')
    const request = { build: () => listOf(['new']), tags: ['t'], offset: 0, limit: 1 }
    for (const key of ['k', 't']) expect(textOf(await cache.page({ ...request, key }))).toBe('["new"]')
    for (const page of [early, tagged]) expect(textOf(await page)).toBe('["old"]')
    await cache.idle()
    for (const key of ['k', 't']) expect(textOf(await cache.page({ ...request, key }))).toBe('["new"]')
  })

  test('invalidateTag drops the lists that have it, and no other', async () => {
    const cache = new PageCache(options())
    const lists = ['a', 'b', 'c'].map(key => ({ key, ...countingBuild() }))
    const tags: Record<string, string[]> = { a: ['x'], b: ['x', 'y'], c: ['y'] }
    const marks = async () => {
      const pages = await Promise.all(
        lists.map(list =>
          cache.page({ key: list.key, build: list.build, tags: tags[list.key]!, offset: 0, limit: 1 }),
        ),
      )
      await cache.idle()
      return pages.map(page => JSON.parse(textOf(page))[0].mark)
    }
    const before = await marks()
    expect(await marks()).toEqual(before)
    await cache.invalidateTag('x')
    const afterX = await marks()
    expect(afterX.map((mark, index) => mark - before[index])).toEqual([1, 1, 0])
    await cache.invalidateTag('y')
    const afterY = await marks()
    expect(afterY.map((mark, index) => mark - afterX[index])).toEqual([0, 1, 1])
  })

  test('another fingerprint does not see the snapshot', async () => {
    const counting = countingBuild()
    const cache = new PageCache(options())
    const markOf = async (fingerprint: string) => {
      const page = await cache.page({ key: 'k', build: counting.build, fingerprint, offset: 0, limit: 1 })
      await cache.idle()
      return JSON.parse(textOf(page))[0].mark
    }
    expect([await markOf('1'), await markOf('1'), await markOf('2'), await markOf('2')]).toEqual([1, 1, 2, 2])
  })

  test('requests with different fingerprints at the same moment each get their own', async () => {
    const cache = new PageCache({ ...options(), lock: { waitMs: 50 } })
    const request = (fingerprint: string) => ({
      key: 'k',
      fingerprint,
      build: async () => {
        await sleep(10)
        return listOf([fingerprint])
      },
      offset: 0,
      limit: 1,
    })
    const names = Array.from({ length: 20 }, (_, index) => `${index % 2}`)
    const pages = await Promise.all(names.map(name => cache.page(request(name))))
    expect(pages.map(textOf)).toEqual(names.map(name => `["${name}"]`))
    await cache.idle()
  })

  test.each([
    ['offset', { offset: -1, limit: 1 }],
    ['offset', { offset: 0.5, limit: 1 }],
    ['limit', { offset: 0, limit: Number.NaN }],
    ['limit', { offset: 0, limit: '1' as unknown as number }],
    ['offset', { limit: 1 } as never],
  ])('refuses a wrong %s before it builds: %o', async (_, where) => {
    const counting = countingBuild()
    const page = new PageCache(options()).page({ key: 'k', build: counting.build, ...where })
    await expect(page).rejects.toBeInstanceOf(PageError)
    expect(counting.builds).toBe(0)
  })

  test('keys and tags of any text stay apart', async () => {
    const keys = [
      'a',
      'A',
      'a ',
      '{a}',
      '}{',
      'k:a',
      'a}:p',
      '\ud800',
      '\ufffd',
      'é',
      '',
      'x'.repeat(5_000),
      'x'.repeat(5_001),
    ]
    const cache = new PageCache(options())
    const request = (key: string, mark: string) => ({ key, build: () => listOf([mark]), offset: 0, limit: 1 })
    for (const [index, key] of keys.entries()) await cache.page(request(key, `${index}`))
    await cache.idle()
    for (const [index, key] of keys.entries()) {
      expect(textOf(await cache.page(request(key, 'none')))).toBe(`["${index}"]`)
    }
  })
})

describe('what it tells', () => {
  test('a hook whose promise fails disturbs nobody', async () => {
    const onEvent = async () => {
      throw new Error('nobody listens to this')
    }
    const cache = new PageCache({ onEvent })
    await cache.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 })
    await sleep(5) // an unhandled rejection would fail the run
  })

  test('counters, hook and channel agree; a hook that throws disturbs nobody', async () => {
    const heard: CacheEvent[] = []
    const published: unknown[] = []
    const listen = (event: unknown) => published.push(event)
    subscribe(CACHE_CHANNEL, listen)
    const onEvent = (event: CacheEvent) => {
      heard.push(event)
      throw new Error('listener')
    }
    const cache = new PageCache({ store: memoryStore(), onEvent })
    const list = { key: 'k', build: () => markedList('m', 10) }
    const page = await cache.page({ ...list, offset: 0, limit: 5 })
    await cache.page({ ...list, offset: 0, limit: 5 })
    await cache.idle()
    unsubscribe(CACHE_CHANNEL, listen)
    expect(published).toEqual(heard)
    expect(heard.map(event => event.type)).toEqual(['miss', 'lock', 'build', 'page', 'page', 'publish'])
    expect(cache.stats()).toMatchObject({
      pages: { local: 1, store: 0, build: 1 },
      bytes: { local: page.byteLength, store: 0, build: page.byteLength },
      misses: 1,
      builds: 1,
      published: 1,
      breaker: 'closed',
    })
  })
})

test('after the grace time a cursor is gone', async () => {
  let nowMs = 1_000_000
  const now = () => nowMs
  for (const store of [undefined, memoryStore({ now })]) {
    const counting = countingBuild()
    const cache = new PageCache({ ...(store && { store }), now, ttlMs: 1_000, graceMs: 500 })
    const list = { key: 'k', build: counting.build }
    const first = await cache.page({ ...list, offset: 0, limit: 10 })
    await cache.idle()
    nowMs += 1_501
    await expect(cache.page({ ...list, cursor: first.nextCursor! })).rejects.toBeInstanceOf(SnapshotGone)
  }
})

test.each([
  { ttlMs: -1 },
  { graceMs: Number.NaN },
  { buildMs: Number.POSITIVE_INFINITY },
  { memory: { bytesMax: 0 } },
  { recheckMs: '1' as unknown as number },
  { now: 5 as unknown as () => number },
  { onEvent: 'page' as unknown as () => void },
  { breaker: { failuresMax: '5' as unknown as number } },
  { breaker: { failuresMax: 0 } },
  { breaker: { openMs: Number.NaN } },
  { breaker: { openMsMax: -1 } },
])('options that cannot be are refused: %o', options => {
  expect(() => new PageCache(options)).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
})

test('without a store the grace time begins when the snapshot is replaced', async () => {
  let nowMs = 1_000_000
  const cache = new PageCache({ now: () => nowMs, ttlMs: 1_000, graceMs: 500 })
  const list = { key: 'k', build: countingBuild().build }
  const first = await cache.page({ ...list, offset: 0, limit: 10 })
  nowMs += 1_400
  await cache.page({ ...list, offset: 0, limit: 10 })
  nowMs += 499
  expect((await cache.page({ ...list, cursor: first.nextCursor! })).version).toBe(first.version)
  nowMs += 1
  const gone = cache.page({ ...list, cursor: first.nextCursor! })
  await expect(gone).rejects.toBeInstanceOf(SnapshotGone)
})
