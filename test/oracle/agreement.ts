// One case, three serializers: generated packer, interpreting packer, reference. They must give the same bytes and the
// same toc, or all refuse, at the same place.

import { SerializeError } from '../../src/errors.ts'
import { createPacker } from '../../src/pack/packer.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { buildList } from '../../src/toc/build-list.ts'
import type { JsonList } from '../../src/toc/json-list.ts'
import { CHUNK_LIMITS } from '../../src/writer/kernel.ts'
import { kernels } from '../../src/writer/kernel-pool.ts'
import type { SchemaCase } from './random-schema.ts'
import { Mismatch, referenceList } from './reference.ts'

/** What went wrong, or `undefined` when all agree. */
export function disagreement(example: SchemaCase): string | undefined {
  const { schema, options, limits, seeds, row } = example
  const spec = compileSchema(schema, options)
  const make = () => seeds.map(row)
  const expected = settle(() => referenceList(schema, make(), options))
  for (const codegen of [true, false]) {
    const { kind, packRows } = createPacker(spec, codegen)
    const kernel = kernels.acquire()
    const job = { kernel, spec, packRows, limits: limits ?? CHUNK_LIMITS, rowBytes: 0 }
    const actual = settle(() => buildList(job, make()).finish())
    kernels.release(kernel)
    const difference = compare(actual, expected)
    if (difference) return `${kind}: ${difference}`
  }
  return undefined
}

type Settled<T> = { readonly list: T } | { readonly error: unknown }

function settle<T>(run: () => T): Settled<T> {
  try {
    return { list: run() }
  } catch (error) {
    return { error }
  }
}

function compare(
  actual: Settled<JsonList>,
  expected: Settled<{ blob: Buffer; toc: number[] }>,
): string | undefined {
  if ('error' in expected) {
    const { error } = expected
    if (!(error instanceof Mismatch)) throw error
    if ('list' in actual) return `wrote ${shown(actual.list.blob)}, the reference refuses ${error.path}`
    if (!(actual.error instanceof SerializeError)) return `threw ${actual.error}`
    const { path } = actual.error
    const isThere = error.exact ? path === error.path : path.startsWith(error.path)
    return isThere ? undefined : `refuses ${path} (${actual.error.message}), the reference ${error.path}`
  }
  const { blob, toc } = expected.list
  if ('error' in actual) return `threw ${actual.error}, the reference writes ${shown(blob)}`
  if (!actual.list.blob.equals(blob)) return `wrote ${shown(actual.list.blob)}, the reference ${shown(blob)}`
  const isSameToc =
    actual.list.toc.length === toc.length && toc.every((start, i) => actual.list.toc[i] === start)
  return isSameToc ? undefined : `toc ${actual.list.toc}, the reference ${toc}`
}

function shown(blob: Buffer): string {
  return blob.toString().slice(0, 2000)
}
