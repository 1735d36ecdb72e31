// Every store we ship, against the public suite: memory, Redis through both clients, a three-node cluster.

import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreError } from '../../src/cache/errors.ts'
import { memoryStore } from '../../src/cache/memory-store.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { redisStore } from '../../src/cache/redis.ts'
import type { Store } from '../../src/cache/store.ts'
import { runStoreSuite } from '../../src/cache/store-suite.ts'
import { startChild } from './harness/children.ts'
import {
  type ClientKind,
  type Connection,
  connectCluster,
  connectSentinel,
  connectStore,
} from './harness/clients.ts'
import { listOf, markedList } from './harness/lists.ts'
import {
  HAS_REDIS,
  type RedisCluster,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startSentinel,
} from './harness/redis-server.ts'

const CLIENTS: readonly ClientKind[] = ['node-redis', 'ioredis']
const TTL_LATENESS_MS = 100

runStoreSuite({ name: 'memoryStore', describe, test, makeStore: () => memoryStore(), ttlLatenessMs: 10 })

describe('memoryStore', () => {
  test('keeps within its bytes, forgetting the least recently used first', async () => {
    const store = memoryStore({ bytesMax: 10_000 })
    for (const key of ['a', 'b', 'c', 'd']) await store.set(key, [new Uint8Array(2_000)], 1e6)
    await store.getRange('a', 0, 1)
    await store.set('e', [new Uint8Array(2_000)], 1e6)
    const kept = ['a', 'b', 'c', 'd', 'e'].map(key => store.getRange(key, 0, 1) !== undefined)
    expect(kept).toEqual([true, false, true, true, true])
  })

  test('keeps within its entries, and refuses what is larger than all of it', async () => {
    const store = memoryStore({ entriesMax: 2, bytesMax: 10_000 })
    for (const key of ['a', 'b', 'c']) await store.set(key, [new Uint8Array(1)], 1e6)
    expect(store.getRange('a', 0, 1)).toBeUndefined()
    await store.set('huge', [new Uint8Array(9_800)], 1e6)
    expect(() => store.set('huge', [new Uint8Array(9_801)], 1e6)).toThrow(
      expect.objectContaining({ code: 'STORE_TOO_LARGE' }),
    )
    expect(await store.getRange('huge', 0, 1e6)).toHaveLength(9_800)
  })

  test('hands out views of what was written', async () => {
    const store = memoryStore()
    const value = new Uint8Array(100)
    await store.set('a', [value.subarray(0, 50), value.subarray(50)], 1e6)
    expect((await store.getRange('a', 60, 70))?.buffer).toBe(value.buffer)
  })

  test.each([0, -1, 1.5, Number.NaN])('refuses bounds of %s', bound => {
    expect(() => memoryStore({ bytesMax: bound })).toThrow('bytesMax')
    expect(() => memoryStore({ entriesMax: bound })).toThrow('entriesMax')
  })
})

describe.skipIf(!HAS_REDIS)('on a single server', () => {
  let server: RedisServer
  const connections = new Map<ClientKind, Connection>()

  beforeAll(async () => {
    server = await startRedis()
    for (const kind of CLIENTS) connections.set(kind, await connectStore(kind, server.port))
  }, 30_000)
  afterAll(async () => {
    for (const connection of connections.values()) await connection.close()
    await server.stop()
  })

  for (const kind of CLIENTS) {
    const makeStore = (): Store => connections.get(kind)!.store
    runStoreSuite({ name: `redisStore, ${kind}`, describe, test, makeStore, ttlLatenessMs: TTL_LATENESS_MS })

    test(`${kind}: a value that is too large is a typed error, and nothing is written`, async () => {
      const { store, close } = await connectStore(kind, server.port, { valueBytesMax: 100 })
      await store.set('{k:large}:v', [new Uint8Array(60), new Uint8Array(40)], 1e6)
      const failure = store.set('{k:large}:v2', [new Uint8Array(60), new Uint8Array(41)], 1e6)
      await expect(failure).rejects.toMatchObject({ code: 'STORE_TOO_LARGE', name: 'StoreError' })
      expect(await store.getRange('{k:large}:v2', 0, 1)).toBeUndefined()
      await close()
    })

    test(`${kind}: a list that is too large for a value is served from the memory of each process`, async () => {
      const { store, close } = await connectStore(kind, server.port, { valueBytesMax: 1_000 })
      const list = markedList(`too large ${kind}`, 200)
      let builds = 0
      const build = () => {
        builds += 1
        return list
      }
      for (let process = 1; process <= 2; process += 1) {
        const cache = new PageCache({ store, recheckMs: 0, memory: { frameBytesMax: 0 } })
        for (let offset = 0; offset < 200; offset += 20) {
          const page = await cache.page({ key: `too large ${kind}`, build, offset, limit: 20 })
          expect(page.toBuffer().equals(list.page(offset, 20).toBuffer())).toBe(true)
          await cache.idle()
        }
        expect(cache.stats()).toMatchObject({ builds: 1, storeErrors: 1, breaker: 'closed', published: 0 })
      }
      expect(builds).toBe(2)
      await close()
    })

    test(`${kind}: a user with the rights that docs/redis.md names has all it needs`, async () => {
      const [, rights] = /ACL SETUSER films on >… (.*)/.exec(readFileSync('docs/redis.md', 'utf8'))!
      const user = { username: `films-${kind}`, password: 'secret' }
      await command(server.port, 'ACL', 'SETUSER', user.username, 'on', '>secret', ...rights!.split(' '))
      const { store, close } = await connectStore(kind, server.port, {}, user)
      const cache = new PageCache({ store, recheckMs: 0 })
      const request = { key: `rights ${kind}`, build: () => listOf([1, 2]), offset: 0, limit: 1, tags: ['t'] }
      await cache.page(request)
      await cache.idle()
      await new PageCache({ store }).page(request)
      expect(await cache.invalidateTag('t')).toBe(true)
      expect(await cache.invalidate(request.key, { purge: true })).toBe(true)
      await cache.page(request)
      await cache.idle()
      expect(cache.stats()).toMatchObject({ storeErrors: 0, published: 2 })
      await close()
    })

    test(`${kind}: a key of another type is an error, not bytes`, async () => {
      const { store, close } = await connectStore(kind, server.port, { prefix: '' })
      await command(server.port, 'RPUSH', 'a-list', 'x')
      await expect((async () => store.getRange('a-list', 0, 5))()).rejects.toThrow(/WRONGTYPE/)
      await close()
    })
  }

  test.each([{ enableAutoPipelining: true }, { stringNumbers: true }, { keyPrefix: 'app:' }])(
    'ioredis set up with %o',
    async options => {
      const client = new Redis(server.port, '127.0.0.1', options)
      const store = redisStore(client)
      const [key, first, second] = ['{k:ioredis}:p', Buffer.from([0xff, 1]), Buffer.from('second')]
      expect(await store.compareAndSet(key, undefined, first, 1e6)).toBe(true)
      expect(await store.compareAndSet(key, undefined, second, 1e6)).toBe(false)
      expect(await store.compareAndSet(key, second, first, 1e6)).toBe(false)
      expect(await store.compareAndSet(key, first, second, 1e6)).toBe(true)
      expect(Buffer.from((await store.getRange(key, 1, 3))!).toString()).toBe('ec')
      await store.set(key, [first], 1e6)
      expect(await store.compareAndSet(key, first, undefined, 1)).toBe(true)
      await store.delete(key)
      expect(await store.getRange(key, 0, 1)).toBeUndefined()
      client.disconnect()
    },
  )

  test('both clients read what the other wrote', async () => {
    const [first, second] = CLIENTS.map(kind => connections.get(kind)!.store)
    const value = Buffer.from([0, 1, 254, 255, 13, 10])
    await first!.set('{k:shared}:p', [value], 1e6)
    expect(Buffer.from((await second!.getRange('{k:shared}:p', 0, 99))!)).toEqual(value)
    expect(await second!.compareAndSet('{k:shared}:p', value, Buffer.from('x'), 1e6)).toBe(true)
    expect(await first!.compareAndSet('{k:shared}:p', Buffer.from('x'), undefined, 1e6)).toBe(true)
  })
})

describe.skipIf(!HAS_REDIS)('on a cluster of three nodes', () => {
  let cluster: RedisCluster
  const connections = new Map<ClientKind, Connection>()

  beforeAll(async () => {
    cluster = await startRedisCluster()
    for (const kind of CLIENTS) connections.set(kind, await connectCluster(kind, cluster.ports))
  }, 60_000)
  afterAll(async () => {
    for (const connection of connections.values()) await connection.close()
    await cluster.stop()
  })

  for (const kind of CLIENTS) {
    runStoreSuite({
      name: `redisStore, cluster, ${kind}`,
      describe,
      test,
      makeStore: () => connections.get(kind)!.store,
      ttlLatenessMs: TTL_LATENESS_MS,
    })

    test(`${kind}: 60 lists spread over the nodes, each with all its keys on one`, async () => {
      const { store } = connections.get(kind)!
      for (let list = 0; list < 60; list += 1) {
        const value = Buffer.from(`list ${list}`)
        await store.set(`{k:${list}}:v:1`, [value], 1e6)
        await store.compareAndSet(`{k:${list}}:p`, undefined, value, 1e6)
      }
      const read = async (list: number) => [
        await store.getRange(`{k:${list}}:v:1`, 0, 99),
        await store.getRange(`{k:${list}}:p`, 0, 99),
      ]
      for (let list = 0; list < 60; list += 1) {
        for (const bytes of await read(list)) expect(Buffer.from(bytes!).toString()).toBe(`list ${list}`)
      }
      for (let list = 0; list < 60; list += 1) await store.delete(`{k:${list}}:p`)
    })
  }
})

describe.skipIf(!HAS_REDIS)('through a sentinel', () => {
  let master: RedisServer
  let sentinel: RedisServer
  const connections = new Map<ClientKind, Connection>()

  beforeAll(async () => {
    master = await startRedis()
    sentinel = await startSentinel(master)
    for (const kind of CLIENTS) connections.set(kind, await connectSentinel(kind, sentinel.port))
  }, 30_000)
  afterAll(async () => {
    for (const connection of connections.values()) await connection.close()
    await sentinel.stop()
    await master.stop()
  })

  for (const kind of CLIENTS) {
    runStoreSuite({
      name: `redisStore, sentinel, ${kind}`,
      describe,
      test,
      makeStore: () => connections.get(kind)!.store,
      ttlLatenessMs: TTL_LATENESS_MS,
    })
  }
})

test('the suite runs under node:test, and fails there for a store that is wrong', async () => {
  const run = async (which: string) => {
    const child = startChild('./node-test-child.ts', [which])
    child.stdout!.resume()
    return new Promise(resolve => child.once('exit', resolve))
  }
  expect(await Promise.all([run('right'), run('wrong')])).toEqual([0, 1])
}, 30_000)

test.each([{}, null, undefined, { get() {} }])('redisStore refuses %o', client => {
  expect(() => redisStore(client as never)).toThrow(StoreError)
})

test.each([
  { prefix: 5 },
  { prefix: null },
  { valueBytesMax: Number.NaN },
  { valueBytesMax: '1000' },
  { valueBytesMax: -1 },
])('redisStore refuses the options %o', options => {
  const client = new Redis({ lazyConnect: true })
  const [name] = Object.keys(options)
  expect(() => redisStore(client, options as never)).toThrow(
    expect.objectContaining({ code: 'CACHE_OPTION', message: expect.stringContaining(name!) }),
  )
})

async function command(port: number, name: string, ...args: string[]): Promise<void> {
  const client = new Redis(port, '127.0.0.1')
  await client.call(name, ...args)
  client.disconnect()
}
