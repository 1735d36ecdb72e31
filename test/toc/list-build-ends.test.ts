import { Readable } from 'node:stream'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import Type from 'typebox'
import { describe, expect, it, vi } from 'vitest'
import { AbortedError, compile, OptionError, SerializeError } from '../../src/index.ts'
import { randomOf, testSeed } from '../random.ts'
import { errorOf, type Film, filmRows, films, SOURCES, stalled, WatchedRows } from './sliced.ts'

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

  it.each([5, 'row', null, undefined])('for %j in the place of { done, value }', async result => {
    const next = () => result
    const sync = { [Symbol.iterator]: () => ({ next }) } as never
    const message = /^\/0: expected rows, got an error: an iterator's next\(\) gave .*, not an object/
    const values = compile(Type.Any())
    for (const rows of [sync, { [Symbol.asyncIterator]: () => ({ next }) } as never]) {
      const error = await errorOf(values.serializeAsync(rows))
      expect(error).toMatchObject({ code: 'USER_CODE', path: '/0', message: expect.stringMatching(message) })
    }
    expect(() => values.serialize(sync)).toThrow(message)
    expect(() => values.pack(sync)).toThrow(message)
  })

  it.each<[object, string]>([
    [{ sliceMs: -1 }, 'sliceMs'],
    [{ sliceMs: Number.NaN }, 'sliceMs'],
    [{ sliceMs: '5' }, 'sliceMs'],
    [{ signal: {} }, 'signal'],
    [{ signal: null }, 'signal'],
    [{ onProgress: 1 }, 'onProgress'],
    [{ rowMode: 'arrays' }, 'rowMode'],
    [{ writer: {} }, 'writer'],
    [{ writer: null }, 'writer'],
    [{ format: 'csv' }, 'format'],
    [{ highWaterMark: -1 }, 'highWaterMark'],
    [{ highWaterMark: 0.5 }, 'highWaterMark'],
    [{ toc: 'no' }, 'toc'],
  ])('for options that cannot be: %j', (options, option) => {
    const isOfStream = ['format', 'highWaterMark', 'toc'].includes(option)
    const given = options as never
    const run = () => (isOfStream ? films.stream([], given) : films.serializeAsync([], given))
    expect(run).toThrow(OptionError)
    expect(run).toThrow(expect.objectContaining({ code: 'OPTION', option }))
    expect(run).toThrow(new RegExp(`^${option}: expected .*\\S, got `))
  })

  it.each([
    ['', (cause: unknown) => thrown(cause), 1],
    // By then the source is asked for a row once more, and gives it.
    ['that is asynchronous ', async (cause: unknown) => thrown(cause), 2],
  ])('of a progress listener %send the build', async (_, failing, closed) => {
    const cause = new Error('no terminal')
    const onProgress = () => failing(cause)
    const endless = () => new WatchedRows<Film>(() => ({ done: false, value: filmRows(1)[0]! }))
    const [source, streamed] = [endless(), endless()]
    const error = await errorOf(films.serializeAsync(source, { onProgress }))
    expect(error).toMatchObject({ code: 'USER_CODE', cause })
    const ofStream = await errorOf(
      films
        .stream(streamed, { onProgress })
        .on('error', () => undefined)
        .resume().toc,
    )
    expect(ofStream).toMatchObject({ code: 'USER_CODE', cause })
    expect([source.closed, streamed.closed]).toEqual([closed, closed])
  })

  it('nobody waits for are not unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    films.serializeAsync([5] as never)
    films.serializeAsync(null as never)
    films.serializeAsync(filmRows(9), { signal: AbortSignal.abort() })
    films.serializeAsync([5] as never).page(0, 1)
    films.serializeAsync([]).page(-1, 1)
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

  it('closes a source again that gives one more row, as it may hear that between two rows only', async () => {
    for (const [last, closed] of [
      [{ done: false, value: filmRows(1)[0]! }, 2],
      [{ done: true, value: undefined }, 1],
    ] as const) {
      let goOn!: (result: IteratorResult<Film>) => void
      const late = new Promise<IteratorResult<Film>>(resolve => {
        goOn = resolve
      })
      const source = new WatchedRows<Film>(() => late)
      const controller = new AbortController()
      const build = films.serializeAsync(source, { signal: controller.signal })
      await turn()
      controller.abort()
      expect(await errorOf(build)).toMatchObject({ code: 'ABORTED' })
      expect(source.closed).toBe(1)
      goOn(last)
      await turn()
      expect(source.closed).toBe(closed)
    }
  })

  it('before the start takes no row, and closes the source', async () => {
    const source = new WatchedRows<Film>(() => stalled)
    const build = films.serializeAsync(source, { signal: AbortSignal.abort('no') })
    expect(await errorOf(build)).toMatchObject({ code: 'ABORTED', cause: 'no' })
    expect(source).toMatchObject({ asked: 0, closed: 1 })
  })

  it('before the start hears the error a stream ends with, as nobody else does yet', async () => {
    const uncaught = vi.fn()
    process.on('uncaughtException', uncaught)
    const signal = AbortSignal.abort('no')
    const failing = () =>
      new Readable({ objectMode: true, read() {}, destroy: (_, done) => done(new Error('connection lost')) })
    const [first, second] = [failing(), failing()]
    const stream = films.stream(first, { signal })
    expect(await errorOf(stream.toArray())).toMatchObject({ code: 'ABORTED' })
    expect(await errorOf(films.serializeAsync(second, { signal }))).toMatchObject({ code: 'ABORTED' })
    await turn()
    process.off('uncaughtException', uncaught)
    expect([first.destroyed, second.destroyed, uncaught.mock.calls]).toEqual([true, true, []])
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

function thrown(cause: unknown): never {
  throw cause
}
