// Options are often handed on from a configuration that lacks them: what is undefined is as if it were absent, for
// the type checker (`exactOptionalPropertyTypes`) as for the code.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Type from 'typebox'
import { afterAll, expect, it } from 'vitest'
import { fileStore } from '../src/cache/file-store.ts'
import { memoryStore, PageCache, type PageCacheOptions } from '../src/cache/index.ts'
import { settingsOf } from '../src/cache/options.ts'
import { PageSettings } from '../src/http/index.ts'
import { CalendarDate, compile, DateTime, Duration, Raw } from '../src/index.ts'
import { inferSchema, toTypeBox } from '../src/infer/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocson-unset-'))
afterAll(() => rmSync(folder, { recursive: true }))

const unset = undefined
const lifetime = { ttlMs: unset, staleWhileRevalidateMs: unset, staleIfErrorMs: unset, graceMs: unset }
const cacheOptions: PageCacheOptions = {
  ...lifetime,
  store: unset,
  memory: { bytesMax: unset, entriesMax: unset, frameBytesMax: unset },
  recheckMs: unset,
  storeReadMs: unset,
  storeWriteMs: unset,
  buildMs: unset,
  lock: { ttlMs: unset, waitMs: unset },
  breaker: { failuresMax: unset, openMs: unset, openMsMax: unset },
  retryMs: unset,
  onEvent: unset,
  now: unset,
}

it('those of schemas, serializers and columns', () => {
  const schema = Type.Object({
    at: DateTime({ precision: unset, alias: unset, omitEmpty: unset }),
    day: CalendarDate({ alias: unset }),
    took: Duration({ style: unset }),
    raw: Raw({ trusted: unset }),
  })
  const options = { htmlSafe: unset, nonFinite: unset, maxDepth: unset, schemas: unset, codegen: unset }
  const serializer = compile(schema, options)
  const row = { at: new Date(0), day: '2026-01-02', took: 1000, raw: '1' }
  const json = '[{"at":"1970-01-01T00:00:00.000Z","day":"2026-01-02","took":"PT1S","raw":1}]'
  const list = serializer.serialize([row])
  expect(list.blob.toString()).toBe(json)
  expect(serializer.spec).toEqual(compile(schema).spec)
  const columns = { at: [row.at], day: [row.day], took: [row.took], raw: [row.raw] }
  expect(serializer.serializeColumns(columns, { unknownColumns: unset }).blob).toEqual(list.blob)

  const records = compile(Type.Record(Type.String(), Type.Integer()))
  const packed = records.pack([{ a: 1 }])
  expect(records.unpack(packed, { records: unset })).toEqual(records.unpack(packed))
})

it('those of caches and their stores', async () => {
  expect(settingsOf(cacheOptions)).toEqual(settingsOf({}))
  expect(settingsOf({ memory: unset, lock: unset, breaker: unset })).toEqual(settingsOf({}))

  const stores = [
    memoryStore({ bytesMax: unset, entriesMax: unset, now: unset }),
    fileStore({ folder, fsync: unset, sweepMs: unset }),
  ]
  for (const store of stores) {
    const cache = new PageCache({ ...cacheOptions, store })
    const build = () => compile(Type.Integer()).serialize([1, 2, 3])
    const list = { ...lifetime, key: 'list', build, tags: unset, fingerprint: unset, onGone: unset }
    const page = await cache.page({ ...list, offset: 1, limit: 1 })
    expect(page.toBuffer().toString()).toBe('[2]')
  }
})

it('those of pages over HTTP', () => {
  const encoding = { encodings: unset, thresholdBytes: unset, keepBytes: unset }
  const compression = { ...encoding, brotliQuality: unset, gzipLevel: unset, zstdLevel: unset }
  const numbers = { defaultLimit: unset, maxLimit: unset, maxPageBytes: unset, ndjson: unset }
  const options = {
    ...numbers,
    envelope: unset,
    links: unset,
    linkBase: unset,
    cacheControl: unset,
    compression,
  }
  expect({ ...new PageSettings(options) }).toEqual({ ...new PageSettings({}) })
})

it('those of inference', () => {
  const limits = { enumValuesMax: unset, enumRepeatsMin: unset, recordKeysMin: unset, depthMax: unset }
  const inference = inferSchema([1], limits)
  expect(inference).toEqual(inferSchema([1]))
  expect(toTypeBox(inference, { name: unset })).toBe(toTypeBox(inference))
})
