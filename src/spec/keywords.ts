// What each JSON Schema keyword means to a serializer: most say which values are valid and are not its business.

import { describeValue, SchemaError } from '../errors.ts'
import { isObject, type JsonSchema } from './documents.ts'

/**
 * The keyword that changes the shape of what is written in a way that is not honoured. Everything else that is not
 * read by the compiler only constrains or documents values, and is ignored.
 */
export function unsupportedKeyword(schema: JsonSchema): string | undefined {
  return Object.keys(schema).find(keyword => {
    const value = schema[keyword]
    if (value === undefined) return false
    switch (keyword) {
      case 'dependentSchemas':
      case 'dependencies': // of names, they are what `dependentRequired` says
        return !isObject(value) || !Object.values(value).every(Array.isArray)
      case 'unevaluatedItems':
        return value !== false
      default:
        return false
    }
  })
}

const OBJECT_KEYWORDS = ['properties', 'patternProperties', 'additionalProperties']
const ARRAY_KEYWORDS = ['items', 'prefixItems']

/** The type a schema without `type` can only mean, or `undefined`: any value. */
export function inferType(schema: JsonSchema): 'object' | 'array' | undefined {
  if (OBJECT_KEYWORDS.some(keyword => schema[keyword] !== undefined)) return 'object'
  if (ARRAY_KEYWORDS.some(keyword => schema[keyword] !== undefined)) return 'array'
  return undefined
}

export function booleanOption(schema: JsonSchema, keyword: string, pointer: string): boolean {
  const value = schema[keyword]
  if (value === undefined || typeof value === 'boolean') return value === true
  throw new SchemaError('SCHEMA_INVALID', pointer, keyword, 'must be true or false')
}

export function choiceOption<const C extends string>(
  schema: JsonSchema,
  keyword: string,
  choices: readonly C[],
  pointer: string,
): C | undefined {
  const value = schema[keyword]
  if (value === undefined) return undefined
  const choice = choices.find(candidate => candidate === value)
  if (choice !== undefined) return choice
  const listed = choices.map(candidate => JSON.stringify(candidate)).join(' or ')
  throw new SchemaError('SCHEMA_INVALID', pointer, keyword, `must be ${listed}, is ${shown(value)}`)
}

/** A name as it is written; anything else, which may not be JSON at all, by its type. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : describeValue(value)
}
