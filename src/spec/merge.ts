// `allOf` as one schema: what all parts say together. Shapes are merged; keywords that only constrain values are
// kept from the first part that has them, since none is checked.

import { SchemaError } from '../errors.ts'
import { isObject, type JsonSchema } from './documents.ts'
import { encodeOf, keywordsOf, omit, setEncode } from './forms.ts'
import { literalJson } from './literal-json.ts'
import type { Encode } from './spec.ts'

/** Type lists narrower than their neighbours: an integer is a number. */
const NARROWER: Readonly<Record<string, string>> = { integer: 'number' }

/** No value is what all parts say: as a variant of a union such a schema is left out. */
export class NoValueError extends SchemaError {}

/**
 * What was made of two schemas to be merged later: the same two give the same object again, so that a schema
 * that is met while it is merged with its like is known to be inside itself.
 */
export class MergedPairs {
  readonly #made = new WeakMap<object, WeakMap<object, JsonSchema>>()

  /** Left to be merged when it is compiled itself, so that its own references are resolved first. */
  allOf(left: unknown, right: unknown): unknown {
    if (right === undefined || left === right) return left
    if (!isObject(left) || !isObject(right)) return { allOf: [left, right] }
    const ofLeft = this.#made.get(left) ?? new WeakMap<object, JsonSchema>()
    const merged = ofLeft.get(right) ?? { allOf: [left, right] }
    this.#made.set(left, ofLeft.set(right, merged))
    return merged
  }
}

/** A union of more variants than this, made of those of several, is not written out. */
const VARIANTS_MAX = 1024

/** What both schemas say together; `pointer` is where, for errors. */
export function mergeSchemas(
  left: JsonSchema,
  right: JsonSchema,
  pointer: string,
  pairs: MergedPairs = new MergedPairs(),
): JsonSchema {
  if (left.if !== undefined && right.if !== undefined) {
    const [lefts, rights] = [unconditional(left, pointer, pairs), unconditional(right, pointer, pairs)]
    return mergeSchemas(lefts, rights, pointer, pairs)
  }
  const merged = keywordsOf(left)
  for (const [keyword, value] of Object.entries(right)) {
    if (value === undefined) continue
    const mine = Object.hasOwn(merged, keyword) ? merged[keyword] : undefined
    set(merged, keyword, mine === undefined ? value : mergeKeyword(keyword, mine, value, { pointer, pairs }))
  }
  if (merged.const !== undefined && Array.isArray(merged.enum))
    merged.enum = mergeEnums([merged.const], merged.enum, pointer)
  if (left.nullable === true && right.nullable !== true && right.type !== undefined) merged.nullable = false
  setEncode(merged, mergeEncodes(encodeOf(left), encodeOf(right), pointer))
  return merged
}

interface Merge {
  readonly pointer: string
  readonly pairs: MergedPairs
}

function mergeKeyword(keyword: string, left: unknown, right: unknown, merge: Merge): unknown {
  const { pointer, pairs } = merge
  for (const value of [left, right]) assertForm(keyword, value, pointer)
  switch (keyword) {
    case 'properties':
    case 'patternProperties':
      return mergeMaps(left, right, pairs)
    case '$defs':
    case 'definitions':
      return { ...(left as object), ...(right as object) }
    case 'required':
      // Draft 3 has true and false here, which say nothing.
      return [...new Set([left, right].filter(Array.isArray).flat())]
    case 'type':
      return mergeTypes(left, right, pointer)
    case 'enum':
      return mergeEnums(left as unknown[], right as unknown[], pointer)
    case 'additionalProperties':
    case 'items':
      return both(left, right, merge, keyword)
    case 'prefixItems':
      return mergeItems(left as unknown[], right as unknown[], pairs)
    case 'anyOf':
    case 'oneOf':
      return crossVariants(left as unknown[], right as unknown[], merge, keyword)
    case 'format':
      return mergeFormats(left, right, pointer)
    case 'const':
      return same(left, right, pointer, keyword)
    default:
      return left
  }
}

const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
const LISTS = new Set(['enum', 'prefixItems', 'anyOf', 'oneOf'])

function assertForm(keyword: string, value: unknown, pointer: string): void {
  if (LISTS.has(keyword) && !Array.isArray(value))
    throw new SchemaError('SCHEMA_INVALID', pointer, keyword, 'must be a list')
  if (MAPS.has(keyword) && !isObject(value))
    throw new SchemaError('SCHEMA_INVALID', pointer, keyword, 'must be an object')
}

function mergeMaps(left: unknown, right: unknown, pairs: MergedPairs): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...(left as object) }
  for (const [name, schema] of Object.entries(right as object)) {
    set(merged, name, Object.hasOwn(merged, name) ? pairs.allOf(merged[name], schema) : schema)
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
    throw new NoValueError(
      'SCHEMA_INVALID',
      pointer,
      'allOf',
      `no value has the types ${lefts} and ${rights} at once`,
    )
  }
  return common.size === 1 ? [...common][0] : [...common]
}

function both(left: unknown, right: unknown, { pointer, pairs }: Merge, keyword: string): unknown {
  if (left === right || right === true) return left
  if (left === true) return right
  // A part that closes itself closes over its own properties only; a written property is named by some part.
  if (left === false || right === false) return false
  if (Array.isArray(left) && Array.isArray(right)) return mergeItems(left, right, pairs)
  if (isObject(left) && isObject(right)) return pairs.allOf(left, right)
  throw new SchemaError(
    'SCHEMA_UNSUPPORTED',
    pointer,
    keyword,
    'is a list in one part of allOf and a schema in another',
  )
}

function mergeEnums(left: readonly unknown[], right: readonly unknown[], pointer: string): unknown[] {
  const common = left.filter(value => right.some(other => isSame(value, other)))
  if (common.length > 0) return common
  throw new NoValueError('SCHEMA_INVALID', pointer, 'enum', 'has no value that all parts of allOf have')
}

/** A tuple is as long as the longer list says. */
function mergeItems(left: readonly unknown[], right: readonly unknown[], pairs: MergedPairs): unknown[] {
  const [longer, shorter] = left.length < right.length ? [right, left] : [left, right]
  return longer.map((item, i) => pairs.allOf(item, shorter[i]))
}

/** Formats that say how a value is written; others only constrain it. */
const WRITTEN_FORMATS = new Set<unknown>(['date-time', 'date', 'time', 'duration'])

function mergeFormats(left: unknown, right: unknown, pointer: string): unknown {
  if (WRITTEN_FORMATS.has(left) && WRITTEN_FORMATS.has(right)) return same(left, right, pointer, 'format')
  return WRITTEN_FORMATS.has(right) ? right : left
}

/** Both unions hold: every pair of variants. */
function crossVariants(
  left: readonly unknown[],
  right: readonly unknown[],
  { pointer, pairs }: Merge,
  keyword: string,
): unknown {
  if (left.length * right.length > VARIANTS_MAX) {
    const reason = `has more than ${VARIANTS_MAX} combinations of variants in the parts of allOf`
    throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, keyword, reason)
  }
  return left.flatMap(a => right.map(b => pairs.allOf(a, b)))
}

/** The same schema with its condition as a union: one schema may hold several of those. */
function unconditional(schema: JsonSchema, pointer: string, pairs: MergedPairs): JsonSchema {
  const { if: condition, then: consequence = true, else: alternative = true, anyOf } = schema
  const branches = [{ allOf: [condition, consequence] }, alternative]
  const union = omit(schema, 'if', 'then', 'else')
  union.anyOf = Array.isArray(anyOf) ? crossVariants(anyOf, branches, { pointer, pairs }, 'if') : branches
  return union
}

function same(left: unknown, right: unknown, pointer: string, keyword: string): unknown {
  if (isSame(left, right)) return left
  throw new NoValueError('SCHEMA_UNSUPPORTED', pointer, keyword, 'differs between the parts of allOf')
}

/** Objects and arrays are the same by their JSON. */
function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right
  return literalJson(left) === literalJson(right)
}

function mergeEncodes(left: Encode | undefined, right: Encode | undefined, pointer: string) {
  if (left === undefined || right === undefined || left === right) return left ?? right
  throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, 'allOf', 'has codecs in several parts')
}
