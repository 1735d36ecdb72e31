// `tocson/store-suite`: what every store must do, for the authors of stores.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Awaitable, Store } from './store.ts'

/** Works with vitest's and `node:test`'s `describe` and `test`. */
export interface StoreSuiteOptions {
  /** Appears in the titles: `redisStore, ioredis`. */
  readonly name: string
  readonly describe: (title: string, body: () => void) => unknown
  readonly test: (title: string, body: () => Promise<void>) => unknown
  /** A store to use in one test; keys are fresh in each, so it may be the same one every time. */
  readonly makeStore: () => Awaitable<Store>
  /** Called with the store at the end of each test. */
  readonly closeStore?: ((store: Store) => Awaitable<void>) | undefined
  /** How late the store may forget a value whose ttl has passed. Default 1,000. */
  readonly ttlLatenessMs?: number | undefined
  /** Size of the largest value tried. Default 4 MiB. */
  readonly valueBytesMax?: number | undefined
}

interface Trial {
  readonly store: Store
  /** A key that no other test uses. */
  readonly key: (name: string) => string
  readonly options: StoreSuiteOptions
}

/**
 * Declares the conformance tests of a store.
 *
 * @example
 * import { describe, test } from 'vitest' // or 'node:test'
 * runStoreSuite({ name: 'my store', describe, test, makeStore: () => myStore() })
 */
export function runStoreSuite(options: StoreSuiteOptions): void {
  options.describe(`store: ${options.name}`, () => {
    for (const [title, body] of Object.entries(TRIALS)) {
      options.test(title, async () => {
        const store = await options.makeStore()
        const run = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`
        try {
          await body({ store, key: name => `{k:suite/${run}}:${name}`, options })
        } finally {
          await options.closeStore?.(store)
        }
      })
    }
  })
}

const TTL_MS = 60_000

async function read(store: Store, key: string, start = 0, end = 2 ** 20): Promise<Buffer | undefined> {
  const bytes = await store.getRange(key, start, end)
  return bytes === undefined || bytes === null || bytes.byteLength === 0 ? undefined : Buffer.from(bytes)
}

const bytesOf = (text: string): Buffer => Buffer.from(text)

const TRIALS: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'a missing key has no bytes, and can be deleted': async ({ store, key }) => {
    assert.equal(await read(store, key('missing')), undefined)
    await store.delete(key('missing'))
  },

  'a value comes back as it was written, whatever its bytes': async ({ store, key }) => {
    const value = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
    await store.set(key('a'), [value], TTL_MS)
    assert.deepEqual(await read(store, key('a')), value)
  },

  'chunks are joined, empty ones included': async ({ store, key }) => {
    await store.set(key('a'), [bytesOf('ab'), Buffer.alloc(0), bytesOf('cde'), bytesOf('f')], TTL_MS)
    assert.deepEqual(await read(store, key('a')), bytesOf('abcdef'))
  },

  'every range of a value is exact; past its end there are fewer bytes or none': async ({ store, key }) => {
    const value = bytesOf('0123456789')
    await store.set(key('a'), [value.subarray(0, 4), value.subarray(4)], TTL_MS)
    for (let start = 0; start <= 12; start += 1) {
      for (let end = start; end <= 12; end += 1) {
        const expected = value.subarray(start, end)
        const bytes = (await read(store, key('a'), start, end)) ?? Buffer.alloc(0)
        assert.deepEqual(bytes, Buffer.from(expected), `[${start}, ${end})`)
      }
    }
  },

  'a plain Uint8Array that is a view of a larger buffer is written as such': async ({ store, key }) => {
    const view = new Uint8Array(Uint8Array.from([9, 9, 1, 2, 3, 9]).buffer, 2, 3)
    await store.set(key('a'), [view], TTL_MS)
    assert.deepEqual(await read(store, key('a')), Buffer.from([1, 2, 3]))
  },

  'a second write replaces the first, longer or shorter': async ({ store, key }) => {
    await store.set(key('a'), [bytesOf('first value')], TTL_MS)
    await store.set(key('a'), [bytesOf('2nd')], TTL_MS)
    assert.deepEqual(await read(store, key('a')), bytesOf('2nd'))
  },

  'delete removes one key and no other': async ({ store, key }) => {
    await store.set(key('a'), [bytesOf('A')], TTL_MS)
    await store.set(key('ab'), [bytesOf('AB')], TTL_MS)
    await store.delete(key('a'))
    assert.equal(await read(store, key('a')), undefined)
    assert.deepEqual(await read(store, key('ab')), bytesOf('AB'))
  },

  'keys hold every character they may': async ({ store, key }) => {
    const names = ['/a', '/a/', '%7B', '~null', '.', '..', '-_', ':', 'A', 'a', 'n'.repeat(200)]
    for (const name of names) await store.set(key(name), [bytesOf(name)], TTL_MS)
    for (const name of names) assert.deepEqual(await read(store, key(name)), bytesOf(name), name)
  },

  'values are gone after the ttl of their last write, and not before': async ({ store, key, options }) => {
    const value = bytesOf('x')
    for (const name of ['short', 'renewed', 'swapped']) await store.set(key(name), [value], 400)
    for (const name of ['long', 'shortened']) await store.set(key(name), [value], TTL_MS)
    assert.deepEqual(await read(store, key('short')), value)
    await store.set(key('renewed'), [value], TTL_MS)
    assert.equal(await store.compareAndSet(key('swapped'), value, bytesOf('y'), TTL_MS), true)
    assert.equal(await store.compareAndSet(key('shortened'), value, bytesOf('y'), 200), true)
    assert.equal(await store.compareAndSet(key('created'), undefined, value, 200), true)
    await sleep(410 + (options.ttlLatenessMs ?? 1_000))
    for (const name of ['short', 'shortened', 'created']) {
      assert.equal(await read(store, key(name)), undefined, name)
    }
    for (const name of ['long', 'renewed']) assert.deepEqual(await read(store, key(name)), value, name)
    assert.deepEqual(await read(store, key('swapped')), bytesOf('y'))
  },

  'compareAndSet creates only where nothing is': async ({ store, key }) => {
    assert.equal(await store.compareAndSet(key('a'), undefined, bytesOf('1'), TTL_MS), true)
    assert.equal(await store.compareAndSet(key('a'), undefined, bytesOf('2'), TTL_MS), false)
    assert.deepEqual(await read(store, key('a')), bytesOf('1'))
  },

  'compareAndSet replaces and removes only what is expected, to the byte': async ({ store, key }) => {
    const value = Buffer.from([0, 255, 128, 10, 13, 0])
    await store.set(key('a'), [value], TTL_MS)
    for (const other of [value.subarray(0, 5), Buffer.concat([value, value]), bytesOf('x')]) {
      assert.equal(await store.compareAndSet(key('a'), other, bytesOf('no'), TTL_MS), false)
      assert.equal(await store.compareAndSet(key('a'), other, undefined, TTL_MS), false)
    }
    assert.deepEqual(await read(store, key('a')), value)
    assert.equal(await store.compareAndSet(key('a'), value, bytesOf('next'), TTL_MS), true)
    assert.deepEqual(await read(store, key('a')), bytesOf('next'))
    assert.equal(await store.compareAndSet(key('a'), bytesOf('next'), undefined, TTL_MS), true)
    assert.equal(await read(store, key('a')), undefined)
  },

  'compareAndSet with an expectation fails on a missing key': async ({ store, key }) => {
    assert.equal(await store.compareAndSet(key('a'), bytesOf('1'), bytesOf('2'), TTL_MS), false)
    assert.equal(await store.compareAndSet(key('a'), bytesOf('1'), undefined, TTL_MS), false)
    assert.equal(await read(store, key('a')), undefined)
  },

  'compareAndSet of nothing by nothing tells whether something is there': async ({ store, key }) => {
    assert.equal(await store.compareAndSet(key('a'), undefined, undefined, TTL_MS), true)
    assert.equal(await read(store, key('a')), undefined)
    await store.set(key('a'), [bytesOf('1')], TTL_MS)
    assert.equal(await store.compareAndSet(key('a'), undefined, undefined, TTL_MS), false)
    assert.deepEqual(await read(store, key('a')), bytesOf('1'))
  },

  'of many compareAndSet with one expectation exactly one succeeds': async ({ store, key }) => {
    const race = async (round: number, expected: Buffer | undefined) => {
      const tries = Array.from({ length: 50 }, (_, index) =>
        store.compareAndSet(key('a'), expected, bytesOf(`${round}: ${index}`), TTL_MS),
      )
      const results = await Promise.all(tries)
      assert.equal(results.filter(Boolean).length, 1)
      assert.deepEqual(await read(store, key('a')), bytesOf(`${round}: ${results.indexOf(true)}`))
    }
    await race(1, undefined)
    await race(2, await read(store, key('a')))
  },

  'many reads at once each get their own range': async ({ store, key }) => {
    const value = Buffer.from(Uint32Array.from({ length: 4_096 }, (_, index) => index * 2_654_435).buffer)
    await store.set(key('a'), [value], TTL_MS)
    const reads = Array.from({ length: 500 }, async (_, index) => {
      const start = (index * 31) % value.byteLength
      const end = Math.min(start + index, value.byteLength)
      const bytes = (await read(store, key('a'), start, end)) ?? Buffer.alloc(0)
      assert.deepEqual(bytes, Buffer.from(value.subarray(start, end)))
    })
    await Promise.all(reads)
  },

  'a large value, and that bytes handed out stay as they are': async ({ store, key, options }) => {
    const value = Buffer.alloc(options.valueBytesMax ?? 4 * 2 ** 20, 'The quick brown fox 0123456789')
    await store.set(key('a'), [value.subarray(0, 1_000), value.subarray(1_000)], TTL_MS)
    const held = await store.getRange(key('a'), 500, value.byteLength - 500)
    const middle = await store.getRange(key('a'), 2 ** 20 - 3, 2 ** 20 + 3)
    await store.set(key('a'), [Buffer.alloc(value.byteLength, 'x')], TTL_MS)
    await read(store, key('a'), 0, value.byteLength)
    assert.ok(Buffer.from(held!).equals(value.subarray(500, value.byteLength - 500)))
    assert.ok(Buffer.from(middle!).equals(value.subarray(2 ** 20 - 3, 2 ** 20 + 3)))
  },

  'a reader sees the old value or the new one, never a mixture': async ({ store, key }) => {
    const values = ['a', 'b'].map(letter => Buffer.alloc(100_000, letter))
    await store.set(key('a'), [values[0]!], TTL_MS)
    const writes = (async () => {
      for (let round = 1; round <= 40; round += 1) await store.set(key('a'), [values[round % 2]!], TTL_MS)
    })()
    for (let round = 0; round < 40; round += 1) {
      const bytes = await read(store, key('a'))
      assert.ok(bytes !== undefined && values.some(value => value.equals(bytes)), 'a mixture')
    }
    await writes
  },
}
