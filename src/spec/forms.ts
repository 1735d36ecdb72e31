// Questions about a schema that its keywords answer alone, before anything of it is compiled.

import { isObject, type JsonSchema } from './documents.ts'
import type { Encode } from './spec.ts'

/** What TypeBox 0.34 has for `~codec`: an enumerable symbol, so a spread keeps it. */
const TRANSFORM = Symbol.for('TypeBox.Transform')

export function encodeOf(schema: JsonSchema): Encode | undefined {
  const codec = schema['~codec']
  if (isObject(codec) && typeof codec.encode === 'function') return codec.encode as Encode
  const transform = (schema as Readonly<Record<symbol, unknown>>)[TRANSFORM]
  return isObject(transform) && typeof transform.Encode === 'function'
    ? (transform.Encode as Encode)
    : undefined
}

/** One function for a codec around another. */
export function composeEncode(outer: Encode | undefined, inner: Encode | undefined): Encode | undefined {
  return outer && inner ? value => inner(outer(value)) : (outer ?? inner)
}

/** Null, or a missing element that counts as null, belongs to the variant beside the codec. */
export function exceptNull(encode: Encode): Encode {
  return value => (value === null || value === undefined ? value : encode(value))
}

/** The keywords alone, without codec or transform. */
export function keywordsOf(schema: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema))
}

/** Gives a copy of a schema what its keywords do not say. */
export function setEncode(copy: Record<string, unknown>, encode: Encode | undefined): void {
  if (encode) Object.defineProperty(copy, '~codec', { value: { encode } })
}

export function titleOf({ title, $id }: JsonSchema): string | undefined {
  return [title, $id].find(name => typeof name === 'string' && name !== '') as string | undefined
}

export function isNullSchema(schema: unknown): boolean {
  return (
    isObject(schema) && encodeOf(schema) === undefined && (schema.type === 'null' || schema.const === null)
  )
}

export function isUndefinedSchema(schema: unknown): boolean {
  return isObject(schema) && (schema.type === 'undefined' || schema.type === 'void')
}

/** `false`, or TypeBox's Never: whatever is not anything. Also one of no values, and what has a part that is. */
export function isNeverSchema(schema: unknown): boolean {
  if (!isObject(schema)) return schema === false
  const choices = [schema.enum, schema.anyOf, schema.oneOf]
  if (choices.some(list => Array.isArray(list) && list.length === 0)) return schema.nullable !== true
  if (Array.isArray(schema.allOf) && schema.allOf.some(isNeverSchema)) return schema.nullable !== true
  return schema.not === true || (isObject(schema.not) && Object.keys(schema.not).length === 0)
}

export function acceptsUndefined(schema: unknown): boolean {
  if (!isObject(schema)) return false
  const variants = schema.anyOf ?? schema.oneOf
  return Array.isArray(variants) && variants.some(isUndefinedSchema)
}

/** The values of a schema that is only literals, else `undefined`. */
export function literalValues(schema: unknown): readonly unknown[] | undefined {
  if (!isObject(schema) || encodeOf(schema) || schema.nullable === true) return undefined
  if (schema.const !== undefined) return [schema.const]
  return Array.isArray(schema.enum) && schema.enum.length > 0 ? schema.enum : undefined
}

export function isCombination(schema: unknown): boolean {
  return isObject(schema) && Array.isArray(schema.allOf)
}

export function isBareReference(schema: JsonSchema): boolean {
  return !encodeOf(schema) && !('nullable' in schema) && !shapesBesideReference(schema)
}

/** Whether anything in a schema changes what is written beside the `$ref` it has or had. */
export function shapesBesideReference(schema: JsonSchema): boolean {
  return Object.keys(schema).some(
    // Closing an object only constrains: what is not named is not written anyway.
    key => SHAPING_BESIDE_REF.has(key) && !(key === 'unevaluatedProperties' && schema[key] === false),
  )
}

/** Whether what a schema refers to may become a part of it. */
export function mergesReference(schema: unknown): boolean {
  if (!isObject(schema)) return false
  return isCombination(schema) || ('$ref' in schema && shapesBesideReference(schema))
}

export function shapesBesideUnion(schema: JsonSchema): boolean {
  return '$ref' in schema || '$dynamicRef' in schema || shapesBesideReference(schema)
}

const PROPERTY_OPTIONS = ['alias', 'default', 'omitEmpty'] as const

/** What a schema says about the property it is for: itself, or the first part of its `allOf` that does. */
export function propertyOptions(schema: unknown): JsonSchema {
  if (!isObject(schema)) return {}
  const parts = Array.isArray(schema.allOf) ? schema.allOf.map(propertyOptions) : []
  const value = (option: string) => [schema, ...parts].find(part => part[option] !== undefined)?.[option]
  return Object.fromEntries(PROPERTY_OPTIONS.map(option => [option, value(option)]))
}

/** Every schema directly inside one: they move with it when it is merged. */
export function subschemas(schema: JsonSchema): unknown[] {
  const maps = [schema.properties, schema.patternProperties]
    .filter(isObject)
    .flatMap(map => Object.values(map))
  const lists = [schema.allOf, schema.anyOf, schema.oneOf, schema.prefixItems, schema.items]
    .filter(Array.isArray)
    .flat()
  const { items, additionalProperties, unevaluatedProperties, if: condition, then, else: otherwise } = schema
  const single = [items, additionalProperties, unevaluatedProperties, condition, then, otherwise]
  return [...maps, ...lists, ...single].filter(isObject)
}

/** A name as a token of a JSON pointer (RFC 6901). */
export function escapeToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The same schema, codec and all, without some keywords. */
export function omit(schema: JsonSchema, ...keywords: readonly string[]): Record<string, unknown> {
  const copy = keywordsOf(schema)
  for (const keyword of keywords) delete copy[keyword]
  setEncode(copy, encodeOf(schema))
  return copy
}

/** Beside `$ref`, these change what is written; all others are notes or constraints. */
const SHAPING_BESIDE_REF = new Set([
  'type',
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'required',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'const',
  'enum',
  'format',
  'precision',
  'style',
  'asString',
  'nonFinite',
  'unevaluatedProperties',
  'contentEncoding',
])
