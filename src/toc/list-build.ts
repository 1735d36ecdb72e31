// A list under construction: a promise of the list that serves pages before it is kept.

import { Buffer } from 'node:buffer'
import { assertIndex, type JsonList } from './json-list.ts'
import type { BlobMove, WrittenRows } from './list-builder.ts'
import { ListBuilder } from './list-builder.ts'
import { Page } from './page.ts'
import { type OnProgress, report } from './progress.ts'
import { type PumpJob, RowPump, type RowSink } from './row-pump.ts'
import { turns } from './turns.ts'

export interface ListBuildJob extends PumpJob {
  /** Bytes of a row in earlier lists, 0 when there was none. */
  readonly rowBytes: number
  readonly onProgress: OnProgress | undefined
}

interface Waiter {
  readonly offset: number
  readonly end: number
  resolve(page: Page<number | undefined>): void
  reject(error: unknown): void
}

/**
 * A list that is being built in slices: a promise of the `JsonList`, with pages of the rows that are already there.
 * A build that fails or is aborted rejects the promise and every page that is waited for; nothing is reported as
 * unhandled when nobody waits.
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
    return this.#building.builder.rowCount
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#building.builder.byteLength
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
  async page(offset: number, limit: number): Promise<Page<number | undefined>> {
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

/** Bytes that move in one go when the blob grows: well under a millisecond. */
const MOVE_BYTES = 512 * 1024

/** Takes the pump's chunks and tells those who wait. */
class Building implements RowSink {
  readonly what = 'the build'
  readonly builder: ListBuilder
  /** How many rows there will be, once that is known. */
  total: number | undefined
  readonly #job: ListBuildJob
  readonly #pump: RowPump
  readonly #resolve: (list: JsonList) => void
  readonly #reject: (error: unknown) => void
  #waiters: Waiter[] = []
  #failure: { readonly error: unknown } | undefined
  /** A chunk that waits until the blob has moved to where there is room. */
  #held: { readonly chunk: WrittenRows; readonly rowCount: number; readonly move: BlobMove } | undefined

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
    this.#pump.start(rows)
    this.total = this.#pump.total
    this.builder = new ListBuilder(this.total, job.rowBytes)
  }

  page(offset: number, end: number): Promise<Page<number | undefined>> {
    if (this.#failure) return Promise.reject(this.#failure.error)
    if (this.#isReady(end)) return Promise.resolve(this.#cut(offset, end))
    return new Promise((resolve, reject) => this.#waiters.push({ offset, end, resolve, reject }))
  }

  write(chunk: WrittenRows, rowCount: number): boolean {
    const byteLength = chunk.end - chunk.start
    if (this.builder.byteLength < MOVE_BYTES || this.builder.hasRoom(byteLength)) {
      this.builder.append(chunk, rowCount)
      // Those whose rows are there do not wait for the rest of the slice.
      return !this.#waiters.some(({ end }) => this.#isReady(end))
    }
    const move = this.builder.startMove(byteLength, rowCount)
    this.#held = { chunk: copyOf(chunk, rowCount), rowCount, move }
    return false
  }

  afterSlice(): boolean {
    if (this.#held) {
      turns.add(this.#moveSlice)
      return false
    }
    this.#tell()
    return true
  }

  end(): void {
    const list = this.builder.finish()
    this.total = list.length
    this.#answer()
    this.#resolve(list)
  }

  fail(error: unknown): void {
    turns.cancel(this.#moveSlice)
    this.#held = undefined
    this.#failure = { error }
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters = []
    this.#reject(error)
  }

  readonly #moveSlice = (): void => {
    const { chunk, rowCount, move } = this.#held!
    const deadline = performance.now() + this.#job.sliceMs
    while (!move.step(MOVE_BYTES)) {
      if (performance.now() >= deadline) return turns.add(this.#moveSlice)
    }
    this.#held = undefined
    this.builder.append(chunk, rowCount)
    this.#pump.resume()
  }

  #tell(): void {
    this.#answer()
    const { rowCount, byteLength } = this.builder
    const error = report(this.#job.onProgress, rowCount, byteLength, this.total)
    if (error !== undefined) this.#pump.fail(error)
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
    return this.builder.rowCount >= end || this.builder.rowCount === this.total
  }

  #cut(offset: number, end: number): Page<number | undefined> {
    const { rowCount } = this.builder
    const first = Math.min(offset, rowCount)
    const last = Math.min(end, rowCount)
    return new Page<number | undefined>(this.builder.rows(first, last), first, last - first, this.total)
  }
}

/** A chunk out of the kernel's memory, which others use while this one waits. */
function copyOf({ bytes, start, end, offsets }: WrittenRows, rowCount: number): WrittenRows {
  const copy = Buffer.allocUnsafeSlow(end - start)
  bytes.copy(copy, 0, start, end)
  return { bytes: copy, start: 0, end: end - start, offsets: offsets.slice(0, rowCount) }
}
