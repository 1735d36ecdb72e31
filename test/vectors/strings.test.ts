// Strings through the whole engine: every code unit in every place, every pair, every half, around every length at
// which the engine changes its way.

import { describe, expect, it } from 'vitest'
import { LONG_TEXT_UNITS } from '../../src/pack/packed-rows.ts'
import { Kernel } from '../../src/writer/kernel.ts'
import { firstDifference, SMALLEST_LIMITS, writeList } from '../engine.ts'
import { report } from '../random.ts'

const STRING = { type: 'string' }
const HTML_UNSAFE = /[<>&\u2028\u2029]/g

/** Blocks of 16 bytes and of 8 units, and where a string is long enough to be written alone. */
const LENGTHS = [
  1,
  2,
  3,
  7,
  8,
  9,
  15,
  16,
  17,
  31,
  32,
  33,
  47,
  48,
  49,
  64,
  LONG_TEXT_UNITS - 1,
  LONG_TEXT_UNITS,
  LONG_TEXT_UNITS + 1,
  LONG_TEXT_UNITS + 17,
]
const LENGTHS_FOR_ALL = [1, 2, 8, 16, 17, LONG_TEXT_UNITS + 1]

function difference(
  texts: readonly string[],
  options: Parameters<typeof writeList>[2] = {},
): string | undefined {
  const json = JSON.stringify(texts)
  const expected = options.htmlSafe ? json.replace(HTML_UNSAFE, unicodeEscape) : json
  return firstDifference(writeList(STRING, texts, options).blob, expected)
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function placed(unit: string, filler: string, length: number, position: number): string {
  return filler.repeat(position) + unit + filler.repeat(length - position - 1)
}

const positionsOf = (length: number) => new Set([0, length >> 1, length - 1])

describe('every code unit', () => {
  it.each([false, true])('first, in the middle and last, htmlSafe %s', htmlSafe => {
    const kernel = new Kernel()
    let count = 0
    let failures = 0
    for (const length of LENGTHS_FOR_ALL) {
      for (const position of positionsOf(length)) {
        const texts = Array.from({ length: 65_536 }, (_, unit) =>
          placed(String.fromCharCode(unit), 'm', length, position),
        )
        count += texts.length
        if (difference(texts, { kernel, htmlSafe })) failures++
      }
    }
    report(`code units in strings, htmlSafe ${htmlSafe}`, count, failures)
    expect(failures).toBe(0)
  })

  it('of ASCII, where no other text is, at every position of every length', () => {
    let count = 0
    let failures = 0
    for (const htmlSafe of [false, true]) {
      for (const length of LENGTHS) {
        const texts: string[] = []
        for (let position = 0; position < length; position++) {
          for (let unit = 0; unit < 0x80; unit++)
            texts.push(placed(String.fromCharCode(unit), 'm', length, position))
        }
        count += texts.length
        if (difference(texts, { htmlSafe })) failures++
      }
    }
    report('ASCII units at every position', count, failures)
    expect(failures).toBe(0)
  })

  it('at a border, among text of every width', () => {
    const units = [
      0x22, 0x5c, 0x1f, 0x7f, 0x80, 0x7ff, 0x800, 0x2028, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000,
      0xffff,
    ]
    let count = 0
    let failures = 0
    for (const filler of ['é', 'ж', '中']) {
      for (const length of LENGTHS) {
        const texts: string[] = []
        for (let position = 0; position < length; position++) {
          for (const unit of units) texts.push(placed(String.fromCharCode(unit), filler, length, position))
        }
        count += texts.length
        if (difference(texts)) failures++
      }
    }
    report('border units among wide text', count, failures)
    expect(failures).toBe(0)
  })
})

it('all 1,048,576 surrogate pairs, whole and split between two strings', () => {
  let failures = 0
  for (let high = 0xd800; high < 0xdc00; high += 16) {
    const texts: string[] = []
    for (let h = high; h < high + 16; h++) {
      let text = 'm'.repeat(h % 17)
      for (let low = 0xdc00; low < 0xe000; low++) text += String.fromCharCode(h, low)
      texts.push(text)
    }
    if (difference(texts)) failures++
  }
  report('surrogate pairs', 1_048_576, failures)
  expect(failures).toBe(0)
})

describe('lone halves', () => {
  const highs = Array.from({ length: 1024 }, (_, i) => String.fromCharCode(0xd800 + i))
  const lows = Array.from({ length: 1024 }, (_, i) => String.fromCharCode(0xdc00 + i))
  const chunks = [
    { name: 'in one chunk', limits: undefined },
    { name: 'in chunks of one row', limits: SMALLEST_LIMITS },
    { name: 'in chunks of two rows', limits: { rows: 2, slots: 1000 } },
    { name: 'in chunks of three rows', limits: { rows: 3, slots: 1000 } },
  ]

  it.each(chunks)('that meet where strings join, $name', ({ limits }) => {
    let count = 0
    let failures = 0
    for (const length of [1, 2, 8, 16, 17, LONG_TEXT_UNITS, LONG_TEXT_UNITS + 1, LONG_TEXT_UNITS + 5]) {
      const filler = 'x'.repeat(length - 1)
      const texts = highs.flatMap((high, i) => [filler + high, lows[i]! + filler])
      count += texts.length
      for (const rows of [texts, texts.slice(1), [...texts].reverse()]) {
        if (difference(rows, limits && { limits })) failures++
      }
    }
    report(
      `lone halves that meet ${limits ? `in chunks of ${limits.rows}` : 'in one chunk'}`,
      count * 3,
      failures,
    )
    expect(failures).toBe(0)
  })

  it('that meet between names, values, constants and nested texts', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { const: '\ude00' }, c: { type: 'string' } },
      required: ['a', 'b', 'c'],
      additionalProperties: { type: 'string' },
    }
    const rows = [...highs, ...lows].map((half, i) => ({
      a: half,
      b: '\ude00',
      c: lows[i % 1024]!,
      [`${half}`]: lows[(i + 1) % 1024]!,
      [`${lows[i % 1024]}n`]: half,
    }))
    for (const codegen of [true, false]) {
      for (const limits of [SMALLEST_LIMITS, { rows: 7, slots: 1000 }]) {
        expect(
          firstDifference(writeList(schema, rows, { codegen, limits }).blob, JSON.stringify(rows)),
        ).toBeUndefined()
      }
    }
  })
})

it('chunks that change between ASCII and wide text, at every length of the first wide string', () => {
  const kernel = new Kernel()
  let failures = 0
  for (let i = 0; i < 400; i++) {
    const rows = [
      'a'.repeat(i),
      i % 3 === 0 ? 'ж' : 'b',
      'c'.repeat((i * 7) % 300),
      i % 5 === 0 ? '\ud83d' : '"',
      '\ude00x',
    ]
    if (difference(rows, { kernel, limits: { rows: 1 + (i % 4), slots: 1000 } })) failures++
  }
  report('changes between ASCII and wide text', 400, failures)
  expect(failures).toBe(0)
})

it('chunks of text around the size at which a chunk ends', () => {
  let failures = 0
  for (const unit of ['a', 'ж', '"', '\ud83d']) {
    for (const size of [
      16_000,
      48 * 1024 - 1,
      48 * 1024,
      48 * 1024 + 1,
      96 * 1024 - 1,
      96 * 1024,
      96 * 1024 + 1,
      200_000,
    ]) {
      const rows = ['first', unit.repeat(size), 'x', unit.repeat(size), '']
      if (difference(rows)) failures++
      if (difference(Array.from({ length: 900 }, () => unit.repeat(Math.ceil(size / 900))))) failures++
    }
  }
  report('chunks of text around their limits', 64, failures)
  expect(failures).toBe(0)
})
