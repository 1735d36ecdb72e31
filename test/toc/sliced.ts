// Rows and sources for the tests of builds in slices and of streams.

import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import Type from 'typebox'
import { compile, DateTime } from '../../src/index.ts'
import { randomOf } from '../random.ts'

export interface Film {
  readonly id: number
  readonly title: string
  readonly rating?: number
  readonly released: Date | null
}

export const films = compile(
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    rating: Type.Optional(Type.Number()),
    released: Type.Union([DateTime(), Type.Null()]),
  }),
)

const WORDS = [
  'Alien',
  'Amélie',
  '千と千尋の神隠し',
  '"12"',
  'tab\there',
  '',
  '🎬'.repeat(40),
  'x'.repeat(900),
]

export function filmRows(count: number, seed = 1): Film[] {
  const random = randomOf(seed)
  return Array.from({ length: count }, (_, id) => ({
    id,
    title: random.pick(WORDS) + random.below(1000),
    ...(random.chance(0.5) ? { rating: random.below(100) / 10 } : {}),
    released: random.chance(0.3) ? null : new Date(random.below(2 ** 31) * 1000),
  }))
}

/** Sources of the same rows, by name. */
export const SOURCES: Readonly<Record<string, <T>(rows: readonly T[]) => Iterable<T> | AsyncIterable<T>>> = {
  array: rows => rows as never,
  set: rows => new Set(rows),
  generator: function* (rows) {
    yield* rows
  },
  'async generator': async function* (rows) {
    yield* rows
  },
  'async generator that waits': async function* (rows) {
    for (const [i, row] of rows.entries()) {
      if (i % 97 === 0) await turn()
      yield row
    }
  },
  'Node stream': rows => Readable.from(rows),
  'web stream': rows => webStreamOf(rows) as never,
}

function webStreamOf<T>(rows: readonly T[]): ReadableStream<T> {
  let next = 0
  return new ReadableStream<T>({
    pull(controller) {
      if (next < rows.length) controller.enqueue(rows[next++]!)
      else controller.close()
    },
  })
}

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What a promise rejects with. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

/** An iterator that counts how often it was closed, and what it was asked for. */
export class WatchedRows<T> implements AsyncIterableIterator<T> {
  asked = 0
  closed = 0
  readonly #next: (index: number) => Promise<IteratorResult<T>> | IteratorResult<T>

  constructor(next: (index: number) => Promise<IteratorResult<T>> | IteratorResult<T>) {
    this.#next = next
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<T>> {
    return this.#next(this.asked++)
  }

  async return(): Promise<IteratorResult<T>> {
    this.closed++
    return { done: true, value: undefined }
  }
}

/** Never settles. */
export const stalled: Promise<never> = new Promise(() => {})
