import { Temporal } from 'temporal-polyfill'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { LeafHarness, seededRandom, TIMEOUT_MS, testSeed } from './leaves.ts'

vi.setConfig({ testTimeout: TIMEOUT_MS })

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, TIMEOUT_MS)

const MS_MAX = 2 ** 53
const AS_SECONDS = true

const TABLE: readonly [number, string, string][] = [
  [0, 'PT0S', '0s'],
  [-0, 'PT0S', '0s'],
  [1, 'PT0.001S', '0.001s'],
  [-10, '-PT0.01S', '-0.01s'],
  [500, 'PT0.5S', '0.5s'],
  [-500, '-PT0.5S', '-0.5s'],
  [1000, 'PT1S', '1s'],
  [60_000, 'PT1M', '60s'],
  [61_001, 'PT1M1.001S', '61.001s'],
  [3_600_000, 'PT1H', '3600s'],
  [3_600_100, 'PT1H0.1S', '3600.1s'],
  [5_400_000, 'PT1H30M', '5400s'],
  [-129_600_000, '-PT36H', '-129600s'],
  [-9007199254739999, '-PT2501999792H58M59.999S', '-9007199254739.999s'],
  [MS_MAX, 'PT2501999792H59M0.992S', '9007199254740.992s'],
  [-MS_MAX, '-PT2501999792H59M0.992S', '-9007199254740.992s'],
]

/** The ends of units, one before and one after, of both signs. */
function boundaries(): number[] {
  const values: number[] = []
  for (const unit of [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 86_400_000]) {
    for (const times of [1, 2, 9, 10, 59, 99, 2_501_999]) {
      for (const step of [-1, 0, 1]) values.push(unit * times + step, -unit * times + step)
    }
  }
  for (let step = 0; step < 2000; step++) values.push(MS_MAX - step, step - MS_MAX)
  for (let hour = 1; hour <= 2_501_999_792; hour = hour * 3 + 1) {
    values.push(hour * 3_600_000, hour * 3_600_000 - 1)
  }
  return values
}

function randomValues(seed: number, count: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const ms = Math.trunc((random() < 0.5 ? -1 : 1) * 2 ** (53 * random()))
    return random() < 0.5 ? ms : ms - (ms % 60_000)
  })
}

function isoDuration(ms: number): string {
  return `"${Temporal.Duration.from({ milliseconds: ms }).round({ largestUnit: 'hours' }).toString()}"`
}

/** Seconds by exact integer arithmetic on the text. */
function decimalSeconds(ms: number): string {
  const digits = String(Math.abs(ms)).padStart(4, '0')
  const places = digits.slice(-3).replace(/0+$/, '')
  return `"${ms < 0 ? '-' : ''}${digits.slice(0, -3)}${places && `.${places}`}s"`
}

describe('writeDuration', () => {
  const mismatches = (values: readonly number[], asSeconds: boolean) =>
    harness.mismatches(
      harness.leaves.writeDuration,
      harness.leaves.DURATION_BYTES_MAX,
      values,
      asSeconds ? decimalSeconds : isoDuration,
      asSeconds,
    )

  it.each(TABLE)('writes %d ms as %s and %s', (ms, iso, seconds) => {
    expect(harness.text(harness.leaves.writeDuration, ms)).toBe(`"${iso}"`)
    expect(harness.text(harness.leaves.writeDuration, ms, AS_SECONDS)).toBe(`"${seconds}"`)
  })

  it('needs all the bytes that it names', () => {
    expect(harness.text(harness.leaves.writeDuration, -9007199254739999)).toHaveLength(
      harness.leaves.DURATION_BYTES_MAX.value,
    )
  })

  it('agrees with Temporal at the ends of units', () => {
    expect(mismatches(boundaries(), false)).toEqual([])
  })

  it('agrees with Temporal on random spans', () => {
    const seed = testSeed()
    expect(mismatches(randomValues(seed, 8_000), false), `seed ${seed}`).toEqual([])
  })

  it('writes decimal seconds at the ends of units', () => {
    expect(mismatches(boundaries(), AS_SECONDS)).toEqual([])
  })

  it('writes decimal seconds of random spans', () => {
    const seed = testSeed()
    expect(mismatches(randomValues(seed, 300_000), AS_SECONDS), `seed ${seed}`).toEqual([])
  })
})
