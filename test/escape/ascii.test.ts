import { beforeAll, describe, expect, it } from 'vitest'
import { htmlSafeJsonText } from '../../src/escape/html-safe.ts'
import {
  firstDifference,
  type Leaf,
  LeafHarness,
  seededRandom,
  stringifyAll,
  verbatimAll,
} from './text-leaves.ts'

const COMPILE_TIMEOUT_MS = 120_000
const ASCII_UNITS = Array.from({ length: 128 }, (_, unit) => String.fromCharCode(unit))

// Every length up to two blocks, then around the multiples where the loop takes one turn more.
const LENGTHS = [
  ...Array(70).keys(),
  95,
  96,
  97,
  127,
  128,
  129,
  159,
  160,
  161,
  255,
  256,
  257,
  1023,
  1024,
  1025,
]

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, COMPILE_TIMEOUT_MS)

const CASES: readonly [
  name: 'writeAsciiString' | 'writeAsciiStringHtmlSafe' | 'copyAscii' | 'copyAsciiHtmlSafe',
  oracle: (texts: readonly string[]) => string,
][] = [
  ['writeAsciiString', stringifyAll],
  ['writeAsciiStringHtmlSafe', texts => htmlSafeJsonText(stringifyAll(texts))],
  ['copyAscii', verbatimAll],
  ['copyAsciiHtmlSafe', texts => htmlSafeJsonText(verbatimAll(texts))],
]

describe.each(CASES)('%s', (name, oracle) => {
  const leaf: Leaf = (out, text, length) => harness.leaves[name](out, text, length)
  const difference = (texts: readonly string[]) =>
    firstDifference(harness.writeAll(leaf, 'ascii', texts), Buffer.from(oracle(texts)))

  it('writes every character at every position of every length', () => {
    for (const length of LENGTHS.filter(length => length < 70)) {
      const texts: string[] = ['m'.repeat(length)]
      for (let position = 0; position < length; position++) {
        for (const unit of ASCII_UNITS)
          texts.push('m'.repeat(position) + unit + 'm'.repeat(length - position - 1))
      }
      expect(difference(texts), `length ${length}`).toBeUndefined()
    }
  })

  it('writes every character first, in the middle and last in long text', () => {
    for (const length of LENGTHS.filter(length => length >= 70)) {
      const positions = [0, length >> 1, length - 1]
      const texts = positions.flatMap(position =>
        ASCII_UNITS.map(unit => 'm'.repeat(position) + unit + 'm'.repeat(length - position - 1)),
      )
      expect(difference(texts), `length ${length}`).toBeUndefined()
    }
  })

  it('writes text of one repeated character, the worst case included', () => {
    for (const length of LENGTHS) {
      expect(difference(ASCII_UNITS.map(unit => unit.repeat(length))), `length ${length}`).toBeUndefined()
    }
  })

  it('reads no further than its margin', () => {
    for (const length of LENGTHS) {
      const text = 'm"'.repeat(length).slice(0, length)
      const expected = Buffer.from(oracle([text]).slice(0, -1))
      expect(
        firstDifference(harness.writeAtMemoryEnd(leaf, 'ascii', text), expected),
        `length ${length}`,
      ).toBeUndefined()
    }
  })

  const seed = Number(process.env.TOCSON_SEED ?? Date.now() % 2 ** 31)
  it(`writes random mixtures (TOCSON_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 40; round++) {
      const texts = Array.from({ length: 500 }, () => randomAscii(random))
      expect(difference(texts), `round ${round}`).toBeUndefined()
    }
  })
})

it('reaches the worst case and never passes it', () => {
  const { writeAsciiString, ESCAPED_BYTES_PER_UNIT_MAX, QUOTE_BYTES } = harness.leaves
  for (const length of LENGTHS) {
    const written = harness.writeAll(writeAsciiString, 'ascii', ['\u0001'.repeat(length)])
    expect(written.length - 1).toBe(ESCAPED_BYTES_PER_UNIT_MAX.value * length + QUOTE_BYTES.value)
  }
})

// Runs of plain letters of random length between characters that are replaced, from none to every second one.
function randomAscii(random: (limit: number) => number): string {
  const length = random(random(4) === 0 ? 400 : 50)
  const spacing = 1 + random(60)
  let text = ''
  while (text.length < length)
    text += random(spacing) ? ASCII_UNITS[97 + random(26)]! : ASCII_UNITS[random(128)]!
  return text
}
