import { expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { messageOf, toSerializeError } from '../../src/pack/border.ts'
import { Failure } from '../../src/pack/failure.ts'
import { PackedRows } from '../../src/pack/packed-rows.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { INT, obj } from '../schemas.ts'

const spec = compileSchema({
  type: 'object',
  properties: { a: { type: 'integer' }, b: { type: 'string' } },
  required: ['a', 'b'],
})

/** Packing stopped at the second property of the third row of a chunk. */
function stopped(): PackedRows {
  const packed = new PackedRows(Float64Array.of(1, 1, 2, 1, 3), 0, () => undefined)
  packed.fail(2, 5, 'xy')
  packed.failRow(2, 4, 2)
  return packed
}

const untouched = () => new PackedRows(new Float64Array(1), 0, () => undefined)

it('a failed check has the place where packing stopped, and what was asked for there', () => {
  const cause = new Error('why')
  const failure = new Failure('TYPE', undefined, 'number 5', cause, ' (detail)')
  const error = toSerializeError(failure, spec, stopped(), 40)
  expect(error).toMatchObject({
    code: 'TYPE',
    path: '/42/b',
    expected: 'string',
    received: 'number 5',
    cause,
  })
  expect(error.message).toBe('/42/b: expected string, got number 5 (detail)')
  expect(toSerializeError(failure, spec, stopped(), undefined).path).toBe('/b')
  expect(toSerializeError(failure, spec, stopped(), 0).path).toBe('/2/b')
})

it('a check that knows better says what it asked for', () => {
  expect(toSerializeError(new Failure('RAW', 'valid JSON', 'x'), spec, stopped(), 0).expected).toBe(
    'valid JSON',
  )
})

it('before any place is known it is the rows themselves', () => {
  const error = toSerializeError(new Error('no'), spec, untouched(), 7)
  expect(error).toMatchObject({ code: 'USER_CODE', path: '', expected: 'object', received: 'an error: no' })
})

it.each<[unknown, string, string]>([
  [new TypeError('this is not a Date object.'), 'TYPE', 'an object that is not really a Date'],
  [new Error('this is not a Date object.'), 'USER_CODE', 'an error: this is not a Date object.'],
  [new TypeError('x is not a function'), 'USER_CODE', 'an error: x is not a function'],
  [new RangeError('Array buffer allocation failed'), 'TOO_LARGE', 'more bytes than memory can hold'],
  [new RangeError('Invalid typed array length: 5'), 'TOO_LARGE', 'more bytes than memory can hold'],
  [new RangeError('Invalid buffer length'), 'TOO_LARGE', 'more bytes than memory can hold'],
  [new RangeError('Invalid string length'), 'TOO_LARGE', 'more text than a string can hold'],
  [new RangeError('Maximum call stack size exceeded'), 'DEPTH', 'a value nested deeper than the stack'],
  [new RangeError('Invalid time value'), 'USER_CODE', 'an error: Invalid time value'],
  [new Error('Maximum call stack size exceeded'), 'USER_CODE', 'an error: Maximum call stack size exceeded'],
  ['text', 'USER_CODE', 'an error: string "text"'],
  [undefined, 'USER_CODE', 'an error: undefined'],
])('what others throw, row %#: %s', (thrown, code, received) => {
  const error = toSerializeError(thrown, spec, untouched(), 0)
  expect([error.code, error.received, error.cause]).toEqual([code, received, thrown])
})

it('an error that cannot be read is told as that', () => {
  const hidden = Object.defineProperty(new Error(), 'message', {
    get() {
      throw new Error('hidden')
    },
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect([messageOf(hidden), messageOf(proxy)]).toEqual(['unreadable', 'unreadable'])
  expect(messageOf(Object.assign(new Error(), { message: 5 }))).toBe('5')
})

it.each([true, false])(
  'a cycle below a depth no stack has is an error with a path, generated: %s',
  codegen => {
    const node = { type: 'object', properties: { next: { $ref: '#' }, value: { type: 'integer' } } }
    const nodes = compile(node, { maxDepth: 10_000, codegen })
    const cycle: { next?: object; value: number } = { value: 1 }
    cycle.next = cycle
    for (const run of [
      () => nodes.serialize([cycle]),
      () => nodes.serializeOne(cycle),
      () => nodes.pack([cycle]),
    ]) {
      expect(run).toThrow(
        expect.objectContaining({ code: 'DEPTH', path: expect.stringMatching(/^(\/0)?(\/next){99}/) }),
      )
    }
    expect(nodes.serializeOne({ value: 1 }).toString()).toBe('{"value":1}')
  },
)

it.each<[string, object, unknown, string]>([
  [
    'the value',
    { a: { ...INT, default: 'x' } },
    {},
    '/0/a: expected integer, got string "x", the default of the schema',
  ],
  [
    'a part of it',
    { a: { ...obj({ b: { items: INT } }), default: { b: [1, null] } } },
    {},
    '/0/a/b/1: expected integer, got null, the default of the schema',
  ],
  [
    'a value of a union',
    { a: { anyOf: [INT, { type: 'boolean' }], default: 'x' } },
    {},
    '/0/a: expected integer or boolean, got string "x", the default of the schema (integer: expected integer, got string "x"; boolean: expected boolean, got string "x")',
  ],
  ['not the value', { a: { ...INT, default: 'x' } }, { a: true }, '/0/a: expected integer, got boolean true'],
  [
    'a default that fits',
    { a: { ...INT, default: 1 } },
    { a: true },
    '/0/a: expected integer, got boolean true',
  ],
])('where a default is at fault the message says so: %s', (_name, properties, row, message) => {
  const schema = obj(properties as Record<string, object>, [])
  for (const codegen of [true, false]) {
    const run = () => compile(schema, { codegen }).serialize([row as never])
    expect(run).toThrow(expect.objectContaining({ message }))
  }
})
