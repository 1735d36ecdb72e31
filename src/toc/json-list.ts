import { Buffer } from 'node:buffer'
import { types } from 'node:util'
import { describeValue, PageError, TocError } from '../errors.ts'
import { uncounted } from './counted-bytes.ts'
import { Page } from './page.ts'

/** Offsets of a list: 4 bytes a row, or 8 when the blob passes 4 GiB - 1 (doubles are exact to 2^53). */
export type Toc = Uint32Array | Float64Array

/**
 * A list as threads hand it to each other, by `postMessage` or as `workerData`: its memory is shared, not
 * copied.
 */
export interface SharedList {
  readonly blob: Uint8Array
  readonly toc: Toc
}

/**
 * A serialized list: one JSON array in UTF-8 and where each of its rows starts.
 *
 *     byte     0   1        toc[1]             toc[n]
 *     blob     [   row 0  , row 1  , … row n-1 ]
 *                  toc[0]                       └ blob.byteLength
 *
 * For `n` rows `toc.length === n + 1`, `toc[0] === 1` (just past `[`) (2 when `n === 0`), and
 * `toc[n] === blob.byteLength`. Every row is followed by exactly one byte (`,` or `]`), so rows `[a, b)`
 * are always the bytes `[toc[a], toc[b] - 1)`.
 */
export class JsonList {
  /** The whole JSON array. Owned by the caller; treat it as immutable once pages are out. */
  readonly blob: Buffer
  /** Start byte of every row, then the blob's size: `length + 1` entries. */
  readonly toc: Toc
  /** How many rows the list has. */
  readonly length: number

  /** @throws TocError when the toc is not one, or not of this blob */
  constructor(blob: Buffer, toc: Toc) {
    if (!types.isUint8Array(blob)) throw new TocError(`is of bytes, got ${describeValue(blob)}`)
    if (!isToc(toc)) throw new TocError(`is a Uint32Array or Float64Array, got ${describeValue(toc)}`)
    if (toc.length === 0) throw new TocError('has no entry')
    if (toc[toc.length - 1] !== blob.byteLength) {
      throw new TocError(`ends at ${toc[toc.length - 1]}, the blob at ${blob.byteLength}`)
    }
    if (toc[0] !== (toc.length === 1 ? 2 : 1)) throw new TocError(`starts at ${toc[0]}`)
    this.blob = blob
    this.toc = toc
    this.length = toc.length - 1
  }

  /**
   * Opens a list that another thread shared: the same memory, nothing is copied. Its toc is checked, in about
   * a millisecond for a million rows.
   *
   * @throws TocError when it is not what `share` gave, or the two parts do not belong together
   * @example parentPort.on('message', shared => serve(JsonList.fromShared(shared)))
   */
  static fromShared(shared: SharedList): JsonList {
    const { blob, toc } = partsOf(shared)
    const list = new JsonList(Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength), toc)
    const wrong = wrongEntryOf(toc)
    if (wrong >= 0) throw new TocError(`entry ${wrong} is ${toc[wrong]} after ${toc[wrong - 1]}`)
    for (const { buffer } of [blob, toc]) if (types.isSharedArrayBuffer(buffer)) uncounted.add(buffer)
    return list
  }

  /**
   * The list for other threads. A list that a writer pool wrote is in shared memory already; any other one
   * is copied there once.
   *
   * @example for (const worker of workers) worker.postMessage(shared)
   */
  share(): SharedList {
    const { blob, toc } = this
    return {
      blob: types.isSharedArrayBuffer(blob.buffer) ? blob : new Uint8Array(sharedCopy(blob)),
      toc: types.isSharedArrayBuffer(toc.buffer) ? toc : sharedToc(toc),
    }
  }

  /**
   * Rows `[offset, offset + limit)`, comma separated, without brackets; a view of the blob.
   * Past the end there are fewer rows, or none.
   *
   * @throws PageError when offset or limit is negative, fractional or NaN
   */
  slice(offset: number, limit: number): Buffer {
    assertIndex('offset', offset)
    assertIndex('limit', limit)
    return this.#bytes(Math.min(offset, this.length), Math.min(offset + limit, this.length))
  }

  /**
   * Rows `[offset, offset + limit)` as a complete JSON array; costs no row copy.
   *
   * @throws PageError when offset or limit is negative, fractional or NaN
   */
  page(offset: number, limit: number): Page {
    assertIndex('offset', offset)
    assertIndex('limit', limit)
    const start = Math.min(offset, this.length)
    const end = Math.min(offset + limit, this.length)
    return new Page(this.#bytes(start, end), start, end - start, this.length)
  }

  /** No rows are no bytes: their end would lie before their start. */
  #bytes(start: number, end: number): Buffer {
    return this.blob.subarray(this.toc[start]!, this.toc[end]! - 1)
  }
}

/** Of any realm: what a message brings is of another one inside `node:vm`, as tests often run. */
export function isToc(value: unknown): value is Toc {
  return types.isUint32Array(value) || types.isFloat64Array(value)
}

/** Infinity is a legal limit ("all the rest"), and as an offset it is past the end. */
export function assertIndex(parameter: 'offset' | 'limit', value: number): void {
  const isIndex =
    typeof value === 'number' && value >= 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)
  if (!isIndex) throw new PageError(parameter, value)
}

/**
 * The first entry that leaves no room for a row and the byte behind it, -1 when there is none: one pass
 * over the toc. How it starts and ends is for the caller.
 */
export function wrongEntryOf(toc: Toc): number {
  for (let index = 1; index < toc.length; index += 1) {
    // Written so that NaN fails too.
    if (!(toc[index]! >= toc[index - 1]! + 2 && Number.isInteger(toc[index]))) return index
  }
  return -1
}

/** A message may be anybody's. */
/** A list of its own each time: its bytes can be written to. */
export function emptyList(): JsonList {
  return new JsonList(Buffer.from('[]'), Uint32Array.of(2))
}

function partsOf(shared: SharedList): SharedList {
  const { blob, toc } = (shared ?? {}) as Partial<SharedList>
  if (!types.isUint8Array(blob)) throw new TocError(`its blob is no Uint8Array but ${describeValue(blob)}`)
  if (!isToc(toc)) {
    throw new TocError(`expected a Uint32Array or Float64Array, got ${describeValue(toc)}`)
  }
  return { blob, toc }
}

function sharedToc(toc: Toc): Toc {
  const copy = sharedCopy(toc)
  return types.isFloat64Array(toc) ? new Float64Array(copy) : new Uint32Array(copy)
}

function sharedCopy({ buffer, byteOffset, byteLength }: Uint8Array | Toc): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(byteLength)
  new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength))
  uncounted.add(copy)
  return copy
}
