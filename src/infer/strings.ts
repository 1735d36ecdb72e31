// Strings: an ISO 8601 format when all have it, an enum when few texts come again and again, else any string.

import { commonFormat, isWholeSeconds } from './formats.ts'
import type { Inferred } from './inferred.ts'

export interface EnumLimits {
  readonly valuesMax: number
  readonly repeatsMin: number
}

/** Longer texts are prose, however often they come. */
const ENUM_TEXT_UNITS_MAX = 64
const DATE_TIME_FORMATS: readonly string[] = ['date-time', 'time']

/** The tightest shape of the texts seen at one place. */
export function inferStrings(texts: readonly string[], limits: EnumLimits): Inferred {
  const format = commonFormat(texts)
  if (format !== undefined) {
    return { kind: format, wholeSeconds: DATE_TIME_FORMATS.includes(format) && texts.every(isWholeSeconds) }
  }
  const values = enumValues(texts, limits)
  if (values === undefined) return { kind: 'string' }
  return values.length === 1 ? { kind: 'const', value: values[0]! } : { kind: 'enum', values }
}

/**
 * The texts in order of first appearance, when it is likely that there are no others: few, each seen at least
 * twice, and often on average.
 */
function enumValues(texts: readonly string[], limits: EnumLimits): readonly string[] | undefined {
  const counts = countDistinct(texts, limits.valuesMax)
  if (counts === undefined || counts.size === 0 || texts.length < counts.size * limits.repeatsMin)
    return undefined
  for (const [text, count] of counts) {
    if (count < 2 || text.length > ENUM_TEXT_UNITS_MAX) return undefined
  }
  return [...counts.keys()]
}

/** How often each value came; `undefined` as soon as there are more than `distinctMax`. */
export function countDistinct<T>(
  values: readonly T[],
  distinctMax: number,
): ReadonlyMap<T, number> | undefined {
  const counts = new Map<T, number>()
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size > distinctMax) return undefined
  }
  return counts
}
