// Packs rows into bytes: a chunk at a time through a kernel's memory, where the packers put slots and text,
// and from there in one copy into the result, which is sized from the rows seen so far.

import { Buffer } from 'node:buffer'
import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkSource } from '../toc/chunk-source.ts'
import { allocate, bytesToReserve } from '../toc/room.ts'
import { arrayCount, closeIterator, isArray, iteratorOf, resultOf, sourceError } from '../toc/row-source.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import { CHUNK_HEADER_BYTES, chunkEnd, HEADER_BYTES, sealChunk, writeHeader } from './format.ts'

/** Everything one call of `pack` works with. */
export interface PackJob {
  readonly kernel: Kernel
  readonly spec: Spec
  readonly limits: ChunkLimits
  readonly fingerprint: Uint8Array
}

export interface PackRowsJob extends PackJob {
  readonly packRows: PackRows
}

/** @throws SerializeError at the first value that does not fit */
export function packToBytes(job: PackRowsJob, rows: unknown): Buffer {
  job.kernel.open(job.spec, job.limits)
  job.kernel.forgetText()
  if (isArray(rows)) {
    const count = arrayCount(rows)
    const writer = new PackedWriter(count)
    for (let i = 0; i < count; ) i = packChunk(job, writer, rows, i, count, 0)
    return writer.finish(job.fingerprint)
  }
  const writer = new PackedWriter(undefined)
  for (const batch of batchesOf(rows, job.limits.rows)) {
    const first = writer.rowCount
    for (let i = 0; i < batch.length; ) i = packChunk(job, writer, batch, i, batch.length, first)
  }
  return writer.finish(job.fingerprint)
}

/** @throws TocsonError as the source does */
export function packChunksToBytes(job: PackJob, source: ChunkSource): Buffer {
  const { kernel } = job
  const writer = new PackedWriter(source.rowCount)
  try {
    kernel.open(job.spec, job.limits)
    kernel.forgetText()
    while (writer.rowCount < source.rowCount) packNext(kernel, writer, source)
  } finally {
    source.close()
  }
  return writer.finish(job.fingerprint)
}

function packNext(kernel: Kernel, writer: PackedWriter, source: ChunkSource): void {
  kernel.reset()
  const rowCount = source.pack(kernel)
  try {
    kernel.settle()
    writer.append(kernel, rowCount)
  } catch (error) {
    throw source.errorOf(error, kernel)
  }
}

/** Packs rows from `start` on, at most one chunk; `firstIndex` is the index of `rows[0]` among all rows. */
function packChunk(
  job: PackRowsJob,
  writer: PackedWriter,
  rows: ArrayLike<unknown>,
  start: number,
  end: number,
  firstIndex: number,
): number {
  const { kernel } = job
  kernel.reset()
  try {
    const next = job.packRows(kernel.packed, rows, start, Math.min(end, start + job.limits.rows))
    kernel.settle()
    writer.append(kernel, next - start)
    return next
  } catch (error) {
    throw toSerializeError(error, job.spec, kernel.packed, firstIndex)
  }
}

/** The rows of an iterable, some at a time. It is closed when whoever takes them stops early. */
function* batchesOf(rows: unknown, rowCountMax: number): Generator<readonly unknown[]> {
  const iterator = iteratorOf(rows)
  let done = false
  let taken = 0
  try {
    while (!done) {
      const batch: unknown[] = []
      done = fillBatch(iterator, batch, rowCountMax, taken)
      taken += batch.length
      yield batch
    }
  } catch (error) {
    done = true
    throw error
  } finally {
    if (!done) closeIterator(iterator)
  }
}

/** True when there are no more rows. */
function fillBatch(iterator: Iterator<unknown>, batch: unknown[], count: number, taken: number): boolean {
  try {
    while (batch.length < count) {
      const { done, value } = resultOf(iterator.next())
      if (done) return true
      batch.push(value)
    }
    return false
  } catch (error) {
    throw sourceError(error, `/${taken + batch.length}`)
  }
}

const SLOT_BYTES = 8

class PackedWriter {
  rowCount = 0
  #chunkCount = 0
  #largestChunk = 0
  #bytes = Buffer.allocUnsafeSlow(0)
  #end = HEADER_BYTES
  readonly #expectedRows: number | undefined

  /** `expectedRows`: how many will come, when known. */
  constructor(expectedRows: number | undefined) {
    this.#expectedRows = expectedRows
  }

  append(kernel: Kernel, rowCount: number): void {
    const start = this.#end
    const slotsStart = start + CHUNK_HEADER_BYTES
    const textStart = slotsStart + kernel.packed.position * SLOT_BYTES - kernel.slotsStart
    const textEnd = textStart + kernel.textEnd - kernel.textStart
    const end = chunkEnd(textEnd)
    this.rowCount += rowCount
    this.#chunkCount++
    this.#end = end
    this.#largestChunk = Math.max(this.#largestChunk, end - start)
    const bytes = this.#reserve(start)
    kernel.bytes.copy(bytes, slotsStart, kernel.slotsStart, kernel.packed.position * SLOT_BYTES)
    kernel.bytes.copy(bytes, textStart, kernel.textStart, kernel.textEnd)
    const chunk = { start, slotsStart, textStart, textEnd, end, rowCount, wide: kernel.isWide }
    sealChunk(bytes, chunk, kernel)
  }

  finish(fingerprint: Uint8Array): Buffer {
    const bytes = this.#reserve(HEADER_BYTES).subarray(0, this.#end)
    const { rowCount } = this
    writeHeader(bytes, { fingerprint, rowCount, byteLength: this.#end, chunkCount: this.#chunkCount })
    return bytes
  }

  /** Room up to `#end`, keeping the bytes before `used`. */
  #reserve(used: number): Buffer {
    if (this.#end <= this.#bytes.byteLength) return this.#bytes
    const seen = { byteLength: this.#end, rowCount: this.rowCount, largestChunk: this.#largestChunk }
    const larger = allocate(bytesToReserve(seen, this.#expectedRows), this.#end)
    this.#bytes.copy(larger, 0, 0, used)
    this.#bytes = larger
    return larger
  }
}
