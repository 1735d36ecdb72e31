import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { countNow, UncountedMemory, uncountedBytesMax } from '../../src/toc/counted-bytes.ts'

const MIB = 2 ** 20
const ATTEMPTS_MAX = 1_000

const counted = () => process.memoryUsage().external / MIB

afterEach(() => vi.unstubAllGlobals())

/** Memory that is counted and collected while the next test runs would be missing there. */
const kept: SharedArrayBuffer[] = []

describe('shared memory', () => {
  it('is counted once, and at once where that is asked for', () => {
    const memory = new SharedArrayBuffer(32 * MIB)
    kept.push(memory)
    const before = counted()
    countNow(memory)
    countNow(memory)
    expect(counted() - before).toBeCloseTo(32, 0)
  })

  it('is counted together once there is much of it', () => {
    const uncounted = new UncountedMemory(() => 100 * MIB)
    const memories = Array.from({ length: 4 }, () => new SharedArrayBuffer(30 * MIB))
    const before = counted()
    for (const memory of memories.slice(0, 3)) uncounted.add(memory)
    uncounted.add(memories[0]!)
    expect(uncounted.byteLength).toBe(90 * MIB)
    expect(counted() - before).toBeLessThan(1)
    uncounted.add(memories[3]!, 20 * MIB)
    expect(uncounted.byteLength).toBe(0)
    expect(counted() - before).toBeGreaterThan(109)
    for (const memory of memories) uncounted.add(memory)
    expect(uncounted.byteLength).toBe(0)
  })

  it('that was collected meanwhile does not need to be', async () => {
    const uncounted = new UncountedMemory(() => 100 * MIB)
    uncounted.add(new SharedArrayBuffer(MIB))
    let attempts = 0
    while (uncounted.byteLength > 0 && attempts++ < ATTEMPTS_MAX) {
      Buffer.allocUnsafeSlow(64 * MIB)
      await sleep(1)
    }
    expect(uncounted.byteLength).toBe(0)
  })

  it('waits for more of it beside a large heap, but for no more than a part of all memory', () => {
    expect(uncountedBytesMax(50 * MIB, 2 ** 35)).toBe(128 * MIB)
    expect(uncountedBytesMax(900 * MIB, 2 ** 35)).toBe(450 * MIB)
    expect(uncountedBytesMax(900 * MIB, 2 ** 32)).toBe(256 * MIB)
    expect(uncountedBytesMax(2 ** 60)).toBeLessThanOrEqual(os.totalmem() / 16)
  })

  it('stays uncounted where there is no address space for it', () => {
    const memory = new SharedArrayBuffer(MIB)
    const none = vi.fn(() => {
      throw new RangeError('Array buffer allocation failed')
    })
    vi.stubGlobal('ArrayBuffer', none)
    countNow(memory)
    expect(none).toHaveBeenCalledOnce()
  })
})
