// Lists made without the serializer: rows that name their list, so that a row in the wrong page shows.

import { Buffer } from 'node:buffer'
import { JsonList } from '../../../src/toc/json-list.ts'

/** A list of ready-made JSON values. */
export function listOfJson(values: readonly string[]): JsonList {
  const toc = new Uint32Array(values.length + 1)
  let at = values.length === 0 ? 2 : 1
  values.forEach((value, index) => {
    toc[index] = at
    at += Buffer.byteLength(value) + 1
  })
  toc[values.length] = at
  return new JsonList(Buffer.from(`[${values.join(',')}]`), toc)
}

export function listOf(rows: readonly unknown[]): JsonList {
  return listOfJson(rows.map(row => JSON.stringify(row)))
}

/** `rowCount` rows of uneven size that all carry `mark`. */
export function markedList(mark: string | number, rowCount: number): JsonList {
  const rows = Array.from({ length: rowCount }, (_, index) => ({
    mark,
    index,
    fill: 'é'.repeat((index * 7) % 23),
  }))
  return listOf(rows)
}

/** A small generator of repeatable pseudo-random numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
