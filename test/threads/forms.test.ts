// Packed rows and columns wherever rows are taken: in slices, as streams, by other threads, and packed.

import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import Type from 'typebox'
import { afterAll, describe, expect, it } from 'vitest'
import { ColumnList, type CompileOptions, compile, PackedList } from '../../src/index.ts'
import { createWriterPool } from '../../src/threads/index.ts'
import { randomTable } from '../columns/random-columns.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, testSeed } from '../random.ts'
import { bytesOf, errorOf, filmRows, films } from '../toc/sliced.ts'
import { outcomeOf } from './pools.ts'

const CASES = isLong ? 20_000 : 200
const pool = createWriterPool({ threads: 2 })
afterAll(() => pool.close())

const numbers = compile(Type.Object({ id: Type.Integer(), at: Type.String() }))
const ROWS = 5_000
const numberRows = Array.from({ length: ROWS }, (_, id) => ({ id, at: `né ${id}` }))
const numberColumns = () => ({
  id: Int32Array.from(numberRows, ({ id }) => id),
  at: numberRows.map(({ at }) => at),
})

/** Every way from a form to JSON that is not in one go. */
async function everyWay(
  serializer: typeof numbers,
  list: PackedList | ColumnList,
): Promise<readonly (readonly [string, string])[]> {
  const ways: (readonly [string, string])[] = []
  for (const writer of [undefined, pool]) {
    const options = { ...(writer && { writer }), sliceMs: 0 }
    const name = writer ? 'pool' : 'slices'
    ways.push([name, await outcomeOf(() => serializer.serializeAsync(list, options))])
    ways.push([`stream, ${name}`, await streamed(() => serializer.stream(list, options))])
  }
  return ways
}

async function streamed(open: () => ReturnType<typeof numbers.stream>): Promise<string> {
  return outcomeOf(async () => {
    const stream = open()
    return { blob: await bytesOf(stream), toc: await stream.toc }
  })
}

describe('the same bytes, toc and errors as in one go', () => {
  it('for random packed rows', async () => {
    const property = fc.asyncProperty(schemaCase, async example => {
      const serializer = compile(example.schema as never, example.options as CompileOptions) as typeof numbers
      const make = () => example.seeds.map(example.row) as never[]
      const expected = await outcomeOf(() => serializer.serialize(make()))
      if (!expected.startsWith('[')) return
      const packed = new PackedList(serializer.pack(make()))
      for (const [name, outcome] of await everyWay(serializer, packed)) expect(outcome, name).toBe(expected)
    })
    await fc.assert(property, { numRuns: CASES, seed: testSeed() })
  })

  it('for random columns', async () => {
    const property = fc.asyncProperty(randomTable, async ({ columns, rows, schema }) => {
      const serializer = compile(schema as never) as unknown as typeof numbers
      const expected = await outcomeOf(() => serializer.serialize(rows as never))
      const list = new ColumnList(columns as never)
      expect(await outcomeOf(() => serializer.serialize(list)), 'in one go').toBe(expected)
      for (const [name, outcome] of await everyWay(serializer, list)) expect(outcome, name).toBe(expected)
      if (!expected.startsWith('[')) return
      const packed = new PackedList(serializer.pack(list))
      expect(await outcomeOf(() => serializer.serialize(packed)), 'packed').toBe(expected)
    })
    await fc.assert(property, { numRuns: CASES, seed: testSeed() })
  })

  it('for many chunks, wide text and one row larger than all others', async () => {
    const rows = [
      ...filmRows(3_000),
      { id: 1, title: 'é"\n'.repeat(400_000), released: null },
      ...filmRows(3_000),
    ]
    const expected = await outcomeOf(() => films.serialize(rows))
    const columns = {
      id: rows.map(row => row.id),
      title: rows.map(row => row.title),
      rating: rows.map(row => row.rating),
      released: rows.map(row => row.released),
    }
    for (const list of [new PackedList(films.pack(rows)), new ColumnList(columns)]) {
      for (const [name, outcome] of await everyWay(films as never, list)) {
        expect(outcome === expected, name).toBe(true)
      }
    }
  })

  it('for no rows', async () => {
    for (const list of [new PackedList(numbers.pack([])), new ColumnList({ id: [], at: [] })]) {
      for (const [name, outcome] of await everyWay(numbers, list)) expect(outcome, name).toBe('[] 2')
    }
  })

  it('for lines', async () => {
    const expected = await bytesOf(numbers.stream(numberRows, { format: 'ndjson' }))
    for (const list of [new PackedList(numbers.pack(numberRows)), new ColumnList(numberColumns())]) {
      for (const writer of [undefined, pool]) {
        const stream = numbers.stream(list, { format: 'ndjson', ...(writer && { writer }) })
        expect((await bytesOf(stream)).equals(expected)).toBe(true)
      }
    }
  })

  it('for builds of columns that take turns', async () => {
    const expected = numbers.serialize(numberRows).blob
    const builds = Array.from({ length: 8 }, (_, i) =>
      numbers.serializeAsync(new ColumnList(numberColumns()), { sliceMs: 0, ...(i % 2 && { writer: pool }) }),
    )
    expect(numbers.serializeColumns(numberColumns()).blob.equals(expected)).toBe(true)
    for (const build of builds) expect((await build).blob.equals(expected)).toBe(true)
  })
})

describe('a list under construction', () => {
  it('knows its total, tells how far it is, and serves pages before its end', async () => {
    for (const list of [new PackedList(numbers.pack(numberRows)), new ColumnList(numberColumns())]) {
      const totals = new Set<number | undefined>()
      let isDone = false
      const build = numbers.serializeAsync(list, { sliceMs: 0, onProgress: ({ total }) => totals.add(total) })
      build.then(() => {
        isDone = true
      })
      expect(build.total).toBe(ROWS)
      const page = await build.page(300, 2)
      expect(isDone).toBe(false)
      expect(JSON.parse(page.toBuffer().toString())).toEqual(numberRows.slice(300, 302))
      await build
      expect([...totals]).toEqual([ROWS])
    }
  })

  it('ends when its signal says so', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const build = numbers.serializeAsync(new ColumnList(numberColumns()), { sliceMs: 0, signal })
    await build.page(0, 1)
    controller.abort()
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
    expect((await numbers.serializeAsync(new ColumnList(numberColumns()))).length).toBe(ROWS)
  })
})

describe('what does not fit', () => {
  it('is told with the index of its row', async () => {
    const columns = { ...numberColumns(), id: numberRows.map(({ id }) => (id === 4_321 ? 'x' : id)) }
    for (const [name, outcome] of await everyWay(numbers, new ColumnList(columns))) {
      expect(outcome, name).toMatch(/TYPE at \/4321\/id/)
    }
  })

  it('is told of columns and packed rows as a whole, by a build that rejects', async () => {
    const options = [{}, { writer: pool }]
    for (const option of options) {
      const unknown = numbers.serializeAsync(new ColumnList({ nobody: [1] }), option)
      expect(await errorOf(unknown)).toMatchObject({ code: 'COLUMN_UNKNOWN' })
      const others = numbers.serializeAsync(new PackedList(films.pack(filmRows(3))), option)
      expect(await errorOf(others)).toMatchObject({ code: 'PACKED_SCHEMA' })
    }
    const dropping = new ColumnList({ ...numberColumns(), nobody: [1] }, { unknownColumns: 'drop' })
    expect((await numbers.serializeAsync(dropping)).length).toBe(ROWS)
  })

  it('in a later chunk of packed rows leaves the pages before it', async () => {
    const bytes = numbers.pack(numberRows)
    bytes[bytes.length - 20]! ^= 1
    const build = numbers.serializeAsync(new PackedList(bytes), { sliceMs: 0 })
    const page = await build.page(0, 2)
    expect(await errorOf(build)).toMatchObject({ code: 'PACKED_CHUNK' })
    expect(JSON.parse(page.toBuffer().toString())).toEqual(numberRows.slice(0, 2))
  })

  it('is a way of reading rows that are no arrays', async () => {
    for (const list of [new PackedList(numbers.pack(numberRows)), new ColumnList(numberColumns())]) {
      const build = numbers.serializeAsync(list as never, { rowMode: 'array' })
      expect(await errorOf(build)).toMatchObject({ code: 'OPTION', option: 'rowMode' })
    }
  })

  it('is memory that is given away between two slices', async () => {
    const columns = numberColumns()
    const build = numbers.serializeAsync(new ColumnList(columns), { sliceMs: 0 })
    await build.page(0, 1)
    await turn()
    structuredClone(columns.id, { transfer: [columns.id.buffer] })
    expect(await errorOf(build)).toMatchObject({ code: 'COLUMN_TYPE' })
  })
})

it('columns are packed as their rows are', () => {
  const packed = numbers.pack(new ColumnList(numberColumns()))
  expect(numbers.unpack(packed)).toEqual(numberRows)
  expect(packed.equals(numbers.pack(numberRows))).toBe(true)
  expect(numbers.pack(new PackedList(packed) as never).equals(packed)).toBe(true)
})
