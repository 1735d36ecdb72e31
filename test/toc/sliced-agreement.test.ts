import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CompileOptions, compile, type SerializeError } from '../../src/index.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { bytesOf, SOURCES } from './sliced.ts'

/** A set has no row twice, and a Node stream ends at null. */
const NAMES = Object.keys(SOURCES).filter(name => name !== 'set' && name !== 'Node stream')
const CASES = isLong ? 20_000 : 150

/** Bytes, or what was refused and where. */
type Outcome = string

async function outcomeOf(run: () => PromiseLike<Uint8Array> | Uint8Array): Promise<Outcome> {
  try {
    return Buffer.from(await run()).toString()
  } catch (error) {
    const { code, path } = error as SerializeError
    return `${code} at ${path}`
  }
}

it('random rows of random schemas give the same bytes, or the same error, every way', async () => {
  const seed = testSeed()
  const property = fc.asyncProperty(schemaCase, fc.constantFrom(...NAMES), async (example, name) => {
    const serializer = compile(example.schema as never, example.options as CompileOptions)
    const make = () => example.seeds.map(example.row) as never[]
    const source = SOURCES[name]!
    const expected = await outcomeOf(() => serializer.serialize(make()).blob)
    const build = await outcomeOf(async () => (await serializer.serializeAsync(source(make()))).blob)
    const stream = await outcomeOf(() => bytesOf(serializer.stream(source(make()), { sliceMs: 0 })))
    expect(build).toBe(expected)
    expect(stream).toBe(expected)
  })
  await fc.assert(property, { numRuns: CASES, seed })
})
