// Rows in a form of their own, all there from the start: columns, packed rows. Whoever knows the form packs them, a
// chunk at a time.

import type { Spec } from '../spec/spec.ts'
import type { ChunkLimits, Kernel } from '../writer/kernel.ts'
import { ListBuilder } from './list-builder.ts'

export interface ChunkSource {
  readonly rowCount: number
  /** Packs the next chunk into an empty kernel and returns how many rows it has. @throws TocsonError */
  pack(kernel: Kernel): number
  /** What is reported when writing the chunk that was packed last throws `error`. */
  errorOf(error: unknown, kernel: Kernel): unknown
  /** No more is wanted. Called once. */
  close(): void
}

/** Everything one list is built with. The kernel is the caller's, to be released when the list is done. */
export interface ChunkJob {
  readonly kernel: Kernel
  readonly spec: Spec
  readonly limits: ChunkLimits
  /** Bytes of a row in earlier lists, 0 when there was none. */
  readonly rowBytes: number
}

/** Builds a list in one go. */
export function buildFromChunks(job: ChunkJob, source: ChunkSource): ListBuilder {
  const { kernel } = job
  const builder = new ListBuilder(source.rowCount, job.rowBytes)
  try {
    kernel.open(job.spec, job.limits)
    while (builder.rowCount < source.rowCount) {
      kernel.reset()
      appendChunk(builder, kernel, source)
    }
  } finally {
    source.close()
  }
  return builder
}

function appendChunk(builder: ListBuilder, kernel: Kernel, source: ChunkSource): void {
  const rowCount = source.pack(kernel)
  try {
    kernel.write(rowCount)
    builder.append(kernel, rowCount)
  } catch (error) {
    throw source.errorOf(error, kernel)
  }
}
