// Writes lists on other threads: the main thread packs chunks into kernels whose memory is shared, workers write them
// there and put the bytes into a blob that is shared, too. docs/threads.md draws it.

import { availableParallelism } from 'node:os'
import { OptionError } from '../errors.ts'
import type { ChunkWriter, WriteRequest, WrittenList } from '../toc/chunk-place.ts'
import { turns } from '../toc/turns.ts'
import { sharedKernelModule } from '../writer/shared-kernel.ts'
import { GONE } from './chunk-place.ts'
import * as words from './control.ts'
import { type Chunk, Crew } from './crew.ts'
import { WriterError } from './errors.ts'
import { type ListHost, PoolList } from './pool-list.ts'
import { type SharedSlot, Slots } from './slots.ts'

export interface WriterPoolOptions {
  /** How many threads write. Default: one less than the machine runs at once, at least 1. */
  readonly threads?: number
  /**
   * What to do where there are no threads, or they die: `'error'` (default) throws a `WriterError` or rejects the
   * builds it concerns; `'in-thread'` writes in the calling thread instead, the same bytes.
   */
  readonly onUnavailable?: 'error' | 'in-thread'
}

/**
 * Starts threads that write lists, for `serializeAsync`. An idle pool does not keep the process alive.
 *
 * @throws WriterError `WRITER_UNAVAILABLE` when threads cannot be started, unless `onUnavailable` is `'in-thread'`;
 *   OptionError
 * @example
 * await using pool = createWriterPool({ threads: 2 })
 * const list = await movies.serializeAsync(rows, { writer: pool })
 */
export function createWriterPool(options: WriterPoolOptions = {}): WriterPool {
  return new WriterPool(options)
}

const THREADS_MAX = 64
/** Chunks on their way for each thread: enough to write while this one waits to be woken. */
const KERNELS_PER_THREAD = 8
const KERNELS_MIN = 16

/** Threads that write lists. Made by `createWriterPool`. */
export class WriterPool implements ChunkWriter, AsyncDisposable {
  /** How many threads write. */
  readonly threads: number
  readonly #isOptional: boolean
  readonly #crew: Crew | undefined
  readonly #slots: Slots | undefined
  readonly #module: WebAssembly.Module | undefined
  readonly #size: words.ControlSize
  readonly #lists = new Set<PoolList>()
  /** Chunks whose worker has died, for this thread to write. */
  #orphans: { readonly chunk: Chunk; readonly list: PoolList }[] = []
  #isWaiting = false
  #isClosed = false
  #listCount = 0

  constructor({ threads = defaultThreads(), onUnavailable = 'error' }: WriterPoolOptions) {
    if (!Number.isInteger(threads) || threads < 1 || threads > THREADS_MAX) {
      throw new OptionError('threads', `an integer from 1 to ${THREADS_MAX}`, threads)
    }
    if (onUnavailable !== 'error' && onUnavailable !== 'in-thread') {
      throw new OptionError('onUnavailable', "'error' or 'in-thread'", onUnavailable)
    }
    this.threads = threads
    this.#isOptional = onUnavailable === 'in-thread'
    this.#size = { threads, kernelCount: powerOfTwo(Math.max(KERNELS_MIN, threads * KERNELS_PER_THREAD)) }
    try {
      this.#module = sharedKernelModule()
      this.#crew = new Crew(this.#size, this.#module, this.#onWake)
      this.#slots = new Slots(this.#module, this.#size, this.#crew.shared)
    } catch (error) {
      if (!this.#isOptional) throw unavailable(error)
    }
  }

  /** How many threads are running. */
  get liveThreads(): number {
    return this.#crew?.liveCount ?? 0
  }

  /** @internal */
  openList(request: WriteRequest): WrittenList | undefined {
    try {
      if (this.#isClosed) throw new WriterError('WRITER_CLOSED', 'it was closed')
      this.#crew?.start()
      const list = this.#crew && new PoolList(request, this.#host)
      if (list !== undefined) this.#lists.add(list)
      this.#crew?.keepAlive(true)
      return list
    } catch (error) {
      if (this.#isOptional) return undefined
      throw error instanceof WriterError ? error : unavailable(error)
    }
  }

  /**
   * Ends the threads. Builds under way are rejected with a `WriterError` `WRITER_CLOSED`, or go on in this thread when
   * `onUnavailable` is `'in-thread'`, as later ones do.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#crew?.close()
    if (!this.#isOptional) for (const list of [...this.#lists]) list.fail(this.#lossOf(undefined))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  readonly #host: ListHost = this.#hostOf()

  #hostOf(): ListHost {
    const pool = this
    return {
      get kernelCount() {
        return pool.#size.kernelCount
      },
      get hasFree() {
        return pool.#slots!.hasFree
      },
      take: () => pool.#take(),
      giveBack: slot => pool.#slots!.giveBack(slot),
      newListNumber: () => pool.#listCount++,
      give: (chunk, list) => {
        if (!pool.#crew!.give(chunk)) pool.#lost(chunk, list, pool.#crew!.lastError)
      },
      drop: (list, listNumber) => pool.#drop(list, listNumber),
      settle: () => pool.#settle(),
      lost: (chunk, list, cause) => pool.#lost(chunk, list, cause),
    }
  }

  #take(): SharedSlot | undefined {
    if (!this.#slots!.hasFree) {
      this.#crew!.collect()
      this.#rescue()
    }
    return this.#slots!.take()
  }

  #drop(list: PoolList, listNumber: number): void {
    this.#crew!.drop(listNumber)
    if (!list.isClosed) return
    this.#lists.delete(list)
    if (this.#lists.size === 0) this.#crew!.keepAlive(false)
  }

  #lost(chunk: Chunk, list: PoolList, cause: unknown): void {
    if (this.#isOptional && !list.isClosed) return void this.#orphans.push({ chunk, list })
    this.#slots!.giveBack(chunk.slot)
    list.fail(this.#lossOf(cause))
  }

  #lossOf(cause: unknown): WriterError {
    return this.#isClosed
      ? new WriterError('WRITER_CLOSED', 'it was closed')
      : new WriterError('WRITER_DIED', 'a thread ended while it wrote the list', cause)
  }

  /** Writes in this thread what dead workers left, as far as it is the turn of those chunks. */
  #rescue(): void {
    for (let hasWritten = true; hasWritten; ) {
      hasWritten = false
      const orphans = this.#orphans
      this.#orphans = []
      for (const orphan of orphans) {
        if (writeHere(orphan.chunk)) hasWritten = true
        else this.#orphans.push(orphan)
      }
    }
  }

  readonly #onWake = (): void => {
    this.#crew!.collect()
    this.#rescue()
    for (const list of [...this.#lists]) list.tell()
    this.#settle()
  }

  /** Sees to being woken when there is something to do. */
  #settle(): void {
    for (let open = this.#crew!.openCount; open > 0; open = this.#crew!.openCount) {
      const { shared } = this.#crew!
      const wake = Atomics.load(shared, words.WAKE)
      // Workers may wait for a chunk that this thread has to write when its turn comes.
      Atomics.store(shared, words.REMAINING, this.#orphans.length > 0 ? 1 : Math.ceil(open / 2))
      // Those that were done before this was stored do not count down from it.
      if (!this.#crew!.collect()) return this.#waitFor(wake)
      this.#rescue()
    }
    if (this.#orphans.length > 0) return turns.add(this.#onWake)
    for (const list of this.#lists) if (list.hasNews) return turns.add(this.#onWake)
  }

  /** Workers change WAKE from this value. */
  #waitFor(wake: number): void {
    if (this.#isWaiting || typeof Atomics.waitAsync !== 'function') return
    const waiting = Atomics.waitAsync(this.#crew!.shared, words.WAKE, wake)
    if (!waiting.async) return turns.add(this.#onWake)
    this.#isWaiting = true
    void waiting.value.then(() => {
      this.#isWaiting = false
      this.#onWake()
    })
  }
}

/** A chunk that lies packed in its kernel, in this thread; false before its turn has come. */
function writeHere({ slot, places, index, firstRow, rowCount, onWritten }: Chunk): boolean {
  if (places.placed !== GONE) {
    if (places.placed < index) return false
    slot.kernel.writePrepared(slot.call)
    const { bytes, start, end, offsets } = slot.kernel
    places.place(index, firstRow, bytes.subarray(start, end), offsets.subarray(0, rowCount))
  }
  onWritten(places.endOf(index))
  return true
}

function unavailable(cause: unknown): WriterError {
  return new WriterError('WRITER_UNAVAILABLE', 'threads cannot be started', cause)
}

function defaultThreads(): number {
  return Math.min(THREADS_MAX, Math.max(1, availableParallelism() - 1))
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}
