// Columns of JavaScript values: for any schema and any values, the same as rows, errors and their paths included.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CompileOptions } from '../../src/index.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { serializeColumns, serializeRows } from './both.ts'

const CASES = isLong ? 20_000 : 500

function isPlain(row: unknown): row is Record<string, unknown> {
  if (typeof row !== 'object' || row === null || typeof (row as { toJSON?: unknown }).toJSON === 'function') {
    return false
  }
  return Object.getPrototypeOf(row) === Object.prototype
}

it('columns of any values give what rows give, for any schema', () => {
  const property = fc.property(schemaCase, example => {
    const make = () => example.seeds.map(example.row)
    fc.pre(make().every(isPlain))
    const names = [...new Set(make().flatMap(row => Object.keys(row as object)))]
    const columns = () => {
      const rows = make() as Record<string, unknown>[]
      return Object.fromEntries(
        names.map(name => [name, rows.map(row => (Object.hasOwn(row, name) ? row[name] : undefined))]),
      )
    }
    const values = columns()
    const rows = example.seeds.map((_, i) => Object.fromEntries(names.map(name => [name, values[name]![i]])))
    const options = example.options as CompileOptions
    const outcome = serializeColumns(example.schema, columns, options, 'drop')
    const expected = names.length === 0 ? outcome : serializeRows(example.schema, rows, options)
    // A required property that no row has at all is an error of the columns, not of a row.
    if (!('path' in outcome && outcome.path.split('/').length === 2 && outcome.code === 'REQUIRED')) {
      expect(outcome).toEqual(expected)
    } else expect(expected).toHaveProperty('code')
  })
  fc.assert(property, { numRuns: CASES, seed: testSeed() })
})
