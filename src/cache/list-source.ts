// Pages of a list that simply is in memory.

import type { JsonList } from '../toc/json-list.ts'
import { type Cursor, decodeCursor } from './cursor.ts'
import { SnapshotGone } from './errors.ts'
import { contentVersion } from './frame.ts'
import { assertCount, pageRange } from './page-range.ts'
import { cutRows, SnapshotPage } from './snapshot-page.ts'
import type { PageRequest, PageSource } from './source.ts'

/** A `PageSource` over one list; it answers at once, without a promise. */
export interface ListSource extends PageSource {
  page(request: PageRequest): SnapshotPage
}

/**
 * Serves pages of a list in memory, with the same versions and cursors as a `PageCache`.
 * The list's version is computed once, here (one pass over its blob).
 *
 * @throws from `page`: PageError, CursorError, or SnapshotGone for a cursor of another list
 * @example
 * const source = listSource(movies.serialize(rows))
 * const first = source.page({ offset: 0, limit: 100 })
 * const second = source.page({ cursor: first.nextCursor })
 */
export function listSource(list: JsonList): ListSource {
  const rows = { version: contentVersion(list), toc: list.toc, length: list.length }
  return {
    page(request) {
      const { offset, limit } = rowsWanted(request, rows.version)
      const range = pageRange(offset, limit, list.length)
      return new SnapshotPage(rows, range, limit, cutRows(list.blob, list.toc, range))
    },
  }
}

function rowsWanted(request: PageRequest, version: string): { offset: number; limit: number } {
  if (!('cursor' in request) || request.cursor === undefined)
    return request as { offset: number; limit: number }
  const cursor = cursorOf(request.cursor, request.limit)
  if (cursor.version !== version) throw new SnapshotGone(cursor.version)
  return { offset: cursor.index, limit: cursor.limit }
}

/** A decoded cursor, with another limit when the request has one. @throws CursorError, PageError */
export function cursorOf(text: string, limit: number | undefined): Cursor {
  const cursor = decodeCursor(text)
  if (limit === undefined) return cursor
  assertCount('limit', limit)
  return { ...cursor, limit }
}
