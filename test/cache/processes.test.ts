// Several processes on one Redis: a stampede of misses, and writers killed at any moment.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFrame } from '../../src/cache/frame.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { lineOf, startChild } from './harness/children.ts'
import { type ClientKind, connectStore } from './harness/clients.ts'
import { crashList } from './harness/crash-list.ts'
import { seededRandom } from './harness/lists.ts'
import { HAS_REDIS, type RedisServer, startRedis } from './harness/redis-server.ts'
import { READS_DEFAULT, READS_TOTAL } from './harness/scale.ts'

const CLIENTS: readonly ClientKind[] = ['node-redis', 'ioredis']
const KILLS = READS_TOTAL > READS_DEFAULT ? 200 : 6

describe.skipIf(!HAS_REDIS)('processes over one Redis', () => {
  let server: RedisServer
  let admin: Redis

  beforeAll(async () => {
    server = await startRedis()
    admin = new Redis(server.port, '127.0.0.1')
  }, 30_000)
  afterAll(async () => {
    admin.disconnect()
    await server.stop()
  })

  test('10,000 concurrent misses in each of three processes: one build', async () => {
    const kinds: readonly ClientKind[] = ['node-redis', 'ioredis', 'node-redis']
    const children = kinds.map(kind => startChild('./stampede-child.ts', [`${server.port}`, kind, '10000']))
    await Promise.all(children.map(child => lineOf(child, 'ready')))
    const results = children.map(child => lineOf(child, 'result'))
    for (const child of children) child.stdin!.write('go\n')
    const told = (await Promise.all(results)).map(
      line => JSON.parse(line) as { builds: number; right: number },
    )
    expect(told.map(result => result.right)).toEqual([10_000, 10_000, 10_000])
    expect(told.reduce((sum, result) => sum + result.builds, 0)).toBe(1)
  }, 60_000)

  test(
    'kill -9 during store writes: the next reader sees a whole frame or none',
    async () => {
      const random = seededRandom(KILLS)
      let framesSeen = 0
      for (let round = 0; round < KILLS; round += 1) {
        const kind = CLIENTS[round % 2]!
        const child = startChild('./writer-child.ts', [`${server.port}`, kind, `${round * 1_000}`])
        // From the first whole frame on, so that there is something to find, and then at any moment.
        await lineOf(child, 'written')
        await sleep(random() * 150)
        child.kill('SIGKILL')
        await new Promise(resolve => child.once('close', resolve))
        framesSeen += await verifyFrames(admin)
        await verifyReader(kind, server.port)
        await admin.flushall()
      }
      expect(framesSeen).toBeGreaterThanOrEqual(KILLS)
    },
    20_000 + KILLS * 5_000,
  )
})

/** Every frame that lies in the store is whole. */
async function verifyFrames(admin: Redis): Promise<number> {
  const keys = (await admin.keys('*')).filter(key => key.includes(':v:'))
  for (const key of keys) openFrame((await admin.getBuffer(key))!).verify()
  return keys.length
}

/** A process that comes new gives a right page of some generation, or finds nothing and builds. */
async function verifyReader(kind: ClientKind, port: number): Promise<void> {
  const { store, close } = await connectStore(kind, port)
  const reader = new PageCache({ store, memory: { frameBytesMax: 0 }, lock: { waitMs: 1_000 } })
  const start = performance.now()
  const page = await reader.page({ key: 'crash', build: () => crashList(-1), offset: 11, limit: 3 })
  expect(performance.now() - start).toBeLessThan(5_000)
  const generation = Number(JSON.parse(page.toBuffer().toString())[0].generation)
  expect(page.toBuffer().equals(crashList(generation).page(11, 3).toBuffer())).toBe(true)
  await reader.idle()
  await close()
}
