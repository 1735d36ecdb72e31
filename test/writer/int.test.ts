import { beforeAll, describe, expect, it, vi } from 'vitest'
import { LeafHarness, seededRandom, TIMEOUT_MS, testSeed } from './leaves.ts'

vi.setConfig({ testTimeout: TIMEOUT_MS })

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, TIMEOUT_MS)

const INT_MAX = 2 ** 53
const U32_MAX = 2 ** 32 - 1

/** Everything at most 3 away from a power of ten or two, of both signs. */
function boundaries(): number[] {
  const values: number[] = [0, -0]
  const powers = [
    ...Array.from({ length: 16 }, (_, k) => 10 ** k),
    ...Array.from({ length: 54 }, (_, k) => 2 ** k),
  ]
  for (const power of powers) {
    for (let step = -3; step <= 3; step++) values.push(power + step, -power + step)
  }
  return values.filter(value => Math.abs(value) <= INT_MAX)
}

describe('writeInt', () => {
  const mismatches = (values: readonly number[]) =>
    harness.mismatches(harness.leaves.writeInt, harness.leaves.INT_BYTES_MAX, values, String)

  it('writes what String gives around powers of ten and two', () => {
    expect(mismatches(boundaries())).toEqual([])
  })

  it('writes every integer of up to six digits', () => {
    expect(mismatches(Array.from({ length: 1_000_001 }, (_, index) => index))).toEqual([])
  })

  it('writes random integers of every length', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const values = Array.from({ length: 300_000 }, () =>
      Math.trunc((random() < 0.5 ? -1 : 1) * 2 ** (53 * random())),
    )
    expect(mismatches(values), `seed ${seed}`).toEqual([])
  })

  it('needs all the bytes that it names', () => {
    expect(harness.text(harness.leaves.writeInt, -INT_MAX)).toHaveLength(harness.leaves.INT_BYTES_MAX.value)
  })
})

describe('writeU32', () => {
  const mismatches = (values: readonly number[]) =>
    harness.mismatches(harness.leaves.writeU32, harness.leaves.INT_BYTES_MAX, values, String)

  it('writes what String gives around powers of ten and two', () => {
    const values = boundaries().filter(value => value >= 0 && value <= U32_MAX)
    expect(values).toContain(U32_MAX)
    expect(mismatches(values)).toEqual([])
  })

  it('writes random integers', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const values = Array.from({ length: 300_000 }, () => Math.trunc(random() * 2 ** 32))
    expect(mismatches(values), `seed ${seed}`).toEqual([])
  })
})
