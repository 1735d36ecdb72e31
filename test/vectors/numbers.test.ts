// Numbers through the whole engine, against String(x).

import { expect, it } from 'vitest'
import { firstDifference, writeList } from '../engine.ts'
import { isLong, randomOf, report, testSeed } from '../random.ts'

const NUMBER = { type: 'number' }
const INTEGER = { type: 'integer' }
const BATCH = 100_000

/** Writes values in batches; counts the batches that differ from `String` of each. */
function check(figure: string, schema: object, values: Iterable<number | bigint>): void {
  let count = 0
  const wrong: string[] = []
  const flush = (batch: (number | bigint)[]) => {
    count += batch.length
    const expected = `[${batch.map(text).join(',')}]`
    const difference = firstDifference(writeList(schema, batch).blob, expected)
    if (difference) wrong.push(difference)
  }
  let batch: (number | bigint)[] = []
  for (const value of values) {
    if (batch.push(value) < BATCH) continue
    flush(batch)
    batch = []
  }
  flush(batch)
  report(figure, count, wrong.length)
  expect(wrong.slice(0, 5)).toEqual([])
}

function text(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString()
  return Number.isFinite(value) ? String(value) : 'null'
}

it('random bit patterns', () => {
  const seed = testSeed()
  const random = randomOf(seed)
  const count = isLong ? 200_000_000 : 1_000_000
  check(
    `random doubles (TOCSON_SEED=${seed})`,
    NUMBER,
    (function* () {
      for (let i = 0; i < count; i++) yield random.double()
    })(),
  )
})

it('decimals, halves and the edges of every range', () => {
  const values: number[] = [
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
  ]
  for (let e = -330; e <= 308; e++) {
    for (const digits of [
      '1',
      '9',
      '1.5',
      '9.999999999999999',
      '1.7976931348623157',
      '2.2250738585072014',
      '5',
    ])
      values.push(Number(`${digits}e${e}`), -Number(`${digits}e${e}`))
  }
  for (let i = 0; i <= 20_000; i++) values.push(i / 10, i / 100, i / 1000, i * 1e-7, i + 0.5, i / 3, i * 1e15)
  check('decimals and edges', NUMBER, values)
})

const INTEGER_RANGE = isLong ? 2 ** 31 : 2 ** 20

it('every integer near zero, as integer and as number', () => {
  for (const [name, schema] of [
    ['integers', INTEGER],
    ['integral numbers', NUMBER],
  ] as const) {
    check(
      `${name} in [-2^${Math.log2(INTEGER_RANGE)}, 2^${Math.log2(INTEGER_RANGE)}]`,
      schema,
      (function* () {
        for (let i = -INTEGER_RANGE; i <= INTEGER_RANGE; i++) yield i
      })(),
    )
  }
})

it('integers around every power of 10 and of 2', () => {
  const values: number[] = []
  for (const base of [2, 10]) {
    for (let k = 0; base ** k < 1e300; k++) {
      for (let step = -3; step <= 3; step++)
        values.push(base ** k + step, -(base ** k) + step, base ** k * (1 + step * Number.EPSILON))
    }
  }
  check('integers around powers', INTEGER, values.filter(Number.isInteger))
})

it('bigints around every power of 10 and of 2, up to 2^200', () => {
  const values: bigint[] = [0n]
  for (let k = 0n; k <= 200n; k++) {
    for (let step = -2n; step <= 2n; step++) values.push(2n ** k + step, -(2n ** k) + step)
  }
  for (let k = 0n; k <= 60n; k++) {
    for (let step = -2n; step <= 2n; step++) values.push(10n ** k + step, -(10n ** k) + step)
  }
  check('bigints', { type: 'bigint' }, values)
  const { blob } = writeList({ type: 'bigint', asString: true }, values)
  expect(firstDifference(blob, JSON.stringify(values.map(String)))).toBeUndefined()
})
