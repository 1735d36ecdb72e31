// `allOf` as one schema: what all parts say together. Shapes are merged; keywords that only constrain values are
// kept from the first part that has them, since none is checked.

import { SchemaError } from '../errors.ts'
import { isObject, type JsonSchema } from './documents.ts'

/** Type lists narrower than their neighbours: an integer is a number. */
const NARROWER: Readonly<Record<string, string>> = { integer: 'number' }

/** What both schemas say together; `pointer` is where, for errors. */
export function mergeSchemas(left: JsonSchema, right: JsonSchema, pointer: string): JsonSchema {
  const merged: Record<string, unknown> = { ...left }
  for (const [keyword, value] of Object.entries(right)) {
    const mine = Object.hasOwn(merged, keyword) ? merged[keyword] : undefined
    set(merged, keyword, mine === undefined ? value : mergeKeyword(keyword, mine, value, pointer))
  }
  if (left.nullable === true && right.nullable !== true && right.type !== undefined) merged.nullable = false
  keepCodec(merged, left, right, pointer)
  return merged
}

function mergeKeyword(keyword: string, left: unknown, right: unknown, pointer: string): unknown {
  switch (keyword) {
    case 'properties':
    case 'patternProperties':
      return mergeMaps(left, right)
    case '$defs':
    case 'definitions':
      return { ...(left as object), ...(right as object) }
    case 'required':
      return [...new Set([...(left as string[]), ...(right as string[])])]
    case 'type':
      return mergeTypes(left, right, pointer)
    case 'enum':
      return (left as unknown[]).filter(value => (right as unknown[]).includes(value))
    case 'additionalProperties':
    case 'items':
      return both(left, right, pointer, keyword)
    case 'prefixItems':
      return (left as unknown[]).map((item, i) => allOf(item, (right as unknown[])[i]))
    case 'anyOf':
    case 'oneOf':
      return crossVariants(left, right)
    case 'if':
    case 'const':
      return same(left, right, pointer, keyword)
    default:
      return left
  }
}

function mergeMaps(left: unknown, right: unknown): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...(left as object) }
  for (const [name, schema] of Object.entries(right as object)) {
    set(merged, name, Object.hasOwn(merged, name) ? allOf(merged[name], schema) : schema)
  }
  return merged
}

/** `__proto__` is a property name like any other. */
function set(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

function mergeTypes(left: unknown, right: unknown, pointer: string): unknown {
  const lefts = [left].flat() as string[]
  const rights = [right].flat() as string[]
  const common = new Set<string>()
  for (const type of lefts)
    if (rights.includes(type) || rights.includes(NARROWER[type] ?? '')) common.add(type)
  for (const type of rights) if (lefts.includes(NARROWER[type] ?? '')) common.add(type)
  if (common.size === 0) {
    throw new SchemaError(
      'SCHEMA_INVALID',
      pointer,
      'allOf',
      `no value has the types ${lefts} and ${rights} at once`,
    )
  }
  return common.size === 1 ? [...common][0] : [...common]
}

function both(left: unknown, right: unknown, pointer: string, keyword: string): unknown {
  if (left === right || right === true) return left
  if (left === true) return right
  // A part that closes itself closes over its own properties only; a written property is named by some part.
  if (left === false || right === false) return false
  if (Array.isArray(left) && Array.isArray(right)) return left.map((item, i) => allOf(item, right[i]))
  if (isObject(left) && isObject(right)) return allOf(left, right)
  throw new SchemaError(
    'SCHEMA_UNSUPPORTED',
    pointer,
    keyword,
    'is a list in one part of allOf and a schema in another',
  )
}

/** Both unions hold: every pair of variants. */
function crossVariants(left: unknown, right: unknown): unknown {
  return (left as unknown[]).flatMap(a => (right as unknown[]).map(b => allOf(a, b)))
}

function same(left: unknown, right: unknown, pointer: string, keyword: string): unknown {
  if (JSON.stringify(left) === JSON.stringify(right)) return left
  throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, keyword, 'differs between the parts of allOf')
}

/** Left to be merged when it is compiled itself, so that its own references are resolved first. */
function allOf(left: unknown, right: unknown): unknown {
  if (right === undefined || left === right) return left
  return { allOf: [left, right] }
}

/** The marker is not enumerable, so a merged copy must be given it again. */
function keepCodec(merged: object, left: JsonSchema, right: JsonSchema, pointer: string): void {
  const codecs = [left['~codec'], right['~codec']].filter(codec => codec !== undefined)
  if (codecs.length > 1) {
    throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, 'allOf', 'has codecs in several parts')
  }
  if (codecs.length === 1) Object.defineProperty(merged, '~codec', { value: codecs[0], enumerable: false })
}
