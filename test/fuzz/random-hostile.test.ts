// A hostile value at a random place of a random value of a random schema: both packers refuse it alike or write the
// same JSON, and nothing but a typed error comes out.

import { types } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile, SerializeError } from '../../src/index.ts'
import { type SchemaCase, schemaCase } from '../oracle/random-schema.ts'
import { isLong, type Random, randomOf, report, testSeed } from '../random.ts'
import { BEHAVIOUR, DATA } from './hostile-values.ts'

/** The slow ones stand in every place of every kind of schema already. */
const HOSTILE = [...DATA, ...BEHAVIOUR].filter(([name]) => !/100,000/.test(name))

const seed = testSeed()

it(`hostile values at random places (TOCSON_SEED=${seed})`, () => {
  let count = 0
  const problems: string[] = []
  fc.assert(
    fc.property(schemaCase, fc.integer(), (example, place) => {
      count++
      const problem = problemOf(example, place)
      if (problem) problems[0] = problem
      return problem === undefined
    }),
    {
      numRuns: isLong ? 10_000_000 : 4_000,
      seed,
      reporter: result => {
        report(`hostile values at random places (TOCSON_SEED=${seed})`, count, result.failed ? 1 : 0)
        if (!result.failed) return
        const schema = JSON.stringify(result.counterexample![0].schema)
        throw new Error(`${problems[0] ?? result.errorInstance}\n${schema.slice(0, 3000)}`)
      },
    },
  )
  expect(problems).toEqual([])
})

function problemOf({ schema, options, row, seeds }: SchemaCase, place: number): string | undefined {
  const outcomes = [true, false].map(codegen => {
    const serializer = compile(schema, { ...options, codegen })
    const random = randomOf(place)
    const [name, make] = random.pick(HOSTILE)
    const outcome = outcomeOf(() => serializer.serializeOne(poke(row(seeds[0] ?? 0), random, make)))
    const again = outcomeOf(() => serializer.serializeOne(row(seeds[0] ?? 0)))
    return { name, outcome, again }
  })
  const [generated, interpreted] = outcomes as [(typeof outcomes)[0], (typeof outcomes)[0]]
  for (const key of ['outcome', 'again'] as const) {
    if (generated[key].startsWith('untyped')) return `${generated.name}: ${generated[key]}`
    if (generated[key] !== interpreted[key]) {
      return `${generated.name} (${key}): ${generated[key]}, interpreter: ${interpreted[key]}`
    }
  }
  return undefined
}

/** A copy of the value with something in it replaced: values may be shared between rows. */
function poke(value: unknown, random: Random, make: () => unknown): unknown {
  const copy = copyOf(value)
  const keys = copy === undefined ? [] : Object.keys(copy)
  if (copy === undefined || keys.length === 0 || random.chance(0.2)) return make()
  const key = random.pick(keys)
  const inner = poke((copy as Record<string, unknown>)[key], random, make)
  return Object.defineProperty(copy, key, {
    value: inner,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** Of plain objects and arrays only. */
function copyOf(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined
  if (Array.isArray(value)) return [...value]
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  return Object.defineProperties({}, Object.getOwnPropertyDescriptors(value))
}

function outcomeOf(run: () => Buffer): string {
  let json: string
  try {
    json = run().toString()
  } catch (error) {
    if (error instanceof SerializeError) return `${error.code} ${error.message}`.slice(0, 1000)
    return `untyped ${error instanceof Error ? error.stack?.slice(0, 500) : typeof error}`
  }
  try {
    JSON.parse(json)
  } catch {
    return `untyped: not JSON: ${json.slice(0, 500)}`
  }
  return json
}
