// Random documents: what is inferred writes them as JSON.stringify does, and its TypeScript says the same.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inferSchema, toSchema, toTypeBox } from '../../src/infer/index.ts'
import { compile } from '../../src/serializer.ts'
import { evaluate } from './evaluate.ts'

const SEED = Number(process.env.TOCSON_SEED ?? 20261121)
const RUNS = 3000

/** Names that are something on every object, in a schema, or in a Date or Duration. */
const NAMES = [
  'type',
  'kind',
  'a',
  'b',
  'c',
  '1',
  '2',
  '10',
  '__proto__',
  'toJSON',
  'toString',
  'hours',
  'year',
]
const TEXTS = [
  'a',
  'b',
  '2020-01-01',
  '2020-01-01T00:00:00Z',
  '10:00:00Z',
  'PT5S',
  '\ud800',
  '\u2028',
  "'",
  '\\"',
]

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary' }))
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary' }))
const json = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map(entries => Object.fromEntries(entries)),
  ),
})).value

it(`${RUNS} lists of random values, seed ${SEED}`, { timeout: 60_000 }, () => {
  const property = fc.property(fc.array(json, { maxLength: 6 }), values => {
    const samples = JSON.parse(JSON.stringify(values)) as unknown[]
    const inference = inferSchema(samples, { enumRepeatsMin: 1, recordKeysMin: 3 })
    const written = compile(toSchema(inference)).serialize(samples).blob.toString()
    if (inference.notes.some(note => note.code === 'KEY_ORDER')) {
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(samples)))
    } else expect(written).toBe(JSON.stringify(samples))
    expect(evaluate(toTypeBox(inference))).toEqual(toSchema(inference))
  })
  fc.assert(property, { numRuns: RUNS, seed: SEED })
})
