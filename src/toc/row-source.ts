// Where rows come from: an array, an iterator, or something that has to be waited for. Whatever a source throws
// leaves here as a SerializeError with the index of the row it was asked for.

import { types } from 'node:util'
import { describeValue, SerializeError } from '../errors.ts'
import { messageOf } from '../pack/border.ts'
import { countOf } from '../pack/containers.ts'
import { Failure } from '../pack/failure.ts'

/**
 * Rows that are there. Arrays are iterables, too: they are named so that the type checker says which property
 * of a row does not fit, and not that the array lacks what another kind of argument has.
 */
export type PresentRows<T> = T[] | readonly T[] | Iterable<T>

/**
 * Rows that may have to be waited for: an array or other iterable, a database cursor, an async generator, a Node
 * `Readable` or a web `ReadableStream` of objects.
 */
export type Rows<T> = PresentRows<T> | AsyncIterable<T>

/** Rows by `next`, until `close` says that no more are wanted. */
export interface AsyncRows {
  next(): unknown
  close(): void
}

export type RowSource =
  | { readonly kind: 'array'; readonly rows: readonly unknown[]; readonly count: number }
  | { readonly kind: 'sync'; readonly iterator: Iterator<unknown> }
  | { readonly kind: 'async'; readonly rows: AsyncRows }

/** What `rows` is, asked once. @throws SerializeError when it gives no rows at all, or throws */
export function openRows(rows: unknown): RowSource {
  if (isArray(rows)) return { kind: 'array', rows, count: arrayCount(rows) }
  try {
    const async = asyncRowsOf(rows)
    if (async !== undefined) return { kind: 'async', rows: async }
  } catch (error) {
    throw sourceError(error, '')
  }
  return { kind: 'sync', iterator: iteratorOf(rows) }
}

/** Tells a source that no more rows are wanted; what it answers changes nothing any more. */
export function closeRows(source: RowSource): void {
  if (source.kind === 'sync') closeIterator(source.iterator)
  else if (source.kind === 'async') source.rows.close()
}

/** A revoked Proxy is neither an array nor anything else. */
export function isArray(rows: unknown): rows is readonly unknown[] {
  try {
    return Array.isArray(rows)
  } catch (error) {
    throw sourceError(error, '')
  }
}

/** A Proxy of an array may answer anything, or throw. */
export function arrayCount(rows: readonly unknown[]): number {
  try {
    return countOf(rows)
  } catch (error) {
    if (error instanceof Failure) throw new SerializeError('TYPE', '', 'array', error.received)
    throw sourceError(error, '')
  }
}

/** Also one of another realm, which is no instance of `String` here. */
function isBoxedString(rows: object): boolean {
  return types.isStringObject(rows) || rows instanceof String
}

export function iteratorOf(rows: unknown): Iterator<unknown> {
  try {
    if (typeof rows === 'object' && rows !== null && !isBoxedString(rows)) {
      const method = (rows as Partial<Iterable<unknown>>)[Symbol.iterator]
      if (typeof method === 'function') return method.call(rows)
    }
  } catch (error) {
    throw sourceError(error, '')
  }
  throw new SerializeError('TYPE', '', 'iterable of rows', describeValue(rows))
}

/**
 * What an iterator's `next` gave, as `for of` takes it: anything but an object, say the row itself, would otherwise
 * be a missing row, for ever.
 */
export function resultOf(result: unknown): IteratorResult<unknown> {
  if (typeof result === 'object' ? result !== null : typeof result === 'function') {
    return result as IteratorResult<unknown>
  }
  throw new TypeError(`an iterator's next() gave ${describeValue(result)}, not an object { done, value }`)
}

/** The error that made us stop is the one to report. */
export function closeIterator(iterator: Iterator<unknown>): void {
  quietly(() => iterator.return?.())
}

export function sourceError(error: unknown, path: string): SerializeError {
  return new SerializeError('USER_CODE', path, 'rows', `an error: ${messageOf(error)}`, error)
}

/** The members that tell the kinds of asynchronous source apart. */
interface MaybeAsync {
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<unknown>
  readonly getReader?: () => WebReader
  readonly pipe?: unknown
  readonly on?: (event: 'error', listener: () => void) => unknown
  readonly destroy?: () => unknown
}

interface WebReader {
  read(): Promise<IteratorResult<unknown>>
  cancel(): Promise<unknown>
}

function asyncRowsOf(rows: unknown): AsyncRows | undefined {
  if (typeof rows !== 'object' || rows === null) return undefined
  const source = rows as MaybeAsync
  if (typeof source.getReader === 'function') return webRows(source.getReader())
  const method = source[Symbol.asyncIterator]
  if (typeof method !== 'function') return undefined
  const iterator = method.call(source)
  const close = () => quietly(() => iterator.return?.())
  if (typeof source.pipe !== 'function' || typeof source.destroy !== 'function') {
    return { next: () => iterator.next(), close }
  }
  return {
    next: () => iterator.next(),
    close: () => {
      destroyStream(source)
      close()
    },
  }
}

/**
 * A stream's iterator waits for the row it was asked for before it closes the stream: that may never come. Before it
 * was asked for one it does not listen to errors, of which an unheard one ends the process.
 */
function destroyStream(stream: MaybeAsync): void {
  quietly(() => stream.on?.('error', () => undefined))
  quietly(() => stream.destroy?.())
}

function webRows(reader: WebReader): AsyncRows {
  return { next: () => reader.read(), close: () => quietly(() => reader.cancel()) }
}

/** Runs somebody else's clean-up, whose errors, now or later, have nowhere to go. */
function quietly(cleanUp: () => unknown): void {
  try {
    Promise.resolve(cleanUp()).catch(() => undefined)
  } catch {}
}
