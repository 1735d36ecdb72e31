// Readers that ask for pages without end, and keep the score: right, wrong, late, and which errors.

import { setTimeout as sleep } from 'node:timers/promises'
import type { PageCache } from '../../../src/cache/page-cache.ts'
import type { SnapshotPage } from '../../../src/cache/snapshot-page.ts'
import { TocsonError } from '../../../src/errors.ts'
import type { Witness } from './witness.ts'

export interface Score {
  reads: number
  late: string[]
  /** Error codes and how often; errors of other kinds under their name, with an exclamation mark. */
  readonly errors: Map<string, number>
}

export interface ReaderOptions {
  readonly caches: readonly PageCache[]
  readonly witnesses: readonly Witness[]
  readonly random: () => number
  /** Most time a request may take. */
  readonly budgetMs: number
  readonly phase: () => string
}

const KEPT_PAGES = 200

export class Readers {
  readonly score: Score = { reads: 0, late: [], errors: new Map() }
  readonly #options: ReaderOptions
  readonly #kept: { page: SnapshotPage; witness: Witness; offset: number; limit: number }[] = []
  #isStopped = false

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** Runs so many readers until `stop`. */
  async run(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#read()))
  }

  stop(): void {
    this.#isStopped = true
  }

  /** Judges again pages that were read long ago: borrowed bytes must not have changed. */
  judgeKept(): number {
    for (const { page, witness, offset, limit } of this.#kept) witness.judge(page, offset, limit)
    return this.#kept.length
  }

  async #read(): Promise<void> {
    const { caches, witnesses, random } = this.#options
    let cursor: { text: string; index: number; limit: number } | undefined
    while (!this.#isStopped) {
      const index = cursor?.index ?? Math.floor(random() * witnesses.length)
      const limit = cursor?.limit ?? 1 + Math.floor(random() * 12)
      const offset = Math.floor(random() * 70)
      const where = cursor === undefined ? { offset, limit } : { cursor: cursor.text }
      const cache = caches[Math.floor(random() * caches.length)]!
      const page = await this.#timed(cache, index, where)
      cursor = undefined
      if (page !== undefined) {
        const start = 'offset' in where ? offset : page.offset
        this.#judge(page, witnesses[index]!, start, limit)
        if (page.nextCursor !== undefined && random() < 0.5) cursor = { text: page.nextCursor, index, limit }
      }
      // Lets sockets and timers have their turn even when everything comes from memory.
      if (random() < 0.2) await sleep(1)
    }
  }

  async #timed(
    cache: PageCache,
    index: number,
    where: { offset: number; limit: number } | { cursor: string },
  ): Promise<SnapshotPage | undefined> {
    const { witnesses, budgetMs, phase } = this.#options
    const began = phase()
    const start = performance.now()
    try {
      return await cache.page({ key: `list ${index}`, build: witnesses[index]!.build, ...where })
    } catch (error) {
      const code =
        error instanceof TocsonError ? error.code : `!${(error as Error)?.name}: ${(error as Error)?.message}`
      this.score.errors.set(code, (this.score.errors.get(code) ?? 0) + 1)
      return undefined
    } finally {
      this.score.reads += 1
      const ms = performance.now() - start
      if (ms > budgetMs) this.score.late.push(`${Math.round(ms)} ms in ${began}`)
    }
  }

  #judge(page: SnapshotPage, witness: Witness, offset: number, limit: number): void {
    witness.judge(page, offset, limit)
    if (this.#kept.length < KEPT_PAGES) this.#kept.push({ page, witness, offset, limit })
    else if (this.#options.random() < 0.01) {
      this.#kept[Math.floor(this.#options.random() * KEPT_PAGES)] = { page, witness, offset, limit }
    }
  }
}
