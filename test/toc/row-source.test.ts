import { setImmediate as turn } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
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

  it('of a revoked Proxy, or of one whose length is none or throws', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(() => openRows(proxy)).toThrow(
      expect.objectContaining({ code: 'USER_CODE', path: '', expected: 'rows' }),
    )
    const lengthOf = (get: () => unknown) => new Proxy([1], { get })
    expect(() => openRows(lengthOf(() => -1))).toThrow(
      expect.objectContaining({
        code: 'TYPE',
        path: '',
        expected: 'array',
        received: 'a length of number -1',
      }),
    )
    expect(() => openRows(lengthOf(fail))).toThrow(
      expect.objectContaining({ code: 'USER_CODE', path: '', received: 'an error: no' }),
    )
  })

  it.each([
    ['here', new String('abc')],
    ['of another realm', runInNewContext("new String('abc')")],
  ])('a boxed string is no rows: %s', (_, rows) => {
    expect(() => openRows(rows)).toThrow(
      expect.objectContaining({ code: 'TYPE', path: '', expected: 'iterable of rows', received: 'object' }),
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
    let closed = 0
    // No mock: those handle the promises they return.
    const close = () => {
      closed++
      return cleanUp()
    }
    const iterator = { next: () => ({ done: true }), return: close }
    closeRows(openRows({ [Symbol.iterator]: () => iterator }))
    closeRows(openRows({ [Symbol.asyncIterator]: () => iterator }))
    closeRows(openRows({ getReader: () => ({ read: fail, cancel: close }) }))
    await turn()
    process.off('unhandledRejection', unhandled)
    expect(closed).toBe(3)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('that cannot be closed, or are no streams, is no error', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const iterator = { next: () => ({ done: true }) }
    closeRows(openRows({ [Symbol.iterator]: () => iterator }))
    closeRows(openRows({ [Symbol.asyncIterator]: () => iterator }))
    const order: string[] = []
    const asked = { ...iterator, return: () => order.push('return') }
    const part = { [Symbol.asyncIterator]: () => asked }
    closeRows(openRows({ ...part, destroy: () => order.push('destroy') }))
    closeRows(openRows({ ...part, pipe: fail }))
    await turn()
    process.off('unhandledRejection', unhandled)
    expect([order, unhandled.mock.calls]).toEqual([['return', 'return'], []])
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
