// What tells whether two literals are the same: to JSON Schema the order of properties says nothing.

import { types } from 'node:util'

/** A value's JSON with the properties of its objects in order of their names. */
export function literalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    if (types.isBoxedPrimitive(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
