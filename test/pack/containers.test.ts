import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  arrayOf,
  countOf,
  isEmpty,
  isPlainRecord,
  objectOf,
  ownValue,
  restEntries,
  tupleOf,
} from '../../src/pack/containers.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { answerOf } from './leaves.ts'

const detached = () => {
  const bytes = new Uint8Array(4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

describe('elements', () => {
  it('of an array or typed array are read where they are, others copied', () => {
    const array = [1]
    const typed = Float32Array.of(1.5)
    expect([arrayOf(array), arrayOf(typed)]).toEqual([array, typed])
    expect(arrayOf(array)).toBe(array)
    expect(arrayOf(typed)).toBe(typed)
    expect(arrayOf(new Set([1, 2]))).toEqual([1, 2])
    expect(arrayOf(new Map([[1, 2]]))).toEqual([[1, 2]])
  })

  it.each<[unknown, string]>([
    [undefined, 'REQUIRED: it, got undefined'],
    [null, 'REQUIRED: it, got null'],
    ['text', 'TYPE: it, got string "text"'],
    [new String('text'), 'TYPE: it, got object'],
    [runInNewContext('new String("text")'), 'TYPE: it, got object'],
    [{ length: 1 }, 'TYPE: it, got object'],
    [new DataView(new ArrayBuffer(1)), 'TYPE: it, got typed array'],
    [runInNewContext('new DataView(new ArrayBuffer(1))'), 'TYPE: it, got typed array'],
    [detached(), 'TYPE: it, got a detached typed array'],
    [() => [], 'TYPE: it, got function'],
  ])('row %# has none', (value, message) => {
    expect(answerOf(() => arrayOf(value))).toBe(message)
  })

  it.each<[unknown, unknown]>([
    [0, 0],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 32, 'TYPE: array with a length, got a length of number 4294967296'],
    [-1, 'TYPE: array with a length, got a length of number -1'],
    [0.5, 'TYPE: array with a length, got a length of number 0.5'],
    ['1', 'TYPE: array with a length, got a length of string "1"'],
    [undefined, 'TYPE: array with a length, got a length of undefined'],
  ])('a length of %s', (length, expected) => {
    expect(answerOf(() => countOf({ length } as never))).toBe(expected)
  })

  it('of a tuple are as many as it says', () => {
    const pair = [1, 2]
    expect(tupleOf(pair, 2)).toBe(pair)
    expect(tupleOf(new Set([1, 2]), 2)).toEqual([1, 2])
    expect(answerOf(() => tupleOf([1], 2))).toBe('LENGTH: array of 2 elements, got 1 elements')
    expect(answerOf(() => tupleOf('ab', 2))).toBe('TYPE: it, got string "ab"')
  })
})

describe('an object', () => {
  it('is itself, or what its toJSON gives, asked once with its name', () => {
    const plain = { a: 1 }
    const calls: unknown[] = []
    const model = {
      toJSON(key: unknown) {
        calls.push([this, key])
        return { toJSON: 'no function', ...plain }
      },
    }
    expect(objectOf(plain, 'k')).toBe(plain)
    expect(objectOf(model, 'k')).toEqual({ toJSON: 'no function', a: 1 })
    expect(calls).toEqual([[model, 'k']])
  })

  it.each<[unknown, string]>([
    [[1], 'TYPE: it, got array'],
    ['x', 'TYPE: it, got string "x"'],
    [null, 'REQUIRED: it, got null'],
    [undefined, 'REQUIRED: it, got undefined'],
    [{ toJSON: () => null }, 'REQUIRED: it, got null from toJSON'],
    [{ toJSON: () => [1, 2] }, 'TYPE: it, got array from toJSON'],
    [{ toJSON: () => 5 }, 'TYPE: it, got number 5 from toJSON'],
  ])('row %# is none', (value, message) => {
    expect(answerOf(() => objectOf(value, ''))).toBe(message)
  })

  it('has of its own what it does not inherit', () => {
    expect(ownValue({ toString: 5 }, 'toString')).toBe(5)
    expect(ownValue({}, 'toString')).toBeUndefined()
    expect(ownValue(Object.create({ a: 1 }), 'a')).toBeUndefined()
  })

  it.each<[unknown, boolean]>([
    [{}, true],
    [Object.create(null), true],
    [Object.create({}), false],
    [new (class {})(), false],
    [new Map(), false],
    [runInNewContext('({})'), false],
  ])('row %# is plain: %s', (value, expected) => {
    expect(isPlainRecord(value as object)).toBe(expected)
  })
})

it.each<[unknown, boolean]>([
  ['', true],
  ['x', false],
  [Number.NaN, true],
  [0, false],
  [null, false],
  [undefined, false],
  [false, false],
  [[], true],
  [[undefined], false],
  [new Uint8Array(0), true],
  [new Uint8Array(1), false],
  [new DataView(new ArrayBuffer(0)), true],
  [new Map(), true],
  [new Map([[1, 1]]), false],
  [new Set(), true],
  [new Set([1]), false],
  [{}, true],
  [{ a: undefined }, false],
  [Object.create(null), true],
  [Object.create({ a: 1 }), false],
  [new Date(0), false],
  [new (class {})(), false],
  [runInNewContext('({})'), true],
  [runInNewContext('({ a: 1 })'), false],
  [runInNewContext('new Map()'), true],
  [runInNewContext('new Set()'), true],
  [runInNewContext('new Set([1])'), false],
  [runInNewContext('new (class {})()'), false],
  [Object.create(Object.assign(Object.create(null), { a: 1 })), false],
])('row %# is empty: %s', (value, expected) => {
  expect(isEmpty(value)).toBe(expected)
})

describe('what a schema does not name', () => {
  const nodeOf = (schema: object) => {
    const spec = compileSchema({ type: 'object', ...schema })
    const node = spec.nodes[spec.root]!
    if (node.op !== 'object') throw new Error(node.op)
    return node
  }
  const INT = { type: 'integer' }
  const record = nodeOf({ additionalProperties: INT })
  const beside = nodeOf({ properties: { a: INT }, additionalProperties: INT })
  const rules = nodeOf({ patternProperties: { '^x': INT, y$: INT } })
  const map = (...names: unknown[]) => new Map(names.map((name, i) => [name, i]))

  it('is all of an object without named properties, values unread', () => {
    expect(restEntries({ b: 1, 1: 2 }, record)).toEqual({
      names: ['1', 'b'],
      values: undefined,
      rules: undefined,
    })
  })

  it('leaves out what is named, and what no rule takes; the first rule counts', () => {
    expect(restEntries({ b: 1, a: 2 }, beside)).toEqual({ names: ['b'], values: undefined, rules: [0] })
    expect(restEntries({ q: 1, xy: 2, ay: 3, x: 4 }, rules)).toEqual({
      names: ['xy', 'ay', 'x'],
      values: undefined,
      rules: [0, 1, 0],
    })
  })

  it('is all of a Map, in its order, where no property is named', () => {
    expect(restEntries(map('b', 'a'), record)).toEqual({ names: ['b', 'a'], values: [0, 1], rules: [0, 0] })
    expect(restEntries(map('q', 'x'), rules)).toEqual({ names: ['x'], values: [1], rules: [0] })
    expect(restEntries(map('b'), beside)).toEqual({ names: [], values: undefined, rules: [] })
  })

  it('is all of a Map of another realm, and never nothing of what stands in for one', () => {
    const foreign = runInNewContext('new Map([["b", 0]])')
    expect(restEntries(foreign, record)).toEqual({ names: ['b'], values: [0], rules: [0] })
    expect(() => restEntries(new Proxy(map('b'), {}), record)).toThrow(TypeError)
  })

  it('has names of text alone', () => {
    expect(answerOf(() => restEntries(map(5), record))).toBe(
      'TYPE: Map with string keys, got a key of number 5',
    )
  })
})
