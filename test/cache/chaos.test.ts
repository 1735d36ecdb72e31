// Page reads while a real Redis is killed, frozen, flushed, filled and overwritten behind a breaking network.
// No wrong byte, no mixed snapshot, no request over its budget, no error but typed ones.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { PageCache } from '../../src/cache/page-cache.ts'
import { type ClientKind, type Connection, connectStore } from './harness/clients.ts'
import { FaultProxy } from './harness/fault-proxy.ts'
import { seededRandom } from './harness/lists.ts'
import { Readers } from './harness/readers.ts'
import { HAS_REDIS, type RedisServer, startRedis, until } from './harness/redis-server.ts'
import { READS_DEFAULT, READS_TOTAL } from './harness/scale.ts'
import { Witness } from './harness/witness.ts'

const LISTS = 6
const READERS = 24
const READ_MS = 100
const LOCK_WAIT_MS = 200
/** Pointer, turn, frame, rows and a rebuild, each within its budget; and time for a loaded machine. */
const BUDGET_MS = 12 * READ_MS + 2 * LOCK_WAIT_MS + 1_500
const PHASE_MS = 550
const SEED = Number(process.env.TOCSON_SEED ?? Math.floor(Math.random() * 2 ** 31))

interface Stage {
  readonly server: RedisServer
  readonly proxies: readonly FaultProxy[]
  readonly random: () => number
}

/** What is done to the stage; each ends with everything working again. */
const PHASES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'all well': () => sleep(PHASE_MS),
  async 'SIGKILL loop'({ server }) {
    for (let round = 0; round < 3; round += 1) {
      await sleep(PHASE_MS / 5)
      await server.restart()
    }
  },
  async SIGSTOP({ server }) {
    server.signal('SIGSTOP')
    await sleep(PHASE_MS)
    server.signal('SIGCONT')
  },
  async FLUSHALL({ server }) {
    await administer(server, async admin => {
      for (let round = 0; round < 20; round += 1) {
        await admin.flushall()
        await sleep(PHASE_MS / 20)
      }
    })
  },
  async 'maxmemory eviction'({ server }) {
    await administer(server, async admin => {
      await admin.config('SET', 'maxmemory-policy', 'allkeys-random')
      await admin.config('SET', 'maxmemory', '3mb')
      for (let round = 0; round < 60; round += 1) {
        await admin.set(`filler ${round}`, 'x'.repeat(50_000)).catch(() => undefined)
        await sleep(PHASE_MS / 60)
      }
      const evicted = /evicted_keys:(\d+)/.exec(await admin.info('stats'))?.[1]
      expect(Number(evicted)).toBeGreaterThan(0)
      await admin.config('SET', 'maxmemory', '0')
    })
  },
  async 'out of memory'({ server }) {
    await administer(server, async admin => {
      await admin.config('SET', 'maxmemory-policy', 'noeviction')
      await admin.config('SET', 'maxmemory', '1')
      await sleep(PHASE_MS)
      await admin.config('SET', 'maxmemory', '0')
    })
  },
  async 'damaged in place'({ server, random }) {
    await administer(server, async admin => {
      for (let round = 0; round < 15; round += 1) {
        for (const key of await admin.keys('tocson:*')) {
          const length = await admin.strlen(key)
          if (length > 0)
            await admin.setrange(key, Math.floor(random() * length), '\u0001').catch(() => undefined)
        }
        await sleep(PHASE_MS / 15)
      }
    })
  },
  'replies delayed': stage => broken(stage, { kind: 'delay', ms: READ_MS / 2 }),
  'replies late': stage => broken(stage, { kind: 'delay', ms: READ_MS * 2 }),
  'connections reset': stage => broken(stage, { kind: 'reset' }),
  'black hole': stage => broken(stage, { kind: 'blackhole' }),
  'replies shifted': stage => broken(stage, { kind: 'shift' }),
  async 'replies cut'({ proxies, random }) {
    for (let round = 0; round < 25; round += 1) {
      for (const proxy of proxies) proxy.mode = { kind: 'cut', afterBytes: Math.floor(random() * 5_000) }
      await sleep(PHASE_MS / 25)
    }
    for (const proxy of proxies) proxy.mode = { kind: 'pass' }
  },
}

describe.skipIf(!HAS_REDIS)('chaos', () => {
  test(
    `${READS_TOTAL} page reads`,
    async () => {
      const server = await startRedis()
      const kinds: readonly ClientKind[] = ['node-redis', 'ioredis']
      const proxies = await Promise.all(kinds.map(() => FaultProxy.to(server.port)))
      const connections = await Promise.all(
        kinds.map((kind, index) => connectStore(kind, proxies[index]!.port)),
      )
      const random = seededRandom(SEED)
      const witnesses = Array.from({ length: LISTS }, (_, index) => new Witness(`list ${index}`, 60))
      const caches = connections.map(connection => makeCache(connection))
      let phase = 'start'
      const readers = new Readers({ caches, witnesses, random, budgetMs: BUDGET_MS, phase: () => phase })
      const overwriter = await startOverwriter(server, witnesses)
      const running = readers.run(READERS)
      const readsIn = new Map<string, number>()
      try {
        for (
          let round = 0;
          readsIn.size < Object.keys(PHASES).length || readers.score.reads < READS_TOTAL;
          round += 1
        ) {
          const [name, disturb] = Object.entries(PHASES)[round % Object.keys(PHASES).length]!
          phase = name
          const before = readers.score.reads
          await disturb({ server, proxies, random })
          await recovered(connections)
          readsIn.set(name, (readsIn.get(name) ?? 0) + readers.score.reads - before)
        }
      } finally {
        readers.stop()
        await running
        await overwriter.stop()
        await Promise.all(caches.map(cache => cache.idle()))
      }
      report(readers, caches, readsIn, overwriter.writes())
      const { late, errors } = readers.score
      const kept = readers.judgeKept()
      await Promise.all(connections.map(connection => connection.close()))
      await Promise.all(proxies.map(proxy => proxy.stop()))
      await server.stop()

      expect(
        witnesses.flatMap(witness => witness.verdicts.wrong),
        `seed ${SEED}`,
      ).toEqual([])
      expect(late).toEqual([])
      expect([...errors.keys()].filter(code => code !== 'SNAPSHOT_GONE')).toEqual([])
      expect(readers.score.reads).toBeGreaterThanOrEqual(READS_TOTAL)
      const right = witnesses.reduce((sum, witness) => sum + witness.verdicts.right, 0)
      expect(right).toBe(readers.score.reads - (errors.get('SNAPSHOT_GONE') ?? 0) + kept)
      // The chaos must have reached the readers: pages from the store, every fault, reads in every phase.
      const fromStore = caches.reduce((sum, cache) => sum + cache.stats().pages.store, 0)
      expect(fromStore).toBeGreaterThan(readers.score.reads / 10)
      for (const proxy of proxies) expect(Math.min(...Object.values(proxy.done))).toBeGreaterThan(0)
      for (const [name, reads] of readsIn) expect(reads, name).toBeGreaterThan(0)
      expect(caches.every(cache => cache.stats().damaged > 0)).toBe(true)
    },
    120_000 + (READS_TOTAL / READS_DEFAULT) * 60_000,
  )
})

function makeCache(connection: Connection): PageCache {
  return new PageCache({
    store: connection.store,
    // Half of the pages from memory, half row by row from the store, and the pointer asked for very often.
    memory: { frameBytesMax: 0 },
    recheckMs: 10,
    ttlMs: 400,
    staleWhileRevalidateMs: 200,
    graceMs: 5_000,
    storeReadMs: READ_MS,
    storeWriteMs: 5 * READ_MS,
    lock: { ttlMs: 500, waitMs: LOCK_WAIT_MS },
    breaker: { failuresMax: 20, openMs: 50, openMsMax: 200 },
  })
}

/** A third process, beside the proxies, that replaces one list or another every 5 ms. */
async function startOverwriter(server: RedisServer, witnesses: readonly Witness[]) {
  const connection = await connectStore('ioredis', server.port)
  const cache = makeCache(connection)
  let isStopped = false
  let writes = 0
  const running = (async () => {
    while (!isStopped) {
      const index = writes % witnesses.length
      await cache.invalidate(`list ${index}`)
      await cache.page({ key: `list ${index}`, build: witnesses[index]!.build, offset: 0, limit: 1 })
      writes += 1
      await sleep(5)
    }
  })()
  return {
    writes: () => writes,
    async stop() {
      isStopped = true
      await running
      await cache.idle()
      await connection.close()
    },
  }
}

async function broken({ proxies }: Stage, mode: FaultProxy['mode']): Promise<void> {
  for (const proxy of proxies) proxy.mode = mode
  await sleep(PHASE_MS)
  for (const proxy of proxies) {
    proxy.mode = { kind: 'pass' }
    // As an application should on a timeout: a connection whose replies are off is not used again.
    proxy.dropAll()
  }
}

async function recovered(connections: readonly Connection[]): Promise<void> {
  for (const { store } of connections) {
    await until(async () => {
      try {
        await store.set('{probe}', [Buffer.from('here')], 1_000)
        return Buffer.from((await store.getRange('{probe}', 0, 9)) ?? []).toString() === 'here'
      } catch {
        return false
      }
    })
  }
}

async function administer(server: RedisServer, action: (admin: Redis) => Promise<void>): Promise<void> {
  const admin = new Redis(server.port, '127.0.0.1')
  admin.on('error', () => undefined)
  try {
    await action(admin)
  } finally {
    admin.disconnect()
  }
}

function report(
  readers: Readers,
  caches: readonly PageCache[],
  readsIn: ReadonlyMap<string, number>,
  writes: number,
): void {
  const stats = caches.map(cache => JSON.stringify(cache.stats()))
  const errors = JSON.stringify([...readers.score.errors])
  console.log(
    [`seed ${SEED}: ${readers.score.reads} reads, ${writes} overwrites, errors ${errors}`, ...stats].join(
      '\n',
    ),
  )
  console.log([...readsIn].map(([name, reads]) => `${name}: ${reads}`).join(', '))
}
