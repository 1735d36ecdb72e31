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
const TEST_TIMEOUT_MS = 120_000

// One letter for each width in UTF-8: each takes another path through the block.
const FILLERS = ['m', 'ж', '中']

const LENGTHS_FOR_ALL_UNITS = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33]
const LENGTHS_FOR_SOME = [9, 16, 17]
const LENGTHS = [...Array(41).keys(), 47, 48, 49, 63, 64, 65, 79, 80, 81, 127, 128, 129]

// The units where the rule or the width changes, and their neighbours.
const BORDER_UNITS = [
  ...Array(0x30).keys(),
  ...[
    0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x5b, 0x5c, 0x5d, 0x7e, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x122, 0x15c, 0x7ff,
    0x800,
  ],
  ...[
    0x2027, 0x2028, 0x2029, 0x202a, 0x2200, 0x3c3c, 0x5c5c, 0x7fff, 0x8000, 0x8022, 0xd7ff, 0xd800, 0xd83d,
    0xdbff,
  ],
  ...[0xdc00, 0xde00, 0xdfff, 0xe000, 0xff00, 0xff22, 0xfffe, 0xffff],
].map(unit => String.fromCharCode(unit))

let harness: LeafHarness
beforeAll(async () => {
  harness = await LeafHarness.compile()
}, COMPILE_TIMEOUT_MS)

const CASES: readonly [
  name: 'writeUtf16String' | 'writeUtf16StringHtmlSafe' | 'copyUtf16' | 'copyUtf16HtmlSafe',
  oracle: (texts: readonly string[]) => string,
][] = [
  ['writeUtf16String', stringifyAll],
  ['writeUtf16StringHtmlSafe', texts => htmlSafeJsonText(stringifyAll(texts))],
  ['copyUtf16', verbatimAll],
  ['copyUtf16HtmlSafe', texts => htmlSafeJsonText(verbatimAll(texts))],
]

describe.each(CASES)('%s', (name, oracle) => {
  const leaf: Leaf = (out, text, units) => harness.leaves[name](out, text, units)
  const difference = (texts: readonly string[]) =>
    firstDifference(harness.writeAll(leaf, 'utf16', texts), Buffer.from(oracle(texts)))

  // Every length for the plain rule among ASCII; the other widths and rules share its paths and get a few.
  const isPlainRule = name === 'writeUtf16String'
  const fillers = isPlainRule ? FILLERS : FILLERS.slice(1, 2)
  it.each(fillers)(
    'writes all 65,536 units first, in the middle and last among %s',
    filler => {
      for (const length of isPlainRule && filler === 'm' ? LENGTHS_FOR_ALL_UNITS : LENGTHS_FOR_SOME) {
        for (const position of new Set([0, length >> 1, length - 1])) {
          const before = filler.repeat(position)
          const after = filler.repeat(length - position - 1)
          const texts = Array.from(
            { length: 65_536 },
            (_, unit) => before + String.fromCharCode(unit) + after,
          )
          for (let start = 0; start < texts.length; start += 8_192) {
            const difference8k = difference(texts.slice(start, start + 8_192))
            expect(
              difference8k,
              `length ${length}, position ${position}, units from ${start}`,
            ).toBeUndefined()
          }
        }
      }
    },
    TEST_TIMEOUT_MS,
  )

  it.each(FILLERS)(
    'writes the units at a border at every position of every length among %s',
    filler => {
      for (const length of LENGTHS) {
        const texts: string[] = ['', filler.repeat(length)]
        for (let position = 0; position < length; position++) {
          const before = filler.repeat(position)
          const after = filler.repeat(length - position - 1)
          for (const unit of BORDER_UNITS) texts.push(before + unit + after)
        }
        expect(difference(texts), `length ${length}`).toBeUndefined()
      }
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'writes all 1,048,576 surrogate pairs, across blocks too',
    () => {
      for (let high = 0xd800; high < 0xdc00; high++) {
        let text = 'm'.repeat(high % 17)
        for (let low = 0xdc00; low < 0xe000; low++) text += String.fromCharCode(high, low)
        expect(difference([text]), `high half ${high.toString(16)}`).toBeUndefined()
      }
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'writes all 2,048 lone halves around the borders of blocks',
    () => {
      for (const filler of FILLERS) {
        for (const [length, position] of [
          [1, 0],
          [2, 0],
          [2, 1],
          [8, 7],
          [9, 8],
          [16, 14],
          [16, 15],
          [17, 15],
          [17, 16],
          [33, 15],
          [33, 31],
          [33, 32],
        ] as const) {
          const texts = Array.from(
            { length: 2_048 },
            (_, index) =>
              filler.repeat(position) +
              String.fromCharCode(0xd800 + index) +
              filler.repeat(length - position - 1),
          )
          expect(difference(texts), `length ${length}, position ${position}`).toBeUndefined()
        }
      }
    },
    TEST_TIMEOUT_MS,
  )

  it('tells halves that meet from halves that do not, at every position', () => {
    const meetings = [
      '\ud83d\ude00',
      '\ud83d\ud83d',
      '\ude00\ude00',
      '\ude00\ud83d',
      '\ud83d\ud83d\ude00',
      '\ud83d\ude00\ude00',
      '\ud83d"',
      '"\ude00',
    ]
    for (const filler of FILLERS) {
      const texts = meetings.flatMap(meeting =>
        Array.from({ length: 36 }, (_, position) => filler.repeat(position)).flatMap(before => [
          before + meeting,
          before + meeting + filler.repeat(20),
        ]),
      )
      expect(difference(texts), `among ${filler}`).toBeUndefined()
    }
  })

  it('reads no further than its margin', () => {
    for (const length of LENGTHS) {
      for (const pattern of ['m"', 'ж', '中"', '\ud83d\ude00', '\ud83d']) {
        const text = pattern.repeat(length).slice(0, length)
        const expected = Buffer.from(oracle([text]).slice(0, -1))
        expect(
          firstDifference(harness.writeAtMemoryEnd(leaf, 'utf16', text), expected),
          `length ${length} of ${pattern}`,
        ).toBeUndefined()
      }
    }
  })

  const seed = Number(process.env.TOCSON_SEED ?? Date.now() % 2 ** 31)
  it(
    `writes random mixtures (TOCSON_SEED=${seed})`,
    () => {
      const random = seededRandom(seed)
      for (let round = 0; round < 60; round++) {
        const texts = Array.from({ length: 500 }, () => randomText(random))
        expect(difference(texts), `round ${round}`).toBeUndefined()
      }
    },
    TEST_TIMEOUT_MS,
  )
})

it('reaches the worst case and never passes it', () => {
  const { writeUtf16String, ESCAPED_BYTES_PER_UNIT_MAX, QUOTE_BYTES } = harness.leaves
  for (const length of LENGTHS) {
    for (const unit of ['\u0001', '\udc00']) {
      const written = harness.writeAll(writeUtf16String, 'utf16', [unit.repeat(length)])
      expect(written.length - 1).toBe(ESCAPED_BYTES_PER_UNIT_MAX.value * length + QUOTE_BYTES.value)
    }
  }
})

const ALPHABETS: readonly ((random: (limit: number) => number) => number)[] = [
  random => 0x61 + random(26),
  random => random(0x80),
  random => 0x80 + random(0x780),
  random => 0x430 + random(32),
  random => 0x800 + random(0xd000),
  random => 0xd800 + random(0x800),
  random => 0xe000 + random(0x2000),
  random => random(0x10000),
  random => [0x22, 0x5c, 0x0a, 0x3c, 0x2028][random(5)]!,
]

// Two alphabets mixed in a random proportion, so that blocks of one kind, of both and their borders all
// occur.
function randomText(random: (limit: number) => number): string {
  const [first, second] = [ALPHABETS[random(ALPHABETS.length)]!, ALPHABETS[random(ALPHABETS.length)]!]
  const share = random(30)
  const length = random(random(4) === 0 ? 300 : 50)
  let text = ''
  while (text.length < length) {
    if (random(12) === 0) text += String.fromCodePoint(0x10000 + random(0x100000))
    else text += String.fromCharCode((random(30) < share ? first : second)(random))
  }
  return text
}
