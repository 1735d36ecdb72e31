// Options, bytes and answers of stores at the borders of what the cache takes.

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FrameError } from '../../src/cache/errors.ts'
import { contentVersion, encodeFrame, openFrame } from '../../src/cache/frame.ts'
import { isSliceIntact, prefixCrcSteps } from '../../src/cache/frame-index.ts'
import { cacheKey, safeKey } from '../../src/cache/key.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { decodePointer, decodeStamp } from '../../src/cache/pointer.ts'
import { atOnce } from '../../src/cache/slices.ts'
import type { Store } from '../../src/cache/store.ts'
import { filmRows, films } from '../toc/sliced.ts'
import { FaultyStore } from './harness/faulty-store.ts'
import { listOf, markedList } from './harness/lists.ts'
import { countingBuild, textOf } from './harness/pages.ts'

describe('a list described wrongly', () => {
  const build = () => listOf([1])
  test.each<[string, object, string]>([
    ['a key that is no text', { key: 5, build }, 'key'],
    ['no key', { build }, 'key'],
    ['a build that is a list', { key: 'k', build: listOf([1]) }, 'build'],
    ['a tag that is no text', { key: 'k', build, tags: ['t', 5] }, 'tags'],
    ['tags that are one text', { key: 'k', build, tags: 'movies' }, 'tags'],
    ['a lifetime that is no number', { key: 'k', build, ttlMs: '60' }, 'ttlMs'],
    ['a fingerprint that is no text', { key: 'k', build, fingerprint: 5 }, 'fingerprint'],
    ['an answer to gone snapshots that does not exist', { key: 'k', build, onGone: 'again' }, 'onGone'],
  ])('%s', async (_, list, option) => {
    const asked = async () => new PageCache().page({ ...list, offset: 0, limit: 1 } as never)
    await expect(asked()).rejects.toMatchObject({ code: 'CACHE_OPTION' })
    await expect(asked()).rejects.toThrow(option)
  })

  test('a store key of no text', () => {
    expect(() => safeKey(5 as never)).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
  })
})

describe('what is no name, function or frame at all', () => {
  const never = undefined as never
  const rejected = { code: 'CACHE_OPTION', status: 500 }

  test('is refused where it is given', async () => {
    const cache = new PageCache()
    await expect(cache.invalidate(never)).rejects.toMatchObject(rejected)
    await expect(cache.invalidateTag(5 as never)).rejects.toMatchObject(rejected)
    expect(() => new PageCache({ onEvent: 'log' as never })).toThrow(expect.objectContaining(rejected))
    expect(() => new PageCache({ now: 5 as never })).toThrow(expect.objectContaining(rejected))
    expect(() => cacheKey('movies' as never)).toThrow(expect.objectContaining(rejected))
  })

  test.each([null, undefined, 'TOCF', {}, new Uint16Array(64)])('as a frame: %j', bytes => {
    expect(() => openFrame(bytes as never)).toThrow(expect.objectContaining({ code: 'FRAME_MAGIC' }))
  })
})

describe('a header whose checksum is right', () => {
  const forged = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(encodeFrame(markedList('m', 5)))
    change(bytes)
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60)
    return bytes
  }

  test.each<[string, string, (bytes: Buffer) => void]>([
    ['a format to come', 'FRAME_FORMAT', bytes => bytes.writeUInt16LE(2, 4)],
    ['toc entries of 5 bytes', 'FRAME_HEADER', bytes => bytes.writeUInt8(5, 6)],
    ['flags', 'FRAME_HEADER', bytes => bytes.writeUInt8(1, 7)],
    ['more rows than bytes', 'FRAME_HEADER', bytes => bytes.writeBigUInt64LE(1_000n, 8)],
    ['a blob without brackets', 'FRAME_HEADER', bytes => bytes.writeBigUInt64LE(1n, 16)],
    ['a blob beyond all numbers', 'FRAME_HEADER', bytes => bytes.writeBigUInt64LE(2n ** 60n, 16)],
    ['a row more', 'FRAME_LENGTH', bytes => bytes.writeBigUInt64LE(6n, 8)],
  ])('%s', (_, code, change) => {
    expect(() => openFrame(forged(change)).verify()).toThrow(FrameError)
    expect(() => openFrame(forged(change)).verify()).toThrow(expect.objectContaining({ code }))
    expect(() => openFrame(forged(() => undefined)).verify()).not.toThrow()
  })
})

test('a slice of no rows is intact when it has no bytes', () => {
  const { blob, toc } = listOf([1, 2])
  const index = { toc, prefixCrcs: atOnce(prefixCrcSteps(blob, toc)) }
  for (const at of [0, 1, 2]) {
    expect(isSliceIntact(index, at, at, Buffer.alloc(0))).toBe(true)
    expect(isSliceIntact(index, at, at, Buffer.from('1'))).toBe(false)
  }
})

test('a pointer that is no JSON is damaged, whatever its checksum says', () => {
  const key = '{k:movies}:p'
  const text = '{"version":'
  const sum = crc32(`${key}\n${text}`).toString(16).padStart(8, '0')
  expect(decodePointer(key, Buffer.from(sum + text))).toEqual({ kind: 'damaged' })
  expect(decodeStamp(key, Buffer.from(sum + text))).toBeUndefined()
})

describe('a store', () => {
  const plain = (store: Store): Store => ({
    name: store.name,
    getRange: (key, start, end) => store.getRange(key, start, end),
    set: (key, chunks, ttlMs) => store.set(key, chunks, ttlMs),
    delete: key => store.delete(key),
    compareAndSet: (key, expected, value, ttlMs) => store.compareAndSet(key, expected, value, ttlMs),
  })
  const failing = (thrown: unknown): Store => {
    const fail = () => {
      throw thrown
    }
    return { name: 'odd', getRange: fail, set: fail, delete: fail, compareAndSet: fail }
  }

  test('that throws what is no error is counted, and named in the event', async () => {
    const errors: unknown[] = []
    const cache = new PageCache({
      store: failing('out of paper'),
      onEvent: event => event.type === 'store-error' && errors.push(event.error),
    })
    expect(textOf(await cache.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 }))).toBe('[1]')
    await cache.idle()
    expect(String(errors[0])).toContain('out of paper')
    expect(cache.stats().storeErrors).toBe(errors.length)
  })

  test.each([-1, Number.NaN, '4 MiB'])('memory.frameBytesMax of %s is refused', frameBytesMax => {
    const memory = { frameBytesMax: frameBytesMax as number }
    expect(() => new PageCache({ memory })).toThrow('memory.frameBytesMax: expected a number of bytes')
    expect(() => new PageCache({ memory: { frameBytesMax: Number.POSITIVE_INFINITY } })).not.toThrow()
  })

  test.each([{}, null, 'redis://localhost', { getRange() {}, set() {}, delete() {} }])(
    'that is none is refused at start-up: %o',
    store => {
      expect(() => new PageCache({ store: store as never })).toThrow(
        expect.objectContaining({ code: 'CACHE_OPTION', message: expect.stringMatching(/^store: /) }),
      )
    },
  )

  test('gets ttls of 1 ms at least, whatever the lifetimes and rests of them', async () => {
    const ttls: number[] = []
    const store = memoryStore()
    const noting: Store = {
      ...plain(store),
      set(key, chunks, ttlMs) {
        ttls.push(ttlMs)
        return store.set(key, chunks, ttlMs)
      },
      compareAndSet(key, expected, value, ttlMs) {
        ttls.push(ttlMs)
        return store.compareAndSet(key, expected, value, ttlMs)
      },
    }
    const nothing = { ttlMs: 0, graceMs: 0, buildMs: 100, lock: { ttlMs: 0 } }
    const cache = new PageCache({ store: noting, ...nothing })
    await cache.page({ key: 'k', tags: ['t'], build: () => listOf([1]), offset: 0, limit: 1 })
    await cache.page({ key: 'l', ttlMs: 0.5, build: () => listOf([1]), offset: 0, limit: 1 })
    await cache.idle()
    expect(ttls.length).toBeGreaterThan(6)
    expect(ttls.filter(ttlMs => !Number.isInteger(ttlMs) || ttlMs < 1)).toEqual([])
  })

  test('that cannot be told of a purge: false, and nothing old is served', async () => {
    const store = new FaultyStore()
    const counting = countingBuild()
    const cache = new PageCache({ store, recheckMs: 0 })
    const request = { key: 'k', build: counting.build, offset: 0, limit: 1 }
    const first = await cache.page(request)
    await cache.idle()
    store.fault = 'throw'
    expect(await cache.invalidate('k', { purge: true })).toBe(false)
    store.fault = 'none'
    const second = await cache.page(request)
    await cache.idle()
    expect([counting.builds, second.version === first.version]).toEqual([2, false])
    expect(await cache.invalidate('k', { purge: true })).toBe(true)
  })

  test('in which another process holds the lock: what is stale is served, and nothing built', async () => {
    let nowMs = 1_000_000
    const store = memoryStore()
    const counting = countingBuild()
    const outcomes: string[] = []
    const cache = new PageCache({
      store,
      now: () => nowMs,
      ttlMs: 100,
      staleWhileRevalidateMs: 1e6,
      onEvent: event => event.type === 'lock' && outcomes.push(event.outcome),
    })
    const request = { key: 'k', build: counting.build, offset: 0, limit: 1 }
    const markOf = async () => JSON.parse(textOf(await cache.page(request)))[0].mark
    expect(await markOf()).toBe(1)
    await cache.idle()
    nowMs += 200
    await store.compareAndSet('{k:k}:l', undefined, Buffer.from('of another process'), 1e6)
    expect(await markOf()).toBe(1)
    await cache.idle()
    expect(await markOf()).toBe(1)
    await cache.idle()
    expect([counting.builds, outcomes]).toEqual([1, ['acquired']])
    await store.delete('{k:k}:l')
    await markOf()
    await cache.idle()
    expect([counting.builds, await markOf()]).toEqual([2, 2])
  })
})

test('a refresh that has just failed is not tried again at once', async () => {
  let nowMs = 1_000_000
  let builds = 0
  const build = () => {
    builds += 1
    if (builds > 1) throw new Error('broken')
    return listOf([1])
  }
  const cache = new PageCache({ now: () => nowMs, ttlMs: 100, staleWhileRevalidateMs: 1e6, retryMs: 500 })
  const ask = async () => {
    const page = await cache.page({ key: 'k', build, offset: 0, limit: 1 })
    await cache.idle()
    return textOf(page)
  }
  await ask()
  nowMs += 200
  for (let i = 0; i < 5; i += 1) expect(await ask()).toBe('[1]')
  expect(builds).toBe(2)
  nowMs += 500
  expect(await ask()).toBe('[1]')
  expect(builds).toBe(3)
})

test('an invalidated tag ends early pages of the lists that have it, and of no other', async () => {
  const cache = new PageCache()
  let open!: () => void
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  const rows = async function* (mark: number) {
    yield* filmRows(20, mark)
    await gate
  }
  let mark = 1
  const ask = (key: string, tags: string[]) =>
    cache.earlyPage({ key, tags, build: () => films.serializeAsync(rows(mark)), offset: 0, limit: 5 })
  const old = await Promise.all([ask('a', ['t']), ask('b', ['u'])])
  mark = 2
  await cache.invalidateTag('t')
  const [changed, same] = await Promise.all([ask('a', ['t']), ask('b', ['u'])])
  const pageOf = (seed: number) => films.serialize(filmRows(20, seed)).page(0, 5).toBuffer()
  for (const page of old) expect(page.toBuffer()).toEqual(pageOf(1))
  expect(changed.toBuffer()).toEqual(pageOf(2))
  expect(same.toBuffer()).toEqual(pageOf(1))
  open()
  await cache.idle()
  expect(contentVersion(films.serialize(filmRows(20, 2)))).toBe(
    (await cache.page({ key: 'a', tags: ['t'], build: () => listOf([]), offset: 0, limit: 1 })).version,
  )
})

test.each([
  ['a symbol', Symbol('no')],
  ['an object that is no text', Object.create(null)],
  ['nothing', undefined],
])('a store that fails with %s costs a build', async (_, reason) => {
  const store: Store = Object.assign(memoryStore(), { getRange: () => Promise.reject(reason) })
  const cache = new PageCache({ store })
  const page = await cache.page({ key: 'k', build: () => listOf([1]), offset: 0, limit: 1 })
  expect(page.toBuffer()).toEqual(listOf([1]).page(0, 1).toBuffer())
  await cache.idle()
  expect(cache.stats()).toMatchObject({ builds: 1 })
})
