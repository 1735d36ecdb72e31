import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { Turns } from '../../src/toc/turns.ts'

describe('turns', () => {
  it('run every task once, in order, in a later turn of the event loop', async () => {
    const turns = new Turns()
    const ran: number[] = []
    for (let i = 0; i < 1_000; i++) turns.add(() => ran.push(i))
    expect(ran).toEqual([])
    while (ran.length < 1_000) await turn()
    expect(ran).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
  })

  it('go on whatever a test does to the timers', { timeout: 5_000 }, async () => {
    const turns = new Turns()
    const turn = () => new Promise<void>(resolve => turns.add(resolve))
    vi.useFakeTimers()
    const first = turn()
    vi.useRealTimers()
    await first
    await turn()
  })

  it('let the event loop come round between tasks that take long', async () => {
    const turns = new Turns()
    const loops: number[] = []
    let loop = 0
    const work = () => {
      loops.push(loop)
      const end = performance.now() + 2
      while (performance.now() < end);
    }
    for (let i = 0; i < 5; i++) turns.add(() => work())
    while (loops.length < 5) {
      await turn()
      loop++
    }
    expect(new Set(loops).size).toBe(5)
  })

  it('forget a task that is cancelled, and go on after one that throws', async () => {
    const turns = new Turns()
    const ran: string[] = []
    const cancelled = () => ran.push('cancelled')
    const uncaught = new Promise(resolve => process.once('uncaughtException', resolve))
    const listeners = process.listeners('uncaughtException').slice(0, -1)
    for (const listener of listeners) process.off('uncaughtException', listener)
    turns.add(() => {
      throw new Error('a listener of the stream')
    })
    turns.add(cancelled)
    turns.add(() => ran.push('after'))
    turns.cancel(cancelled)
    expect(await uncaught).toMatchObject({ message: 'a listener of the stream' })
    for (const listener of listeners) process.on('uncaughtException', listener)
    while (ran.length === 0) await turn()
    expect(ran).toEqual(['after'])
  })
})
