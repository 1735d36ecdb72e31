// Passes over all bytes of a list, written as steps, so that the same code runs at once or lets the event loop come
// round in between.

import { setImmediate as nextTurn } from 'node:timers/promises'

/** Yields after each piece of work; returns the result. */
export type Steps<T> = Generator<undefined, T>

/** A piece of work: a millisecond or less of hashing. */
export const PIECE_BYTES = 1024 * 1024
const SLICE_MS = 4

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Short work ends without a turn of the event loop. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS
    do {
      const { done, value } = steps.next()
      if (done) return value
    } while (performance.now() < end)
    await nextTurn()
  }
}
