// Offset and limit to rows [start, end), with the same rules as `JsonList#page`.

import { PageError } from '../errors.ts'

export interface RowRange {
  readonly start: number
  readonly end: number
}

/** Clamps to `total`; past the end there are fewer rows, or none. @throws PageError */
export function pageRange(offset: number, limit: number, total: number): RowRange {
  assertCount('offset', offset)
  assertCount('limit', limit)
  return { start: Math.min(offset, total), end: Math.min(offset + limit, total) }
}

/** Infinity is a legal limit ("all the rest"), and as an offset it is past the end. @throws PageError */
export function assertCount(parameter: 'offset' | 'limit', value: unknown): asserts value is number {
  const isCount = typeof value === 'number' && value >= 0
  if (!isCount || (value !== Number.POSITIVE_INFINITY && !Number.isInteger(value))) {
    throw new PageError(parameter, value)
  }
}
