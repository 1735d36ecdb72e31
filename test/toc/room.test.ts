// A list's memory follows from the rows that are there, unless these say little of the others.

import { describe, expect, it, vi } from 'vitest'
import { compile, PackedList } from '../../src/index.ts'
import { allocate, bytesToReserve } from '../../src/toc/room.ts'
import { withPool } from '../threads/pools.ts'

const MIB = 2 ** 20
const MILLION = 1_000_000
const texts = compile<{ type: 'string' }>({ type: 'string' })

/** Small rows, huge ones at some places. */
function rowsWith(count: number, huge: Record<number, number>): string[] {
  return Array.from({ length: count }, (_, i) => 'x'.repeat(huge[i] ?? 1))
}

describe('bytes to reserve', () => {
  it('double while nobody knows how many rows will come, and are those there when none will', () => {
    const seen = { byteLength: 5_000, rowCount: 100, largestChunk: 5_000 }
    expect(bytesToReserve(seen, undefined)).toBe(10_000)
    expect(bytesToReserve({ ...seen, byteLength: 10 }, undefined)).toBe(1024)
    expect(bytesToReserve(seen, 100)).toBe(5_000)
    expect(bytesToReserve(seen, 7)).toBe(5_000)
  })

  it('follow from the average of a sample, or of earlier lists when these were not too different', () => {
    const seen = { byteLength: 25_600, rowCount: 256, largestChunk: 25_600 }
    const of = (rowBytes: number) => Math.ceil(25_600 + (MILLION - 256) * rowBytes * 1.125) + 1024
    expect(bytesToReserve(seen, MILLION)).toBe(of(100))
    expect(bytesToReserve(seen, MILLION, 50)).toBe(of(100))
    expect(bytesToReserve(seen, MILLION, 120)).toBe(of(120))
    expect(bytesToReserve(seen, MILLION, 20 * MIB)).toBe(of(400))
  })

  it('of one row, or with a huge one, are no more than a little, or double', () => {
    expect(bytesToReserve({ byteLength: 1_000, rowCount: 1, largestChunk: 1_000 }, MILLION)).toBe(MIB)
    const huge = { byteLength: 20 * MIB, rowCount: 200, largestChunk: 20 * MIB }
    expect(bytesToReserve(huge, MILLION)).toBe(40 * MIB)
    expect(bytesToReserve(huge, 201)).toBeLessThan(21 * MIB)
  })

  it('of huge rows follow from their average once there are some', () => {
    const seen = { byteLength: 16 * MIB, rowCount: 16, largestChunk: MIB }
    expect(bytesToReserve(seen, 32)).toBe(34 * MIB + 1024)
    expect(bytesToReserve(seen, MILLION)).toBe(64 * MIB)
    expect(bytesToReserve({ ...seen, largestChunk: 2 * MIB }, MILLION)).toBe(32 * MIB)
  })

  it('have a limit, until a good part is there', () => {
    const seen = { byteLength: MIB, rowCount: 100, largestChunk: 10_000 }
    expect(bytesToReserve(seen, 10 * MILLION)).toBe(1024 * MIB)
    const part = { byteLength: 1024 * MIB, rowCount: 100 * 1024, largestChunk: 10_000 }
    expect(bytesToReserve(part, 10 * MILLION)).toBe(16 * 1024 * MIB)
  })
})

it('less is taken where there is not as much as might be needed', () => {
  const unsafe = vi.spyOn(Buffer, 'allocUnsafeSlow')
  unsafe.mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed')
  })
  expect(allocate(1_000, 10).byteLength).toBe(10)
  unsafe.mockImplementation(() => {
    throw new RangeError('Failed to allocate memory')
  })
  expect(() => allocate(1_000, 10)).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE', received: '10 bytes' }),
  )
  unsafe.mockRestore()
})

describe.each([
  ['first', { 0: 20 * MIB }],
  ['at the end of the first chunk', { 200: 20 * MIB }],
  ['several among small ones', { 3: 2 * MIB, 300: 2 * MIB, 600: 2 * MIB, 900: 2 * MIB, 901: 2 * MIB }],
])('a list with huge rows: %s', (_, huge) => {
  const rows = rowsWith(100_000, huge)
  const json = Buffer.from(JSON.stringify(rows))
  const few = json.byteLength * 3

  it('takes no more than a few times its size', async () => {
    const list = texts.serialize(rows)
    expect(list.blob.equals(json)).toBe(true)
    expect(list.blob.buffer.byteLength).toBeLessThan(few)
    const sliced = await texts.serializeAsync(rows)
    expect(sliced.blob.equals(json)).toBe(true)
    expect(sliced.blob.buffer.byteLength).toBeLessThan(few)
  })

  it('is packed, and written by a pool', async () => {
    const packed = texts.pack(rows)
    expect(texts.serialize(new PackedList(packed)).blob.equals(json)).toBe(true)
    expect(packed.buffer.byteLength).toBeLessThan(packed.byteLength * 3)
    await withPool({ threads: 1 }, async writer => {
      const list = await texts.serializeAsync(rows, { writer })
      expect(list.blob.equals(json)).toBe(true)
    })
  })
})
