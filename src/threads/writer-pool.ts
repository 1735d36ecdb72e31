// `createWriterPool`: what is seen of a pool from outside.

import { availableParallelism } from 'node:os'
import { assertOptions, OptionError } from '../errors.ts'
import type {
  ChunkWriter,
  StreamRequest,
  WriteRequest,
  WrittenList,
  WrittenStream,
} from '../toc/chunk-place.ts'
import { WriterError } from './errors.ts'
import { Pool } from './pool.ts'

export interface WriterPoolOptions {
  /** How many threads write. Default: one less than the machine runs at once, at least 1. */
  readonly threads?: number | undefined
  /**
   * What to do where there are no threads, or they die: `'error'` (default) throws a `WriterError` or
   * ends the builds and streams it concerns; `'in-thread'` writes in the calling thread instead, the same bytes.
   */
  readonly onUnavailable?: 'error' | 'in-thread' | undefined
}

/**
 * Starts threads that write lists and streams, for `serializeAsync` and `stream`. An idle pool does not keep the
 * process alive.
 *
 * @throws WriterError `WRITER_UNAVAILABLE` when threads cannot be started, unless `onUnavailable` is
 * `'in-thread'`;
 *   OptionError
 * @example
 * await using pool = createWriterPool({ threads: 2 })
 * const list = await movies.serializeAsync(rows, { writer: pool })
 * await pipeline(movies.stream(cursor, { writer: pool }), response)
 */
export function createWriterPool(options: WriterPoolOptions = {}): WriterPool {
  assertOptions(options)
  return new WriterPool(options)
}

const THREADS_MAX = 64

/** Threads that write lists and streams. Made by `createWriterPool`. */
export class WriterPool implements ChunkWriter, AsyncDisposable {
  /** How many threads write. */
  readonly threads: number
  readonly #isOptional: boolean
  readonly #pool: Pool | undefined

  constructor({ threads = defaultThreads(), onUnavailable = 'error' }: WriterPoolOptions) {
    if (!Number.isInteger(threads) || threads < 1 || threads > THREADS_MAX) {
      throw new OptionError('threads', `an integer from 1 to ${THREADS_MAX}`, threads)
    }
    if (onUnavailable !== 'error' && onUnavailable !== 'in-thread') {
      throw new OptionError('onUnavailable', "'error' or 'in-thread'", onUnavailable)
    }
    this.threads = threads
    this.#isOptional = onUnavailable === 'in-thread'
    try {
      this.#pool = new Pool(threads, this.#isOptional)
    } catch (error) {
      if (!this.#isOptional) throw unavailable(error)
    }
  }

  /** How many threads are running. */
  get liveThreads(): number {
    return this.#pool?.liveCount ?? 0
  }

  /** For `serializeAsync`. @throws WriterError */
  openList(request: WriteRequest): WrittenList | undefined {
    return this.#open(() => this.#pool?.openList(request))
  }

  /** For `stream`. @throws WriterError */
  openStream(request: StreamRequest): WrittenStream | undefined {
    return this.#open(() => this.#pool?.openStream(request))
  }

  /**
   * Ends the threads. Builds and streams under way end with a `WriterError` `WRITER_CLOSED`, or go on in this
   * thread when `onUnavailable` is `'in-thread'`, as later ones do.
   */
  async close(): Promise<void> {
    await this.#pool?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #open<T>(open: () => T | undefined): T | undefined {
    try {
      return open()
    } catch (error) {
      if (this.#isOptional) return undefined
      throw error instanceof WriterError ? error : unavailable(error)
    }
  }
}

function unavailable(cause: unknown): WriterError {
  return new WriterError('WRITER_UNAVAILABLE', 'threads cannot be started', cause)
}

function defaultThreads(): number {
  return Math.min(THREADS_MAX, Math.max(1, availableParallelism() - 1))
}
