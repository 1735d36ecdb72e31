// The store suite under node:test, over a store that is right or one that shows the wrong range.

import { describe, test } from 'node:test'
import { memoryStore } from '../../../src/cache/memory-store.ts'
import type { Store } from '../../../src/cache/store.ts'
import { runStoreSuite } from '../../../src/cache/store-suite.ts'

function wrongStore(): Store {
  const store = memoryStore()
  const getRange: Store['getRange'] = (key, start, end) => store.getRange(key, start, end + 1)
  return {
    name: 'wrong',
    getRange,
    set: (key, chunks, ttlMs) => store.set(key, chunks, ttlMs),
    delete: key => store.delete(key),
    compareAndSet: (key, expected, value, ttlMs) => store.compareAndSet(key, expected, value, ttlMs),
  }
}

const makeStore = process.argv[2] === 'wrong' ? wrongStore : () => memoryStore()
runStoreSuite({ name: 'memory', describe, test, makeStore, ttlLatenessMs: 10 })
