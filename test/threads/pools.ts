// Pools for tests, and the threads behind them.

import type { Worker } from 'node:worker_threads'
import type { JsonList } from '../../src/index.ts'
import { createWriterPool, type WriterPool, type WriterPoolOptions } from '../../src/threads/index.ts'

const started: Worker[] = []
process.on('worker', worker => started.push(worker as Worker))

/** Threads of this process that have not ended. */
export function liveWorkers(): Worker[] {
  return started.filter(worker => worker.threadId !== -1)
}

/** Runs with a pool of its own, which is closed whatever happens. */
export async function withPool<T>(
  options: WriterPoolOptions,
  run: (pool: WriterPool) => Promise<T>,
): Promise<T> {
  await using pool = createWriterPool(options)
  return await run(pool)
}

type Written = Pick<JsonList, 'blob' | 'toc'>

/** Bytes and toc, or what was refused and where. */
export async function outcomeOf(run: () => PromiseLike<Written> | Written): Promise<string> {
  try {
    const { blob, toc } = await run()
    return `${blob} ${toc}`
  } catch (error) {
    const { code, path, message } = error as { code?: string; path?: string; message: string }
    return `${code} at ${path}: ${message}`
  }
}
