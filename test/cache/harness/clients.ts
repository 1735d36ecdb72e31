// Both client libraries, set up as docs/redis.md advises: fail fast, reconnect, never queue without end.

import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster, createSentinel } from 'redis'
import { type RedisStoreOptions, redisStore } from '../../../src/cache/redis.ts'
import type { Store } from '../../../src/cache/store.ts'

export type ClientKind = 'node-redis' | 'ioredis'

export interface Connection {
  readonly store: Store
  close(): Promise<void>
}

export interface User {
  readonly username: string
  readonly password: string
}

const ignore = () => undefined

export async function connectStore(
  kind: ClientKind,
  port: number,
  options: RedisStoreOptions = {},
  user: Partial<User> = {},
): Promise<Connection> {
  return kind === 'ioredis' ? connectIoRedis(port, options, user) : connectNodeRedis(port, options, user)
}

async function connectNodeRedis(
  port: number,
  options: RedisStoreOptions,
  user: Partial<User>,
): Promise<Connection> {
  const client = createClient({
    ...user,
    disableOfflineQueue: true,
    socket: { host: '127.0.0.1', port, connectTimeout: 500, reconnectStrategy: () => 5 },
  })
  client.on('error', ignore)
  await client.connect()
  return {
    store: redisStore(client, options),
    async close() {
      client.destroy()
    },
  }
}

async function connectIoRedis(
  port: number,
  options: RedisStoreOptions,
  user: Partial<User>,
): Promise<Connection> {
  const client = new Redis(port, '127.0.0.1', {
    ...user,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 500,
    retryStrategy: () => 5,
    lazyConnect: true,
  })
  client.on('error', ignore)
  await client.connect()
  return {
    store: redisStore(client, options),
    async close() {
      client.disconnect()
    },
  }
}

export async function connectCluster(kind: ClientKind, ports: readonly number[]): Promise<Connection> {
  if (kind === 'ioredis') {
    const cluster = new Cluster(ports.map(port => ({ host: '127.0.0.1', port })))
    cluster.on('error', ignore)
    return {
      store: redisStore(cluster),
      async close() {
        cluster.disconnect()
      },
    }
  }
  const cluster = createCluster({ rootNodes: ports.map(port => ({ url: `redis://127.0.0.1:${port}` })) })
  cluster.on('error', ignore)
  await cluster.connect()
  return {
    store: redisStore(cluster),
    async close() {
      cluster.destroy()
    },
  }
}

export async function connectSentinel(kind: ClientKind, port: number): Promise<Connection> {
  if (kind === 'ioredis') {
    const client = new Redis({ sentinels: [{ host: '127.0.0.1', port }], name: 'main' })
    client.on('error', ignore)
    return {
      store: redisStore(client),
      async close() {
        client.disconnect()
      },
    }
  }
  const sentinel = createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port }] })
  sentinel.on('error', ignore)
  await sentinel.connect()
  return {
    store: redisStore(sentinel),
    async close() {
      await sentinel.close()
    },
  }
}
