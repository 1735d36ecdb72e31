// The checks of scalar values: each takes any value and gives the number or the text to pack, or throws a Failure.
// Shared by both packers. The packers test the common type themselves and come here with everything else.

import { Buffer } from 'node:buffer'
import { types } from 'node:util'
import { describeValue } from '../errors.ts'
import { htmlSafeJsonText } from '../escape/html-safe.ts'
import { literalJson } from '../spec/literal-json.ts'
import type { EnumValue } from '../spec/spec.ts'
import { Failure, mismatch } from './failure.ts'

// Taken once: what a program does to the prototypes later does not reach the output. Each also tells its own kind
// of object from all others by throwing, which no object can fake.
const stringValueOf = uncurry<string>(String.prototype.valueOf)
const numberValueOf = uncurry<number>(Number.prototype.valueOf)
const booleanValueOf = uncurry<boolean>(Boolean.prototype.valueOf)
const bigintValueOf = uncurry<bigint>(BigInt.prototype.valueOf)

/** The primitive in a `new String` and the like, or `undefined` when the value is no such box. */
function unbox<T>(value: unknown, brandedValueOf: (value: unknown) => T): T | undefined {
  // Most objects are no boxes, and to be told so by an exception takes microseconds.
  if (typeof value !== 'object' || value === null || !types.isBoxedPrimitive(value)) return undefined
  try {
    return brandedValueOf(value)
  } catch {
    return undefined
  }
}

function uncurry<T>(method: () => unknown): (value: unknown) => T {
  return Function.prototype.call.bind(method) as (value: unknown) => T
}

export function stringText(value: unknown): string {
  if (typeof value === 'string') return value
  const text = unbox(value, stringValueOf)
  if (text === undefined) throw mismatch(value)
  return text
}

export function intSlot(value: unknown): number {
  const number = typeof value === 'number' ? value : unbox(value, numberValueOf)
  if (number === undefined) throw mismatch(value)
  if (!Number.isInteger(number)) throw new Failure('INTEGER', 'integer', describeValue(number))
  return number
}

/** NaN stands for null, so the infinities become NaN. */
export function floatSlot(value: unknown): number {
  const number = typeof value === 'number' ? value : unbox(value, numberValueOf)
  if (number === undefined) throw mismatch(value)
  return number - number === 0 ? number : Number.NaN
}

export function finiteSlot(value: unknown): number {
  const number = floatSlot(value)
  if (Number.isNaN(number)) throw new Failure('NON_FINITE', 'finite number', describeValue(value))
  return number
}

export function boolSlot(value: unknown): number {
  const boolean = typeof value === 'boolean' ? value : unbox(value, booleanValueOf)
  if (boolean === undefined) throw mismatch(value)
  return boolean ? 1 : 0
}

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** A number where doubles are exact, else the digits. */
export function bigintValue(value: unknown): number | string {
  const bigint = typeof value === 'bigint' ? value : unbox(value, bigintValueOf)
  if (bigint === undefined) throw mismatch(value)
  return bigint <= SAFE_MAX && bigint >= -SAFE_MAX ? Number(bigint) : bigint.toString()
}

export function bytesText(value: unknown): string {
  if (typeof value === 'string') return value
  const boxed = unbox(value, stringValueOf)
  if (boxed !== undefined) return boxed
  if (!types.isUint8Array(value)) throw mismatch(value)
  const { buffer, byteOffset, byteLength } = value
  if ('detached' in buffer && buffer.detached) throw new Failure('TYPE', undefined, 'a detached Uint8Array')
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

/** What `JSON.stringify` gives; `undefined` where it gives nothing. */
export function anyText(value: unknown, htmlSafe: boolean): string | undefined {
  const json = JSON.stringify(value)
  return json !== undefined && htmlSafe ? htmlSafeJsonText(json) : json
}

/** The text for a value that has to be there. */
export function requiredAnyText(value: unknown, htmlSafe: boolean): string {
  const json = anyText(value, htmlSafe)
  if (json === undefined) throw new Failure('REQUIRED', 'a value JSON can hold', describeValue(value))
  return json
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** JSON given as text or bytes; spliced in as it is when trusted, parsed first to be sure otherwise. */
export function rawText(value: unknown, trusted: boolean, htmlSafe: boolean): string {
  let json: string
  if (typeof value === 'string') json = value
  else if (types.isUint8Array(value)) json = decodeRaw(value)
  else throw mismatch(value)
  if (!trusted) {
    try {
      JSON.parse(json)
    } catch (cause) {
      throw new Failure('RAW', 'valid JSON', describeValue(json), cause)
    }
  }
  return htmlSafe ? htmlSafeJsonText(json) : json
}

function decodeRaw(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new Failure('RAW', 'JSON in UTF-8', 'bytes that are not UTF-8', cause)
  }
}

const ENUM_SCAN_MAX = 8

/** Where a value stands in an enum or const. Objects and arrays are compared by their JSON, names in any order. */
export function enumIndex(value: unknown, lookup: EnumLookup): number {
  const plain = typeof value === 'object' && value !== null ? unboxAny(value) : value
  const index = lookup.byValue.get(plain)
  if (index !== undefined) return index
  if (lookup.hasObjects && typeof plain === 'object' && plain !== null) {
    const found = lookup.byJson.get(literalJson(plain))
    if (found !== undefined) return found
  }
  if (value === undefined || value === null) throw mismatch(value)
  throw new Failure('ENUM', undefined, describeValue(value))
}

/** The string, number or boolean in a box; any other object as it is. */
export function unboxAny(value: object): unknown {
  return unbox(value, stringValueOf) ?? unbox(value, numberValueOf) ?? unbox(value, booleanValueOf) ?? value
}

export interface EnumLookup {
  readonly byValue: ReadonlyMap<unknown, number>
  readonly byJson: ReadonlyMap<string | undefined, number>
  readonly hasObjects: boolean
  /** Few enough values to compare one by one in generated code. */
  readonly scannable: boolean
}

export function enumLookup(values: readonly EnumValue[]): EnumLookup {
  const byValue = new Map(values.map(({ value }, i) => [value, i]))
  const objects = values.filter(({ value }) => typeof value === 'object' && value !== null)
  const byJson = new Map(
    objects.map(({ value }) => [literalJson(value), values.findIndex(v => v.value === value)]),
  )
  return { byValue, byJson, hasObjects: objects.length > 0, scannable: values.length <= ENUM_SCAN_MAX }
}
