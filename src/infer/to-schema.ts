// An inferred shape as a TypeBox schema, ready for `compile`.

import Type, { type TSchema } from 'typebox'
import { CalendarDate, DateTime, Duration, Time } from '../spec/builders.ts'
import type { Inference, Inferred, InferredProperty } from './inferred.ts'

/**
 * The TypeBox schema (which is JSON Schema) of an inferred shape.
 *
 * @example
 * const list = compile(toSchema(inferSchema(rows))).serialize(rows)
 */
export function toSchema({ root }: Pick<Inference, 'root'>): TSchema {
  return schemaOf(root)
}

function schemaOf(inferred: Inferred): TSchema {
  switch (inferred.kind) {
    case 'unknown':
      return Type.Unknown()
    case 'null':
      return Type.Null()
    case 'boolean':
      return Type.Boolean()
    case 'integer':
      return Type.Integer()
    case 'number':
      return Type.Number()
    case 'string':
      return Type.String()
    case 'date-time':
      return DateTime(timeOptions(inferred.wholeSeconds))
    case 'time':
      return Time(timeOptions(inferred.wholeSeconds))
    case 'date':
      return CalendarDate()
    case 'duration':
      return Duration()
    case 'const':
      return Type.Literal(inferred.value)
    case 'enum':
      return Type.Enum([...inferred.values])
    case 'array':
      return Type.Array(schemaOf(inferred.items))
    case 'tuple':
      return Type.Tuple(inferred.items.map(schemaOf))
    case 'record':
      return Type.Record(Type.String(), schemaOf(inferred.values))
    case 'object':
      return Type.Object(Object.fromEntries(inferred.properties.map(entryOf)))
    case 'union':
      return Type.Union(inferred.variants.map(schemaOf))
  }
}

function entryOf({ name, optional, value }: InferredProperty): [string, TSchema] {
  const schema = schemaOf(value)
  return [name, optional ? Type.Optional(schema) : schema]
}

function timeOptions(wholeSeconds: boolean): { precision?: 'second' } {
  return wholeSeconds ? { precision: 'second' } : {}
}
