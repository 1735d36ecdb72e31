import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type CompileOptions, compile } from '../../src/index.ts'
import { createWriterPool } from '../../src/threads/index.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { filmRows, films, SOURCES } from '../toc/sliced.ts'
import { outcomeOf } from './pools.ts'

const CASES = isLong ? 20_000 : 300
const NAMES = Object.keys(SOURCES).filter(name => name !== 'set' && name !== 'Node stream')
const pools = [1, 3].map(threads => createWriterPool({ threads }))
afterAll(() => Promise.all(pools.map(pool => pool.close())))

describe('other threads write the same bytes and the same toc, or give the same error', () => {
  it('for random rows of random schemas', async () => {
    const property = fc.asyncProperty(schemaCase, fc.constantFrom(...NAMES), async (example, name) => {
      const serializer = compile(example.schema as never, example.options as CompileOptions)
      const make = () => example.seeds.map(example.row) as never[]
      const expected = await outcomeOf(() => serializer.serialize(make()))
      for (const writer of pools) {
        const build = serializer.serializeAsync(SOURCES[name]!(make()), { writer })
        expect(await outcomeOf(() => build)).toBe(expected)
      }
    })
    await fc.assert(property, { numRuns: CASES, seed: testSeed() })
  })

  it('for every kind of source, with more chunks than kernels', async () => {
    const rows = filmRows(20_000)
    const expected = films.serialize(rows)
    for (const writer of pools) {
      for (const [name, source] of Object.entries(SOURCES)) {
        const list = await films.serializeAsync(source(rows), { writer })
        expect(list.blob.equals(expected.blob), name).toBe(true)
        expect(list.toc, name).toEqual(expected.toc)
      }
    }
  })

  it('for real films, and many lists at once', async () => {
    const serializer = compile(FILM_SCHEMA as never)
    const rows = loadFilms() as never[]
    const expected = serializer.serialize(rows)
    const builds = Array.from({ length: 60 }, (_, i) => {
      const count = i % 3 === 0 ? rows.length : i * 40
      return { count, build: serializer.serializeAsync(rows.slice(0, count), { writer: pools[i % 2]! }) }
    })
    for (const { count, build } of builds) {
      const list = await build
      expect(list.length).toBe(count)
      expect(list.page(0, count).toBuffer().equals(expected.page(0, count).toBuffer())).toBe(true)
    }
  })

  it('for one huge row among small ones, and for no rows', async () => {
    // The second makes kernels so large that they are not kept.
    for (const count of [3_000_000, 6_000_000]) {
      const row = { id: 1, title: 'é"'.repeat(count), released: null }
      const rows = [...filmRows(6_000), row, ...filmRows(6_000)]
      const expected = films.serialize(rows)
      for (const writer of pools) {
        const list = await films.serializeAsync(rows, { writer })
        expect(list.blob.equals(expected.blob)).toBe(true)
        expect(list.toc).toEqual(expected.toc)
      }
    }
    for (const writer of pools) {
      expect(await outcomeOf(() => films.serializeAsync([], { writer }))).toBe('[] 2')
      const none = films.serializeAsync([], { writer })
      expect([(await none).length, none.byteLength]).toEqual([0, 2])
    }
  })

  it('for rows as arrays, without generated code, and for text that becomes wide', async () => {
    const rows = filmRows(2_000)
    const expected = films.serialize(rows)
    const arrays = rows.map(row => [row.id, row.title, row.rating, row.released])
    for (const writer of pools) {
      const list = await films.serializeAsync(arrays, { writer, rowMode: 'array' })
      expect(list.blob.equals(expected.blob)).toBe(true)
      const pages = await films.serializeAsync(rows, { writer }).page(700, 900)
      expect(pages.toBuffer().equals(expected.page(700, 900).toBuffer())).toBe(true)
    }
  })
})
