import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { hardDoubles } from './hard-doubles.ts'
import { LeafHarness, neighbours, seededRandom, TIMEOUT_MS, testSeed } from './leaves.ts'
import { RFC8785_SHA256, rfc8785Batches } from './rfc8785.ts'

vi.setConfig({ testTimeout: TIMEOUT_MS })

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, TIMEOUT_MS)

const mismatches = (values: ArrayLike<number>) =>
  harness.mismatches(harness.leaves.writeFloat, harness.leaves.FLOAT_BYTES_MAX, values, String)

const withNegatives = (values: readonly number[]) => values.flatMap(value => [value, -value])

const TABLE: readonly [number, string][] = [
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [0.1 + 0.2, '0.30000000000000004'],
  [0.00000101, '0.00000101'],
  [9.9e-7, '9.9e-7'],
  [9999999.12345678, '9999999.12345678'],
  [10000000.5, '10000000.5'],
  [999999999999.999, '999999999999.999'],
  [123456789.123456, '123456789.123456'],
  [999999999.999999, '999999999.999999'],
  [1e9, '1000000000'],
  [0.000001, '0.000001'],
  [9.999999999999997e-7, '9.999999999999997e-7'],
  [1e-7, '1e-7'],
  [2 ** 53, '9007199254740992'],
  [2 ** 53 + 2, '9007199254740994'],
  [1.2345678901234567e20, '123456789012345670000'],
  [999999999999999900000, '999999999999999900000'],
  [1e21, '1e+21'],
  [1e23, '1e+23'],
  [9.5367431640625e-7, '9.5367431640625e-7'],
  [5e-324, '5e-324'],
  [1e-323, '1e-323'],
  [2.2250738585072014e-308, '2.2250738585072014e-308'],
  [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  [-0.0000012345678901234567, '-0.0000012345678901234567'],
  // 10 * fraction is 2^-62 of a unit away from a half: the product's error must be centred exactly.
  [1.3588129002659584e-245, '1.3588129002659584e-245'],
  // Exactly half-way between two shortest decimals: the even digit wins.
  [2 ** 50 + 0.25, '1125899906842624.2'],
  [2 ** 50 + 0.75, '1125899906842624.8'],
  [2 ** 49 + 0.25, '562949953421312.2'],
]

describe('writeFloat', () => {
  it.each(TABLE)('writes %d as %s', (value, text) => {
    expect(harness.text(harness.leaves.writeFloat, value)).toBe(text)
    expect(String(value)).toBe(text)
  })

  it('needs all the bytes that it names', () => {
    expect(harness.text(harness.leaves.writeFloat, -0.0000012345678901234567)).toHaveLength(
      harness.leaves.FLOAT_BYTES_MAX.value,
    )
  })

  it('writes every power of two and its neighbours', () => {
    const powers = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074))
    expect(mismatches(withNegatives(powers.flatMap(power => neighbours(power, 3))))).toEqual([])
  })

  it('writes every power of ten, small multiples, and their neighbours', () => {
    const values: number[] = []
    for (let k = -324; k <= 308; k++) {
      for (const times of [1, 2, 5, 9, 9.5]) values.push(...neighbours(Number(`${times}e${k}`), 4))
    }
    expect(mismatches(withNegatives(values.filter(Number.isFinite)))).toEqual([])
  })

  it('writes the smallest and the largest subnormals', () => {
    const values: number[] = []
    for (let count = 1; count <= 20_000; count++) {
      values.push(count * 5e-324, 2.2250738585072014e-308 - count * 5e-324)
    }
    expect(mismatches(values)).toEqual([])
  })

  it('writes the doubles that lie closest to a decision', () => {
    const values = hardDoubles(2)
    expect(values.length).toBeGreaterThan(2046 * 2)
    expect(mismatches(values)).toEqual([])
  })

  it('writes integers and halves around powers', () => {
    const values: number[] = []
    for (let k = 0; k <= 70; k++) {
      for (let step = -4; step <= 4; step++)
        values.push(2 ** k + step, 2 ** k + step / 2, 10 ** (k / 3) + step)
    }
    for (let k = 0; k <= 22; k++) {
      for (let step = -4; step <= 4; step++)
        values.push(10 ** k + step, 10 ** k + step / 2, 10 ** k + step / 4)
    }
    expect(mismatches(withNegatives(values))).toEqual([])
  })

  it('writes short decimals of 1 to 17 digits with the point anywhere', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const values: number[] = []
    for (let count = 0; count < 400_000; count++) {
      const digits = Math.trunc(random() * 10 ** (1 + (count % 17)))
      values.push(Number(`${digits}e${-Math.trunc(random() * 20)}`))
    }
    expect(mismatches(values), `seed ${seed}`).toEqual([])
  })

  it('writes a million random bit patterns', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const words = Uint32Array.from({ length: 2_000_000 }, () => random() * 2 ** 32)
    const values = new Float64Array(words.buffer).filter(Number.isFinite)
    expect(mismatches(values), `seed ${seed}`).toEqual([])
  })

  const lineCount = Number(process.env.TOCSON_RFC8785_LINES ?? 1e6)
  it(`writes the first ${lineCount} lines that RFC 8785 publishes a hash for`, { timeout: 3_600_000 }, () => {
    expect([...RFC8785_SHA256.keys()]).toContain(lineCount)
    const { writeFloat, FLOAT_BYTES_MAX } = harness.leaves
    const hash = createHash('sha256')
    let left = lineCount
    for (const batch of rfc8785Batches(4000)) {
      const count = Math.min(left, batch.length)
      const words = new BigUint64Array(batch.buffer)
      const texts = harness.lines(writeFloat, FLOAT_BYTES_MAX, batch, 0, count).split('\n')
      let lines = ''
      for (let index = 0; index < count; index++) lines += `${words[index]!.toString(16)},${texts[index]}\n`
      hash.update(lines)
      left -= count
      if (left === 0) break
    }
    expect(hash.digest('hex')).toBe(RFC8785_SHA256.get(lineCount))
  })
})
