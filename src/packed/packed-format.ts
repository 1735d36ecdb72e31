// Packed rows of one spec as a format: rows to bytes, bytes to rows, bytes to JSON.
//
//     pack        rows ── pack ──> packed rows ── copy ──> bytes
//     unpack      bytes ── copy, check ──> packed rows ── build ──> rows
//     serialize   bytes ── copy, check ──> packed rows ── kernel.write ──> JSON
//
// Bytes are copied into a kernel's memory first and checked there: what was checked is what is used, even if
// the caller's bytes change meanwhile.

import { type Buffer, isAscii } from 'node:buffer'
import { Failure, isInstance } from '../pack/failure.ts'
import type { Packer } from '../pack/packer.ts'
import type { Spec } from '../spec/spec.ts'
import type { JsonList } from '../toc/json-list.ts'
import { ListBuilder } from '../toc/list-builder.ts'
import { CHUNK_LIMITS, type ChunkLimits, type Kernel, kernels } from '../writer/kernel.ts'
import { interpretingBuild } from './build-rows.ts'
import { findFault, pointerOf } from './check-rows.ts'
import { type BuildRows, type CheckRows, type Cursor, cursorOf } from './cursor.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Chunk } from './format.ts'
import { generateBuild } from './generate-build.ts'
import { generateCheck } from './generate-check.ts'
import { PackedError } from './packed-error.ts'
import { PackedList } from './packed-list.ts'
import { packToBytes } from './packed-writer.ts'

/** ECMA-262: the largest length of an array. */
const ROWS_MAX = 2 ** 32 - 1

export interface UnpackOptions {
  /**
   * What objects whose properties the schema does not name (records) become: plain objects (default), or a
   * `Map`, which keeps the order of keys that look like integers.
   */
  readonly records?: 'object' | 'map'
}

/** Packing for one serializer. Walkers and fingerprint are made when first needed. */
export class PackedFormat {
  readonly #spec: Spec
  readonly #packer: Packer
  readonly #needsText: boolean
  readonly #builds: Record<'object' | 'map', BuildRows | undefined> = { object: undefined, map: undefined }
  #check: CheckRows | undefined
  #fingerprint: Buffer | undefined

  constructor(spec: Spec, packer: Packer) {
    this.#spec = spec
    this.#packer = packer
    this.#needsText = spec.nodes.some(({ op, ...node }) => {
      return op === 'any' || op === 'raw' || op === 'bigint' || ('rest' in node && node.rest.length > 0)
    })
  }

  get fingerprint(): Buffer {
    this.#fingerprint ??= fingerprintOf(this.#spec)
    return this.#fingerprint
  }

  pack(rows: unknown, limits: ChunkLimits = CHUNK_LIMITS): Buffer {
    const kernel = kernels.acquire()
    try {
      const { packRows } = this.#packer
      return packToBytes({ kernel, spec: this.#spec, packRows, limits, fingerprint: this.fingerprint }, rows)
    } finally {
      kernels.release(kernel)
    }
  }

  unpack(list: PackedList, { records = 'object' }: UnpackOptions): unknown[] {
    const build = this.#buildFor(records === 'map' ? 'map' : 'object')
    if (list.length > ROWS_MAX)
      throw new PackedError('PACKED_TOO_LARGE', 24, `${list.length} rows, an array holds ${ROWS_MAX}`)
    const rows: unknown[] = new Array(list.length)
    let start = 0
    this.#readChunks(list, true, (cursor, { rowCount }) => {
      build(cursorOf(cursor.slots, cursor.text, cursor.units), rows, start, rowCount)
      start += rowCount
    })
    return rows
  }

  serialize(list: PackedList): JsonList {
    const builder = new ListBuilder(list.length, 0)
    this.#readChunks(list, this.#needsText, (cursor, { rowCount }, kernel) => {
      kernel.writeLoaded(rowCount, cursor.literalBytes)
      builder.append(kernel, rowCount)
    })
    return builder.finish()
  }

  #buildFor(records: 'object' | 'map'): BuildRows {
    const maps = records === 'map'
    this.#builds[records] ??= this.#generated(
      () => generateBuild(this.#spec, maps),
      () => interpretingBuild(this.#spec, maps),
    )
    return this.#builds[records]
  }

  #checkRows(): CheckRows {
    this.#check ??= this.#generated(
      () => generateCheck(this.#spec),
      () => (cursor, rowCount) => findFault(this.#spec, cursor, rowCount) === undefined,
    )
    return this.#check
  }

  /** Generated code where the packer is generated code, unless the schema is nested too deep for it. */
  #generated<T>(generate: () => T, interpret: () => T): T {
    if (this.#packer.kind === 'interpreted') return interpret()
    try {
      return generate()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return interpret()
    }
  }

  /** Hands out chunk after chunk, checked, in the kernel's memory. */
  #readChunks(
    list: PackedList,
    withText: boolean,
    use: (cursor: Cursor, chunk: Chunk, kernel: Kernel) => void,
  ): void {
    if (!this.fingerprint.equals(list.fingerprint))
      throw new PackedError('PACKED_SCHEMA', 8, 'packed by a serializer of another schema')
    const kernel = kernels.acquire()
    try {
      kernel.open(this.#spec)
      let firstRow = 0
      for (const chunk of list.chunks) {
        list.assert(chunk)
        try {
          const cursor = this.#load(kernel, list, chunk, withText)
          if (!this.#passes(cursor, chunk)) this.#reject(kernel, chunk, firstRow)
          use(cursor, chunk, kernel)
        } catch (error) {
          throw toPackedError(error, chunk)
        }
        firstRow += chunk.rowCount
      }
    } finally {
      kernels.release(kernel)
    }
  }

  #load(kernel: Kernel, { bytes }: PackedList, chunk: Chunk, withText: boolean): Cursor {
    const { slotsStart, textStart, textEnd, wide } = chunk
    kernel.load(bytes.subarray(slotsStart, textStart), bytes.subarray(textStart, textEnd), wide)
    if (!wide && !isAscii(kernel.bytes.subarray(kernel.textStart, kernel.textEnd)))
      throw new PackedError('PACKED_VALUE', textStart, 'text that is not ASCII')
    return loadedCursor(kernel, wide, withText)
  }

  #passes(cursor: Cursor, { rowCount }: Chunk): boolean {
    const { slots, units } = cursor
    try {
      if (!this.#checkRows()(cursor, rowCount)) return false
    } catch (error) {
      // References nested deeper than the stack: the walk that looks for the fault meets the same.
      if (!(error instanceof RangeError)) throw error
      return false
    }
    return cursor.position === slots.length && cursor.textPosition === units
  }

  #reject(kernel: Kernel, { rowCount, slotsStart, wide }: Chunk, firstRow: number): never {
    const cursor = loadedCursor(kernel, wide, true)
    const fault = findFault(this.#spec, cursor, rowCount)
    const offset = slotsStart + (fault ? fault.position : cursor.position) * 8
    if (!fault) throw new PackedError('PACKED_VALUE', offset, 'more slots or text than the rows have')
    const [row, ...inside] = fault.path
    const path = row === undefined ? '' : pointerOf([firstRow + Number(row), ...inside])
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
  return new PackedError(
    'PACKED_TOO_LARGE',
    start,
    'a chunk too large or nested too deep to be read',
    '',
    error,
  )
}

/** What a caller holds packed rows in, as the list it is. */
export function packedListOf(packed: Uint8Array | PackedList): PackedList {
  return isInstance(packed, PackedList) ? packed : new PackedList(packed)
}
