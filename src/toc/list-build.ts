// A list under construction: a promise of the list that serves pages before it is kept.

import type { ChunkWriter, WriteRequest, WrittenList } from './chunk-place.ts'
import { assertIndex, type JsonList } from './json-list.ts'
import { LocalList } from './local-list.ts'
import { Page } from './page.ts'
import { type OnProgress, report } from './progress.ts'
import { type PumpJob, RowPump, type RowSink } from './row-pump.ts'

export interface ListBuildJob extends PumpJob {
  /** Bytes of a row in earlier lists, 0 when there was none. */
  readonly rowBytes: number
  readonly onProgress: OnProgress | undefined
  /** Where chunks are written, when not in this thread. */
  readonly writer: ChunkWriter | undefined
}

interface Waiter {
  readonly offset: number
  readonly end: number
  resolve(page: Page<number | undefined>): void
  reject(error: unknown): void
}

/**
 * A list that is being built in slices: a promise of the `JsonList`, with pages of the rows that are
 * already there. A build that fails or is aborted rejects the promise and every page that is waited for;
 * nothing is reported as unhandled when nobody waits.
 *
 * @example
 * const build = movies.serializeAsync(cursor)
 * const first = await build.page(0, 100)   // as soon as 100 rows exist
 * const list = await build                 // all of them
 */
export class ListBuild implements Promise<JsonList> {
  readonly [Symbol.toStringTag] = 'ListBuild'
  readonly #promise: Promise<JsonList>
  readonly #building: Building

  constructor(job: ListBuildJob, rows: unknown) {
    let building!: Building
    this.#promise = new Promise((resolve, reject) => {
      building = new Building(job, rows, resolve, reject)
    })
    this.#promise.catch(() => undefined)
    this.#building = building
  }

  /** Rows written so far. */
  get rowCount(): number {
    return this.#building.list.rowCount
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#building.list.byteLength
  }

  /** How many rows the list has: known at once for an array, otherwise `undefined` until the end. */
  get total(): number | undefined {
    return this.#building.total
  }

  /**
   * Rows `[offset, offset + limit)` as soon as they exist, or at the end of the build when there are fewer.
   *
   * @returns a page whose `total` is `undefined` while it is not known
   * @throws (rejects) PageError as `JsonList#page` does, or whatever ended the build
   */
  page(offset: number, limit: number): Promise<Page<number | undefined>> {
    const page = this.#page(offset, limit)
    // Whoever asked may have gone: often because the build's own error came first.
    page.catch(() => undefined)
    return page
  }

  async #page(offset: number, limit: number): Promise<Page<number | undefined>> {
    assertIndex('offset', offset)
    assertIndex('limit', limit)
    return this.#building.page(offset, offset + limit)
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise of the list
  then<A = JsonList, B = never>(
    onList?: ((list: JsonList) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(onList, onError)
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<JsonList | B> {
    return this.#promise.catch(onError)
  }

  finally(onEnd?: (() => void) | null): Promise<JsonList> {
    return this.#promise.finally(onEnd)
  }
}

/** Between the pump, the list and those who wait. */
class Building implements RowSink {
  readonly what = 'the build'
  readonly list: WrittenList
  /** How many rows there will be, once that is known. */
  total: number | undefined
  readonly #job: ListBuildJob
  readonly #pump: RowPump
  readonly #resolve: (list: JsonList) => void
  readonly #reject: (error: unknown) => void
  #waiters: Waiter[] = []
  #failure: { readonly error: unknown } | undefined

  constructor(
    job: ListBuildJob,
    rows: unknown,
    resolve: (list: JsonList) => void,
    reject: (error: unknown) => void,
  ) {
    this.#job = job
    this.#resolve = resolve
    this.#reject = reject
    this.#pump = new RowPump(job, this)
    this.#pump.open(rows)
    this.total = this.#pump.total
    this.list = this.#openList()
    this.#pump.start(this.list)
  }

  page(offset: number, end: number): Promise<Page<number | undefined>> {
    if (this.#failure) return Promise.reject(this.#failure.error)
    if (this.#isReady(end)) return Promise.resolve(this.#cut(offset, end))
    return new Promise((resolve, reject) => this.#waiters.push({ offset, end, resolve, reject }))
  }

  afterSlice(isEnd: boolean): boolean {
    this.#tell()
    return !this.list.isFull && (!isEnd || this.list.isDrained)
  }

  end(): void {
    const list = this.list.finish()
    this.total = list.length
    this.#answer()
    this.#resolve(list)
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.list?.close()
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters = []
    this.#reject(error)
  }

  #openList(): WrittenList {
    const { spec, limits, rowBytes, sliceMs, writer } = this.#job
    const request: WriteRequest = {
      ...{ spec, limits, sliceMs },
      expectedRows: this.total,
      expectedRowBytes: rowBytes,
      isAwaited: () => this.#waiters.some(({ end }) => this.#isReady(end)),
      onWritten: this.#pump.inContext(() => this.#onWritten()),
      onError: error => this.#pump.fail(error),
    }
    try {
      const list = this.#failure ? undefined : writer?.openList(request)
      if (list !== undefined) return list
    } catch (error) {
      this.#pump.fail(error)
    }
    return new LocalList(request)
  }

  #onWritten(): void {
    this.#tell()
    this.#pump.resume()
  }

  #tell(): void {
    this.#answer()
    const { rowCount, byteLength } = this.list
    report(this.#job.onProgress, rowCount, byteLength, this.total, error => this.#pump.fail(error))
  }

  #answer(): void {
    if (this.#waiters.length === 0) return
    const waiting = this.#waiters
    this.#waiters = waiting.filter(({ end }) => !this.#isReady(end))
    for (const { offset, end, resolve } of waiting) {
      if (this.#isReady(end)) resolve(this.#cut(offset, end))
    }
  }

  #isReady(end: number): boolean {
    return this.list.rowCount >= end || this.list.rowCount === this.total
  }

  #cut(offset: number, end: number): Page<number | undefined> {
    const { rowCount } = this.list
    const first = Math.min(offset, rowCount)
    const last = Math.min(end, rowCount)
    return new Page<number | undefined>(this.list.rows(first, last), first, last - first, this.total)
  }
}
