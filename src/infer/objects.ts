// Objects: a fixed set of properties, a record of like values under varying keys, or several objects that a
// property with few values tells apart.

import { type JsonObject, type KeyColumns, keyColumns } from './columns.ts'
import { addNote, aside, below, type InferContext } from './context.ts'
import { type Inferred, type InferredProperty, looseness, NULL } from './inferred.ts'
import { mergeKeyOrders } from './key-order.ts'
import { inferRecord } from './records.ts'
import { countDistinct } from './strings.ts'

type ObjectShape = Extract<Inferred, { kind: 'object' }>

/** The shape of objects seen at one place. */
export function inferObjects(objects: readonly JsonObject[], context: InferContext): Inferred {
  const columns = keyColumns(objects)
  const record = inferRecord(columns, context)
  if (record !== undefined) return record
  const merged = aside(context, inside => inferObject(columns, inside))
  // Digits that were lost say nothing of the shape.
  const wanting = merged.notes.some(({ code }) => code !== 'PRECISION') || looseness(merged.result) > 0
  const tag = wanting ? findTag(columns) : undefined
  if (tag !== undefined) {
    const split = aside(context, inside => inferVariants(objects, tag, inside))
    const loosest = Math.max(...split.result.map(looseness))
    if (2 * loosest <= looseness(merged.result)) {
      context.notes.push(...split.notes)
      return { kind: 'union', variants: split.result }
    }
  }
  context.notes.push(...merged.notes)
  return merged.result
}

function inferObject({ values, orders, objectCount }: KeyColumns, context: InferContext): ObjectShape {
  const { keys, conflict } = mergeKeyOrders(orders)
  if (conflict) addNote(context, 'KEY_ORDER', conflictText(conflict))
  const properties = keys.map((name): InferredProperty => {
    const column = values.get(name)!
    const value = context.infer(column, below(context, name))
    return { name, optional: column.length < objectCount, value }
  })
  return { kind: 'object', properties }
}

function conflictText([a, b]: readonly [string, string]): string {
  const names = `${JSON.stringify(a)} and ${JSON.stringify(b)}`
  return `keys ${names} come in both orders: the same data is written, but not always in the same order`
}

// Objects told apart by a property

const VARIANTS_MAX = 8
const OBJECTS_PER_VARIANT_MIN = 2
/** Names for what says which kind of thing an object is. */
const TAG_NAME = /^(?:[@_]?type|__typename|kind|tag|event|action|shape|op)$/i

/** The key that every object has with few different texts, or null, named as tags are. */
function findTag({ values, objectCount }: KeyColumns): string | undefined {
  for (const [key, column] of values) {
    if (!TAG_NAME.test(key) || column.length < objectCount) continue
    if (!column.every(isTagValue)) continue
    const counts = countDistinct(column, VARIANTS_MAX)
    if (counts === undefined || counts.size < 2) continue
    if ([...counts.values()].every(count => count >= OBJECTS_PER_VARIANT_MIN)) return key
  }
  return undefined
}

function isTagValue(value: unknown): value is string | null {
  return typeof value === 'string' || value === null
}

/** One object for each value of the tag, with that value as a constant. */
function inferVariants(objects: readonly JsonObject[], tag: string, context: InferContext): ObjectShape[] {
  return [...groupBy(objects, tag)].map(([value, group]) => {
    const { properties } = inferObject(keyColumns(group), context)
    const pin = (property: InferredProperty): InferredProperty =>
      property.name === tag ? { ...property, value: literal(value) } : property
    return { kind: 'object', properties: properties.map(pin) }
  })
}

function literal(value: string | null): Inferred {
  return value === null ? NULL : { kind: 'const', value }
}

function groupBy(objects: readonly JsonObject[], tag: string): Map<string | null, JsonObject[]> {
  const groups = new Map<string | null, JsonObject[]>()
  for (const object of objects) {
    const value = object[tag] as string | null
    const group = groups.get(value)
    if (group) group.push(object)
    else groups.set(value, [object])
  }
  return groups
}
