// The checks of arrays, objects and records, shared by both packers. Built-in objects are told by what they are and not
// by their class: inside `node:vm`, as tests often run, what Node and messages bring is of another realm.

import { types } from 'node:util'
import { describeValue } from '../errors.ts'
import { passes } from '../spec/key-test.ts'
import type { NodeOf } from '../spec/spec.ts'
import { Failure, mismatch } from './failure.ts'

const COUNT_MAX = 2 ** 32 - 1

/** What iterables gave: a union may read a value again, and a generator gives nothing the second time. */
export type Copies = Map<object, readonly unknown[]>

/** The value to read elements from by index: an array or typed array itself, any other iterable copied, once if kept. */
export function arrayOf(value: unknown, copies?: Copies): ArrayLike<unknown> {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) throw mismatch(value)
  if (ArrayBuffer.isView(value) && !types.isDataView(value)) {
    const { buffer } = value
    if ('detached' in buffer && buffer.detached)
      throw new Failure('TYPE', undefined, 'a detached typed array')
    return value as unknown as ArrayLike<unknown>
  }
  if (typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function') throw mismatch(value)
  if (types.isStringObject(value) || value instanceof String) throw mismatch(value)
  const copy = copies?.get(value) ?? [...(value as Iterable<unknown>)]
  copies?.set(value, copy)
  return copy
}

/** An array's length, read once; a Proxy may answer anything. */
export function countOf(array: ArrayLike<unknown>): number {
  const count: unknown = array.length
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= COUNT_MAX) return count
  throw new Failure('TYPE', 'array with a length', `a length of ${describeValue(count)}`)
}

/** Checks a value in an object position, calling its `toJSON` once when it has one. */
export function objectOf(value: unknown, key: string | number): Record<string, unknown> {
  let object = value
  if (typeof object === 'object' && object !== null) {
    const { toJSON } = object as { toJSON?: unknown }
    if (typeof toJSON === 'function') object = toJSON.call(object, String(key))
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    throw mismatch(object, object === value ? '' : ' from toJSON')
  return object as Record<string, unknown>
}

export function tupleOf(value: unknown, length: number, copies?: Copies): ArrayLike<unknown> {
  const array = Array.isArray(value) ? value : arrayOf(value, copies)
  const count = countOf(array)
  if (count !== length) throw new Failure('LENGTH', `array of ${length} elements`, `${count} elements`)
  return array
}

const { hasOwn } = Object

/** A property whose name every object inherits counts only when it is the object's own. */
export function ownValue(object: object, name: string): unknown {
  return hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

/** `""`, `[]`, `{}` and NaN, and what else has a size of zero. */
export function isEmpty(value: unknown): boolean {
  if (value === '') return true
  if (typeof value === 'number') return Number.isNaN(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.length === 0
  if (ArrayBuffer.isView(value)) return value.byteLength === 0
  if (isMap(value) || types.isSet(value)) return value.size === 0
  const prototype: object | null = Object.getPrototypeOf(value)
  return (prototype === null || isRootPrototype(prototype)) && Object.keys(value).length === 0
}

/** Of another realm, too, as messages are in node:vm and jest. A Proxy of one is a Map that fails when it is read. */
function isMap(object: object): object is Map<unknown, unknown> {
  return object instanceof Map || types.isMap(object)
}

/** `Object.prototype`, of whatever realm. */
function isRootPrototype(prototype: object): boolean {
  if (prototype === Object.prototype) return true
  return Object.getPrototypeOf(prototype) === null && hasOwn(prototype, 'isPrototypeOf')
}

/** Whether enumerating an object gives its own properties and nothing else. */
export function isPlainRecord(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype === null) return true
  if (prototype !== Object.prototype) return false
  // Somebody may have added to what all objects inherit.
  for (const _ in Object.prototype) return false
  return true
}

/** The properties an object's schema does not name, in insertion order: names, values and the rule of each. */
export interface RestEntries {
  readonly names: string[]
  /** A Map's values; `undefined`: read them from the object one by one. */
  readonly values: unknown[] | undefined
  /** Index of the rule for each name; `undefined`: there is but one. */
  readonly rules: number[] | undefined
}

export function restEntries(object: object, node: NodeOf<'object'>): RestEntries {
  const entries = node.fields.length === 0 && isMap(object) ? object : undefined
  const [first] = node.rest
  if (!entries && node.names.size === 0 && node.rest.length === 1 && first!.test.kind === 'any') {
    return { names: Object.keys(object), values: undefined, rules: undefined }
  }
  const names: string[] = []
  const values: unknown[] | undefined = entries && []
  const rules: number[] = []
  const add = (name: string): boolean => {
    if (node.names.has(name)) return false
    const rule = node.rest.findIndex(candidate => passes(candidate.test, name))
    if (rule === -1) return false
    names.push(name)
    rules.push(rule)
    return true
  }
  if (entries) {
    for (const [key, value] of entries) {
      if (typeof key !== 'string')
        throw new Failure('TYPE', 'Map with string keys', `a key of ${describeValue(key)}`)
      if (add(key)) values!.push(value)
    }
  } else for (const name of Object.keys(object)) add(name)
  return { names, values, rules }
}
