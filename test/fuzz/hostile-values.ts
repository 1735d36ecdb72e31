// Values that lie, throw, change while they are read, or are simply not what anyone expects. Each is made anew for
// every use: many can be used only once.

import { Temporal } from 'temporal-polyfill'

export type Hostile = readonly [name: string, make: () => unknown]

const throws = (error: unknown = new Error('hostile')): never => {
  throw error
}
const getter = (name: string, get: () => unknown) =>
  Object.defineProperty({}, name, { get, enumerable: true })
const withTag = (tag: string, more: object) => ({ [Symbol.toStringTag]: tag, ...more })

/** Values that are only data: an oracle can read them as often as it likes. */
export const DATA: readonly Hostile[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['true', () => true],
  ['false', () => false],
  ['0', () => 0],
  ['-0', () => -0],
  ['1', () => 1],
  ['1.5', () => 1.5],
  ['-1e-7', () => -1e-7],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['2^31', () => 2 ** 31],
  ['-2^31 - 1', () => -(2 ** 31) - 1],
  ['2^53', () => 2 ** 53],
  ['2^53 + 2', () => 2 ** 53 + 2],
  ['-2^63', () => -(2 ** 63)],
  ['1e21', () => 1e21],
  ['1e308', () => 1e308],
  ['5e-324', () => 5e-324],
  ['8.64e15', () => 8.64e15],
  ['8.64e15 + 1', () => 8.64e15 + 1],
  ['-8.64e15', () => -8.64e15],
  ['0n', () => 0n],
  ['-1n', () => -1n],
  ['2n ** 53n', () => 2n ** 53n],
  ['-(2n ** 200n)', () => -(2n ** 200n)],
  ['an empty string', () => ''],
  ['a quote', () => '"'],
  ['a backslash', () => '\\'],
  ['NUL', () => '\0'],
  ['a closing of everything', () => '"}]},"x":['],
  ['a high half', () => '\ud83d'],
  ['a low half', () => '\ude00'],
  ['halves the wrong way round', () => '\ude00\ud83d'],
  ['a long string that ends with half a pair', () => `${'x'.repeat(200)}\ud83d`],
  ['100,000 letters', () => 'a'.repeat(1e5)],
  ['100,000 quotes', () => '"'.repeat(1e5)],
  ['text that is a number', () => '7'],
  ['text that is JSON', () => '{"a":1}'],
  ['text that is almost JSON', () => '{"a":1'],
  ['a boxed NaN', () => new Number(Number.NaN)],
  ['a boxed 7', () => new Number(7)],
  ['a boxed string', () => new String('"boxed"')],
  ['a boxed false', () => new Boolean(false)],
  ['a boxed bigint', () => Object(2n ** 70n)],
  ['an empty object', () => ({})],
  ['an empty array', () => []],
  ['an object without a prototype', () => Object.create(null)],
  ['a null in an array', () => [null]],
  ['an undefined in an array', () => [undefined]],
  ['holes', () => new Array(3)],
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is wanted
  ['a hole between', () => [1, , 3]],
  ['an array with a property', () => Object.assign([1], { a: 'x' })],
  ['a nested array', () => [[[[]]]]],
  ['wrong elements', () => [1, 'x', null, {}, []]],
  ['an empty Map', () => new Map()],
  ['a Map', () => new Map([['a', 1]])],
  ['an empty Set', () => new Set()],
  ['a Set of undefined', () => new Set([undefined])],
  ['an invalid Date', () => new Date(Number.NaN)],
  ['the last Date', () => new Date(8.64e15)],
  ['the first Date', () => new Date(-8.64e15)],
  ['a Date of the year -1', () => new Date(Date.UTC(-1, 0))],
  ['an instant', () => Temporal.Instant.fromEpochMilliseconds(5)],
  ['a duration', () => Temporal.Duration.from({ hours: 25, nanoseconds: 1 })],
  ['a negative duration', () => ({ days: -1, hours: -2 })],
  ['a duration of two signs', () => ({ days: 1, hours: -2 })],
  ['a duration of half hours', () => ({ hours: 0.5 })],
  ['a duration of text', () => ({ hours: '1' })],
  ['a duration without units', () => ({ parsecs: 12 })],
  ['bytes', () => Uint8Array.of(0, 255, 34)],
  ['no bytes', () => new Uint8Array(0)],
  ['a Buffer of JSON', () => Buffer.from('[1,{"a":"\\u0000"}]')],
  ['a Buffer that is no UTF-8', () => Buffer.from([0x22, 0xff, 0x22])],
  ['a Buffer with half a character', () => Buffer.from([0x22, 0xe2, 0x82, 0x22])],
  ['a BOM and JSON', () => Buffer.from('\ufeff1')],
  ['shared bytes', () => new Uint8Array(new SharedArrayBuffer(4))],
  ['doubles', () => Float64Array.of(1, Number.NaN)],
  ['small floats', () => Float32Array.of(0.1)],
  ['big integers', () => BigInt64Array.of(1n, -1n)],
  ['an own __proto__', () => JSON.parse('{"__proto__":{"a":1},"a":2}')],
  ['an own constructor', () => ({ constructor: 1, a: 1 })],
  ['an own hasOwnProperty', () => ({ hasOwnProperty: null, a: 1 })],
  ['a length', () => ({ length: -1, a: 1 })],
  ['an array-like', () => ({ length: 1, 0: 1 })],
  ['an inherited property', () => Object.create({ a: 1 })],
  ['a frozen object', () => Object.freeze({ a: 1 })],
  ['symbol keys', () => ({ [Symbol('a')]: 1, a: 1 })],
  ['a wrong property', () => ({ a: 'x' })],
  ['an extra property', () => ({ a: 1, b: 'two', c: {} })],
  ['a discriminator nobody has', () => ({ kind: 'none', v: 1 })],
  ['a discriminator of the wrong type', () => ({ kind: 1, v: 1 })],
  ['a right discriminator with wrong content', () => ({ kind: 'a', v: 'x' })],
]

/** Values with a will of their own. */
export const BEHAVIOUR: readonly Hostile[] = [
  ['a symbol', () => Symbol('s')],
  ['a well-known symbol', () => Symbol.iterator],
  ['a function', () => () => 1],
  ['a class', () => class {}],
  ['a boxed symbol', () => Object(Symbol('s'))],
  ['a RegExp', () => /x/],
  ['an Error', () => new Error('e')],
  ['a Promise', () => Promise.resolve(1)],
  ['a WeakMap', () => new WeakMap()],
  ['a Map with a number for a key', () => new Map([[1, 1]])],
  ['a Map with a symbol for a key', () => new Map([[Symbol('k'), 1]])],
  ['an ArrayBuffer', () => new ArrayBuffer(8)],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(8)],
  ['a DataView', () => new DataView(new ArrayBuffer(8))],
  ['detached bytes', () => detached(new Uint8Array(8))],
  ['detached doubles', () => detached(new Float64Array(8))],
  ['bytes out of the bounds of their buffer', shrunk],
  ['bytes that lie about their length', () => new LyingBytes(4)],
  ['an object that only inherits from Date', () => Object.create(Date.prototype)],
  ['an object that only inherits from Map', () => Object.create(Map.prototype)],
  ['an object that only inherits from Uint8Array', () => Object.create(Uint8Array.prototype)],
  ['an object that only inherits from String', () => Object.create(String.prototype)],
  ['a Date whose getTime lies', () => Object.assign(new Date(0), { getTime: () => Number.NaN })],
  ['a Date whose getTime throws', () => Object.assign(new Date(0), { getTime: throws })],
  ['a Date whose toJSON throws', () => Object.assign(new Date(0), { toJSON: throws })],
  ['an instant that is none', () => withTag('Temporal.Instant', { epochMilliseconds: 'x' })],
  [
    'an instant at infinity',
    () => withTag('Temporal.Instant', { epochMilliseconds: Number.NEGATIVE_INFINITY }),
  ],
  ['an instant of a symbol', () => withTag('Temporal.Instant', { epochMilliseconds: Symbol('s') })],
  ['an instant without time', () => withTag('Temporal.Instant', {})],
  ['a date that prints -Infinity', () => withTag('Temporal.PlainDate', { toString: () => -Infinity })],
  ['a date that prints nothing', () => withTag('Temporal.PlainDate', { toString: () => undefined })],
  ['a date that cannot print', () => withTag('Temporal.PlainDate', { toString: throws })],
  [
    'a time of day beyond the day',
    () => withTag('Temporal.PlainTime', { hour: 1e300, minute: 0, second: 0, millisecond: 0 }),
  ],
  [
    'a time of day of bigints',
    () => withTag('Temporal.PlainTime', { hour: 1n, minute: 0, second: 0, millisecond: 0 }),
  ],
  ['a tag that throws', () => getterOf(Symbol.toStringTag, throws)],
  ['a tag that says String', () => withTag('String', { toString: () => 'no' })],
  ['a duration that throws', () => getter('hours', throws)],
  ['a duration beyond all limits', () => ({ years: 1e308, hours: 1e308 })],
  ['a throwing property', () => getter('a', throws)],
  ['a property that throws undefined', () => getter('a', () => throws(undefined))],
  ['a property that throws null', () => getter('a', () => throws(null))],
  ['a property that throws a symbol', () => getter('a', () => throws(Symbol('thrown')))],
  ['a property that throws an unreadable error', () => getter('a', () => throws(unreadable()))],
  ['a property that throws a revoked Proxy', () => getter('a', () => throws(revoked({})))],
  [
    'a property that throws a RangeError of V8',
    () => getter('a', () => throws(new RangeError('Invalid string length'))),
  ],
  ['a property that overflows the stack', () => getter('a', overflow)],
  ['a property that changes', changing],
  ['a property that deletes the next', deleting],
  ['a property that is the object', () => getterThis('a')],
  ['a throwing discriminator', () => getter('kind', throws)],
  ['a changing discriminator', changingKind],
  ['a throwing toJSON', () => ({ toJSON: throws })],
  ['a toJSON that gives undefined', () => ({ toJSON: () => undefined })],
  ['a toJSON that gives null', () => ({ toJSON: () => null })],
  [
    'a toJSON that gives itself',
    () => ({
      a: 1,
      toJSON() {
        return this
      },
    }),
  ],
  ['a toJSON that gives a function', () => ({ toJSON: () => () => 1 })],
  ['a toJSON that gives a Promise', () => ({ toJSON: async () => 1 })],
  ['a toJSON that gives a toJSON', () => ({ toJSON: () => ({ a: 1, toJSON: throws }) })],
  ['a toJSON that is a number', () => ({ a: 1, toJSON: 5 })],
  ['a toJSON that throws when read', () => getter('toJSON', throws)],
  ['a toJSON for an array', () => Object.assign([1], { toJSON: () => 'x' })],
  ['a Proxy of nothing', () => new Proxy({}, {})],
  ['a Proxy of an array', () => new Proxy([1, 2], {})],
  ['a Proxy of a function', () => new Proxy(() => 1, {})],
  ['a Proxy of a Date', () => new Proxy(new Date(0), {})],
  ['a Proxy of a Map', () => new Proxy(new Map([['a', 1]]), {})],
  ['a Proxy of bytes', () => new Proxy(new Uint8Array(2), {})],
  ['a Proxy of a boxed string', () => new Proxy(new String('s'), {})],
  ['a revoked Proxy of an object', () => revoked({})],
  ['a revoked Proxy of an array', () => revoked([])],
  ['a revoked Proxy of a function', () => revoked(() => 1)],
  ['a Proxy that throws for everything', () => new Proxy({}, everything(throws))],
  ['a Proxy array that throws for everything', () => new Proxy([], everything(throws))],
  ['a Proxy that answers with symbols', () => new Proxy({}, { get: () => Symbol('s') })],
  ['a Proxy that answers with functions', () => new Proxy({}, { get: () => throws })],
  [
    'a Proxy that has every property',
    () =>
      new Proxy({}, { get: (_, name) => (typeof name === 'string' && name !== 'toJSON' ? 1 : undefined) }),
  ],
  ['a Proxy whose keys throw', () => new Proxy({ a: 1 }, { ownKeys: () => throws() })],
  [
    'a Proxy whose keys are not there',
    () => new Proxy({ a: 1 }, { ownKeys: () => ['a', 'ghost', 'phantom'] }),
  ],
  ['a Proxy with a key twice', () => new Proxy({ a: 1 }, { ownKeys: () => ['a', 'a'] })],
  [
    'a Proxy whose descriptors lie',
    () =>
      new Proxy(
        { a: 1 },
        { getOwnPropertyDescriptor: () => ({ value: 2, enumerable: true, configurable: true }) },
      ),
  ],
  ['a Proxy whose prototype throws', () => new Proxy({ a: 1 }, { getPrototypeOf: () => throws() })],
  ['a Proxy whose prototype is Date', () => new Proxy({ a: 1 }, { getPrototypeOf: () => Date.prototype })],
  [
    'a Proxy whose prototype is Uint8Array',
    () => new Proxy({ a: 1 }, { getPrototypeOf: () => Uint8Array.prototype }),
  ],
  ...[
    0,
    -1,
    1.5,
    Number.NaN,
    '3',
    2 ** 32,
    2 ** 53,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    3n,
    {},
    Symbol('n'),
  ].map((length): Hostile => [`an array of length ${String(length)}`, () => lengthOf(length)]),
  [
    'an array whose length throws',
    () => new Proxy([1], { get: (t, k) => (k === 'length' ? throws() : Reflect.get(t, k)) }),
  ],
  ['an array whose length changes', () => changingLength()],
  ['an array that shrinks while it is read', () => selfChanging(array => void array.splice(0))],
  ['an array that grows while it is read', () => selfChanging(array => void array.push(...array))],
  ['an array whose element throws', () => Object.defineProperty([1, 2], 1, { get: () => throws() })],
  ['an array with a length of its own', () => new LyingArray(1, 2, 3)],
  ['an iterator that is no function', () => ({ [Symbol.iterator]: 5 })],
  ['an iterator that throws when read', () => getterOf(Symbol.iterator, throws)],
  ['an iterator that throws when called', () => ({ [Symbol.iterator]: throws })],
  ['an iterator that gives nothing', () => ({ [Symbol.iterator]: () => undefined })],
  ['an iterator without next', () => ({ [Symbol.iterator]: () => ({}) })],
  ['an iterator whose next throws', () => iterable(() => throws())],
  ['an iterator whose next gives no object', () => iterable(() => 5)],
  ['an iterator whose done throws', () => iterable(() => getter('done', throws))],
  ['an iterator whose value throws', () => iterable(() => getter('value', throws))],
  ['an iterator whose return throws', () => threeThenHostileReturn()],
  ['a generator that throws midway', () => thrower()],
  ['a finished generator', finished],
  [
    'an async generator',
    () =>
      (async function* () {
        yield 1
      })(),
  ],
  ['an object in a cycle', () => cycle('object')],
  ['an array in a cycle', () => cycle('array')],
  ['a Map in a cycle', () => cycle('map')],
  ['a Set in a cycle', () => cycle('set')],
  ['two objects in a cycle', () => cycle('two')],
  ['objects 100,000 deep', () => deep(value => ({ a: value }))],
  ['arrays 100,000 deep', () => deep(value => [value])],
  ['unions 100,000 deep', () => deep(value => ({ kind: 'b', v: value }))],
  ['references 100,000 deep', () => deep(value => ({ next: value, list: [] }))],
  ['a list of lists 100,000 deep', () => deep(value => ({ next: null, list: [value] }))],
  ['hostile conversions', () => ({ valueOf: throws, toString: throws, [Symbol.toPrimitive]: throws })],
  [
    'a string box with a hostile valueOf',
    () => Object.assign(new String('s'), { valueOf: throws, toString: throws }),
  ],
  ['a number box with a hostile valueOf', () => Object.assign(new Number(1), { valueOf: () => 'x' })],
  // biome-ignore lint/suspicious/noThenProperty: the promise that it is not is what is wanted
  ['a thenable', () => ({ a: 1, then: throws })],
  ['a prototype that throws', () => Object.create(new Proxy({}, { get: () => throws() }))],
  ['the arguments of a call', argumentsOf],
  ['the environment', () => process.env],
]

/** Far beyond their end, but not so far that an array of as many nulls, which some schemas allow, takes a minute. */
class LyingBytes extends Uint8Array {
  override get byteLength(): number {
    return 1e6
  }
  override get length(): number {
    return 1e6
  }
}

class LyingArray extends Array<number> {
  constructor(...values: number[]) {
    super()
    Object.assign(this, values)
    Object.defineProperty(this, 'map', { value: throws })
  }
}

function detached<T extends Uint8Array | Float64Array>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  return view
}

function shrunk(): Uint8Array {
  // TypeScript's library of 2023 does not know buffers that change their size.
  const Resizable = ArrayBuffer as unknown as new (
    byteLength: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(byteLength: number): void }
  const buffer = new Resizable(16, { maxByteLength: 32 })
  const view = new Uint8Array(buffer, 8)
  buffer.resize(4)
  return view
}

function getterOf(name: symbol, get: () => unknown): object {
  return Object.defineProperty({}, name, { get })
}

function getterThis(name: string): object {
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      return this
    },
  })
}

function unreadable(): Error {
  return Object.defineProperty(new Error(), 'message', { get: () => throws() })
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function overflow(): never {
  return overflow()
}

function changing(): object {
  let reads = 0
  return getter('a', () => (reads++ === 0 ? 1 : 'changed'))
}

function changingKind(): object {
  let reads = 0
  return Object.assign(
    getter('kind', () => (reads++ === 0 ? 'a' : 'b')),
    { v: 1 },
  )
}

function deleting(): object {
  const object: Record<string, unknown> = {}
  Object.defineProperty(object, 'a', {
    enumerable: true,
    get: () => {
      delete object.b
      return 1
    },
  })
  object.b = 'gone'
  return object
}

function everything(trap: () => never): ProxyHandler<object> {
  return { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, getPrototypeOf: trap }
}

function lengthOf(length: unknown): unknown {
  return new Proxy([1], { get: (target, name) => (name === 'length' ? length : Reflect.get(target, name)) })
}

function changingLength(): unknown {
  let reads = 0
  return new Proxy([1], { get: (target, name) => (name === 'length' ? ++reads : Reflect.get(target, name)) })
}

function selfChanging(change: (array: unknown[]) => void): unknown[] {
  const array: unknown[] = [1, 2, 3]
  return Object.defineProperty(array, 0, {
    get: () => {
      change(array)
      return 1
    },
  })
}

function iterable(next: () => unknown): object {
  return { [Symbol.iterator]: () => ({ next }) }
}

function threeThenHostileReturn(): object {
  let count = 0
  const next = () => ({ value: 'x', done: ++count > 3 })
  return { [Symbol.iterator]: () => ({ next, return: throws }) }
}

function* thrower(): Generator<number> {
  yield 1
  throws()
}

function finished(): Iterable<number> {
  const generator = thrower()
  generator.return(undefined)
  return generator
}

function cycle(kind: 'object' | 'array' | 'map' | 'set' | 'two'): unknown {
  const object: Record<string, unknown> = { kind: 'b', list: [] }
  const array: unknown[] = []
  switch (kind) {
    case 'object':
      return Object.assign(object, { a: object, v: object, next: object })
    case 'two':
      return Object.assign(object, {
        a: { a: object },
        v: { kind: 'b', v: object },
        next: { next: object, list: [object] },
      })
    case 'array':
      array.push(array)
      return array
    case 'map': {
      const map = new Map<string, unknown>()
      return map.set('a', map)
    }
    case 'set': {
      const set = new Set<unknown>()
      return set.add(set)
    }
  }
}

function deep(wrap: (value: unknown) => unknown): unknown {
  let value: unknown = null
  for (let i = 0; i < 100_000; i++) value = wrap(value)
  return value
}

function argumentsOf(): unknown {
  return (function (..._: number[]) {
    // biome-ignore lint/complexity/noArguments: an arguments object is what is wanted
    return arguments
  })(1, 2)
}
