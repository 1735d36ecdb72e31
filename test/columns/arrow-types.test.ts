// Types of Arrow that have rows of their own there (decimals, durations, maps, views …): in chunks, slices and
// other columns, and through files, they give what equivalent rows give.

import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readArrow } from '../../src/arrow/index.ts'
import { isLong, testSeed } from '../random.ts'
import { ARROW_CASES, type ArrowCase, type Pair, tableOf } from './arrow-cases.ts'
import { serializeColumns, serializeRows } from './both.ts'

const CASES = isLong ? 4_000 : 160

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })
const rowSchema = (value: object) => ({ type: 'object', properties: { value }, required: ['value'] })
const inRow = (pair: Pair | null) => (pair === null ? null : pair[1])
const givenTo = (pair: Pair | null) => (pair === null ? null : pair[0])

function pieces(value: ArrowCase['value']): fc.Arbitrary<(Pair | null)[][]> {
  const chunk = fc.array(fc.option(value, { freq: 4 }), { minLength: 1, maxLength: 12 })
  return fc.array(chunk, { minLength: 1, maxLength: 3 })
}

describe.each(Object.entries(ARROW_CASES))('%s', (_, { type, schema, value }) => {
  it('in chunks, slices and files', () => {
    const property = fc.property(pieces(value), fc.nat(30), fc.nat(30), (chunks, from, count) => {
      const whole = tableOf(
        type(),
        chunks.map(chunk => chunk.map(givenTo)),
      )
      const rows = chunks.flat().map(pair => ({ value: inRow(pair) }))
      const start = Math.min(from, rows.length)
      const slice = whole.slice(start, start + count)
      const expected = serializeRows(rowSchema(nullable(schema)), rows)
      expect(expected).toHaveProperty('json')
      expect(serializeColumns(rowSchema(nullable(schema)), () => whole)).toEqual(expected)
      const part = serializeRows(rowSchema(nullable(schema)), rows.slice(start, start + count))
      expect(serializeColumns(rowSchema(nullable(schema)), () => slice)).toEqual(part)
      expect(serializeColumns(rowSchema(schema), () => whole)).toEqual(serializeRows(rowSchema(schema), rows))
      for (const format of ['file', 'stream'] as const) {
        const read = () => readArrow(arrow.tableToIPC(whole, format))
        expect(serializeColumns(rowSchema(nullable(schema)), read)).toEqual(expected)
      }
    })
    fc.assert(property, { numRuns: CASES / 20, seed: testSeed() })
  })

  it('in lists, structs, dictionaries, unions and records', () => {
    const property = fc.property(pieces(value), fc.infiniteStream(fc.nat()), (chunks, numbers) => {
      const values = chunks.flat().map(inRow)
      const vector = tableOf(
        type(),
        chunks.map(chunk => chunk.map(givenTo)),
      ).getChild('value')!
      const item = nullable(schema)
      const check = (node: object, column: unknown, inRows: readonly unknown[]) => {
        const rows = inRows.map(each => ({ value: each }))
        const expected = serializeRows(rowSchema(node), rows)
        expect(expected).toHaveProperty('json')
        expect(serializeColumns(rowSchema(node), () => ({ value: column }))).toEqual(expected)
      }
      const next = () => numbers.next().value as number
      const middle = next() % (values.length + 1)
      const lists = { offsets: Int32Array.of(0, middle, middle, values.length), values: vector }
      check({ type: 'array', items: item }, lists, [values.slice(0, middle), [], values.slice(middle)])
      const object = { type: 'object', properties: { x: item }, required: ['x'] }
      const objects = values.map(x => ({ x }))
      check(object, { fields: { x: vector } }, objects)
      check(nullable(object), { fields: { x: vector } }, objects)
      check({ type: 'object', additionalProperties: item }, { fields: { x: vector } }, objects)
      const indices = Int32Array.from({ length: 9 }, () => next() % values.length)
      check(
        item,
        { indices, dictionary: vector },
        Array.from(indices, index => values[index]),
      )
      check(
        { type: 'array', items: object },
        { size: 1, values: { fields: { x: vector } } },
        objects.map(x => [x]),
      )
    })
    fc.assert(property, { numRuns: CASES / 20, seed: testSeed() })
  })

  it('as a child of a union, dense and sparse', () => {
    const property = fc.property(
      fc.array(fc.option(value, { freq: 4 }), { minLength: 1 }),
      fc.boolean(),
      (pairs, dense) => {
        const own = arrow.vectorFromArray(pairs.map(givenTo) as never[], type()).data[0]!
        const ids = Int8Array.from(pairs.flatMap(() => [5, 0]))
        const nulls = arrow.makeData({ type: new arrow.Null(), length: pairs.length * 2 })
        const fields = [
          new arrow.Field('own', type(), true),
          new arrow.Field('nothing', new arrow.Null(), true),
        ]
        const offsets = Int32Array.from(ids, (_id, i) => i >> 1)
        const doubled = pairs.flatMap(pair => [pair, pair])
        const sparse = arrow.vectorFromArray(doubled.map(givenTo) as never[], type()).data[0]!
        const data = unionOf(dense, fields, ids, dense ? [own, nulls] : [sparse, nulls], offsets)
        const table = new arrow.Table({ value: new arrow.Vector([data]) })
        const rows = pairs.flatMap(pair => [{ value: inRow(pair) }, { value: null }])
        const node = rowSchema(nullable(schema))
        expect(serializeColumns(node, () => table)).toEqual(serializeRows(node, rows))
        const read = () => readArrow(arrow.tableToIPC(table))
        expect(serializeColumns(node, read)).toEqual(serializeRows(node, rows))
        const tail = () => table.slice(1).concat(table.slice(0, 1))
        expect(serializeColumns(node, tail)).toEqual(serializeRows(node, [...rows.slice(1), rows[0]]))
      },
    )
    fc.assert(property, { numRuns: CASES / 20, seed: testSeed() })
  })
})

function unionOf(
  isDense: boolean,
  fields: arrow.Field[],
  typeIds: Int8Array,
  children: arrow.Data[],
  valueOffsets: Int32Array,
): arrow.Data {
  return isDense
    ? arrow.makeData({ type: new arrow.DenseUnion([5, 0], fields), typeIds, valueOffsets, children })
    : arrow.makeData({ type: new arrow.SparseUnion([5, 0], fields), typeIds, children })
}
