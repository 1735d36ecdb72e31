import { describe, expect, it } from 'vitest'
import { NumberColumn } from '../../src/columns/column.ts'
import type { Column } from '../../src/columns/columns.ts'
import { Dictionary } from '../../src/columns/nested.ts'

describe('a dictionary for many batches', () => {
  it('is fitted once for a property, whether that changes it or not', () => {
    const pieces = [1, 2].map(value => new NumberColumn(Int32Array.of(value)))
    const dictionary = new Dictionary(pieces, '')
    let calls = 0
    const same = (column: Column): Column => {
      calls++
      return column
    }
    for (let batch = 0; batch < 3; batch++) expect(dictionary.fitted(1, same)).toBe(dictionary)
    expect(calls).toBe(2)
    const other = () => new NumberColumn(Int32Array.of(3))
    expect(dictionary.fitted(2, other).entries).toEqual([3, 3])
    expect(dictionary.fitted(2, other)).toBe(dictionary.fitted(2, other))
  })
})
