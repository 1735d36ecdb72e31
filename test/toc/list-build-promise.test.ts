// A build as the promise it is, and what it tells while it runs.

import { expect, it, vi } from 'vitest'
import type { SerializeError } from '../../src/errors.ts'
import { ListBuild } from '../../src/toc/list-build.ts'
import { filmRows, films } from './sliced.ts'

const failing = function* () {
  yield* filmRows(3)
  throw new Error('cursor lost')
}

it('tells bytes and rows as they come, and the total when it is known', async () => {
  const rows = filmRows(2_000)
  const seen: [number, number, number | undefined][] = []
  const build = films.serializeAsync(new Set(rows), {
    sliceMs: 0,
    onProgress: () => seen.push([build.rowCount, build.byteLength, build.total]),
  })
  expect([build.rowCount, build.byteLength, build.total]).toEqual([0, 1, undefined])
  const list = await build
  expect([build.rowCount, build.total]).toEqual([2_000, 2_000])
  expect(seen.length).toBeGreaterThan(1)
  for (const [rowCount, byteLength] of seen) expect(byteLength).toBe(list.toc[rowCount])
  expect(films.serializeAsync(rows).total).toBe(2_000)
})

it('has the methods of a promise', async () => {
  const onEnd = vi.fn()
  const build = films.serializeAsync(filmRows(3))
  expect(build).toBeInstanceOf(ListBuild)
  expect(Object.prototype.toString.call(build)).toBe('[object ListBuild]')
  expect((await build.finally(onEnd)).length).toBe(3)
  expect((await build.catch(() => undefined))?.length).toBe(3)
  expect(await build.then(list => list.length)).toBe(3)
  expect(onEnd).toHaveBeenCalledOnce()
  const failed = films.serializeAsync(failing())
  expect(await failed.catch(error => (error as SerializeError).path)).toBe('/3')
  expect(await failed.then(undefined, error => (error as SerializeError).path)).toBe('/3')
  await expect(failed.finally(onEnd)).rejects.toMatchObject({ code: 'USER_CODE' })
  expect(onEnd).toHaveBeenCalledTimes(2)
})
