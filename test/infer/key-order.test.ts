import { describe, expect, it } from 'vitest'
import { mergeKeyOrders } from '../../src/infer/key-order.ts'

const merged = (...orders: string[]) => {
  const { keys, conflict } = mergeKeyOrders(orders.map(order => [...order]))
  return keys.join('') + (conflict ? ` !${conflict.join('')}` : '')
}

describe('mergeKeyOrders', () => {
  it.each([
    [[], ''],
    [['abc'], 'abc'],
    [['ac', 'bc', 'ab'], 'abc'],
    [['ad', 'abd', 'acd', 'abc'], 'abcd'],
    [['', 'a'], 'a'],
    [['bd', 'ab', 'dz', 'cz'], 'abdcz'],
  ])('%j gives %s', (orders, expected) => {
    expect(merged(...orders)).toBe(expected)
  })

  it.each([
    [['ab', 'ba'], 'ab !ba'],
    [['ab', 'bc', 'ca'], 'abc !ca'],
    [['abc', 'acb', 'ad'], 'abcd !cb'],
  ])('%j has a conflict, and agrees with the first: %s', (orders, expected) => {
    const result = merged(...orders)
    expect(result.split(' ')[0]).toBe(expected.split(' ')[0])
    expect(result).toContain('!')
  })

  it('agrees with every order cut out of one', () => {
    const order = [...'qwertyuiopasdfghjklzxcvbnm']
    let state = 7
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    for (let run = 0; run < 300; run++) {
      const parts = Array.from({ length: 12 }, () => order.filter(() => random() < 0.4))
      const { keys, conflict } = mergeKeyOrders(parts)
      expect(conflict).toBeUndefined()
      for (const part of parts) expect(keys.filter(key => part.includes(key))).toEqual(part)
    }
  })

  it('is not troubled by long chains', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `k${i}`)
    expect(mergeKeyOrders([keys, [...keys].reverse().slice(0, 1), keys]).keys).toEqual(keys)
  })
})
