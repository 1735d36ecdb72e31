// Two client libraries, one small set of commands. Clients are recognised by their methods, never imported.

import type { Buffer } from 'node:buffer'
import { StoreError } from './errors.ts'

/** What the store needs of a client; replies are raw bytes. `end` is Redis's: inclusive. */
export interface RedisCommands {
  getRange(key: string, start: number, end: number): Promise<unknown>
  set(key: string, value: Buffer, ttlMs: number): Promise<unknown>
  /** Sets only when the key is missing; `OK` when it did. */
  setIfMissing(key: string, value: Buffer, ttlMs: number): Promise<unknown>
  delete(key: string): Promise<unknown>
  eval(script: string, key: string, args: readonly (Buffer | string)[]): Promise<unknown>
}

/** node-redis 5 and later: `createClient`, `createCluster`, `createSentinel`, `createClientPool`. */
export interface NodeRedisClient {
  withTypeMapping(mapping: Record<number, unknown>): unknown
}

/** ioredis 5 and later: `Redis` (Sentinel included) and `Cluster`. */
export interface IoRedisClient {
  getrangeBuffer(key: string, start: number, end: number): Promise<unknown>
  set(key: string, value: Buffer, px: 'PX', ttlMs: number): Promise<unknown>
  set(key: string, value: Buffer, px: 'PX', ttlMs: number, nx: 'NX'): Promise<unknown>
  unlink(key: string): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndArgs: (string | Buffer)[]): Promise<unknown>
}

/** @throws StoreError `STORE_CLIENT` for any other object */
export function redisCommands(client: NodeRedisClient | IoRedisClient): RedisCommands {
  if (hasMethod(client, 'getrangeBuffer')) return ioRedisCommands(client as IoRedisClient)
  if (hasMethod(client, 'withTypeMapping')) return nodeRedisCommands(client as NodeRedisClient)
  throw new StoreError('STORE_CLIENT', 'expected a node-redis (5+) or ioredis (5+) client')
}

/** `RESP_TYPES.BLOB_STRING`: the first byte, `$`, of such a reply. */
const BLOB_STRING = 36

interface MappedNodeRedis {
  getRange(key: string, start: number, end: number): Promise<unknown>
  set(key: string, value: Buffer, options: Record<string, unknown>): Promise<unknown>
  unlink(key: string): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: (Buffer | string)[] }): Promise<unknown>
}

function nodeRedisCommands(client: NodeRedisClient): RedisCommands {
  // The same commands on single clients, pools, Sentinel and Cluster; only `sendCommand` differs among them.
  const mapped = client.withTypeMapping({ [BLOB_STRING]: globalThis.Buffer }) as MappedNodeRedis
  return {
    getRange: (key, start, end) => mapped.getRange(key, start, end),
    set: (key, value, ttlMs) => mapped.set(key, value, { expiration: { type: 'PX', value: ttlMs } }),
    setIfMissing: (key, value, ttlMs) =>
      mapped.set(key, value, { expiration: { type: 'PX', value: ttlMs }, condition: 'NX' }),
    delete: key => mapped.unlink(key),
    eval: (script, key, args) => mapped.eval(script, { keys: [key], arguments: [...args] }),
  }
}

/** By their names, never by `callBuffer`: with `enableAutoPipelining` that loses its first argument, the command. */
function ioRedisCommands(client: IoRedisClient): RedisCommands {
  return {
    getRange: (key, start, end) => client.getrangeBuffer(key, start, end),
    set: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs),
    setIfMissing: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs, 'NX'),
    delete: key => client.unlink(key),
    eval: (script, key, args) => client.eval(script, 1, key, ...args),
  }
}

function hasMethod(client: unknown, name: string): boolean {
  return typeof (client as Record<string, unknown> | null | undefined)?.[name] === 'function'
}
