import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { AbortedError, compile, OptionError, PageError, SerializeError } from '../../src/index.ts'
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
      const list = await films.serializeAsync(SOURCES[name]!(rows.slice(0, count)))
      expect(list.blob).toEqual(films.serialize(rows.slice(0, count)).blob)
      expect(list.length).toBe(count)
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

describe('errors', () => {
  it.each([
    ['a generator', SOURCES.generator!],
    ['an async generator', SOURCES['async generator']!],
  ])('of %s that throws have the index of the row and the cause', async (_, source) => {
    const cause = new Error('cursor lost')
    const rows = filmRows(700)
    const failing = function* () {
      yield* rows
      throw cause
    }
    const failingAsync = async function* () {
      yield* rows
      throw cause
    }
    const build = films.serializeAsync(source === SOURCES.generator ? failing() : failingAsync())
    const error = await errorOf(build)
    expect(error).toBeInstanceOf(SerializeError)
    expect(error).toMatchObject({ code: 'USER_CODE', path: '/700', cause })
    expect(await errorOf(build.page(0, 1))).toBe(error)
  })

  it('of streams that fail', async () => {
    const cause = new Error('connection reset')
    const rows = filmRows(20)
    const node = new Readable({ objectMode: true, read() {} })
    for (const row of rows) node.push(row)
    setTimeout(() => node.destroy(cause), 10)
    expect(await errorOf(films.serializeAsync(node))).toMatchObject({ code: 'USER_CODE', path: '/20', cause })
    const web = new ReadableStream<Film>({
      async pull(controller) {
        await turn()
        controller.error(cause)
      },
    })
    expect(await errorOf(films.serializeAsync(web))).toMatchObject({ code: 'USER_CODE', path: '/0', cause })
  })

  it('of a row that does not fit have its path, and close the source', async () => {
    const rows: unknown[] = filmRows(1_000)
    rows[600] = { ...(rows[600] as Film), title: 5 }
    for (const name of ['array', 'generator', 'async generator', 'Node stream', 'web stream']) {
      const build = films.serializeAsync(SOURCES[name]!(rows as Film[]))
      expect(await errorOf(build), name).toMatchObject({ code: 'TYPE', path: '/600/title' })
    }
    const source = new WatchedRows<Film>(i => ({ done: false, value: rows[i] as Film }))
    await errorOf(films.serializeAsync(source))
    expect(source.closed).toBe(1)
  })

  it.each([[null], [undefined], [5], ['text'], [{}], [{ [Symbol.asyncIterator]: 5 }]])(
    'for %j, which gives no rows',
    async rows => {
      const error = await errorOf(films.serializeAsync(rows as never))
      expect(error).toMatchObject({ code: 'TYPE', path: '' })
    },
  )

  it('for options that cannot be', () => {
    for (const options of [{ sliceMs: -1 }, { sliceMs: Number.NaN }, { signal: {} }, { onProgress: 1 }]) {
      expect(() => films.serializeAsync([], options as never)).toThrow(OptionError)
    }
  })

  it('of a progress listener end the build', async () => {
    const cause = new Error('no terminal')
    const source = new WatchedRows<Film>(i => ({ done: false, value: filmRows(1)[i] ?? filmRows(1)[0]! }))
    const onProgress = () => {
      throw cause
    }
    const error = await errorOf(films.serializeAsync(source, { onProgress }))
    expect(error).toMatchObject({ code: 'USER_CODE', cause })
    expect(source.closed).toBe(1)
  })

  it('nobody waits for are not unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    films.serializeAsync([5] as never)
    films.serializeAsync(null as never)
    films.serializeAsync(filmRows(9), { signal: AbortSignal.abort() })
    films.serializeAsync(
      new WatchedRows<Film>(() => {
        throw new Error('lost')
      }),
    )
    await sleep(30)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('abort', () => {
  it('gives a typed error with the reason, and closes the source, even one that stalls', async () => {
    const reason = new Error('client went away')
    for (const next of [() => stalled, () => ({ done: false as const, value: filmRows(1)[0]! })]) {
      const source = new WatchedRows<Film>(next)
      const controller = new AbortController()
      const build = films.serializeAsync(source, { signal: controller.signal })
      const page = errorOf(build.page(1e9, 1))
      setTimeout(() => controller.abort(reason), 5)
      const error = await errorOf(build)
      expect(error).toBeInstanceOf(AbortedError)
      expect(error).toMatchObject({ code: 'ABORTED', cause: reason, name: 'AbortError' })
      expect(await page).toBe(error)
      expect(source.closed).toBe(1)
    }
  })

  it('before the start takes no row, and closes the source', async () => {
    const source = new WatchedRows<Film>(() => stalled)
    const build = films.serializeAsync(source, { signal: AbortSignal.abort('no') })
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED', cause: 'no' })
    expect(source).toMatchObject({ asked: 0, closed: 1 })
  })

  it('ends streams that stall', async () => {
    const node = new Readable({ objectMode: true, read() {} })
    let cancelled: unknown
    const web = new ReadableStream<Film>({
      cancel(reason) {
        cancelled = reason ?? 'cancelled'
      },
    })
    for (const source of [node, web]) {
      const build = films.serializeAsync(source, { signal: AbortSignal.timeout(5) })
      expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
    }
    expect(node.destroyed).toBe(true)
    expect(cancelled).toBe('cancelled')
  })

  it('by the source itself closes it all the same', async () => {
    const controller = new AbortController()
    let isClosed = false
    const source = (function* () {
      try {
        for (const row of filmRows(100)) {
          if (row.id === 50) controller.abort()
          yield row
        }
      } finally {
        isClosed = true
      }
    })()
    const build = films.serializeAsync(source, { signal: controller.signal })
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
    expect(isClosed).toBe(true)
  })

  it('at random moments never hangs, and leaves the next build whole', async () => {
    const seed = testSeed()
    const random = randomOf(seed)
    const rows = filmRows(1_500)
    const { blob } = films.serialize(rows)
    const outcomes = { aborted: 0, whole: 0 }
    for (let i = 0; i < 150; i++) {
      const controller = new AbortController()
      const name = random.pick(Object.keys(SOURCES))
      const build = films.serializeAsync(SOURCES[name]!(rows), { signal: controller.signal, sliceMs: 0 })
      for (let turns = random.below(30); turns > 0; turns--) await turn()
      controller.abort()
      try {
        expect((await build).blob.equals(blob), `seed ${seed}`).toBe(true)
        outcomes.whole++
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(AbortedError)
        outcomes.aborted++
      }
    }
    expect(outcomes.aborted).toBeGreaterThan(0)
    expect((await films.serializeAsync(rows)).blob.equals(blob)).toBe(true)
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
    expect(loops).toBeGreaterThan(10)
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
