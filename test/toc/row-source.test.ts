import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { closeRows, openRows } from '../../src/toc/row-source.ts'

describe('opening rows', () => {
  it('that throw when they are asked what they are: an error of the list', () => {
    const cause = new Error('not today')
    const rows = {
      get [Symbol.asyncIterator]() {
        throw cause
      },
    }
    expect(() => openRows(rows)).toThrow(
      expect.objectContaining({ code: 'USER_CODE', path: '', cause, received: 'an error: not today' }),
    )
  })

  it.each([
    ['an array', [1, 2], 'array'],
    ['a Set', new Set([1]), 'sync'],
    ['an async generator', (async function* () {})(), 'async'],
    ['a web stream', new ReadableStream(), 'async'],
  ])('%s', (_, rows, kind) => {
    expect(openRows(rows).kind).toBe(kind)
  })
})

describe('closing rows', () => {
  it('of an array touches nothing', () => {
    const rows = Object.freeze([1])
    expect(closeRows(openRows(rows))).toBeUndefined()
  })

  it.each([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('too late'))],
    ['answers', () => undefined],
  ])('whose clean-up %s asks for it once, and hears no more', async (_, cleanUp) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const close = vi.fn(cleanUp)
    const iterator = { next: () => ({ done: true }), return: close }
    closeRows(openRows({ [Symbol.iterator]: () => iterator }))
    closeRows(openRows({ [Symbol.asyncIterator]: () => iterator }))
    closeRows(openRows({ getReader: () => ({ read: fail, cancel: close }) }))
    await turn()
    process.off('unhandledRejection', unhandled)
    expect(close).toHaveBeenCalledTimes(3)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('of a stream destroys it before its iterator is asked, which may wait', () => {
    const order: string[] = []
    const stream = {
      pipe: () => undefined,
      destroy: () => order.push('destroy'),
      [Symbol.asyncIterator]: () => ({ next: fail, return: () => order.push('return') }),
    }
    closeRows(openRows(stream))
    expect(order).toEqual(['destroy', 'return'])
  })
})

function fail(): never {
  throw new Error('no')
}
