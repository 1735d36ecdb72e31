import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { SnapshotPage } from '../../src/cache/snapshot-page.ts'
import { PageError } from '../../src/errors.ts'
import { errorOf, type Film, filmRows, films, stalled } from '../toc/sliced.ts'

const rows = filmRows(500)
const list = films.serialize(rows)

/** The first 100 rows come at once, the others after `open` has been called. */
function gatedRows() {
  let open!: () => void
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  const source = async function* (): AsyncGenerator<Film> {
    yield* rows.slice(0, 100)
    await gate
    yield* rows.slice(100)
  }
  return { open, source }
}

describe.each([
  ['in process', () => new PageCache()],
  ['over a store', () => new PageCache({ store: memoryStore() })],
])('%s', (_, makeCache) => {
  test('a cold list answers before it is built, and later with the finished list', async () => {
    const { open, source } = gatedRows()
    const cache = makeCache()
    const request = { key: 'films', build: () => films.serializeAsync(source()), offset: 20, limit: 30 }
    const [first, second] = await Promise.all([cache.earlyPage(request), cache.earlyPage(request)])
    expect(first).not.toBeInstanceOf(SnapshotPage)
    expect(first).toMatchObject({ offset: 20, count: 30, total: undefined })
    expect(first.version).toBe(undefined)
    for (const page of [first, second]) expect(page.toBuffer()).toEqual(list.page(20, 30).toBuffer())
    const whole = cache.page({ ...request, offset: 450, limit: 100 })
    expect(await Promise.race([whole, sleep(20, 'not yet')])).toBe('not yet')
    open()
    expect((await whole).toBuffer()).toEqual(list.page(450, 100).toBuffer())
    const later = await cache.earlyPage(request)
    expect(later).toBeInstanceOf(SnapshotPage)
    expect(later.total).toBe(500)
    expect(cache.stats().builds).toBe(1)
    await cache.idle()
  })

  test('a list that is built in one go answers as page does', async () => {
    const cache = makeCache()
    const page = await cache.earlyPage({ key: 'films', build: () => list, offset: 0, limit: 10 })
    expect(page).toBeInstanceOf(SnapshotPage)
    await cache.idle()
  })

  test('a build begun before an invalidation answers nobody who asks after it', async () => {
    const old = gatedRows()
    const cache = makeCache()
    const request = { key: 'films', offset: 0, limit: 10 }
    await cache.earlyPage({ ...request, build: () => films.serializeAsync(old.source()) })
    await cache.invalidate('films')
    const fresh = filmRows(50, 7)
    const page = await cache.earlyPage({ ...request, build: () => films.serializeAsync(fresh) })
    expect(page.toBuffer()).toEqual(films.serialize(fresh).page(0, 10).toBuffer())
    old.open()
    await cache.idle()
  })
})

test('a build that fails is an error for who waits, and the next one is clean', async () => {
  const cache = new PageCache()
  const request = { key: 'films', offset: 0, limit: 200 }
  const cause = new Error('cursor lost')
  const failing = async function* (): AsyncGenerator<Film> {
    yield* rows.slice(0, 100)
    throw cause
  }
  const error = await errorOf(cache.earlyPage({ ...request, build: () => films.serializeAsync(failing()) }))
  expect(error).toMatchObject({ code: 'USER_CODE', path: '/100', cause })
  const page = await cache.earlyPage({ ...request, build: () => films.serializeAsync(rows) })
  expect(page.count).toBe(200)
})

test('a build that takes too long is aborted with its signal', async () => {
  const cache = new PageCache({ buildMs: 20 })
  let isClosed = false
  const source = async function* (): AsyncGenerator<Film> {
    try {
      yield rows[0]!
      await sleep(50)
      yield rows[1]!
      await stalled
    } finally {
      isClosed = true
    }
  }
  const error = await errorOf(
    cache.page({
      key: 'films',
      build: ({ signal }) => films.serializeAsync(source(), { signal }),
      offset: 0,
      limit: 9,
    }),
  )
  expect(error).toMatchObject({ code: 'BUILD_TIMEOUT' })
  await sleep(60)
  expect(isClosed).toBe(true)
})

test('offsets and limits that are no counts are refused', async () => {
  const request = { key: 'films', build: () => list, offset: -1, limit: 1 }
  expect(await errorOf(new PageCache().earlyPage(request))).toBeInstanceOf(PageError)
})
