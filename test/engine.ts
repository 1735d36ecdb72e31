// Runs rows through the engine with a kernel and chunk limits of the test's choice.

import { createPacker } from '../src/pack/packer.ts'
import { compileSchema } from '../src/spec/compile-schema.ts'
import type { CompileOptions, Spec } from '../src/spec/spec.ts'
import { buildList } from '../src/toc/build-list.ts'
import { buildFromChunks, type ChunkSource } from '../src/toc/chunk-source.ts'
import type { JsonList } from '../src/toc/json-list.ts'
import { CHUNK_LIMITS, type ChunkLimits, Kernel } from '../src/writer/kernel.ts'
import { kernels } from '../src/writer/kernel-pool.ts'

export interface EngineOptions extends CompileOptions {
  readonly limits?: ChunkLimits
  /** A new one when none is given: what earlier rows were does not matter then. */
  readonly kernel?: Kernel
}

/** One row and no more than one value in a chunk: every border lies between two rows. */
export const SMALLEST_LIMITS: ChunkLimits = { rows: 1, slots: 0 }

/** The list of `rows`, as `compile(schema).serialize(rows)` makes it. */
export function writeList(schema: object, rows: Iterable<unknown>, options: EngineOptions = {}): JsonList {
  const { limits = CHUNK_LIMITS, kernel = new Kernel(), codegen = true, ...compileOptions } = options
  const spec = compileSchema(schema, compileOptions)
  const { packRows } = createPacker(spec, codegen)
  return buildList({ kernel, spec, packRows, limits, rowBytes: 0 }, rows).finish()
}

/** Where two outputs part, or `undefined`; a diff of megabytes would help nobody. */
export function firstDifference(actual: Buffer, expected: Buffer | string): string | undefined {
  const other = Buffer.isBuffer(expected) ? expected : Buffer.from(expected)
  if (actual.equals(other)) return undefined
  let at = 0
  while (at < actual.length && actual[at] === other[at]) at++
  const around = (bytes: Buffer) => JSON.stringify(bytes.toString('latin1', Math.max(0, at - 40), at + 40))
  return `byte ${at}: ${around(actual)} instead of ${around(other)}`
}

/** Builds a list of what does not come as rows. */
export function writeChunks(spec: Spec, source: ChunkSource, limits: ChunkLimits = CHUNK_LIMITS): JsonList {
  const kernel = kernels.acquire()
  try {
    return buildFromChunks({ kernel, spec, limits, rowBytes: 0 }, source).finish()
  } finally {
    kernels.release(kernel)
  }
}
