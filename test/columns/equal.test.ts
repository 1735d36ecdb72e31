// Columns in every form: the same bytes as the rows they make up, or the same error at the same place.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isLong, testSeed } from '../random.ts'
import { serializeColumns, serializeRows } from './both.ts'
import { randomTable } from './random-columns.ts'

const CASES = isLong ? 50_000 : 1_500

it('random columns of random schemas give what their rows give', () => {
  const property = fc.property(randomTable, ({ columns, rows, schema }) => {
    expect(serializeColumns(schema, () => columns)).toEqual(serializeRows(schema, rows))
  })
  fc.assert(property, { numRuns: CASES, seed: testSeed() })
})
