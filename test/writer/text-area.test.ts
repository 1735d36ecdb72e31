// Text of large rows: written piece by piece, put aside when the area is full, ASCII as long as all of it is.

import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { describe, expect, it, vi } from 'vitest'
import { compile, PackedList, SerializeError } from '../../src/index.ts'
import { AREA_BYTES, AREA_UNITS, TextArea } from '../../src/writer/text-area.ts'

const START = 64

function areaOf(...texts: readonly string[]): TextArea {
  const area = new TextArea(Buffer.alloc(START + AREA_BYTES + 64))
  area.start = START
  for (const text of texts) area.append(text)
  return area
}

function movedText(area: TextArea): string {
  const memory = Buffer.alloc(area.bytes.length + area.byteLength)
  area.bytes.copy(memory)
  area.bytes = memory
  const start = memory.length - area.byteLength
  area.moveTo(start)
  return memory.toString(area.wide ? 'utf16le' : 'latin1', start)
}

const letters = 'x'.repeat(AREA_UNITS - 1)
const some = 'some text. '.repeat(20)
const accents = 'é'.repeat(300)

describe('text that does not fit the area', () => {
  it.each([
    ['ASCII, a unit too many', ['ab', letters], false],
    ['ASCII as long as the area, twice', [`${letters}a`, `${letters}b`], false],
    ['ASCII longer than the area', [some, letters + some, some], false],
    ['many pieces of ASCII', Array(2000).fill(some), false],
    ['other text at the end', [some, letters, letters, accents], true],
    ['other text at the beginning', [accents, letters, some, letters], true],
    ['other text between, longer than the area', [some, letters + accents, some], true],
    ['other text longer than the area, after other text', [accents, letters + accents, letters], true],
    ['other text in what is in the area already', [letters, some, accents, letters], true],
    ['halves of pairs, apart', [letters, '\ud83d', letters, '\ude00'], true],
  ])('%s', (_, texts, wide) => {
    const text = texts.join('')
    const area = areaOf(...texts)
    expect([area.units, area.wide, area.isSpilled]).toEqual([text.length, wide, true])
    let start = 0
    for (const each of texts) {
      expect(area.slice(start, start + each.length) === each).toBe(true)
      start += each.length
    }
    expect(movedText(area) === text).toBe(true)
  })

  it('is ASCII given as bytes, too', () => {
    const area = areaOf(some)
    const ascii = Buffer.from(letters)
    area.appendAscii(ascii)
    area.appendAscii(Buffer.from(letters + some))
    area.append(accents)
    area.appendAscii(ascii)
    expect(movedText(area) === some + letters + letters + some + accents + letters).toBe(true)
  })

  it('is gone with the next chunk', () => {
    const area = areaOf(letters, letters)
    area.reset()
    area.append('a')
    expect([area.units, area.isSpilled, area.wide, area.slice(0, 1)]).toEqual([1, false, false, 'a'])
  })

  it('may be too much for memory, which is an error of the row', () => {
    const serializer = compile(Type.Object({ text: Type.String() }))
    const run = () => serializer.serializeOne({ text: `${letters}ab` })
    expect(run().length).toBe(AREA_UNITS + 12)
    const original = Buffer.from as (value: unknown) => Buffer
    const from = vi.spyOn(Buffer, 'from').mockImplementation((value: unknown) => {
      if (typeof value === 'string') throw new RangeError('Array buffer allocation failed')
      return original(value) as never
    })
    try {
      expect(run).toThrow(SerializeError)
      expect(run).toThrow(expect.objectContaining({ code: 'TOO_LARGE', path: '/text' }))
    } finally {
      from.mockRestore()
    }
    expect(run().length).toBe(AREA_UNITS + 12)
  })
})

const item = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
})
const response = Type.Object({ total: Type.Integer(), items: Type.Array(item) })
const itemOf = (id: number, name: string) => ({
  id,
  name: `${name} ${id}`,
  tags: { [`tag ${id}`]: name, b: 'c' },
})

describe.each([true, false])('one large row, codegen: %s', codegen => {
  const serializer = compile(response, { codegen })

  it.each([
    ['ASCII', () => 'plain'],
    ['other text here and there', (i: number) => (i % 5000 === 4999 ? 'né' : 'plain')],
    ['other text', () => 'žluťoučký 🐎'],
    ['long and short text', (i: number) => (i % 3 === 0 ? 'long '.repeat(i % 200) : 'short')],
  ])('has the JSON of JSON.stringify: %s', (_, nameOf) => {
    const items = Array.from({ length: 20_000 }, (_, i) => itemOf(i, nameOf(i)))
    const row = { total: items.length, items }
    const json = JSON.stringify(row)
    expect(serializer.serializeOne(row).equals(Buffer.from(json))).toBe(true)
    const packed = serializer.pack([row, { total: 0, items: [] }, row])
    expect(serializer.unpack(packed)).toEqual([row, { total: 0, items: [] }, row])
    const { blob } = serializer.serialize(new PackedList(packed))
    expect(blob.equals(serializer.serialize([row, { total: 0, items: [] }, row]).blob)).toBe(true)
    expect(serializer.serializeOne({ total: 1, items: [itemOf(1, 'after')] }).toString()).toBe(
      JSON.stringify({ total: 1, items: [itemOf(1, 'after')] }),
    )
  })

  it('tells where it fails', () => {
    const items: object[] = Array.from({ length: 20_000 }, (_, i) => itemOf(i, 'plain'))
    items.push({ id: 1, name: 'x', tags: { 'a name': 'fits', 'another/name': 5 } })
    expect(() => serializer.serializeOne({ total: 1, items } as never)).toThrow(
      expect.objectContaining({ code: 'TYPE', path: '/items/20000/tags/another~1name' }),
    )
  })
})

it('tells where a row fails behind more text than a string can hold', () => {
  const serializer = compile(Type.Object({ texts: Type.Array(Type.String()), tags: item.properties.tags }))
  const half = 'x'.repeat(2 ** 28)
  const row = { texts: [half, half], tags: { 'a name': 'fits', 'another/name': 5 } }
  expect(() => serializer.serializeOne(row as never)).toThrow(
    expect.objectContaining({ code: 'TYPE', path: '/tags/another~1name' }),
  )
}, 60_000)
