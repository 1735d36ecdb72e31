// Times in their units: whole milliseconds, cut off towards 1970 and exact at every border.

import { expect, it } from 'vitest'
import { serializeColumns } from './both.ts'

const schema = {
  type: 'object',
  properties: { at: { type: 'string', format: 'date-time' } },
  required: ['at'],
}

const at = (values: unknown, unit: string) => serializeColumns(schema, () => ({ at: { values, unit } }))
const texts = (...times: string[]) => ({ json: JSON.stringify(times.map(time => ({ at: time }))) })

/** Counts of a unit and what they are. */
const EXPECTED: readonly [unit: string, count: bigint, text: string][] = [
  ['day', 19_782n, '2024-02-29T00:00:00.000Z'],
  ['day', -1n, '1969-12-31T00:00:00.000Z'],
  ['day', 100_000_000n, '+275760-09-13T00:00:00.000Z'],
  ['s', -1n, '1969-12-31T23:59:59.000Z'],
  ['s', -8_640_000_000_000n, '-271821-04-20T00:00:00.000Z'],
  ['ms', 8_640_000_000_000_000n, '+275760-09-13T00:00:00.000Z'],
  ['us', 1_999n, '1970-01-01T00:00:00.001Z'],
  ['us', -999n, '1970-01-01T00:00:00.000Z'],
  ['us', -1_000n, '1969-12-31T23:59:59.999Z'],
  ['us', 8_640_000_000_000_000_000n, '+275760-09-13T00:00:00.000Z'],
  // A double's quotient of these is the next integer.
  ['us', 4_520_171_402_288_946_688n, new Date(4_520_171_402_288_946).toISOString()],
  ['us', -4_520_171_402_288_946_688n, new Date(-4_520_171_402_288_946).toISOString()],
  ['us', 4_503_599_627_370_495_999n, new Date(4_503_599_627_370_495).toISOString()],
  ['ns', 1_706_745_599_999_999_999n, '2024-01-31T23:59:59.999Z'],
  ['ns', 999_999n, '1970-01-01T00:00:00.000Z'],
  ['ns', -999_999n, '1970-01-01T00:00:00.000Z'],
  ['ns', -1_000_000n, '1969-12-31T23:59:59.999Z'],
  ['ns', -(2n ** 63n), '1677-09-21T00:12:43.146Z'],
  ['ns', 2n ** 63n - 1n, '2262-04-11T23:47:16.854Z'],
  ['ns', 4_294_967_296_000_000n, new Date(4_294_967_296).toISOString()],
]

it.each(EXPECTED)('%s %s', (unit, count, text) => {
  expect(at(BigInt64Array.of(count), unit)).toEqual(texts(text))
  expect(at([count], unit)).toEqual(texts(text))
  if (count >= 0n) expect(at(BigUint64Array.of(count), unit)).toEqual(texts(text))
  if (BigInt(Number(count)) === count) {
    expect(at(Float64Array.of(Number(count)), unit)).toEqual(texts(text))
    expect(at([Number(count)], unit)).toEqual(texts(text))
  }
})

it('numbers without a unit are epoch milliseconds, as in rows', () => {
  const columns = { at: Float64Array.of(0, -1.5, 1e12) }
  const outcome = serializeColumns(schema, () => columns)
  expect(outcome).toEqual(
    texts('1970-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '2001-09-09T01:46:40.000Z'),
  )
})

it('nulls, Dates and strings among them stay what they are in rows', () => {
  const optional = { type: 'object', properties: { at: { type: 'string', format: 'date' } } }
  const values = [null, 86_400, new Date(0), 'soon', undefined]
  expect(serializeColumns(optional, () => ({ at: { values, unit: 's' } }))).toEqual({
    json: '[{},{"at":"1970-01-02"},{"at":"1970-01-01"},{"at":"soon"},{}]',
  })
})

it('a property of numbers has milliseconds, with their fraction', () => {
  const number = { type: 'object', properties: { at: { type: 'number' } } }
  const columns = { at: { values: BigInt64Array.of(1_500n, -250n), unit: 'us' } }
  expect(serializeColumns(number, () => columns)).toEqual({ json: '[{"at":1.5},{"at":-0.25}]' })
  const doubles = { at: { values: Float64Array.of(1_500, -250), unit: 'us' } }
  expect(serializeColumns(number, () => doubles)).toEqual({ json: '[{"at":1.5},{"at":-0.25}]' })
})

it('a duration has milliseconds of a number, which are whole, and of no bigint', () => {
  const durations = { type: 'object', properties: { at: { type: 'string', format: 'duration' } } }
  const outcome = (at: unknown) => serializeColumns(durations, () => ({ at }))
  const scaled = (...units: bigint[]) => ({ values: BigInt64Array.from(units), scale: 2 })
  expect(outcome(scaled(150_000n, -100n))).toEqual({ json: '[{"at":"PT1.5S"},{"at":"-PT0.001S"}]' })
  expect(outcome(scaled(100n, -1_250n))).toMatchObject({ code: 'TYPE', path: '/1/at' })
  expect(outcome(BigInt64Array.of(1n))).toMatchObject({ code: 'TYPE', path: '/0/at' })
})

it('a reference to a time that may be null has the times of its own', () => {
  const referring = {
    $defs: { at: { type: 'string', format: 'date-time' } },
    type: 'object',
    properties: { at: { anyOf: [{ $ref: '#/$defs/at' }, { type: 'null' }] } },
  }
  const validity = Uint8Array.of(0b101)
  const json = '[{"at":"1970-01-01T00:00:00.001Z"},{"at":null},{"at":"1970-01-01T00:00:00.100Z"}]'
  for (const at of [
    { values: Int32Array.of(1, 50, 100), validity },
    { values: BigInt64Array.of(1n, 50n, 100n), unit: 'ms', validity },
    { values: [1, null, 100], unit: 'ms' },
  ]) {
    expect(serializeColumns(referring, () => ({ at }))).toEqual({ json })
  }
})
