// Random schemas and values: packed rows give the JSON of the rows they came from, and rows that give it too.

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SerializeError } from '../../src/errors.ts'
import { createPacker } from '../../src/pack/packer.ts'
import { PackedFormat } from '../../src/packed/packed-format.ts'
import { PackedList } from '../../src/packed/packed-list.ts'
import { compile } from '../../src/serializer.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { writeChunks } from '../engine.ts'
import { type SchemaCase, schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'

const RUNS = isLong ? 100_000 : 1500

/** What went wrong with a case, or `undefined`. */
function difference(example: SchemaCase): string | undefined {
  const { schema, options, limits, seeds, row } = example
  const make = () => seeds.map(row)
  const spec = compileSchema(schema, options)
  const formats = [true, false].map(codegen => new PackedFormat(spec, createPacker(spec, codegen)))
  const serializer = compile(schema, options)
  const expected = settle(() => serializer.serialize(make()).blob)
  const packed = formats.map(format => settle(() => format.pack(make(), limits)))
  const [generated, interpreted] = packed
  if ('error' in expected) {
    const refusals = packed.map(outcome => 'error' in outcome && isSameError(outcome.error, expected.error))
    return refusals.every(Boolean) ? undefined : 'pack does not refuse as serialize does'
  }
  if (!('value' in generated!) || !('value' in interpreted!)) return 'pack refuses what serialize writes'
  if (!generated.value.equals(interpreted.value)) return 'the packers give different bytes'
  const list = new PackedList(generated.value)
  const rows = formats.map(format => format.unpack(list, {}))
  if (!isDeepStrictEqual(rows[0], rows[1])) return 'the ways to unpack give different rows'
  const fromPacked = formats.map(format => writeChunks(spec, format.open(list)))
  const again = isReversible(spec) ? [serializer.serialize(rows[0]!)] : []
  const toc = serializer.serialize(make()).toc
  for (const { blob, toc: otherToc } of [...fromPacked, ...again]) {
    if (!blob.equals(expected.value)) return `wrote ${shown(blob)}, not ${shown(expected.value)}`
    if (!isDeepStrictEqual(toc, otherToc)) return 'another toc'
  }
  return undefined
}

type Settled<T> = { readonly value: T } | { readonly error: unknown }

function settle<T>(run: () => T): Settled<T> {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

function isSameError(left: unknown, right: unknown): boolean {
  if (!(left instanceof SerializeError) || !(right instanceof SerializeError)) return false
  return left.code === right.code && left.path === right.path
}

/** As the docs say: codecs, overlapping variants, records and `omitEmpty` may give other JSON. */
function isReversible(spec: Spec): boolean {
  return spec.nodes.every(node => {
    if (node.encode || node.op === 'union') return false
    return node.op !== 'object' || (node.rest.length === 0 && node.fields.every(field => !field.omitEmpty))
  })
}

function shown(bytes: Buffer): string {
  return bytes.toString().slice(0, 500)
}

test('random schemas and values', { timeout: isLong ? 3_600_000 : 60_000 }, () => {
  const seed = testSeed()
  console.log(`packed round trips: seed ${seed}`)
  let reversible = 0
  let rows = 0
  const property = fc.property(schemaCase, example => {
    if (isReversible(compileSchema(example.schema, example.options))) reversible++
    rows += example.seeds.length
    expect(difference(example)).toBeUndefined()
  })
  fc.assert(property, { seed, numRuns: RUNS })
  // Neither kind of case may have gone missing.
  expect(reversible).toBeGreaterThan(RUNS / 20)
  expect(rows).toBeGreaterThan(RUNS)
})
