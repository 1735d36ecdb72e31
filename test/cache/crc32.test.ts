import { Buffer } from 'node:buffer'
import { crc32 as crc32Native } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { combineCrc32, crc32 } from '../../src/cache/crc32.ts'
import { seededRandom } from './harness/lists.ts'

describe('combineCrc32', () => {
  test('every split of texts of 0 to 64 bytes', () => {
    const bytes = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 193 + 7) % 256))
    for (let length = 0; length <= bytes.byteLength; length += 1) {
      const whole = bytes.subarray(0, length)
      for (let cut = 0; cut <= length; cut += 1) {
        const combined = combineCrc32(
          crc32Native(whole.subarray(0, cut)),
          crc32Native(whole.subarray(cut)),
          length - cut,
        )
        expect(combined).toBe(crc32Native(whole))
      }
    }
  })

  test('random splits of 1 MB', () => {
    const random = seededRandom(1)
    const bytes = Buffer.from(Uint8Array.from({ length: 2 ** 20 }, () => random() * 256))
    for (let round = 0; round < 300; round += 1) {
      const [start, end] = [random(), random()].sort().map(x => Math.floor(x * bytes.byteLength)) as [
        number,
        number,
      ]
      const middle = crc32Native(bytes.subarray(start, end))
      expect(combineCrc32(crc32Native(bytes.subarray(0, start)), middle, end - start)).toBe(
        crc32Native(bytes.subarray(0, end)),
      )
    }
  })

  test('lengths no buffer has: appending in two steps equals appending at once', () => {
    const random = seededRandom(2)
    for (let round = 0; round < 2_000; round += 1) {
      const [first, second, third] = [random(), random(), random()].map(x => Math.floor(x * 2 ** 32))
      const left = Math.floor(random() * 2 ** (10 + (round % 42)))
      const right = Math.floor(random() * 2 ** (10 + (round % 42)))
      const stepwise = combineCrc32(combineCrc32(first!, second!, left), third!, right)
      const atOnce = combineCrc32(first!, combineCrc32(second!, third!, right), left + right)
      expect(stepwise, `${left} + ${right}`).toBe(atOnce)
    }
  })

  test('zlib’s sum of 2^k zero bytes, k up to 24', () => {
    for (let k = 0; k <= 24; k += 1) {
      const zeros = Buffer.alloc(2 ** k)
      expect(combineCrc32(0x12345678, crc32Native(zeros), zeros.byteLength)).toBe(
        crc32Native(zeros, 0x12345678),
      )
    }
  })
})

test('crc32 of more than one piece', () => {
  const bytes = Buffer.alloc(2 ** 30 + 5)
  bytes.write('tail', 2 ** 30)
  expect(crc32(bytes, 7)).toBe(crc32Native(bytes, 7))
})
