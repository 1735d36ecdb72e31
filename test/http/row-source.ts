// A page source for tests: rows written by JSON.stringify, every snapshot kept until it is dropped.

import { Buffer } from 'node:buffer'
import type { PageRequest, PageSource, SourcePage } from '../../src/cache/source.ts'
import { JsonList, type Toc } from '../../src/toc/json-list.ts'

export interface Row {
  readonly id: number
  readonly title: string
  readonly note: string
}

/** Titles with quotes, accents and surrogate pairs, of varying length: offsets in bytes are not those in units. */
export function makeRows(count: number, salt = 0): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + salt,
    title: `${'é'.repeat(i % 7)}"film" ${'🎬'.repeat(i % 3)}${i}`,
    note: 'n'.repeat((i * 31 + salt) % 97),
  }))
}

export function listOf(rows: readonly unknown[]): JsonList {
  const texts = rows.map(row => Buffer.from(JSON.stringify(row)))
  const toc: Toc = new Uint32Array(rows.length + 1)
  toc[0] = rows.length === 0 ? 2 : 1
  texts.forEach((text, i) => {
    toc[i + 1] = toc[i]! + text.byteLength + 1
  })
  return new JsonList(Buffer.from(JSON.stringify(rows)), toc)
}

/** As caches do: a stale cursor has `code: 'SNAPSHOT_GONE'`, an unreadable one `code: 'CURSOR_INVALID'`. */
export class RowSource implements PageSource {
  rows: readonly unknown[] = []
  calls: PageRequest[] = []
  #number = 0
  readonly #lists = new Map<string, JsonList>()

  constructor(rows: readonly unknown[]) {
    this.replace(rows)
  }

  get version(): string {
    return `v${this.#number}`
  }

  replace(rows: readonly unknown[]): void {
    this.rows = rows
    this.#number++
    this.#lists.set(this.version, listOf(rows))
  }

  dropOldSnapshots(): void {
    for (const version of this.#lists.keys()) if (version !== this.version) this.#lists.delete(version)
  }

  page(request: PageRequest): SourcePage {
    this.calls.push(request)
    if (!('cursor' in request)) return this.#page(this.version, request.offset, request.limit)
    const [version = '', offset, limit] = request.cursor.split('~')
    if (!/^v\d+$/.test(version)) {
      throw Object.assign(new Error('unreadable'), { code: 'CURSOR_INVALID' })
    }
    return this.#page(version, Number(offset), request.limit ?? Number(limit))
  }

  #page(version: string, offset: number, limit: number): SourcePage {
    const list = this.#lists.get(version)
    if (list === undefined) throw Object.assign(new Error('gone'), { status: 410, code: 'SNAPSHOT_GONE' })
    const page = list.page(offset, limit)
    const end = page.offset + page.count
    const before = Math.max(0, page.offset - limit)
    return {
      offset: page.offset,
      count: page.count,
      total: page.total,
      byteLength: page.byteLength,
      version,
      ...(end < page.total && { nextCursor: `${version}~${end}~${limit}` }),
      ...(page.offset > 0 && { prevCursor: `${version}~${before}~${page.offset - before}` }),
      chunks: () => page.chunks(),
      *rows() {
        for (let i = page.offset; i < end; i++) yield list.slice(i, 1)
      },
    }
  }
}
