import { Buffer } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { FrameError } from '../../src/cache/errors.ts'
import { contentVersion, encodeFrame, encodeFrameParts, openFrame } from '../../src/cache/frame.ts'
import { fingerprintOf, HEADER_BYTES } from '../../src/cache/frame-header.ts'
import { assertTocOf, isSliceIntact } from '../../src/cache/frame-index.ts'
import { PageError } from '../../src/errors.ts'
import { JsonList } from '../../src/toc/json-list.ts'
import { listOf, listOfJson, markedList, seededRandom } from './harness/lists.ts'

const LISTS: readonly (readonly [string, JsonList])[] = [
  ['empty', listOf([])],
  ['one row of one byte', listOf([1])],
  ['two rows', listOf([{ a: 1 }, 'é€😀'])],
  ['rows of every size from 1', listOf(Array.from({ length: 40 }, (_, index) => 'x'.repeat(index)))],
  ['1,000 rows', markedList('m', 1_000)],
]

describe('a frame', () => {
  test.each(LISTS)('gives the list back: %s', (_, list) => {
    const frame = openFrame(encodeFrame(list, { fingerprint: 'schema 1' }))
    expect(frame.length).toBe(list.length)
    expect(frame.version).toBe(contentVersion(list))
    expect(frame.header.fingerprint).toBe(fingerprintOf('schema 1'))
    expect(frame.list().blob.equals(list.blob)).toBe(true)
    expect([...frame.list().toc]).toEqual([...list.toc])
  })

  test.each(LISTS)('gives every slice, verified alone: %s', (_, list) => {
    const frame = openFrame(encodeFrame(list))
    const step = list.length > 50 ? 37 : 1
    for (let offset = 0; offset <= list.length + 1; offset += step) {
      for (let limit = 0; limit <= list.length + 1; limit += step) {
        expect(frame.slice(offset, limit).equals(list.slice(offset, limit))).toBe(true)
      }
    }
    expect(frame.slice(0, Number.POSITIVE_INFINITY).equals(list.slice(0, list.length))).toBe(true)
  })

  test('is a view: slices share the memory it was opened on, aligned or not', () => {
    const list = markedList('m', 20)
    for (let shift = 0; shift < 9; shift += 1) {
      const bytes = Buffer.concat([Buffer.alloc(shift), encodeFrame(list)]).subarray(shift)
      const slice = openFrame(bytes).slice(3, 4)
      expect(slice.buffer).toBe(bytes.buffer)
      expect(slice.equals(list.slice(3, 4))).toBe(true)
    }
  })

  test('opens without touching toc or rows', () => {
    const bytes = encodeFrame(markedList('m', 100))
    bytes.fill(0xff, HEADER_BYTES)
    const frame = openFrame(bytes)
    expect(frame.length).toBe(100)
    expect(() => frame.slice(0, 1)).toThrow(FrameError)
  })

  test('takes a plain Uint8Array', () => {
    expect(
      openFrame(Uint8Array.from(encodeFrame(listOf([1, 2]))))
        .slice(1, 1)
        .toString(),
    ).toBe('2')
  })

  test.each([-1, 0.5, Number.NaN, '1' as unknown as number])('refuses %s as an offset', value => {
    expect(() => openFrame(encodeFrame(listOf([1]))).slice(value, 1)).toThrow(PageError)
  })
})

test('the example in docs/FORMAT.md is what is written', async () => {
  const text = await readFile(new URL('../../docs/FORMAT.md', import.meta.url), 'utf8')
  const [frame] = text.split('\n# The pointer\n')
  const lines = frame!.matchAll(/^ *\d+ {2}((?:[0-9a-f]{2} )+)/gm)
  const hex = Array.from(lines, match => match[1]!.replaceAll(' ', '')).join('')
  expect(encodeFrame(listOf([{ a: 1 }, 2])).toString('hex')).toBe(hex)
})

describe('damage to a small frame', () => {
  const list = listOf([{ a: 1 }, 'é', [null]])
  const bytes = encodeFrame(list, { fingerprint: 'f' })

  test('truncation at every byte, and a byte too many', () => {
    for (let length = 0; length < bytes.byteLength; length += 1) {
      expect(() => openFrame(bytes.subarray(0, length)).verify(), `${length} bytes`).toThrow(FrameError)
    }
    expect(() => openFrame(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(FrameError)
    openFrame(bytes).verify()
  })

  test('every single-bit flip', () => {
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => openFrame(damaged).verify(), `bit ${bit}`).toThrow(FrameError)
      expect(() => openFrame(damaged).list(), `bit ${bit}`).toThrow(FrameError)
    }
  })

  test('every single-bit flip shows in a page that holds it, and in no other', () => {
    const { blobStart } = openFrame(bytes).header
    for (let bit = blobStart * 8; bit < bytes.byteLength * 8; bit += 1) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      const frame = openFrame(damaged)
      const at = (bit >> 3) - blobStart
      for (let row = 0; row < list.length; row += 1) {
        const holds = at >= list.toc[row]! && at < list.toc[row + 1]! - 1
        if (holds) expect(() => frame.slice(row, 1), `bit ${bit}, row ${row}`).toThrow(FrameError)
        else expect(frame.slice(row, 1).equals(list.slice(row, 1))).toBe(true)
      }
    }
  })

  test('every pair of swapped bytes that differ', () => {
    for (let first = 0; first < bytes.byteLength; first += 1) {
      for (let second = first + 1; second < bytes.byteLength; second += 1) {
        if (bytes[first] === bytes[second]) continue
        const damaged = Buffer.from(bytes)
        damaged[first] = bytes[second]!
        damaged[second] = bytes[first]!
        expect(() => openFrame(damaged).verify(), `${first} and ${second}`).toThrow(FrameError)
      }
    }
  })

  test('200,000 random bytes are never a frame, with or without its magic', () => {
    const random = seededRandom(3)
    for (let round = 0; round < 2_000; round += 1) {
      const noise = Buffer.from(Uint8Array.from({ length: 100 }, () => random() * 256))
      if (round % 2 === 0) bytes.copy(noise, 0, 0, 8)
      expect(() => openFrame(noise).verify()).toThrow(FrameError)
    }
  })
})

describe('a slice', () => {
  const list = markedList('slices', 30)
  const { index } = encodeFrameParts(list)

  test('of other rows, of the same length or not, is told', () => {
    for (let start = 0; start < 30; start += 1) {
      for (let end = start + 1; end <= 30; end += 1) {
        const slice = list.slice(start, end - start)
        expect(isSliceIntact(index, start, end, slice)).toBe(true)
        for (let other = 0; other < 30; other += 1) {
          const foreign = list.blob.subarray(list.toc[other]!, list.toc[other]! + slice.byteLength)
          if (other !== start) expect(isSliceIntact(index, start, end, foreign)).toBe(foreign.equals(slice))
        }
      }
    }
  })

  test('that is short, long or empty is told', () => {
    const slice = list.slice(3, 2)
    for (const wrong of [slice.subarray(1), slice.subarray(0, -1), Buffer.alloc(0), list.slice(3, 3)]) {
      expect(isSliceIntact(index, 3, 5, wrong)).toBe(false)
    }
  })
})

describe('what is no list', () => {
  test.each([[[{ id: 1 }]], [{}], [undefined], [Promise.resolve(listOf([]))]])('is refused: %s', value => {
    for (const use of [encodeFrame, contentVersion]) {
      const code = 'CACHE_OPTION'
      expect(() => use(value as never)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining('a JsonList') }),
      )
    }
  })
})

describe('the content version', () => {
  test('is equal for equal content, whatever the objects and the toc’s type', () => {
    const list = markedList('v', 50)
    const wide = new JsonList(Buffer.from(list.blob), Float64Array.from(list.toc))
    expect(contentVersion(wide)).toBe(contentVersion(list))
    expect(encodeFrame(wide, { fingerprint: 'x' }).equals(encodeFrame(list, { fingerprint: 'x' }))).toBe(true)
    expect(contentVersion(list)).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })

  test('differs when a byte or a row border differs', () => {
    const versions = [listOf(['ab']), listOf(['ac']), listOf(['a', 'b']), listOfJson(['[1]', '[2]'])].map(
      contentVersion,
    )
    const blob = Buffer.from('[[1],[2]]')
    versions.push(contentVersion(new JsonList(blob, Uint32Array.of(1, 9))))
    expect(new Set(versions).size).toBe(versions.length)
  })

  test('does not change between releases', () => {
    expect(contentVersion(listOf([]))).toBe('PFN2q8BNL_Aq9bieGQOZ2g')
    expect(contentVersion(listOf([{ a: 1 }, 2]))).toBe('BdlRaEGLvjD9yaehnriZKg')
  })
})

describe('an 8-byte toc', () => {
  test('reads and verifies like a 4-byte one', () => {
    const list = markedList('wide', 25)
    const { prefix, blob, header } = encodeFrameParts(list, { tocByteWidth: 8 })
    for (let shift = 0; shift < 8; shift += 1) {
      const bytes = Buffer.concat([Buffer.alloc(shift), prefix, blob]).subarray(shift)
      const frame = openFrame(bytes)
      expect(frame.header.tocByteWidth).toBe(8)
      expect(frame.slice(7, 9).equals(list.slice(7, 9))).toBe(true)
      frame.verify()
    }
    expect(header.crcStart).toBe(HEADER_BYTES + 26 * 8)
  })

  test('comes by itself with a blob over 4 GiB, whose last rows are read and verified', () => {
    const blob = Buffer.alloc(2 ** 32 + 20)
    blob.write('[', 0)
    blob.write(',"tail",2]', 2 ** 32 + 10)
    const list = new JsonList(blob, Float64Array.of(1, 2 ** 32 + 11, 2 ** 32 + 18, 2 ** 32 + 20))
    const { header, index } = encodeFrameParts(list)
    expect(header.tocByteWidth).toBe(8)
    expect(header.byteLength).toBe(64 + 4 * 8 + 4 * 4 + blob.byteLength)
    expect(isSliceIntact(index, 1, 3, list.slice(1, 2))).toBe(true)
    expect(isSliceIntact(index, 1, 3, Buffer.from('"tail",3'))).toBe(false)
  }, 60_000)
})

describe('assertTocOf', () => {
  test.each([
    ['a row without a byte', [1, 2], 2],
    ['going back', [1, 9, 5, 12], 12],
    ['a wrong start', [0, 5], 5],
    ['a wrong end', [1, 5], 6],
    ['an empty list that starts as a full one', [1], 1],
    ['a fraction', [1, 3.5, 6], 6],
    ['NaN', [1, Number.NaN, 6], 6],
    ['beyond the blob', [1, 1e15, 6], 6],
  ])('refuses %s', (_, toc, blobByteLength) => {
    expect(() => assertTocOf(Float64Array.from(toc), blobByteLength)).toThrow(FrameError)
  })
})
