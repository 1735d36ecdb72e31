import { describe, expect, test } from 'vitest'
import { CursorError, SnapshotGone } from '../../src/cache/errors.ts'
import { listSource } from '../../src/cache/list-source.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { PageError } from '../../src/errors.ts'
import { listOf, markedList } from './harness/lists.ts'
import { textOf } from './harness/pages.ts'

describe('cursors', () => {
  test('every altered character of a cursor is told', async () => {
    const cache = new PageCache()
    const list = { key: 'k', build: () => markedList('c', 50) }
    const { nextCursor } = await cache.page({ ...list, offset: 0, limit: 10 })
    const cursor = nextCursor!
    for (let index = 0; index < cursor.length; index += 1) {
      for (const letter of ['A', 'B', '_', '-', '9', '=', ' ', '\u0000', 'é']) {
        if (cursor[index] === letter) continue
        const altered = cursor.slice(0, index) + letter + cursor.slice(index + 1)
        await expect(cache.page({ ...list, cursor: altered })).rejects.toBeInstanceOf(CursorError)
      }
    }
  })

  test.each(['', 'x', 'A'.repeat(44), 'A'.repeat(1e6), null, 5, {}, ['a']])(
    '%o is no cursor',
    async cursor => {
      const page = new PageCache().page({ key: 'k', build: () => listOf([1]), cursor: cursor as string })
      await expect(page).rejects.toMatchObject({ code: 'CURSOR_INVALID', status: 400 })
    },
  )

  test('another limit may come with a cursor; a wrong one is refused', async () => {
    const list = { key: 'k', build: () => markedList('c', 50) }
    const cache = new PageCache()
    const { nextCursor: cursor } = await cache.page({ ...list, offset: 0, limit: 10 })
    expect((await cache.page({ ...list, cursor: cursor!, limit: 3 })).count).toBe(3)
    await expect(cache.page({ ...list, cursor: cursor!, limit: -3 })).rejects.toBeInstanceOf(PageError)
  })

  test('of one list is gone for another, and never gives its rows', async () => {
    const cache = new PageCache()
    const { nextCursor } = await cache.page({
      key: 'a',
      build: () => markedList('a', 50),
      offset: 0,
      limit: 9,
    })
    const foreign = cache.page({ key: 'b', build: () => markedList('b', 50), cursor: nextCursor! })
    await expect(foreign).rejects.toBeInstanceOf(SnapshotGone)
  })
})

describe('listSource', () => {
  test('answers at once with the versions and cursors of the cache', async () => {
    const list = markedList('source', 25)
    const source = listSource(list)
    const first = source.page({ offset: 0, limit: 10 })
    const cached = await new PageCache().page({ key: 'k', build: () => list, offset: 0, limit: 10 })
    expect([first.version, first.nextCursor]).toEqual([cached.version, cached.nextCursor])
    expect(textOf(source.page({ cursor: first.nextCursor! }))).toBe(list.page(10, 10).toBuffer().toString())
    expect([...source.page({ offset: 24, limit: 9 }).rows()].map(String)).toEqual([
      list.slice(24, 1).toString(),
    ])
    const other = listSource(markedList('other', 25)).page({ offset: 0, limit: 10 })
    expect(() => source.page({ cursor: other.nextCursor! })).toThrow(SnapshotGone)
    expect(() => source.page({ offset: -1, limit: 10 })).toThrow(PageError)
  })
})
