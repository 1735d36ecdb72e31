// Packed rows that were stored as bytes, chunk after chunk, checked.
//
// Bytes are copied into a kernel's memory first and checked there: what was checked is what is used, even if the
// caller's bytes change meanwhile.

import { isAscii } from 'node:buffer'
import { Failure } from '../pack/failure.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkSource } from '../toc/chunk-source.ts'
import type { Kernel } from '../writer/kernel.ts'
import { findFault, pointerOf } from './check-rows.ts'
import { type BuildRows, type CheckRows, type Cursor, cursorOf } from './cursor.ts'
import type { Chunk } from './format.ts'
import { PackedError } from './packed-error.ts'
import type { PackedList } from './packed-list.ts'

export class PackedChunks implements ChunkSource {
  readonly rowCount: number
  readonly #list: PackedList
  readonly #spec: Spec
  readonly #checkRows: CheckRows
  readonly #withText: boolean
  #chunkIndex = 0
  #firstRow = 0

  /** `withText`: the walkers need the text as a string. */
  constructor(list: PackedList, spec: Spec, checkRows: CheckRows, withText: boolean) {
    this.rowCount = list.length
    this.#list = list
    this.#spec = spec
    this.#checkRows = checkRows
    this.#withText = withText
  }

  /** @throws PackedError */
  pack(kernel: Kernel): number {
    const chunk = this.#chunk
    const cursor = this.#read(kernel, chunk)
    kernel.packed.literalBytes = cursor.literalBytes
    this.#leave(chunk)
    return chunk.rowCount
  }

  /** Makes the rows of the next chunk: `rows[start]` and on. Returns how many. @throws PackedError */
  build(kernel: Kernel, build: BuildRows, rows: unknown[], start: number): number {
    const chunk = this.#chunk
    const { slots, text, units } = this.#read(kernel, chunk)
    try {
      build(cursorOf(slots, text, units), rows, start, chunk.rowCount)
    } catch (error) {
      throw toPackedError(error, chunk)
    }
    this.#leave(chunk)
    return chunk.rowCount
  }

  errorOf(error: unknown): unknown {
    return toPackedError(error, this.#list.chunks[this.#chunkIndex - 1]!)
  }

  close(): void {}

  get #chunk(): Chunk {
    return this.#list.chunks[this.#chunkIndex]!
  }

  #leave({ rowCount }: Chunk): void {
    this.#chunkIndex++
    this.#firstRow += rowCount
  }

  #read(kernel: Kernel, chunk: Chunk): Cursor {
    try {
      const cursor = this.#load(kernel, chunk)
      if (!this.#passes(cursor, chunk)) this.#reject(kernel, chunk)
      return cursor
    } catch (error) {
      throw toPackedError(error, chunk)
    }
  }

  #load(kernel: Kernel, chunk: Chunk): Cursor {
    const { textStart, wide } = chunk
    this.#list.load(kernel, chunk)
    if (!wide && !isAscii(kernel.bytes.subarray(kernel.textStart, kernel.textEnd)))
      throw new PackedError('PACKED_VALUE', textStart, 'text that is not ASCII')
    return loadedCursor(kernel, wide, this.#withText)
  }

  #passes(cursor: Cursor, { rowCount }: Chunk): boolean {
    const { slots, units } = cursor
    try {
      if (!this.#checkRows(cursor, rowCount)) return false
    } catch (error) {
      // References nested deeper than the stack: the walk that looks for the fault meets the same.
      if (!(error instanceof RangeError)) throw error
      return false
    }
    return cursor.position === slots.length && cursor.textPosition === units
  }

  #reject(kernel: Kernel, { rowCount, slotsStart, wide }: Chunk): never {
    const cursor = loadedCursor(kernel, wide, true)
    const fault = findFault(this.#spec, cursor, rowCount)
    const offset = slotsStart + (fault ? fault.position : cursor.position) * 8
    if (!fault) throw new PackedError('PACKED_VALUE', offset, 'more slots or text than the rows have')
    const [row, ...inside] = fault.path
    const path = row === undefined ? '' : pointerOf([this.#firstRow + Number(row), ...inside])
    throw new PackedError('PACKED_VALUE', offset, fault.reason, path)
  }
}

function loadedCursor(kernel: Kernel, wide: boolean, withText: boolean): Cursor {
  const { bytes, slotsStart, textStart, textEnd } = kernel
  const slotCount = kernel.packed.position - slotsStart / 8
  const slots = new Float64Array(bytes.buffer, slotsStart, slotCount)
  const text = withText ? bytes.toString(wide ? 'utf16le' : 'latin1', textStart, textEnd) : ''
  return cursorOf(slots, text, (textEnd - textStart) / (wide ? 2 : 1))
}

/** The engine's own limits; all else passes. */
function toPackedError(error: unknown, { start }: Chunk): unknown {
  const isTooLong = (error as { code?: unknown }).code === 'ERR_STRING_TOO_LONG'
  if (!isTooLong && !(error instanceof Failure) && !(error instanceof RangeError)) return error
  const reason = 'a chunk too large or nested too deep to be read'
  return new PackedError('PACKED_TOO_LARGE', start, reason, '', error)
}
