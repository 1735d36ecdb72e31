// How streams end when their readers misbehave, or take no more; in this thread, and with threads that write.

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { createWriterPool } from '../../src/threads/index.ts'
import { bytesOf, errorOf, filmRows, films } from './sliced.ts'

const rows = filmRows(6_000)
const list = films.serialize(rows)
const pool = createWriterPool({ threads: 1 })
afterAll(() => pool.close())

describe.each([
  ['this thread', {}],
  ['a pool', { writer: pool }],
])('%s', (_, options) => {
  it('loses no bytes behind a listener that throws', async () => {
    const chunks: Buffer[] = []
    const uncaught = await uncaughtDuring(async () => {
      const stream = films.stream(rows, options)
      stream.on('data', chunk => {
        chunks.push(chunk)
        // All but the first, which Node gives from its own buffer; the closing bracket, too.
        if (chunks.length > 1) throw new Error(`of listener ${chunks.length}`)
      })
      await once(stream, 'end', { signal: AbortSignal.timeout(2_000) })
      expect(Buffer.concat(chunks).equals(list.blob)).toBe(true)
      expect(await stream.toc).toEqual(list.toc)
    })
    expect(uncaught.length).toBe(chunks.length - 1)
  })

  it.each([undefined, new Error('gone')])(
    'gives a web stream nothing once it is cancelled: %s',
    async reason => {
      const uncaught = await uncaughtDuring(async () => {
        const stream = films.stream(rows, { ...options, highWaterMark: 1 })
        const reader = stream.toWeb().getReader()
        while (stream.readableLength === 0) await sleep(1)
        await reader.read()
        await reader.cancel(reason)
        await sleep(1)
      })
      expect(uncaught).toEqual([])
    },
  )

  it('is aborted as long as its reader has not taken all, and listens to the signal no longer', async () => {
    const { signal, abort } = countedSignal()
    const stream = films.stream(rows.slice(0, 100), { ...options, signal })
    const rest = await stream.toc
    stream.once('data', () => stream.pause())
    await sleep(5)
    expect([stream.destroyed, rest.length]).toEqual([false, 101])
    abort('too slow')
    const end = once(stream, 'end', { signal: AbortSignal.timeout(1_000) })
    expect(await errorOf(end)).toMatchObject({ code: 'ABORTED', cause: 'too slow' })
    expect(signal.listenerCount).toBe(0)
    const taken = countedSignal()
    const whole = films.stream(rows, { ...options, signal: taken.signal })
    await bytesOf(whole)
    expect([taken.signal.listenerCount, whole.destroyed]).toEqual([0, true])
  })
})

async function uncaughtDuring(run: () => Promise<void>): Promise<unknown[]> {
  const listeners = process.rawListeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const uncaught: unknown[] = []
  const note = (error: unknown) => uncaught.push(error)
  process.on('uncaughtException', note)
  try {
    await run()
  } finally {
    process.off('uncaughtException', note)
    for (const listener of listeners) process.on('uncaughtException', listener as never)
  }
  return uncaught
}

function countedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  const listeners = new Set<unknown>()
  const counted = Object.create(signal, {
    aborted: { get: () => signal.aborted },
    reason: { get: () => signal.reason },
    addEventListener: {
      value(type: string, listener: () => void) {
        listeners.add(listener)
        signal.addEventListener(type, listener)
      },
    },
    removeEventListener: {
      value(type: string, listener: () => void) {
        listeners.delete(listener)
        signal.removeEventListener(type, listener)
      },
    },
    listenerCount: { get: () => listeners.size },
  }) as AbortSignal & { readonly listenerCount: number }
  return { signal: counted, abort: (reason: string) => controller.abort(reason) }
}
