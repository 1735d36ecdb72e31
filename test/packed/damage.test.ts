// Bytes that were cut, flipped or made up: with checksums as they were, a typed error always; with checksums put
// right again, a typed error, or rows and JSON the schema allows. Never anything else.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PackedError } from '../../src/packed/packed-error.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, type Random, randomOf, testSeed } from '../random.ts'
import { reseal } from './bytes.ts'
import { everyRow, everything } from './everything.ts'
import { read, readerOf } from './outcomes.ts'

const reader = readerOf(everything)
const wide = reader.serializer.pack(everyRow)
const ascii = reader.serializer.pack(everyRow.map(row => ({ ...row, open: { a: 1, s_one: 'e', n_two: 2 } })))
const forms = [
  ['ASCII', ascii],
  ['UTF-16', wide],
] as const

test.each(forms)('undamaged: %s', (_, bytes) => {
  expect(read(reader, Buffer.from(bytes))).toBe('read')
})

test.each(forms)('cut at every byte: %s', (_, bytes) => {
  for (let length = 0; length < bytes.length; length++) {
    const cut = Buffer.from(bytes.subarray(0, length))
    expect(read(reader, cut), `${length} bytes`).toBe('refused')
    if (length < 48) continue
    cut.writeBigUInt64LE(BigInt(length), 32)
    expect(read(reader, reseal(cut)), `${length} bytes, resealed`).toBe('refused')
  }
})

test.each(forms)('every bit flipped, checksums as they were: %s', (_, bytes) => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => reader.serializer.unpack(flipped), `bit ${bit}`).toThrow(PackedError)
  }
})

// Of the second form every third bit is enough for a short run: all places in a byte are among them.
test.each(forms)('bits flipped, checksums put right: %s', (form, bytes) => {
  const outcomes = { read: 0, refused: 0 }
  const step = isLong || form === 'ASCII' ? 1 : 3
  for (let bit = 0; bit < bytes.length * 8; bit += step) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    outcomes[readNamed(`bit ${bit}`, () => read(reader, reseal(flipped)))]++
  }
  // Numbers take almost any bits, counts and tags almost none.
  expect(outcomes.read).toBeGreaterThan(300)
  expect(outcomes.refused).toBeGreaterThan(300)
})

const SLOTS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1,
  2,
  3,
  -1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 1,
  8.64e15,
  8.64e15 + 2,
  2 ** 53,
  1e300,
]

test('random schemas, slots and text replaced', { timeout: isLong ? 3_600_000 : 60_000 }, () => {
  const seed = testSeed()
  console.log(`packed damage: seed ${seed}`)
  const outcomes = { read: 0, refused: 0 }
  const property = fc.property(
    schemaCase,
    fc.integer(),
    ({ schema, options, limits, seeds, row }, damageSeed) => {
      const random = randomOf(damageSeed)
      const one = readerOf(schema, options, false)
      for (const rowSeed of seeds) {
        const bytes = packed(() => one.formats[0]!.pack([row(rowSeed), row(rowSeed)], limits))
        if (bytes === undefined) continue
        for (let i = 0; i < 12; i++) {
          const damaged = reseal(damage(Buffer.from(bytes), random))
          outcomes[readNamed(damaged.toString('hex'), () => read(one, damaged))]++
        }
      }
    },
  )
  fc.assert(property, { seed, numRuns: isLong ? 50_000 : 350 })
  expect(outcomes.read).toBeGreaterThan(100)
  expect(outcomes.refused).toBeGreaterThan(100)
})

/** Rows with wrong values among them give no bytes. */
function packed(pack: () => Buffer): Buffer | undefined {
  try {
    return pack()
  } catch {
    return undefined
  }
}

/** Changes up to three slots, bytes or figures of the first chunk. */
function damage(bytes: Buffer, random: Random): Buffer {
  const slotCount = bytes.readUInt32LE(52)
  for (let changes = random.below(3); changes >= 0; changes--) {
    const kind = random.below(8)
    if (kind < 6 && slotCount > 0) bytes.writeDoubleLE(random.pick(SLOTS), 64 + random.below(slotCount) * 8)
    else if (kind === 6) bytes[64 + random.below(bytes.length - 64)]! = random.below(256)
    else bytes.writeUInt16LE(random.below(4), 48)
  }
  return bytes
}

function readNamed<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new Error(`${name}: ${cause}`, { cause })
  }
}
