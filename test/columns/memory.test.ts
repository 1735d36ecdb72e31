// Code of the user that takes the memory of columns away while they are read.

import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { errorOf } from './both.ts'

const integer = { type: 'integer' }
const point = { type: 'object', properties: { x: integer }, required: ['x'] }
const row = (of: object) => ({ type: 'object', properties: { of, good: { type: 'boolean' } } })
const duration = { type: 'string', format: 'duration' }

/** A schema, and a column whose values run `code`. */
type Case = readonly [schema: object, column: (code: () => void) => unknown]

const CASES: Readonly<Record<string, Case>> = {
  values: [row(point), code => [withGetter('x', code)]],
  'entries of a dictionary': [
    row(point),
    code => ({ indices: Uint8Array.of(0), dictionary: [withGetter('x', code)] }),
  ],
  'values with a unit': [row(duration), code => ({ values: [withGetter('hours', code)], unit: 'ms' })],
  'rows of a union': [
    { anyOf: [row(point), { type: 'object', properties: { other: integer }, required: ['other'] }] },
    code => [withGetter('x', code)],
  ],
  'rows that are records': [
    { type: 'object', additionalProperties: { anyOf: [point, { type: 'boolean' }] } },
    code => [withGetter('x', code)],
  ],
}

function withGetter(name: string, code: () => void): object {
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      code()
      return 1
    },
  })
}

describe('memory that goes away on the way is an error, not values that are missing', () => {
  for (const [name, [schema, column]] of Object.entries(CASES)) {
    it(name, () => {
      for (const codegen of [true, false]) {
        const bits = Uint8Array.of(1)
        const detach = (): void => {
          if (bits.length > 0) structuredClone(bits.buffer, { transfer: [bits.buffer] })
        }
        const columns = { of: column(detach), good: { bits, length: 1 } } as never
        const error = errorOf(() => compile(schema as never, { codegen }).serializeColumns(columns))
        expect(error).toMatchObject({ code: 'COLUMN_TYPE', received: 'a detached typed array' })
      }
    })
  }
})
