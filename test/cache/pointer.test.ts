import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import {
  decodePointer,
  decodeStamp,
  encodeInvalidation,
  encodePointer,
  encodeStamp,
  freshnessOf,
  newStamp,
  type Pointer,
} from '../../src/cache/pointer.ts'

const pointer: Pointer = {
  version: 'BdlRaEGLvjD9yaehnriZKg',
  fingerprint: '',
  blobStart: 88,
  byteLength: 99,
  builtAtMs: 1_000_000,
  ttlMs: 1_000,
  staleWhileRevalidateMs: 500,
  staleIfErrorMs: 2_000,
  tags: [['é"}', 'stamp']],
}
const KEY = '{k:movies}:p'

describe('a pointer', () => {
  test('comes back, and only under its key', () => {
    const bytes = encodePointer(KEY, pointer)
    expect(decodePointer(KEY, bytes)).toEqual({ kind: 'snapshot', pointer })
    expect(decodePointer('{k:other}:p', bytes)).toEqual({ kind: 'damaged' })
  })

  test('of every other kind, cut anywhere or with any bit flipped is damaged', () => {
    for (const bytes of [encodePointer(KEY, pointer), encodeInvalidation(KEY, 5)]) {
      for (let length = 0; length < bytes.byteLength; length += 1) {
        expect(decodePointer(KEY, bytes.subarray(0, length)).kind).toBe('damaged')
      }
      for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
        const damaged = Buffer.from(bytes)
        damaged[bit >> 3]! ^= 1 << (bit & 7)
        expect(decodePointer(KEY, damaged).kind, `bit ${bit}`).toBe('damaged')
      }
    }
    expect(decodePointer(KEY, encodeStamp(KEY, { stamp: newStamp(), untilMs: 5 })).kind).toBe('damaged')
  })

  test('of a release that writes less or otherwise is damaged, though its checksum is right', () => {
    for (const name of Object.keys(pointer)) {
      const { [name as keyof Pointer]: _, ...rest } = pointer
      expect(decodePointer(KEY, encodePointer(KEY, rest as Pointer)).kind, name).toBe('damaged')
    }
    const odd = [
      { version: '../../x' },
      { ttlMs: -1 },
      { byteLength: 'many' },
      { tags: {} },
    ] as unknown as Pointer[]
    for (const change of odd) {
      expect(decodePointer(KEY, encodePointer(KEY, { ...pointer, ...change })).kind).toBe('damaged')
    }
  })

  test('invalidations are all different', () => {
    const [first, second] = [encodeInvalidation(KEY, 5), encodeInvalidation(KEY, 5)]
    expect(decodePointer(KEY, first)).toEqual({ kind: 'invalidated', atMs: 5 })
    expect(first.equals(second)).toBe(false)
  })

  test.each([
    [-9e9, 'fresh'],
    [0, 'fresh'],
    [999, 'fresh'],
    [1_000, 'stale'],
    [1_499, 'stale'],
    [1_500, 'if-error'],
    [2_999, 'if-error'],
    [3_000, 'expired'],
  ] as const)('%i ms old is %s', (ageMs, freshness) => {
    expect(freshnessOf(pointer, pointer.builtAtMs + ageMs)).toBe(freshness)
  })
})

test('stamps are told apart by key and content', () => {
  const stamp = encodeStamp('{t:a}:s', { stamp: newStamp(), untilMs: 5 })
  expect(decodeStamp('{t:a}:s', stamp)).toEqual({
    stamp: expect.stringMatching(/^[A-Za-z0-9_-]{16}$/),
    untilMs: 5,
  })
  expect(decodeStamp('{t:b}:s', stamp)).toBeUndefined()
  expect(decodeStamp('{t:a}:s', stamp.subarray(1))).toBeUndefined()
  expect(decodeStamp(KEY, encodePointer(KEY, pointer))).toBeUndefined()
})
