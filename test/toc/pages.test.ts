// Pages against the rows they are cut from: every offset and limit of short lists, random ones of a long one.

import { describe, expect, it } from 'vitest'
import { compile, JsonList, PageError, TocError } from '../../src/index.ts'
import { appendOffsets, ListBuilder } from '../../src/toc/list-builder.ts'
import { isShort, randomOf, report, testSeed } from '../random.ts'

const LENGTH_MAX = isShort ? 12 : 200

const ROW_COUNT = isShort ? 5_000 : 1_000_000

/** Rows as text, and a serializer for the values they come from. */
const KINDS: readonly [string, object, (i: number) => unknown][] = [
  ['of one byte', { type: 'integer' }, i => i % 10],
  ['of many sizes', { type: 'string' }, i => 'é'.repeat(i % 7) + 'x'.repeat(i % 40)],
]

describe.each(KINDS)('rows %s', (kind, schema, rowOf) => {
  it(`give the right bytes for every offset and limit of every length up to ${LENGTH_MAX}`, () => {
    const serializer = compile(schema)
    let count = 0
    const wrong: string[] = []
    for (let length = 0; length <= LENGTH_MAX; length++) {
      const rows = Array.from({ length }, (_, i) => rowOf(i))
      const list = serializer.serialize(rows)
      const { joined, starts } = textOf(rows)
      for (let offset = 0; offset <= length + 1; offset++) {
        for (let limit = 0; limit <= length - offset + 2; limit++) {
          count++
          const end = Math.min(length, offset + limit)
          const text = offset >= end ? '' : joined.slice(starts[offset], starts[end]! - 1)
          if (list.slice(offset, limit).toString('latin1') !== text)
            wrong.push(`slice(${offset}, ${limit}) of ${length}`)
          const page = list.page(offset, limit)
          const isRight =
            page.toBuffer().toString('latin1') === `[${text}]` &&
            page.byteLength === text.length + 2 &&
            page.count === Math.max(0, end - offset) &&
            page.offset === Math.min(offset, length) &&
            page.total === length
          if (!isRight) wrong.push(`page(${offset}, ${limit}) of ${length}`)
        }
      }
    }
    report(`pages of rows ${kind}`, count, wrong.length)
    expect(wrong.slice(0, 10)).toEqual([])
  })
})

/** The joined rows as latin1 text of their UTF-8, and where each starts in it. */
function textOf(rows: readonly unknown[]): { joined: string; starts: number[] } {
  let joined = ''
  const starts = [0]
  for (const row of rows) {
    joined += `${Buffer.from(JSON.stringify(row)).toString('latin1')},`
    starts.push(joined.length)
  }
  return { joined, starts }
}

it(`random pages of ${ROW_COUNT} rows equal JSON.stringify of the same rows`, () => {
  const seed = testSeed()
  const random = randomOf(seed)
  const rows = Array.from({ length: ROW_COUNT }, (_, i) => ({
    id: i,
    name: `n${'é'.repeat(i % 3)}${i % 1000}`,
    big: i % 7 === 0,
  }))
  const schema = {
    type: 'object',
    properties: { id: { type: 'integer' }, name: { type: 'string' }, big: { type: 'boolean' } },
    required: ['id', 'name', 'big'],
  }
  const list = compile(schema).serialize(rows)
  expect(list.length).toBe(rows.length)
  let failures = 0
  const COUNT = isShort ? 300 : 3000
  for (let i = 0; i < COUNT; i++) {
    const offset = random.below(rows.length + 5)
    const limit = random.below(random.pick([2, 20, 200, 5000]))
    const text = JSON.stringify(rows.slice(offset, offset + limit))
    const isRight =
      list.page(offset, limit).toBuffer().toString() === text &&
      list.slice(offset, limit).toString() === text.slice(1, -1)
    if (!isRight) failures++
  }
  report(`random pages of ${ROW_COUNT.toLocaleString('en-US')} rows`, COUNT, failures)
  expect(failures, `TOCSON_SEED=${seed}`).toBe(0)
})

describe('a page', () => {
  const list = compile({ type: 'integer' }).serialize([1, 22, 333])
  it('costs no copy of a row', () => {
    const [, rows] = list.page(1, 2).chunks()
    expect(rows!.buffer).toBe(list.blob.buffer)
    expect(Buffer.concat(list.page(1, 2).chunks()).toString()).toBe('[22,333]')
  })
  it('takes Infinity for all the rest', () => {
    expect(list.page(1, Number.POSITIVE_INFINITY).toBuffer().toString()).toBe('[22,333]')
    expect(list.page(Number.POSITIVE_INFINITY, 1).count).toBe(0)
    expect(list.slice(Number.MAX_SAFE_INTEGER, Number.MAX_VALUE).length).toBe(0)
  })
  it.each([
    -1,
    0.5,
    Number.NaN,
    -0.1,
    Number.NEGATIVE_INFINITY,
    '1',
    null,
    undefined,
    1n,
    {},
    [1],
    true,
    Symbol('one'),
  ])('refuses %s as offset and as limit', wrong => {
    const value = wrong as number // callers without types pass anything
    for (const run of [() => list.page(value, 1), () => list.slice(value, 1)]) {
      expect(run).toThrow(expect.objectContaining({ code: 'PAGE_OFFSET' }))
      expect(run).toThrow(PageError)
    }
    for (const run of [() => list.page(0, value), () => list.slice(0, value)]) {
      expect(run).toThrow(expect.objectContaining({ code: 'PAGE_LIMIT' }))
      expect(run).toThrow(/^limit: /)
      expect(run).toThrow(PageError)
    }
  })
})

it('an empty list is [] with its toc at 2', () => {
  for (const rows of [[], new Set<number>()]) {
    const list = compile({ type: 'integer' }).serialize(rows)
    expect([list.blob.toString(), [...list.toc], list.length]).toEqual(['[]', [2], 0])
    expect(list.page(0, 10).toBuffer().toString()).toBe('[]')
  }
})

it.each([
  ['no entry', '[]', []],
  ['an end that is not the blob’s', '[1]', [1, 4]],
  ['a start past the bracket', '[1]', [2, 3]],
  ['an empty list that starts at 1', '[]', [1]],
])('a toc with %s is refused', (_name, json, toc) => {
  expect(() => new JsonList(Buffer.from(json), Uint32Array.from(toc))).toThrow(TocError)
})

it('a toc without entries is told as that', () => {
  expect(() => new JsonList(Buffer.from('[]'), new Uint32Array(0))).toThrow(/has no entry/)
})

it('what are no bytes or no toc is told as that', () => {
  expect(() => new JsonList(null as never, Uint32Array.of(2))).toThrow(/toc: is of bytes, got null/)
  expect(() => new JsonList('[]' as never, Uint32Array.of(2))).toThrow(TocError)
  expect(() => new JsonList(Buffer.from('[]'), [2] as never)).toThrow(TocError)
})

describe('the arithmetic of offsets', () => {
  const OFFSETS = [0, 10, 2 ** 20]
  // Where 31 and 32 bits end, seen from the last byte of the chunk.
  const BASES = [
    1,
    2 ** 31 - 2 ** 20,
    2 ** 31,
    2 ** 32 - 2 ** 20 - 2,
    2 ** 32 - 2 ** 20 - 1,
    2 ** 32 - 2 ** 20,
    2 ** 32,
    2 ** 33,
    2 ** 45,
  ]
  it.each(BASES)('keeps every start of rows from byte %d on', base => {
    const byteLength = 2 ** 20 + 1
    const before = Uint32Array.of(1, 5, 0, 0)
    const toc = appendOffsets(before, 2, OFFSETS, OFFSETS.length, base, byteLength)
    expect([...toc.subarray(0, 5)]).toEqual([1, 5, base, base + 10, base + 2 ** 20])
    toc[5] = base + byteLength
    expect(toc[5]).toBe(base + byteLength)
    expect(toc).toBeInstanceOf(base + byteLength > 2 ** 32 - 1 ? Float64Array : Uint32Array)
  })

  it('stays wide once it is', () => {
    const toc = appendOffsets(new Float64Array(8), 0, [0], 1, 1, 10)
    expect(toc).toBeInstanceOf(Float64Array)
  })

  it('passes 4 GiB as a list does, chunk by chunk', () => {
    let toc: Uint32Array | Float64Array = new Uint32Array(2)
    const chunkBytes = 2 ** 28 + 3
    let base = 1
    const starts: number[] = []
    for (let row = 0; row < 40; row += 2) {
      toc = appendOffsets(toc, row, [0, 7], 2, base, chunkBytes)
      starts.push(base, base + 7)
      base += chunkBytes
    }
    toc[40] = base
    expect([...toc.subarray(0, 41)]).toEqual([...starts, base])
  })

  it('makes pages beyond 4 GiB from a wide toc', () => {
    const blob = Buffer.from('[1,22,333]')
    const list = new JsonList(blob, Float64Array.of(1, 3, 6, 10))
    expect(list.page(1, 2).toBuffer().toString()).toBe('[22,333]')
  })
})

describe('the builder', () => {
  const chunkOf = (text: string, offsets: number[]) => ({
    bytes: Buffer.from(`..${text}`),
    start: 2,
    end: 2 + text.length,
    offsets: Uint32Array.from(offsets),
  })
  it.each([
    ['the count is known', 3, 0],
    ['the count is known, and far too small', 1, 0],
    ['nothing is known', undefined, 0],
    ['rows were larger before', 3, 5000],
  ])('joins chunks when %s', (_name, expectedRows, rowBytes) => {
    const builder = new ListBuilder(expectedRows, rowBytes)
    builder.append(chunkOf('1,22,', [0, 2]), 2)
    builder.append(chunkOf(`"${'x'.repeat(3000)}",`, [0]), 1)
    const list = builder.finish()
    expect(list.blob.toString()).toBe(`[1,22,"${'x'.repeat(3000)}"]`)
    expect([...list.toc]).toEqual([1, 3, 6, 3009])
  })
})
