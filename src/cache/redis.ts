// `tocson/redis`: Redis and Valkey as a store, through whichever client the application already has.

import { Buffer } from 'node:buffer'
import { assertOptions, CacheOptionError, StoreError } from './errors.ts'
import {
  type IoRedisClient,
  type NodeRedisClient,
  type RedisCommands,
  redisCommands,
} from './redis-client.ts'
import type { Store } from './store.ts'

export type { IoRedisClient, NodeRedisClient } from './redis-client.ts'

const VALUE_BYTES_MAX = 512 * 2 ** 20

export interface RedisStoreOptions {
  /** In front of every key. Default `tocson:`. */
  readonly prefix?: string | undefined
  /** Largest value the server takes (its `proto-max-bulk-len`). Default 512 MiB. */
  readonly valueBytesMax?: number | undefined
}

/**
 * Redis or Valkey as a `Store`: single, Sentinel or Cluster, as far as the client gives it. The client stays
 * the application's: it connects and closes it, and must listen to its `error` events.
 *
 * `set` throws StoreError `STORE_TOO_LARGE` beyond `valueBytesMax`; the page cache then keeps such a list in
 * memory only.
 *
 * @throws StoreError `STORE_CLIENT` when the client is neither node-redis nor ioredis; CacheOptionError
 * @example
 * const client = await createClient({ url, disableOfflineQueue: true }).on('error', log).connect()
 * const cache = new PageCache({ store: redisStore(client) })
 */
export function redisStore(client: NodeRedisClient | IoRedisClient, options: RedisStoreOptions = {}): Store {
  assertOptions('options', options)
  return new RedisStore(redisCommands(client), options)
}

/** Each has one key, so Cluster can route it; Redis runs a script as one step. */
const COMPARE_AND_SET = `if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0`
const COMPARE_AND_DELETE = `if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1]) return 1 end return 0`
const IS_MISSING = `return 1 - redis.call('EXISTS', KEYS[1])`

class RedisStore implements Store {
  readonly name = 'redis'
  readonly #commands: RedisCommands
  readonly #prefix: string
  readonly #valueBytesMax: number

  constructor(
    commands: RedisCommands,
    { prefix = 'tocson:', valueBytesMax = VALUE_BYTES_MAX }: RedisStoreOptions,
  ) {
    if (typeof prefix !== 'string') throw new CacheOptionError('prefix', 'a string', prefix)
    if (!(typeof valueBytesMax === 'number' && valueBytesMax >= 0))
      throw new CacheOptionError('valueBytesMax', 'a number of bytes', valueBytesMax)
    this.#commands = commands
    this.#prefix = prefix
    this.#valueBytesMax = valueBytesMax
  }

  async getRange(key: string, start: number, end: number): Promise<Uint8Array | undefined> {
    if (start >= end) return undefined
    // The only place with an inclusive end. A missing key answers with no bytes, a short value with few.
    const reply = await this.#commands.getRange(this.#prefix + key, start, end - 1)
    if (reply === null || reply === undefined) return undefined
    if (!(reply instanceof Uint8Array)) throw unexpected('GETRANGE', reply)
    return reply.byteLength === 0 ? undefined : reply
  }

  async set(key: string, chunks: readonly Uint8Array[], ttlMs: number): Promise<void> {
    const byteLength = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
    if (byteLength > this.#valueBytesMax) {
      throw new StoreError('STORE_TOO_LARGE', `${byteLength} bytes, a value holds ${this.#valueBytesMax}`)
    }
    const reply = await this.#commands.set(this.#prefix + key, Buffer.concat(chunks, byteLength), ttlMs)
    if (!isOk(reply)) throw unexpected('SET', reply)
  }

  async delete(key: string): Promise<void> {
    await this.#commands.delete(this.#prefix + key)
  }

  async compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): Promise<boolean> {
    const name = this.#prefix + key
    if (expected === undefined) {
      if (value === undefined) return isOne(await this.#commands.eval(IS_MISSING, name, []))
      const reply = await this.#commands.setIfMissing(name, bufferOf(value), ttlMs)
      if (reply === null) return false
      if (!isOk(reply)) throw unexpected('SET NX', reply)
      return true
    }
    if (value === undefined) {
      return isOne(await this.#commands.eval(COMPARE_AND_DELETE, name, [bufferOf(expected)]))
    }
    const args = [bufferOf(expected), bufferOf(value), `${ttlMs}`]
    return isOne(await this.#commands.eval(COMPARE_AND_SET, name, args))
  }
}

/** Status replies come as text or, where a client maps them too, as bytes. */
function isOk(reply: unknown): boolean {
  return reply === 'OK' || (reply instanceof Uint8Array && bufferOf(reply).equals(OK))
}

/** Numbers come as text where a client is told so (ioredis: `stringNumbers`). */
function isOne(reply: unknown): boolean {
  const number = typeof reply === 'string' ? Number(reply) : reply
  if (number !== 0 && number !== 1) throw unexpected('EVAL', reply)
  return number === 1
}

const OK = Buffer.from('OK')

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function unexpected(command: string, reply: unknown): StoreError {
  return new StoreError(
    'STORE_REPLY',
    `${command} answered ${reply === null ? 'nothing' : `a ${typeof reply}`}`,
  )
}
