// Columns in every form: the same bytes, toc and packed rows as the rows they make up, or the same error at the same
// place.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ColumnList, type Columns, compile, SerializeError } from '../../src/index.ts'
import type { Schema } from '../oracle/reference.ts'
import { isLong, testSeed } from '../random.ts'
import { serializeColumns, serializeRows } from './both.ts'
import { randomTable } from './random-columns.ts'

const CASES = isLong ? 50_000 : 1_500

it('random columns of random schemas give what their rows give', () => {
  const property = fc.property(randomTable, ({ columns, rows, schema }) => {
    expect(serializeColumns(schema, () => columns)).toEqual(serializeRows(schema, rows))
    const list = new ColumnList(columns as Columns)
    const expected = formsOf(schema, rows, true)
    for (const codegen of [true, false]) expect(formsOf(schema, list, codegen)).toEqual(expected)
  })
  fc.assert(property, { numRuns: CASES, seed: testSeed() })
})

/** Where rows lie in their JSON, and what is unpacked of them; or why there is no such thing. */
function formsOf(schema: Schema, rows: ColumnList | readonly unknown[], codegen: boolean): unknown {
  const serializer = compile(schema as never, { codegen })
  try {
    const { toc } = serializer.serialize(rows as never)
    return { toc, unpacked: serializer.unpack(serializer.pack(rows as never)) }
  } catch (error) {
    if (!(error instanceof SerializeError)) throw error
    return error
  }
}
