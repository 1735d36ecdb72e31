import { beforeAll, describe, expect, it, vi } from 'vitest'
import { LeafHarness, seededRandom, TIMEOUT_MS, testSeed } from './leaves.ts'

vi.setConfig({ testTimeout: TIMEOUT_MS })

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, TIMEOUT_MS)

const DAY_MS = 86_400_000
const EPOCH_MS_MAX = 8.64e15
const WHOLE_SECONDS = true

const iso = (epochMs: number) => new Date(epochMs).toISOString()
const withoutMs = (text: string) => text.replace(/\.\d+/, '')
const datePart = (text: string) => text.slice(0, text.indexOf('T'))
const timePart = (text: string) => text.slice(text.indexOf('T') + 1)

const dateTimeOracle = (epochMs: number) => `"${iso(epochMs)}"`

/** All five forms against `Date#toISOString`. */
function mismatches(values: readonly number[]): string[] {
  const { leaves } = harness
  const dateTime = leaves.DATE_TIME_BYTES_MAX
  return [
    ...harness.mismatches(leaves.writeDateTime, dateTime, values, dateTimeOracle),
    ...harness.mismatches(
      leaves.writeDateTime,
      dateTime,
      values,
      ms => `"${withoutMs(iso(ms))}"`,
      WHOLE_SECONDS,
    ),
    ...harness.mismatches(leaves.writeDate, leaves.DATE_BYTES_MAX, values, ms => `"${datePart(iso(ms))}"`),
    ...harness.mismatches(leaves.writeTime, leaves.TIME_BYTES_MAX, values, ms => `"${timePart(iso(ms))}"`),
    ...harness.mismatches(
      leaves.writeTime,
      leaves.TIME_BYTES_MAX,
      values,
      ms => `"${withoutMs(timePart(iso(ms)))}"`,
      WHOLE_SECONDS,
    ),
  ]
}

describe('writeDateTime, writeDate, writeTime', () => {
  it('writes the extremes', () => {
    const { leaves } = harness
    expect(harness.text(leaves.writeDateTime, EPOCH_MS_MAX)).toBe('"+275760-09-13T00:00:00.000Z"')
    expect(harness.text(leaves.writeDateTime, -EPOCH_MS_MAX, WHOLE_SECONDS)).toBe('"-271821-04-20T00:00:00Z"')
    expect(harness.text(leaves.writeDate, -1)).toBe('"1969-12-31"')
    expect(harness.text(leaves.writeTime, -1)).toBe('"23:59:59.999Z"')
    expect(harness.text(leaves.writeDateTime, -0)).toBe('"1970-01-01T00:00:00.000Z"')
    expect(harness.text(leaves.writeDateTime, EPOCH_MS_MAX)).toHaveLength(leaves.DATE_TIME_BYTES_MAX.value)
    expect(harness.text(leaves.writeDate, EPOCH_MS_MAX)).toHaveLength(leaves.DATE_BYTES_MAX.value)
    expect(harness.text(leaves.writeTime, EPOCH_MS_MAX)).toHaveLength(leaves.TIME_BYTES_MAX.value)
  })

  it('writes both ends of days around every change of year length and notation', () => {
    const values: number[] = []
    for (const year of [-271820, -10_000, -9999, -400, -100, -4, -1, 0, 1, 4, 100, 400, 1600, 1900, 1970]) {
      for (const other of [year, -year, year + 8000]) {
        for (const [month, day] of [
          [0, 1],
          [1, 28],
          [1, 29],
          [2, 1],
          [11, 31],
        ] as const) {
          const start = new Date(0).setUTCFullYear(other, month, day)
          values.push(start - 1, start, start + 1, start + DAY_MS - 1)
        }
      }
    }
    for (let days = 0; days < 400; days++) {
      values.push(EPOCH_MS_MAX - days * DAY_MS, EPOCH_MS_MAX - days * DAY_MS - 1)
      values.push(-EPOCH_MS_MAX + days * DAY_MS, -EPOCH_MS_MAX + days * DAY_MS + 1)
    }
    expect(mismatches(values.filter(value => Math.abs(value) <= EPOCH_MS_MAX))).toEqual([])
  })

  it('writes every day of the years -1 to 10001, each at a random time', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const end = Date.UTC(10_002, 0, 1)
    const values: number[] = []
    for (let day = new Date(0).setUTCFullYear(-1, 0, 1); day < end; day += DAY_MS) {
      values.push(day + Math.trunc(random() * DAY_MS))
    }
    const { leaves } = harness
    expect(
      harness.mismatches(leaves.writeDateTime, leaves.DATE_TIME_BYTES_MAX, values, dateTimeOracle),
      `seed ${seed}`,
    ).toEqual([])
  })

  it('writes random times of the whole range', () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const values: number[] = []
    for (let count = 0; count < 30_000; count++) {
      values.push(Math.trunc((2 * random() - 1) * EPOCH_MS_MAX), Math.trunc((2 * random() - 1) * 2e12))
    }
    expect(mismatches(values), `seed ${seed}`).toEqual([])
  })

  it('writes every second of a day, and every millisecond of a minute', () => {
    const values: number[] = []
    for (let second = 0; second < 86_400; second++) values.push(second * 1000 - 1, second * 1000)
    for (let ms = 0; ms < 60_000; ms++) values.push(1_764_000_000_000 + ms)
    const { leaves } = harness
    const oracle = (ms: number) => `"${timePart(iso(ms))}"`
    expect(harness.mismatches(leaves.writeTime, leaves.TIME_BYTES_MAX, values, oracle)).toEqual([])
    expect(
      harness.mismatches(leaves.writeDateTime, leaves.DATE_TIME_BYTES_MAX, values, dateTimeOracle),
    ).toEqual([])
  })
})
