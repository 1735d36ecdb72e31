import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'

const serializer = compile({ type: 'integer' })

/** Rows that end as `last` says, and how often they were closed. */
function rowsOf(count: number, last: (row: number) => IteratorResult<unknown>) {
  const state = { asked: 0, closed: 0 }
  const iterator = {
    next: () => (state.asked++ < count ? { done: false, value: state.asked } : last(state.asked)),
    return: () => {
      state.closed++
      return { done: true }
    },
  }
  return { state, rows: { [Symbol.iterator]: () => iterator } as unknown as Iterable<number> }
}

describe('a list of an iterable', () => {
  it.each([0, 1, 255, 256, 257, 600])(
    'of %d rows asks for each once, and closes nothing that ended',
    count => {
      const { rows, state } = rowsOf(count, () => ({ done: true, value: undefined }))
      const list = serializer.serialize(rows)
      expect(list.blob.toString()).toBe(JSON.stringify(Array.from({ length: count }, (_, i) => i + 1)))
      expect(state).toEqual({ asked: count + 1, closed: 0 })
    },
  )

  it.each([0, 1, 256, 300, 700])('names row %d, at which its source throws', count => {
    const cause = new Error('gone')
    const { rows, state } = rowsOf(count, () => {
      throw cause
    })
    expect(() => serializer.serialize(rows)).toThrow(
      expect.objectContaining({ code: 'USER_CODE', path: `/${count}`, cause }),
    )
    expect(state.closed).toBe(0)
  })

  it.each([0, 255, 256, 700])('names row %d, which does not fit, and closes its source', count => {
    const { rows, state } = rowsOf(count, () => ({ done: false, value: 'x' }))
    expect(() => serializer.serialize(rows)).toThrow(
      expect.objectContaining({ code: 'TYPE', path: `/${count}` }),
    )
    expect(state.closed).toBe(1)
  })
})
