// Real data through the public names, against JSON.stringify, and judged by parsers that know nothing of us.

import { describe, expect, it } from 'vitest'
import { compile } from '../src/index.ts'
import { Kernel } from '../src/writer/kernel.ts'
import { firstDifference, SMALLEST_LIMITS, writeList } from './engine.ts'
import { FILM_SCHEMA, loadFilms } from './films.ts'
import { hasSimdjson, refusal } from './oracle/judge.ts'
import { isShort, report } from './random.ts'

const films = loadFilms()
const expected = Buffer.from(JSON.stringify(films))

describe.each([true, false])('films, codegen %s', codegen => {
  const serializer = compile(FILM_SCHEMA, { codegen })

  it('are written as JSON.stringify writes them', () => {
    expect(serializer.packer).toBe(codegen ? 'generated' : 'interpreted')
    const { blob, toc, length } = serializer.serialize(films)
    expect(firstDifference(blob, expected)).toBeUndefined()
    expect([length, toc.length, toc[0], toc[length]]).toEqual([3201, 3202, 1, expected.byteLength])
  })

  it('are written the same one by one', () => {
    for (const film of films) expect(serializer.serializeOne(film).toString()).toBe(JSON.stringify(film))
  })

  it('are written the same from any iterable', () => {
    for (const rows of [
      new Set(films),
      films.values(),
      (function* () {
        yield* films
      })(),
    ]) {
      expect(firstDifference(serializer.serialize(rows).blob, expected)).toBeUndefined()
    }
  })

  it('are written the same in the smallest chunks, and in chunks of every size up to 20', () => {
    expect(
      firstDifference(writeList(FILM_SCHEMA, films, { codegen, limits: SMALLEST_LIMITS }).blob, expected),
    ).toBeUndefined()
    const kernel = new Kernel()
    for (let size = 1; size <= 20; size++) {
      const limits = { rows: size, slots: 16 * (21 - size) }
      const few = films.slice(0, 300)
      const { blob } = writeList(FILM_SCHEMA, few, { codegen, limits, kernel })
      expect(firstDifference(blob, JSON.stringify(few)), `${size} rows`).toBeUndefined()
    }
  })
})

it('blobs are accepted by simdjson and JSON.parse', () => {
  const serializer = compile(FILM_SCHEMA)
  const list = serializer.serialize(films)
  const blobs = [
    list.blob,
    list.page(40, 20).toBuffer(),
    list.page(0, 0).toBuffer(),
    ...films.map(film => serializer.serializeOne(film)),
  ]
  const refused = blobs.map(refusal).filter(reason => reason !== undefined)
  report(`blobs judged by ${hasSimdjson ? 'simdjson and ' : ''}JSON.parse`, blobs.length, refused.length)
  expect(refused).toEqual([])
})

it('a judge refuses what is not JSON', () => {
  for (const json of ['[1,]', '{"a":undefined}', '"\u0001"', '[01]', ''])
    expect(refusal(Buffer.from(json))).toBeDefined()
})

describe('rows larger than anything reserved', () => {
  const STRING = { type: 'string' }
  const PART = isShort ? 20 : 1
  it.each([
    ['a string of 40 million letters', STRING, ['a', 'x'.repeat(40e6 / PART), 'b']],
    ['a string of 4 million letters of two bytes', STRING, ['a', 'ж'.repeat(4e6 / PART), 'b']],
    ['a string of 2 million escapes', STRING, ['\u0001'.repeat(2e6 / PART), '']],
    [
      'an array of a million integers',
      { type: 'array', items: { type: 'integer' } },
      [[], Array.from({ length: 1e6 / PART }, (_, i) => i), [7]],
    ],
    [
      'a record of 100,000 names',
      { type: 'object', additionalProperties: { type: 'integer' } },
      [{}, Object.fromEntries(Array.from({ length: 1e5 / PART }, (_, i) => [`n${i}`, i])), { a: 1 }],
    ],
    [
      '100,000 constants',
      { type: 'array', items: { const: 'c'.repeat(50) } },
      [new Array(1e5 / PART).fill('c'.repeat(50))],
    ],
  ])('%s', (_name, schema, rows) => {
    for (const codegen of [true, false]) {
      const list = writeList(schema, rows, { codegen })
      expect(firstDifference(list.blob, JSON.stringify(rows))).toBeUndefined()
      expect(firstDifference(list.slice(1, 1), JSON.stringify(rows[1]) ?? '')).toBeUndefined()
    }
  })
})
