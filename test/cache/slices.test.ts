// Passes over a large list's bytes: the same at once and in slices, and the event loop comes round meanwhile.

import { expect, test } from 'vitest'
import { contentVersion, encodeFrameParts, frameSteps, versionSteps } from '../../src/cache/frame.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { inSlices, PIECE_BYTES, type Steps } from '../../src/cache/slices.ts'
import { JsonList } from '../../src/toc/json-list.ts'

/** `rowCount` rows that are strings of `length` letters. */
function listOf(rowCount: number, length: number): JsonList {
  const rowBytes = length + 3
  const blob = Buffer.alloc(1 + rowCount * rowBytes, `"${'x'.repeat(length)}",`)
  blob.copyWithin(1, 0)
  blob[0] = 0x5b
  blob[blob.byteLength - 1] = 0x5d
  return new JsonList(
    blob,
    Uint32Array.from({ length: rowCount + 1 }, (_, i) => 1 + i * rowBytes),
  )
}

const few = listOf(3, 5)
const long = listOf(40, 400_000)
const many = listOf(200_000, 1)

test.each([
  ['few rows', few],
  ['long rows', long],
  ['many rows', many],
])('%s: the same in slices as at once', async (_, list) => {
  expect(() => JSON.parse(list.blob.toString())).not.toThrow()
  expect(await inSlices(versionSteps(list))).toBe(contentVersion(list))
  const [sliced, whole] = [await inSlices(frameSteps(list)), encodeFrameParts(list)]
  expect(sliced.prefix.equals(whole.prefix)).toBe(true)
  expect(sliced.header).toEqual(whole.header)
})

test.each([
  ['the version of long rows', () => versionSteps(long), long.blob.byteLength / PIECE_BYTES],
  ['the checksums of long rows', () => frameSteps(long, { version: 'A'.repeat(22) }), 13],
  ['the checksums of many rows', () => frameSteps(many, { version: 'A'.repeat(22) }), 200_000 / 4096],
] as [string, () => Steps<unknown>, number][])('%s come in pieces', (_, steps, least) => {
  let count = 0
  for (const _step of steps()) count++
  expect(count).toBeGreaterThanOrEqual(Math.floor(least))
})

test('others run while the cache finishes a large list', async () => {
  const cache = new PageCache()
  let turns = 0
  const count = setInterval(() => turns++, 0)
  const list = listOf(300, 400_000)
  await cache.page({ key: 'long', build: () => list, offset: 0, limit: 1 })
  clearInterval(count)
  expect(turns).toBeGreaterThan(2)
})
