// Text and bytes by views, as newer Arrow has them: each value says where it lies.
//
//     byte  0        4                 8        12       16
//           │ size   │ value, at most 12 bytes           │   inline
//           │ size   │ its first bytes │ buffer │ offset │   in one of the column's buffers

import { Failure } from '../pack/failure.ts'
import { type ColumnPath, childPath, columnError } from './checks.ts'
import { BaseColumn, type Validity } from './column.ts'
import { viewOf } from './stage.ts'
import { Utf8Column, WINDOW_BYTES } from './text.ts'

export const VIEW_BYTES = 16
const INLINE_AT = 4
const INLINE_BYTES_MAX = 12
/** A loop copies so many bytes in the time of one call. */
const LOOP_BYTES_MAX = 64

/** Views and what they point into. */
export class Views {
  readonly bytes: Uint8Array
  readonly buffers: readonly Uint8Array[]
  readonly validity: Validity | undefined
  readonly length: number
  readonly #view: DataView

  constructor(
    bytes: Uint8Array,
    length: number,
    buffers: readonly Uint8Array[],
    validity: Validity | undefined,
  ) {
    this.bytes = bytes
    this.length = length
    this.buffers = buffers
    this.validity = validity
    this.#view = viewOf(bytes)
  }

  get memory(): readonly ArrayBufferView[] {
    return [this.bytes, ...this.buffers]
  }

  /** The size of a value; the view of a null may be anything. */
  size(index: number): number {
    const isThere = this.validity === undefined || this.validity.has(index)
    return isThere ? this.#view.getInt32(index * VIEW_BYTES, true) : 0
  }

  /** What value `index`, of so many bytes, lies in. */
  source(index: number, size: number): Uint8Array | undefined {
    if (size <= INLINE_BYTES_MAX) return size < 0 ? undefined : this.bytes
    return this.buffers[this.#view.getInt32(index * VIEW_BYTES + 8, true)]
  }

  /** Where in it the value starts; -1 when it is not all there. */
  start(index: number, size: number, source: Uint8Array): number {
    const at = index * VIEW_BYTES
    if (size <= INLINE_BYTES_MAX) return at + INLINE_AT
    const start = this.#view.getInt32(at + INLINE_BYTES_MAX, true)
    return start >= 0 && start + size <= source.length ? start : -1
  }

  /** @throws SerializeError COLUMN_OFFSET for a view that leads nowhere */
  check(path: ColumnPath): this {
    for (let i = 0; i < this.length; i++) {
      const size = this.size(i)
      const source = this.source(i, size)
      if (source !== undefined && this.start(i, size, source) >= 0) continue
      const received = `view of ${size} bytes that are not there`
      throw columnError(
        'COLUMN_OFFSET',
        childPath(path, i),
        `view into ${this.buffers.length} buffers`,
        received,
      )
    }
    return this
  }

  /** @throws Failure when memory has changed since it was checked */
  value(index: number): Uint8Array {
    const size = this.size(index)
    const source = this.source(index, size)
    const start = source === undefined ? -1 : this.start(index, size, source)
    if (source === undefined || start < 0) throw moved()
    return source.subarray(start, start + size)
  }
}

function moved(): Failure {
  return new Failure('COLUMN_TYPE', 'columns that stay while they are read', 'a view that has changed')
}

/** Text by views: the values of a window are put together, and are then read as any text. */
export class Utf8ViewColumn extends Utf8Column {
  readonly #views: Views

  constructor(views: Views) {
    super(new Uint8Array(0), new Int32Array(views.length + 1), views.validity)
    this.#views = views
  }

  override get memory(): readonly ArrayBufferView[] {
    return this.#views.memory
  }

  override fit(start: number, end: number): number {
    let byteLength = 0
    for (let i = start; i < end; i++) {
      byteLength += this.#views.size(i)
      if (byteLength >= WINDOW_BYTES) return i + 1
    }
    return end
  }

  override prepare(start: number, end: number): void {
    const { offsets } = this
    let byteLength = 0
    offsets[start] = 0
    for (let i = start; i < end; i++) {
      byteLength += this.#views.size(i)
      if (byteLength >= 2 ** 31) throw new Failure('TOO_LARGE', 'text of less than 2 GiB', 'more')
      offsets[i + 1] = byteLength
    }
    if (this.bytes.length < byteLength) this.replace(new Uint8Array(Math.max(WINDOW_BYTES, byteLength)))
    for (let i = start; i < end; i++) this.#copy(i, offsets[i]!, offsets[i + 1]!)
    super.prepare(start, end)
  }

  #copy(index: number, start: number, end: number): void {
    if (start === end) return
    const size = end - start
    const source = this.#views.source(index, size)
    let from = source === undefined ? -1 : this.#views.start(index, size, source)
    if (source === undefined || from < 0) throw moved()
    const { bytes } = this
    if (size > LOOP_BYTES_MAX) bytes.set(source.subarray(from, from + size), start)
    else for (let to = start; to < end; to++) bytes[to] = source[from++]!
  }
}

/** Bytes by views. */
export class BytesViewColumn extends BaseColumn {
  readonly kind = 'view'
  readonly #views: Views

  constructor(views: Views) {
    super(views.length, views.validity)
    this.#views = views
  }

  get memory(): readonly ArrayBufferView[] {
    return this.#views.memory
  }

  protected present(index: number): unknown {
    return this.#views.value(index)
  }
}
