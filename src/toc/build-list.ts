// The loop around the engine: pack a chunk of rows, write it, append it, until the rows are through.

import { describeValue, SerializeError } from '../errors.ts'
import { messageOf, toSerializeError } from '../pack/border.ts'
import { countOf } from '../pack/containers.ts'
import { Failure } from '../pack/failure.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import { ListBuilder } from './list-builder.ts'

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

/** A revoked Proxy is neither an array nor anything else. */
function isArray(rows: unknown): rows is readonly unknown[] {
  try {
    return Array.isArray(rows)
  } catch (error) {
    throw userError(error, '')
  }
}

function buildFromArray(job: ListJob, rows: readonly unknown[]): ListBuilder {
  const count = arrayCount(rows)
  const builder = new ListBuilder(count, job.rowBytes)
  for (let i = 0; i < count; ) i = appendChunk(job, builder, rows, i, count, 0)
  return builder
}

/** A Proxy of an array may answer anything, or throw. */
function arrayCount(rows: readonly unknown[]): number {
  try {
    return countOf(rows)
  } catch (error) {
    if (error instanceof Failure) throw new SerializeError('TYPE', '', 'array', error.received)
    throw userError(error, '')
  }
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

function iteratorOf(rows: unknown): Iterator<unknown> {
  try {
    if (typeof rows === 'object' && rows !== null && !(rows instanceof String)) {
      const method = (rows as Partial<Iterable<unknown>>)[Symbol.iterator]
      if (typeof method === 'function') return method.call(rows)
    }
  } catch (error) {
    throw userError(error, '')
  }
  throw new SerializeError('TYPE', '', 'iterable of rows', describeValue(rows))
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
      const { done, value } = iterator.next()
      if (done) return true
      batch.push(value)
    }
    return false
  } catch (error) {
    throw userError(error, `/${firstIndex + batch.length}`)
  }
}

/** The error that made us stop is the one to report. */
function closeIterator(iterator: Iterator<unknown>): void {
  try {
    iterator.return?.()
  } catch {}
}

function userError(error: unknown, path: string): SerializeError {
  return new SerializeError('USER_CODE', path, 'rows', `an error: ${messageOf(error)}`, error)
}
