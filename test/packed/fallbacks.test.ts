// Reading packed rows by generated code that cannot be had, or that fails while it runs.

import Type from 'typebox'
import { afterEach, expect, test, vi } from 'vitest'
import { compile } from '../../src/serializer.ts'

const broken = vi.hoisted(() => ({
  generate: undefined as Error | undefined,
  run: undefined as Error | undefined,
}))

vi.mock('../../src/packed/generate-build.ts', async original => {
  const actual = await original<typeof import('../../src/packed/generate-build.ts')>()
  return { generateBuild: breaking(actual.generateBuild) }
})
vi.mock('../../src/packed/generate-check.ts', async original => {
  const actual = await original<typeof import('../../src/packed/generate-check.ts')>()
  return { generateCheck: breaking(actual.generateCheck) }
})

function breaking<G extends (...args: never[]) => (...args: never[]) => unknown>(generate: G) {
  return (...args: Parameters<G>) => {
    if (broken.generate) throw broken.generate
    const made = generate(...args)
    return (...inputs: never[]) => {
      if (broken.run) throw broken.run
      return made(...inputs)
    }
  }
}

afterEach(() => {
  broken.generate = broken.run = undefined
})

const make = () => compile(Type.Object({ id: Type.Integer(), tags: Type.Array(Type.String()) }))
const rows = [
  { id: 1, tags: ['a', 'é'] },
  { id: 2, tags: [] },
]

test('a schema too deep for generated code is walked', () => {
  broken.generate = new RangeError('Maximum call stack size exceeded')
  const serializer = make()
  expect(serializer.packer).toBe('generated')
  expect(serializer.unpack(serializer.pack(rows))).toEqual(rows)
})

test('any other failure to generate is a mistake, and seen', () => {
  broken.generate = new SyntaxError('Unexpected token')
  const serializer = make()
  expect(() => serializer.unpack(serializer.pack(rows))).toThrow(broken.generate)
})

test('values too deep for the stack are an error of the bytes, any other failure is itself', () => {
  const serializer = make()
  const bytes = serializer.pack(rows)
  broken.run = new RangeError('Maximum call stack size exceeded')
  expect(() => serializer.unpack(bytes)).toThrow(expect.objectContaining({ code: 'PACKED_VALUE' }))
  broken.run = new TypeError('a mistake')
  expect(() => serializer.unpack(bytes)).toThrow(broken.run)
  broken.run = undefined
  expect(serializer.unpack(bytes)).toEqual(rows)
})

test('an array of more elements than are reserved comes out whole', () => {
  const long = Array.from({ length: 70_000 }, (_, i) => `${i % 10}`)
  const serializer = make()
  expect(serializer.unpack(serializer.pack([{ id: 1, tags: long }]))).toEqual([{ id: 1, tags: long }])
})
