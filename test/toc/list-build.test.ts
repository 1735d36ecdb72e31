import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile, PageError } from '../../src/index.ts'
import { randomOf, testSeed } from '../random.ts'
import { errorOf, type Film, filmRows, films, SOURCES, stalled, WatchedRows } from './sliced.ts'

describe('the same list as serialize', () => {
  const rows = filmRows(3_000)
  const expected = films.serialize(rows)

  it.each(Object.keys(SOURCES))('from: %s', async name => {
    const list = await films.serializeAsync(SOURCES[name]!(rows))
    expect(list.blob.equals(expected.blob)).toBe(true)
    expect(list.toc).toEqual(expected.toc)
  })

  it.each(Object.keys(SOURCES))('of one row, and of none, from: %s', async name => {
    for (const count of [0, 1]) {
      const build = films.serializeAsync(SOURCES[name]!(rows.slice(0, count)))
      const list = await build
      expect(list.blob).toEqual(films.serialize(rows.slice(0, count)).blob)
      expect([list.length, build.byteLength]).toEqual([count, list.blob.byteLength])
    }
  })

  it.each([0, 0.05, 1e9])('in slices of %d ms', async sliceMs => {
    for (const name of ['array', 'generator', 'async generator']) {
      const list = await films.serializeAsync(SOURCES[name]!(rows), { sliceMs })
      expect(list.blob.equals(expected.blob)).toBe(true)
    }
  })

  it('when the blob has to move, in pieces, because rows grow', async () => {
    const serializer = compile(Type.Object({ text: Type.String() }))
    const grown = Array.from({ length: 800 }, (_, i) => ({ text: 'é'.repeat(i * 20) }))
    const { blob, toc } = serializer.serialize(grown)
    const build = compile(Type.Object({ text: Type.String() })).serializeAsync(grown, { sliceMs: 0 })
    const pages = [build.page(0, 10), build.page(395, 10), build.page(790, 100)]
    const list = await build
    expect(list.blob.equals(blob)).toBe(true)
    expect(list.toc).toEqual(toc)
    for (const page of await Promise.all(pages)) {
      expect(page.toBuffer()).toEqual(list.page(page.offset, page.count).toBuffer())
    }
  })

  it('reads the length of an array once, at the call', async () => {
    const growing = filmRows(10)
    const build = films.serializeAsync(growing)
    growing.push(...filmRows(5))
    expect((await build).length).toBe(10)
  })

  it('from 1,000 builds at once', async () => {
    const builds = Array.from({ length: 1_000 }, (_, i) => {
      const name = Object.keys(SOURCES)[i % 7]!
      return films.serializeAsync(SOURCES[name]!(rows.slice(i, i + 300)), { sliceMs: i % 3 })
    })
    const lists = await Promise.all(builds)
    lists.forEach((list, i) => {
      if (i % 50 > 0) return
      expect(list.blob.equals(films.serialize(rows.slice(i, i + 300)).blob)).toBe(true)
    })
  })

  it('while other serializers work in between', async () => {
    const other = compile(Type.Array(Type.Integer()))
    const build = films.serializeAsync(rows, { sliceMs: 0, onProgress: () => other.serialize([[1, 2]]) })
    expect((await build).blob.equals(expected.blob)).toBe(true)
  })
})

describe('pages before the end', () => {
  it('come as soon as their rows exist, while the source stalls', async () => {
    const rows = filmRows(100)
    const source = new WatchedRows<Film>(i => (i < 40 ? { done: false, value: rows[i]! } : stalled))
    const build = films.serializeAsync(source)
    const page = await build.page(0, 40)
    expect(page.toBuffer()).toEqual(films.serialize(rows.slice(0, 40)).blob)
    expect(page).toMatchObject({ offset: 0, count: 40, total: undefined })
    expect(build.total).toBe(undefined)
    expect(build.rowCount).toBe(40)
    expect(await Promise.race([build.page(30, 20), sleep(20, 'none')])).toBe('none')
  })

  it('come before the end of the slice that wrote their rows', async () => {
    const build = films.serializeAsync(filmRows(3_000), { sliceMs: 1e9 })
    const page = await build.page(0, 10)
    expect(page.count).toBe(10)
    expect(build.rowCount).toBeLessThan(3_000)
    expect((await build).length).toBe(3_000)
  })

  it('know the total of an array at once, of other sources at the end', async () => {
    const rows = filmRows(1_000)
    const ofArray = films.serializeAsync(rows, { sliceMs: 0 })
    expect(ofArray.total).toBe(1_000)
    expect((await ofArray.page(0, 1)).total).toBe(1_000)
    const ofGenerator = films.serializeAsync(SOURCES.generator!(rows))
    expect(ofGenerator.total).toBe(undefined)
    const last = await ofGenerator.page(990, 100)
    expect(last).toMatchObject({ offset: 990, count: 10, total: 1_000 })
    expect(ofGenerator.total).toBe(1_000)
  })

  it('are those of the list, wherever they are asked for', async () => {
    const seed = testSeed()
    const random = randomOf(seed)
    const rows = filmRows(2_000)
    const build = films.serializeAsync(SOURCES['async generator that waits']!(rows), { sliceMs: 0 })
    const asked: Promise<unknown>[] = []
    const list = films.serialize(rows)
    for (let i = 0; i < 200; i++) {
      const offset = random.below(2_200)
      const limit = random.chance(0.1) ? Number.POSITIVE_INFINITY : random.below(500)
      const check = async () => {
        const page = await build.page(offset, limit)
        const expected = list.page(offset, limit)
        expect(page.toBuffer().equals(expected.toBuffer()), `seed ${seed}`).toBe(true)
        expect(page.count).toBe(expected.count)
      }
      asked.push(check())
      if (i % 3 === 0) await turn()
    }
    await Promise.all(asked)
    await build
  })

  it('reject for an offset or limit that is no count', async () => {
    const build = films.serializeAsync(filmRows(1))
    expect(await errorOf(build.page(-1, 10))).toBeInstanceOf(PageError)
    expect(await errorOf(build.page(0, 1.5))).toBeInstanceOf(PageError)
    await build
  })
})

describe('manners', () => {
  it('reports progress that only grows, and ends with everything', async () => {
    const seen: { rows: number; bytes: number; total?: number }[] = []
    const rows = filmRows(2_000)
    const list = await films.serializeAsync(rows, { sliceMs: 0, onProgress: now => seen.push(now) })
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toEqual({ rows: 2_000, bytes: list.blob.byteLength, total: 2_000 })
    expect(seen).toEqual(seen.toSorted((a, b) => a.rows - b.rows))
    const last: object[] = []
    await films.serializeAsync(SOURCES.generator!(rows), { onProgress: now => last.push(now) })
    expect(last.at(-1)).toEqual({ rows: 2_000, bytes: list.blob.byteLength })
  })

  it('lets the event loop run: a slice is not the whole build', async () => {
    let loops = 0
    const count = () => {
      loops++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await films.serializeAsync(filmRows(20_000), { sliceMs: 0.1 })
    clearImmediate(timer)
    expect(loops).toBeGreaterThan(1)
  })

  it('takes rows of a source that never waits in slices, too', async () => {
    const rows = filmRows(1)
    const endless = new WatchedRows<Film>(() => ({ done: false, value: rows[0]! }))
    const controller = new AbortController()
    const build = films.serializeAsync(endless, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
  })

  it('runs user code in the async context of the call', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen = new Set<string | undefined>()
    const rows = filmRows(600)
    const source = function* () {
      for (const row of rows) {
        seen.add(storage.getStore())
        yield row
      }
    }
    const builds = ['a', 'b'].map(name => storage.run(name, () => films.serializeAsync(source())))
    await Promise.all(builds)
    expect(seen).toEqual(new Set(['a', 'b']))
  })

  it('closes the source in the async context of the call, whoever ends it', async () => {
    const storage = new AsyncLocalStorage<string>()
    const closedIn: (string | undefined)[] = []
    const source = function* () {
      try {
        for (;;) yield filmRows(1)[0]!
      } finally {
        closedIn.push(storage.getStore())
      }
    }
    const controller = new AbortController()
    const build = storage.run('call', () => films.serializeAsync(source(), { signal: controller.signal }))
    const stream = storage.run('call', () => films.stream(source()))
    await Promise.all([build.page(0, 1), once(stream, 'readable')])
    storage.run('other', () => {
      controller.abort()
      stream.destroy()
    })
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
    expect(closedIn).toEqual(['call', 'call'])
  })

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const [add, remove] = [signal.addEventListener, signal.removeEventListener]
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      return add.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      return remove.apply(signal, args)
    }
    await films.serializeAsync(filmRows(10), { signal })
    await errorOf(films.serializeAsync([5] as never, { signal }))
    expect(listeners).toBe(0)
  })
})
