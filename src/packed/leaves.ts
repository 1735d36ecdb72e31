// What single slots and texts may be, and what values they stand for. Shared by generated and interpreted
// walkers.

import { Buffer } from 'node:buffer'
import { passes } from '../spec/key-test.ts'
import type { EnumValue, NodeOf } from '../spec/spec.ts'

/** ECMA-262, "Time Values and Time Range". */
const EPOCH_MS_MAX = 8.64e15
const UNSAFE_IN_HTML = /[<>&\u2028\u2029]/
const DIGITS = /^(?:0|-?[1-9][0-9]*)$/

/** A count, length or index: what `x >>> 0` leaves as it is. Exact for what the kernel reads as u32. */
export function isIndex(slot: number | undefined): slot is number {
  return (slot as number) >>> 0 === slot
}

export function isEpochMs(slot: number | undefined): boolean {
  return Number.isInteger(slot) && slot! <= EPOCH_MS_MAX && slot! >= -EPOCH_MS_MAX
}

/** Text that is copied into the output as it is. */
export function isJson(text: string, htmlSafe: boolean): boolean {
  try {
    JSON.parse(text)
  } catch {
    return false
  }
  return !htmlSafe || !UNSAFE_IN_HTML.test(text)
}

/** The digits of a bigint, likewise copied. */
export function isDigits(text: string): boolean {
  return DIGITS.test(text)
}

/**
 * Whether a packer would have kept a name beside the schema's own, under this rule, and none of `names`,
 * those before it in the same object, is the same.
 */
export function isRestName(name: string, rule: number, node: NodeOf<'object'>, names: Set<string>): boolean {
  if (names.has(name) || node.names.has(name)) return false
  names.add(name)
  return node.rest.findIndex(candidate => passes(candidate.test, name)) === rule
}

/** The bytes in base64; text that is not exactly how they are written stays text. */
export function bytesValue(text: string): Uint8Array | string {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) return text
  return new Uint8Array(bytes)
}

/** The value of an enum or const; never an object the schema holds, because the caller may change it. */
export function literalValue({ value, json }: EnumValue): unknown {
  return typeof value === 'object' && value !== null ? JSON.parse(json) : value
}

/** An own property, even where assigning would set the prototype. */
export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}

const PREALLOCATED_MAX = 2 ** 16

/** Room for `count` elements; very many grow as they come. */
export function arrayFor(count: number): unknown[] {
  return count > PREALLOCATED_MAX ? [] : new Array(count)
}
