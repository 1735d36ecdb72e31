// What a machine of the other byte order does: turns every entry around, both ways.

import { Buffer } from 'node:buffer'
import { endianness } from 'node:os'
import { expect, it, vi } from 'vitest'
import { encodeFrame, openFrame } from '../../src/cache/frame.ts'
import { littleEndianBytes } from '../../src/cache/frame-index.ts'
import { markedList } from './harness/lists.ts'

vi.mock('node:os', async original => ({
  ...(await original<typeof import('node:os')>()),
  endianness: () => 'BE',
}))

const bytesOf = (values: Uint32Array | Float64Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength)

it('entries of both widths are turned around, in a copy', () => {
  expect(endianness()).toBe('BE')
  const narrow = Uint32Array.of(1, 0x01020304)
  const wide = Float64Array.of(1, 2 ** 40)
  const before = bytesOf(wide).toString('hex')
  expect(littleEndianBytes(narrow)).toEqual(Buffer.from(bytesOf(narrow)).swap32())
  expect(littleEndianBytes(wide)).toEqual(Buffer.from(bytesOf(wide)).swap64())
  expect(bytesOf(wide).toString('hex')).toBe(before)
})

it('a frame that was written so is read so', () => {
  const list = markedList('m', 20)
  const bytes = encodeFrame(list)
  const frame = openFrame(bytes)
  frame.verify()
  expect([...frame.list().toc]).toEqual([...list.toc])
  expect(bytes.readUInt32BE(64)).toBe(list.toc[0])
})
