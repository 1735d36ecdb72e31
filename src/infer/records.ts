// Records against objects: keys that are data (ids, dates, names), or keys that are a program's.

import type { KeyColumns } from './columns.ts'
import { aside, below, type InferContext } from './context.ts'
import { type Inferred, isMixed, withoutNull } from './inferred.ts'

/** More properties than these, under varying keys: no one would write that schema. */
const PROPERTIES_MAX = 500
/** A single object with so many like values is a record, whatever its keys. */
const LONE_KEYS_MIN = 24
/** With keys that can only be data, so many are enough. */
const DATA_KEYS_MIN = 3
/** Objects of a record have, on average, less than this part of all keys. */
const FILL_MAX = 0.5
/** Numbers, dates and times; UUIDs; hashes and object ids. */
const DATA_KEY = /^(?:-?\d[\d.,:/ -]*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{12,})$/i

/** The record that objects are, or `undefined` when they are better described property by property. */
export function inferRecord(columns: KeyColumns, context: InferContext): Inferred | undefined {
  if (!mayBeRecord(columns, context.limits.recordKeysMin)) return undefined
  const { values } = columns
  const { result, notes } = aside(context, inside =>
    inside.infer([...values.values()].flat(), below(inside, '{}')),
  )
  if (values.size <= PROPERTIES_MAX && !isUniform(result)) return undefined
  context.notes.push(...notes)
  return { kind: 'record', values: result }
}

/** Whether the keys alone look like data: many, and each in few of the objects. */
function mayBeRecord({ values, orders, objectCount }: KeyColumns, keysMin: number): boolean {
  const oneKeySet = orders.length <= 1
  if (oneKeySet && objectCount > 1) return false
  if (values.size >= DATA_KEYS_MIN && [...values.keys()].every(key => DATA_KEY.test(key))) return true
  if (oneKeySet) return values.size >= LONE_KEYS_MIN
  let valueCount = 0
  for (const column of values.values()) {
    if (column.length === objectCount) return false
    valueCount += column.length
  }
  return values.size >= keysMin && valueCount < FILL_MAX * objectCount * values.size
}

/** Values of one kind, and objects among them with mostly the same properties. */
function isUniform(inferred: Inferred): boolean {
  if (inferred.kind === 'unknown' || isMixed(inferred)) return false
  const shape = withoutNull(inferred)
  if (shape?.kind === 'array') return shape.items.kind === 'unknown' || isUniform(shape.items)
  if (shape?.kind !== 'object') return true
  return shape.properties.filter(property => property.optional).length <= shape.properties.length / 2
}
