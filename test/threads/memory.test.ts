// Pools where memory that threads share is scarce: each kernel reserves address space, which a process may be short of.

import { afterEach, expect, it } from 'vitest'
import { uncounted } from '../../src/toc/counted-bytes.ts'
import { bytesOf, errorOf, filmRows, films, SOURCES } from '../toc/sliced.ts'
import { withPool } from './pools.ts'

const rows = filmRows(5_000)
const expected = films.serialize(rows)
const { Memory } = WebAssembly

afterEach(() => void Object.assign(WebAssembly, { Memory }))

/** Lets so many kernels have a memory, and no more. */
function allowKernels(count: number): void {
  let left = count
  const Scarce = class extends Memory {
    constructor(descriptor: ConstructorParameters<typeof Memory>[0]) {
      if (left-- <= 0) throw new RangeError('no memory')
      super(descriptor)
    }
  }
  Object.assign(WebAssembly, { Memory: Scarce })
}

it('none for any kernel is an error with a code, and no kernel is lost', () =>
  withPool({ threads: 1 }, async writer => {
    allowKernels(0)
    for (let i = 0; i < 20; i++) {
      expect(await errorOf(films.serializeAsync(rows, { writer }))).toMatchObject({
        code: 'WRITER_UNAVAILABLE',
        cause: expect.any(RangeError),
      })
    }
    Object.assign(WebAssembly, { Memory })
    const lists = await Promise.all([1, 2, 3].map(() => films.serializeAsync(rows, { writer })))
    expect(lists.every(list => list.blob.equals(expected.blob))).toBe(true)
  }))

it('none for any kernel: this thread writes, where it may', () =>
  withPool({ threads: 1, onUnavailable: 'in-thread' }, async writer => {
    allowKernels(0)
    const list = await films.serializeAsync(rows, { writer })
    expect(list.blob.equals(expected.blob)).toBe(true)
  }))

it.each([1, 2, 3])('enough for %i kernels: builds wait for each other', kernels =>
  withPool({ threads: 2 }, async writer => {
    allowKernels(kernels)
    const wrong = rows.with(2_000, { ...rows[0]!, title: 5 as never })
    for (let round = 0; round < 3; round++) {
      const builds = Object.values(SOURCES).map(source => films.serializeAsync(source(rows), { writer }))
      const failing = films.serializeAsync(wrong, { writer })
      const stream = bytesOf(films.stream(rows, { writer }))
      expect((await stream).equals(expected.blob)).toBe(true)
      for (const list of await Promise.all(builds)) expect(list.blob.equals(expected.blob)).toBe(true)
      expect(await errorOf(failing)).toMatchObject({ path: '/2000/title' })
    }
  }),
)

it('of a pool that was closed is counted, as V8 would not know of it', async () => {
  const before = await withPool({ threads: 1 }, async writer => {
    await films.serializeAsync(rows, { writer })
    return uncounted.byteLength
  })
  expect(uncounted.byteLength - before).toBeGreaterThan(2 ** 20)
})
