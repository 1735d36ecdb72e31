import { describe, expect, it } from 'vitest'
import { checkInference } from '../../src/infer/check.ts'
import { inferSchema } from '../../src/infer/index.ts'
import type { Inferred } from '../../src/infer/inferred.ts'

const rows = (values: readonly unknown[]) => ({ form: 'rows', values }) as const
const NO_PROPERTIES: Inferred = { kind: 'object', properties: [] }

describe('an inference on its own samples', () => {
  it.each<[string, readonly unknown[], string, number]>([
    ['the same bytes', [{ a: 1 }, { a: null }], 'bytes', 20],
    [
      'the same data in another order',
      [
        { a: 1, b: 2 },
        { b: 1, a: 2 },
      ],
      'data',
      29,
    ],
  ])('%s', (_, values, same, byteLength) => {
    expect(checkInference(rows(values), inferSchema(values))).toEqual({ same, byteLength })
  })

  it('a document stands without brackets', () => {
    const values = [{ a: 1 }]
    const samples = { form: 'document', values } as const
    expect(checkInference(samples, inferSchema(values))).toEqual({ same: 'bytes', byteLength: 7 })
  })

  it('tells when data would be lost', () => {
    expect(checkInference(rows([{ a: 1 }]), { root: NO_PROPERTIES })).toEqual({
      same: 'nothing',
      byteLength: 4,
    })
  })

  it('leaves other errors of JSON.stringify alone', () => {
    let reads = 0
    const root: Inferred = {
      kind: 'object',
      properties: [{ name: 'a', optional: false, value: { kind: 'integer' } }],
    }
    const value = {
      get a(): unknown {
        reads += 1
        return reads === 1 ? 1 : 1n
      },
    }
    expect(() => checkInference(rows([value]), { root })).toThrow(TypeError)
  })
})
