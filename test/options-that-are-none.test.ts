// null, numbers and lists where options belong: an error that says so, of the class the call documents.

import Type from 'typebox'
import { expect, it, test } from 'vitest'
import { fileStore } from '../src/cache/file-store.ts'
import { encodeFrame, memoryStore, PageCache } from '../src/cache/index.ts'
import { redisStore } from '../src/cache/redis.ts'
import { TocsonError } from '../src/errors.ts'
import { PageSettings } from '../src/http/index.ts'
import { ColumnList, compile } from '../src/index.ts'
import { inferSchema, toTypeBox } from '../src/infer/index.ts'
import { createWriterPool } from '../src/threads/index.ts'

const serializer = compile(Type.Object({ id: Type.Integer() }))
const rows = [{ id: 1 }]
const client = { get() {}, set() {}, del() {}, getRange() {}, eval() {}, sendCommand() {}, isReady: true }

const CALLS: readonly (readonly [string, string, (options: never) => unknown])[] = [
  ['compile', 'SCHEMA_INVALID', options => compile(Type.Integer(), options)],
  ['serializeAsync', 'OPTION', options => serializer.serializeAsync(rows, options)],
  ['stream', 'OPTION', options => serializer.stream(rows, options)],
  ['unpack', 'OPTION', options => serializer.unpack(serializer.pack(rows), options)],
  ['serializeColumns', 'OPTION', options => serializer.serializeColumns({ id: [1] }, options)],
  ['new ColumnList', 'OPTION', options => new ColumnList({ id: [1] }, options)],
  ['createWriterPool', 'OPTION', options => createWriterPool(options)],
  ['inferSchema', 'OPTION', options => inferSchema(rows, options)],
  ['toTypeBox', 'OPTION', options => toTypeBox(inferSchema(rows), options)],
  ['new PageCache', 'CACHE_OPTION', options => new PageCache(options)],
  ['memoryStore', 'CACHE_OPTION', options => memoryStore(options)],
  ['redisStore', 'CACHE_OPTION', options => redisStore(client as never, options)],
  ['encodeFrame', 'CACHE_OPTION', options => encodeFrame(serializer.serialize(rows), options)],
  ['new PageSettings', 'HTTP_OPTION', options => new PageSettings(options)],
]

test.each(CALLS)('%s', (_, code, call) => {
  for (const [options, received] of [
    [null, 'null'],
    [5, 'number 5'],
    [[], 'array'],
    ['fast', 'string "fast"'],
  ] as const) {
    const run = () => call(options as never)
    expect(run).toThrow(TocsonError)
    const said =
      code === 'SCHEMA_INVALID' ? /options.*must be an object/ : `expected an object, got ${received}`
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringMatching(said) }))
  }
})

it('a file store says what it needs', () => {
  for (const options of [null, 5, [], 'fast']) {
    expect(() => fileStore(options as never)).toThrow(expect.objectContaining({ code: 'STORE_CLIENT' }))
  }
})

it('requests to a cache, too', async () => {
  const cache = new PageCache()
  const list = cache.source({ key: 'k', build: () => serializer.serialize(rows) })
  for (const request of [undefined, null, 5]) {
    const error = expect.objectContaining({
      code: 'CACHE_OPTION',
      message: expect.stringContaining('request'),
    })
    await expect(cache.page(request as never)).rejects.toThrow(error)
    await expect(list.page(request as never)).rejects.toThrow(error)
    expect(() => cache.source(request as never)).toThrow(error)
  }
})
