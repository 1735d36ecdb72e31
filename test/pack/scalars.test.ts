import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  anyText,
  bigintValue,
  boolSlot,
  bytesText,
  enumIndex,
  enumLookup,
  finiteSlot,
  floatSlot,
  intSlot,
  rawText,
  requiredAnyText,
  stringText,
  unboxAny,
} from '../../src/pack/scalars.ts'
import { answerOf } from './leaves.ts'

const LARGEST = 2n ** 53n - 1n
const detached = () => {
  const bytes = new Uint8Array(4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}
const bare = (prototype: object) => Object.create(prototype)

describe.each<[string, (value: unknown) => unknown, readonly (readonly [unknown, unknown])[]]>([
  [
    'a string',
    stringText,
    [
      ['', ''],
      ['é', 'é'],
      [new String('boxed'), 'boxed'],
      [5, 'TYPE: it, got number 5'],
      [null, 'REQUIRED: it, got null'],
      [undefined, 'REQUIRED: it, got undefined'],
      [bare(String.prototype), 'TYPE: it, got object'],
      [new Number(5), 'TYPE: it, got object'],
    ],
  ],
  [
    'an integer',
    intSlot,
    [
      [0, 0],
      [-5, -5],
      [2 ** 60, 2 ** 60],
      [new Number(7), 7],
      [1.5, 'INTEGER: integer, got number 1.5'],
      [new Number(1.5), 'INTEGER: integer, got number 1.5'],
      [Number.NaN, 'INTEGER: integer, got number NaN'],
      [Number.POSITIVE_INFINITY, 'INTEGER: integer, got number Infinity'],
      ['7', 'TYPE: it, got string "7"'],
      [7n, 'TYPE: it, got bigint 7'],
      [null, 'REQUIRED: it, got null'],
    ],
  ],
  [
    'a number',
    floatSlot,
    [
      [1.5, 1.5],
      [new Number(1.5), 1.5],
      [Number.MAX_VALUE, Number.MAX_VALUE],
      [Number.NaN, Number.NaN],
      [Number.POSITIVE_INFINITY, Number.NaN],
      [Number.NEGATIVE_INFINITY, Number.NaN],
      [true, 'TYPE: it, got boolean true'],
      [undefined, 'REQUIRED: it, got undefined'],
    ],
  ],
  [
    'a finite number',
    finiteSlot,
    [
      [1.5, 1.5],
      [Number.NaN, 'NON_FINITE: finite number, got number NaN'],
      [Number.NEGATIVE_INFINITY, 'NON_FINITE: finite number, got number -Infinity'],
    ],
  ],
  [
    'a boolean',
    boolSlot,
    [
      [true, 1],
      [false, 0],
      [new Boolean(false), 0],
      [new Boolean(true), 1],
      [1, 'TYPE: it, got number 1'],
      [null, 'REQUIRED: it, got null'],
    ],
  ],
  [
    'a bigint',
    bigintValue,
    [
      [5n, 5],
      [LARGEST, Number(LARGEST)],
      [-LARGEST, -Number(LARGEST)],
      [LARGEST + 1n, '9007199254740992'],
      [-LARGEST - 1n, '-9007199254740992'],
      [Object(5n), 5],
      [5, 'TYPE: it, got number 5'],
      [null, 'REQUIRED: it, got null'],
    ],
  ],
  [
    'bytes',
    bytesText,
    [
      ['as it is', 'as it is'],
      [new String('AQ=='), 'AQ=='],
      [Uint8Array.of(1, 2, 3).subarray(1, 2), 'Ag=='],
      [Buffer.from('é'), 'w6k='],
      [new Uint8Array(0), ''],
      [runInNewContext('Uint8Array.of(1, 2)'), 'AQI='],
      [Object.create(Uint8Array.prototype), expect.stringMatching(/^TYPE: it, got /)],
      [detached(), 'TYPE: it, got a detached Uint8Array'],
      [Uint16Array.of(1), expect.stringMatching(/^TYPE: it, got /)],
      [[1], expect.stringMatching(/^TYPE: it, got /)],
      [null, 'REQUIRED: it, got null'],
    ],
  ],
])('%s', (_, leaf, rows) => {
  it.each(rows)('row %#', (value, expected) => {
    expect(answerOf(() => leaf(value))).toEqual(expected)
  })
})

it('anything is what JSON.stringify gives, escaped for a page when asked', () => {
  expect(anyText({ a: '<b>' }, false)).toBe('{"a":"<b>"}')
  expect(anyText({ a: '<b>' }, true)).toBe('{"a":"\\u003cb\\u003e"}')
  expect([anyText(undefined, false), anyText(() => 1, true)]).toEqual([undefined, undefined])
  expect(requiredAnyText(null, true)).toBe('null')
  expect(answerOf(() => requiredAnyText(undefined, false))).toBe(
    'REQUIRED: a value JSON can hold, got undefined',
  )
})

describe('raw JSON', () => {
  it.each<[unknown, boolean, unknown]>([
    ['{"a": 1}', false, '{"a": 1}'],
    [Buffer.from('["é"]'), false, '["é"]'],
    ['no JSON', false, expect.stringMatching(/^RAW: valid JSON, got string "no JSON"/)],
    ['no JSON', true, 'no JSON'],
    [runInNewContext('Uint8Array.of(91, 93)'), false, '[]'],
    [Buffer.from('\ufeff1'), false, expect.stringMatching(/^RAW: valid JSON/)],
    [Uint8Array.of(0xff), true, 'RAW: JSON in UTF-8, got bytes that are not UTF-8'],
    [{}, true, 'TYPE: it, got object'],
    [null, true, 'REQUIRED: it, got null'],
  ])('row %#, trusted or not', (value, trusted, expected) => {
    expect(answerOf(() => rawText(value, trusted, false))).toEqual(expected)
  })

  it('keeps the error of the parser, and is escaped for a page when asked', () => {
    expect(() => rawText('x', false, false)).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    )
    expect(() => rawText(Uint8Array.of(0xff), false, false)).toThrow(
      expect.objectContaining({ cause: expect.any(TypeError) }),
    )
    expect(rawText('"<"', true, true)).toBe('"\\u003c"')
    expect(rawText('"<"', true, false)).toBe('"<"')
  })
})

describe('one of several', () => {
  const values = ['a', 1, true, 5n, null, { x: [1] }, [2]].map(value => ({ value, json: '' }))
  const lookup = enumLookup(values)

  it.each<[unknown, unknown]>([
    ['a', 0],
    [new String('a'), 0],
    [1, 1],
    [new Number(1), 1],
    [true, 2],
    [new Boolean(true), 2],
    [5n, 3],
    [null, 4],
    [{ x: [1] }, 5],
    [[2], 6],
    ['b', 'ENUM: it, got string "b"'],
    [{ x: [2] }, expect.stringMatching(/^ENUM: it, got /)],
    [undefined, 'REQUIRED: it, got undefined'],
  ])('row %#', (value, expected) => {
    expect(answerOf(() => enumIndex(value, lookup))).toEqual(expected)
  })

  it('compares objects only where objects are', () => {
    const plain = enumLookup([{ value: '{}', json: '"{}"' }])
    expect([plain.hasObjects, lookup.hasObjects]).toEqual([false, true])
    const asked = { toJSON: () => expect.fail('it was asked for its JSON') }
    expect(answerOf(() => enumIndex(asked, plain))).toMatch(/^ENUM: it/)
    expect(answerOf(() => enumIndex(null, plain))).toBe('REQUIRED: it, got null')
  })

  it('is compared one by one up to eight', () => {
    const many = (count: number) =>
      enumLookup(Array.from({ length: count }, (_, i) => ({ value: i, json: '' })))
    expect([many(8).scannable, many(9).scannable]).toEqual([true, false])
  })
})

it('boxes are opened, other objects stay', () => {
  const object = { valueOf: () => 5 }
  expect([unboxAny(new String('')), unboxAny(new Number(0)), unboxAny(new Boolean(false))]).toEqual([
    '',
    0,
    false,
  ])
  expect(unboxAny(object)).toBe(object)
})
