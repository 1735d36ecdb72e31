// Files and streams of Arrow with numbers in them that are not true.

import * as arrow from 'apache-arrow'
import { expect, it } from 'vitest'
import { ArrowError, readArrow } from '../../src/arrow/index.ts'

function nested(): arrow.Table {
  const item = new arrow.Field('item', new arrow.Int32(), true, new Map([['unit', 'm']]))
  const inner = new arrow.Struct([
    new arrow.Field('list', new arrow.List(item), true),
    new arrow.Field('city', new arrow.Utf8(), true),
  ])
  const rows = [{ list: [1, 2], city: 'Oslo' }, null, { list: [], city: null }]
  const schema = new arrow.Schema([new arrow.Field('value', inner, true)], new Map([['made by', 'tests']]))
  return new arrow.Table(schema, { value: arrow.vectorFromArray(rows, inner) as arrow.Vector })
}

// The reader would make hundreds of millions of fields, buffers or entries, which ends the process.
it.each(['file', 'stream'] as const)('a %s never counts more than it has bytes for', format => {
  const bytes = arrow.tableToIPC(nested(), format)
  let refused = 0
  for (let position = 8; position + 4 <= bytes.length; position += 4) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt32LE(0x1fffffff, position)
    try {
      readArrow(damaged)
    } catch (error) {
      expect(error, `byte ${position}`).toBeInstanceOf(ArrowError)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(50)
})

it.each(['file', 'stream'] as const)('a %s has messages of three kinds, where they belong', format => {
  const bytes = arrow.tableToIPC(nested(), format)
  let refused = 0
  for (let position = 8; position < bytes.length; position++) {
    for (const kind of [0, 1, 2, 3, 4, 7]) {
      const damaged = Buffer.from(bytes)
      damaged[position] = kind
      try {
        readArrow(damaged)
      } catch (error) {
        expect(error, `byte ${position}`).toBeInstanceOf(ArrowError)
        refused++
      }
    }
  }
  expect(refused).toBeGreaterThan(50)
})
