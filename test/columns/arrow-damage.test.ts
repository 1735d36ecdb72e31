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

/** How many damaged copies are refused; the others are read, to whatever they say. */
function refusedOf(
  bytes: Uint8Array,
  positions: number,
  damage: (copy: Buffer, position: number) => void,
): number {
  let refused = 0
  for (let position = 8; position < positions; position++) {
    const damaged = Buffer.from(bytes)
    damage(damaged, position)
    try {
      readArrow(damaged)
    } catch (error) {
      expect(error, `byte ${position}`).toBeInstanceOf(ArrowError)
      refused++
    }
  }
  return refused
}

// The reader would make hundreds of millions of fields, buffers or entries, which ends the process.
it.each(['file', 'stream'] as const)('a %s never counts more than it has bytes for', format => {
  const bytes = arrow.tableToIPC(nested(), format)
  const refused = refusedOf(bytes, bytes.length - 3, (copy, position) => {
    copy.writeUInt32LE(0x1fffffff, position)
  })
  expect(refused).toBeGreaterThan(200)
})

it.each(['file', 'stream'] as const)('a %s has messages of three kinds, where they belong', format => {
  const bytes = arrow.tableToIPC(nested(), format)
  for (const kind of [0, 1, 2, 3, 4, 7]) {
    const refused = refusedOf(bytes, bytes.length, (copy, position) => {
      copy[position] = kind
    })
    expect(refused, `kind ${kind}`).toBeGreaterThan(10)
  }
})
