// The loop around the engine: pack a chunk of rows, write it, append it, until the rows are through.

import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import { ListBuilder } from './list-builder.ts'
import { arrayCount, closeIterator, isArray, iteratorOf, resultOf, sourceError } from './row-source.ts'

/** Everything one list is built with. The kernel is the caller's, to be released when the list is done. */
export interface ListJob {
  readonly kernel: Kernel
  readonly spec: Spec
  readonly packRows: PackRows
  readonly limits: ChunkLimits
  /** Bytes of a row in earlier lists, 0 when there was none. */
  readonly rowBytes: number
}

/** Builds from an array by index, or from any other iterable in batches. */
export function buildList(job: ListJob, rows: unknown): ListBuilder {
  job.kernel.open(job.spec, job.limits)
  return isArray(rows) ? buildFromArray(job, rows) : buildFromIterable(job, rows)
}

function buildFromArray(job: ListJob, rows: readonly unknown[]): ListBuilder {
  const count = arrayCount(rows)
  const builder = new ListBuilder(count, job.rowBytes)
  for (let i = 0; i < count; ) i = appendChunk(job, builder, rows, i, count, 0)
  return builder
}

/** Packs and writes rows from `start` on, at most one chunk; `firstIndex` is the list's index of `rows[0]`. */
function appendChunk(
  job: ListJob,
  builder: ListBuilder,
  rows: ArrayLike<unknown>,
  start: number,
  end: number,
  firstIndex: number,
): number {
  const { kernel, limits } = job
  kernel.reset()
  try {
    const next = job.packRows(kernel.packed, rows, start, Math.min(end, start + limits.rows))
    kernel.write(next - start)
    builder.append(kernel, next - start)
    return next
  } catch (error) {
    throw toSerializeError(error, job.spec, kernel.packed, firstIndex)
  }
}

function buildFromIterable(job: ListJob, rows: unknown): ListBuilder {
  const iterator = iteratorOf(rows)
  const builder = new ListBuilder(undefined, job.rowBytes)
  const batch: unknown[] = []
  for (let done = false; !done; ) {
    done = fillBatch(iterator, batch, job.limits.rows, builder.rowCount)
    const firstIndex = builder.rowCount
    try {
      for (let i = 0; i < batch.length; ) i = appendChunk(job, builder, batch, i, batch.length, firstIndex)
    } catch (error) {
      closeIterator(iterator)
      throw error
    }
  }
  return builder
}

/** Takes up to `count` rows; true when there are no more. */
function fillBatch(
  iterator: Iterator<unknown>,
  batch: unknown[],
  count: number,
  firstIndex: number,
): boolean {
  batch.length = 0
  try {
    while (batch.length < count) {
      const { done, value } = resultOf(iterator.next())
      if (done) return true
      batch.push(value)
    }
    return false
  } catch (error) {
    throw sourceError(error, `/${firstIndex + batch.length}`)
  }
}
