import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Collection } from '../../src/toc/collection.ts'

const MIB = 2 ** 20
const ATTEMPTS_MAX = 1_000

describe('slices', () => {
  it('take their time after small buffers', () => {
    const collection = new Collection()
    collection.afterAllocation(MIB)
    expect(collection.sliceMs(5)).toBe(5)
  })

  it('are short from a large buffer on until V8 has collected', async () => {
    const collection = new Collection()
    collection.afterAllocation(64 * MIB)
    expect(collection.sliceMs(5)).toBe(1)
    expect(collection.sliceMs(0.5)).toBe(0.5)
    let attempts = 0
    while (collection.sliceMs(5) === 1 && attempts++ < ATTEMPTS_MAX) {
      Buffer.allocUnsafeSlow(64 * MIB)
      await sleep(1)
    }
    expect(collection.sliceMs(5)).toBe(5)
    collection.afterAllocation(64 * MIB)
    expect(collection.sliceMs(5)).toBe(1)
  })
})
