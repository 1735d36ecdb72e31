// How much memory a list takes while it grows, and what of it is shown before the end.

import { describe, expect, it } from 'vitest'
import { appendOffsets, ListBuilder } from '../../src/toc/list-builder.ts'

/** Rows `x`, `xx`, … of so many bytes each, comma included, in the middle of other bytes. */
function chunkOf(...rowBytes: readonly number[]) {
  const text = rowBytes.map(bytes => `${'x'.repeat(bytes - 1)},`).join('')
  const offsets = Uint32Array.from(rowBytes.keys(), i => rowBytes.slice(0, i).reduce((a, b) => a + b, 0))
  return { bytes: Buffer.from(`??${text}??`), start: 2, end: 2 + text.length, offsets }
}

const capacityOf = (builder: ListBuilder) => builder.finish().blob.buffer.byteLength

describe('the first blob', () => {
  it.each<[string, number | undefined, number, readonly number[], number]>([
    ['twice its content when nobody knows the count', undefined, 0, [600], 1202],
    ['a kilobyte at least', undefined, 0, [10], 1024],
    ['a kilobyte exactly', undefined, 0, [511], 1024],
    ['just its content when that is all', 1, 0, [10], 11],
    ['just its content when more came than was said', 1, 0, [10, 10], 21],
    ['room for rows like these, and an eighth', 9, 0, [63], Math.ceil(64 + 8 * 64 * 1.125) + 1024],
    ['for rows like the average', 4, 0, [9, 21], Math.ceil(31 + 2 * 15.5 * 1.125) + 1024],
    ['for rows as they were in earlier lists', 3, 40, [10], Math.ceil(11 + 2 * 40 * 1.125) + 1024],
    [
      'for four times as much, when they were very different',
      3,
      100,
      [10],
      Math.ceil(11 + 2 * 44 * 1.125) + 1024,
    ],
    ['for larger ones, when these are', 3, 5, [10], Math.ceil(11 + 2 * 11 * 1.125) + 1024],
  ])('is %s', (_, expectedRows, rowBytes, rows, capacity) => {
    const builder = new ListBuilder(expectedRows, rowBytes)
    expect(builder.hasRoom(1e9)).toBe(true)
    builder.append(chunkOf(...rows), rows.length)
    expect(builder.hasRoom(capacity - builder.byteLength)).toBe(true)
    expect(builder.hasRoom(capacity - builder.byteLength + 1)).toBe(false)
    expect(capacityOf(builder)).toBe(capacity)
  })
})

it('a blob stays where it is until it is full to the byte', () => {
  const builder = new ListBuilder(undefined, 0)
  builder.append(chunkOf(500), 1)
  const before = builder.rows(0, 1).buffer
  builder.append(chunkOf(523), 1)
  expect([builder.byteLength, builder.rows(0, 2).buffer]).toEqual([1024, before])
  builder.append(chunkOf(2), 1)
  expect(builder.rows(0, 3).buffer).not.toBe(before)
  expect(builder.rows(0, 3).toString()).toBe(`${'x'.repeat(499)},${'x'.repeat(522)},x`)
  expect(capacityOf(builder)).toBe(2 * 1026)
})

it('rows that are there can be seen before the end, and none is a view of nothing', () => {
  const builder = new ListBuilder(undefined, 0)
  expect(builder.rows(0, 0).byteLength).toBe(0)
  builder.append(chunkOf(2, 3, 4), 3)
  expect(builder.rows(0, 3).toString()).toBe('x,xx,xxx')
  expect(builder.rows(1, 2).toString()).toBe('xx')
  expect(builder.rows(1, 1).byteLength).toBe(0)
  expect(builder.rows(2, 1).byteLength).toBe(0)
})

it('a move goes piece by piece, and then there is room', () => {
  const builder = new ListBuilder(undefined, 0)
  builder.append(chunkOf(1000), 1)
  const before = builder.rows(0, 1)
  const move = builder.startMove(2000, 1)
  const steps: boolean[] = []
  while (!steps.at(-1)) {
    expect(builder.rows(0, 1).buffer).toBe(before.buffer)
    steps.push(move.step(400))
  }
  expect(steps).toEqual([false, false, true])
  const after = builder.rows(0, 1)
  expect([after.buffer === before.buffer, after.equals(before)]).toEqual([false, true])
  expect([builder.hasRoom(2 * 3001 - 1001), builder.hasRoom(2 * 3001 - 1000)]).toEqual([true, false])
  builder.append(chunkOf(2000), 1)
  expect(builder.rows(0, 1).buffer).toBe(after.buffer)
  expect(builder.finish().blob.toString()).toBe(`[${'x'.repeat(999)},${'x'.repeat(1999)}]`)
})

describe('a toc', () => {
  it('that was reserved for its rows is kept, any other cut to them', () => {
    const exact = new ListBuilder(2, 0)
    exact.append(chunkOf(2, 2), 2)
    const { toc } = exact.finish()
    expect([[...toc], toc.buffer.byteLength]).toEqual([[1, 3, 5], 3 * 4])
    expect(exact.finish().toc).toBe(toc)
    const large = new ListBuilder(500, 0)
    large.append(chunkOf(2, 2), 2)
    expect([...large.finish().toc]).toEqual([1, 3, 5])
    expect(large.finish().toc.buffer.byteLength).toBe(3 * 4)
  })

  it('has room for some rows when nobody knows the count', () => {
    const builder = new ListBuilder(undefined, 0)
    for (let row = 0; row < 200; row++) builder.append(chunkOf(2), 1)
    expect([...builder.finish().toc]).toEqual(Array.from({ length: 201 }, (_, row) => 1 + 2 * row))
  })

  it('is not made for more rows than can be believed', () => {
    const builder = new ListBuilder(2 ** 40, 0)
    expect(builder.rowCount).toBe(0)
  })

  it('stays the same one while there is room, its end included', () => {
    const toc = new Uint32Array(4)
    expect(appendOffsets(toc, 1, [0, 5], 2, 7, 10)).toBe(toc)
    expect([...toc]).toEqual([0, 7, 12, 0])
    const wide = new Float64Array(4)
    expect(appendOffsets(wide, 0, [0, 5, 6], 3, 2 ** 33, 10)).toBe(wide)
    expect(appendOffsets(wide, 0, [0], 1, 1, 10)).toBe(wide)
  })

  it('doubles, or takes what is needed when that is more', () => {
    const toc = Uint32Array.of(1, 3, 5, 0)
    const doubled = appendOffsets(toc, 3, [0], 1, 9, 2)
    expect([...doubled]).toEqual([1, 3, 5, 9, 0, 0, 0, 0].slice(0, doubled.length))
    expect([toc.length, appendOffsets(toc, 3, [0, 1], 2, 9, 2).length]).toEqual([4, 8])
    const needed = appendOffsets(toc, 3, Array(20).fill(0), 20, 9, 2)
    expect([needed.length, needed[2], needed[22]]).toEqual([24, 5, 9])
  })

  it('becomes wide when the end of the blob passes 32 bits, keeping what it has', () => {
    const toc = Uint32Array.of(1, 3, 0, 0)
    const limit = 2 ** 32 - 1
    expect(appendOffsets(toc, 2, [0], 1, limit - 10, 10)).toBe(toc)
    const wide = appendOffsets(toc, 2, [0], 1, limit - 9, 10)
    expect(wide).toBeInstanceOf(Float64Array)
    expect([...wide]).toEqual([1, 3, limit - 9, 0])
  })
})
