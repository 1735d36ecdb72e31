import { describe, expect, test } from 'vitest'
import { cacheKey, type KeyPart, queryKey, safeKey } from '../../src/cache/key.ts'

const PARTS: readonly KeyPart[] = [
  '',
  '/',
  '//',
  'a',
  'b',
  'a/b',
  'a%2Fb',
  '%2F',
  '%',
  '~',
  '~null',
  '~n1',
  '~true',
  '1',
  '0',
  'true',
  'null',
  'é',
  'e\u0301',
  '\ud800',
  '\udc00',
  '\ufffd',
  '%uD800',
  '😀',
  '\0',
  '\n',
  '{',
  '}',
  ':',
  ' ',
  '+',
  1,
  0,
  1.5,
  -1,
  Number.NaN,
  1n,
  0n,
  true,
  false,
  null,
]

describe('cacheKey', () => {
  test('every one, two and three parts of an awkward set give keys of their own', () => {
    const keys = new Set<string>()
    let count = 0
    const add = (...parts: KeyPart[]) => {
      keys.add(cacheKey(parts))
      count += 1
    }
    add()
    for (const a of PARTS) {
      add(a)
      for (const b of PARTS) {
        add(a, b)
        for (const c of PARTS.slice(0, 20)) add(a, b, c)
      }
    }
    expect(keys.size).toBe(count)
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9/._~%-]*$/)
  })

  test.each([undefined, null, 'films', { length: 1 }])('refuses %s as a list of parts', parts => {
    expect(() => cacheKey(parts as never)).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
  })

  test.each([undefined, {}, [], () => 1, Symbol('s')])('refuses %s as a part', part => {
    expect(() => cacheKey(['a', part as never])).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
  })
})

describe('queryKey', () => {
  test('the order of names does not matter, that of values does', () => {
    expect(queryKey({ b: 1, a: [2, { d: 4, c: 3 }] })).toBe(queryKey({ a: [2, { c: 3, d: 4 }], b: 1 }))
    expect(queryKey({ a: [1, 2] })).not.toBe(queryKey({ a: [2, 1] }))
    const search = (text: string) => queryKey(new URLSearchParams(text))
    expect(search('b=2&a=1')).toBe(search('a=1&b=2'))
    expect(search('a=1&a=2')).not.toBe(search('a=2&a=1'))
    expect(search('a=1')).toBe(queryKey({ a: '1' }))
  })

  test('different queries differ', () => {
    const queries = [
      {},
      { a: '' },
      { a: null },
      { a: '1' },
      { a: 1 },
      { a: 1n },
      { a: ['1'] },
      { a: [1] },
      { a: [[1]] },
      { a: { 0: 1 } },
      { 'a":1,"b': 2 },
      { a: 1, b: 2 },
      { a: '1,b:2' },
      { a: true },
      { a: 'true' },
      { a: [null] },
      { a: [] },
      { __proto__x: 1 },
    ]
    expect(new Set(queries.map(query => queryKey(query))).size).toBe(queries.length)
    expect(queryKey(new URLSearchParams('__proto__=1&a=2'))).not.toBe(queryKey(new URLSearchParams('a=2')))
  })

  test('undefined values are as if absent', () => {
    expect(queryKey({ a: undefined, b: 1 })).toBe(queryKey({ b: 1 }))
  })

  test.each([[new Date()], [new Map()], [() => 1], [Symbol('s')], [{ nested: new Date() }]])(
    'refuses %s',
    value => {
      expect(() => queryKey({ a: value as never })).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
    },
  )

  test('takes 100 levels, and refuses more before the stack ends', () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
    expect(queryKey({ filter: nested(99) })).toHaveLength(2 * 99 + '{"filter":}'.length)
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    for (const query of [{ filter: nested(100) }, { filter: nested(100_000) }, cycle]) {
      expect(() => queryKey(query as never)).toThrow(expect.objectContaining({ code: 'CACHE_OPTION' }))
    }
  })
})

test('safeKey keeps texts apart, long ones too, in characters every store takes', () => {
  const texts = [
    '',
    'a',
    'A',
    'a b',
    'a%20b',
    '{a}',
    ':a',
    'x'.repeat(200),
    'x'.repeat(201),
    'x'.repeat(202),
    '\ud800',
    '\ufffd',
  ]
  const keys = texts.map(safeKey)
  expect(new Set(keys).size).toBe(texts.length)
  for (const key of keys) {
    expect(key).toMatch(/^[A-Za-z0-9/._~%:-]*$/)
    expect(key.length).toBeLessThanOrEqual(200)
  }
})
