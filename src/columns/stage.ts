// Text of a chunk as bytes. Joining strings makes an object of each, and a flat copy of all; where all text
// of a window is ASCII and comes from UTF-8 or dictionaries, its bytes are put together here, and become one
// string per chunk.

import { Buffer } from 'node:buffer'
import type { Entry, Plan } from './plan.ts'

export const STAGE_BYTES = 64 * 1024
/** What is copied too much by copying four bytes at a time. */
const COPY_MARGIN = 4
/** Longer values are written on their own. */
export const STAGED_BYTES_MAX = 8 * 1024

export class Stage {
  readonly #bytes = Buffer.allocUnsafeSlow(STAGE_BYTES + COPY_MARGIN)
  readonly view = viewOf(this.#bytes)
  /** Bytes that are not part of the text yet; generated code keeps it in a variable. */
  length = 0

  /** Copies bytes `[start, end)` of a run to `position`. */
  add({ buffer, byteOffset }: DataView, start: number, end: number, position: number): void {
    this.#bytes.set(new Uint8Array(buffer, byteOffset + start, end - start), position)
  }

  /** The first `length` bytes; to be used before more is staged. */
  take(length: number): Buffer {
    this.length = 0
    return this.#bytes.subarray(0, length)
  }
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/**
 * Whether the text of a plan may be staged, window by window: none of it comes from anywhere else as a rule.
 */
export function mayStage({ entries }: Plan): boolean {
  let isAny = false
  for (const { column, field, node, way } of entries) {
    if (way !== 'leaf' || column.kind === 'absent' || column.kind === 'null') continue
    if (node.encode !== undefined || field?.omitEmpty) return false
    if (node.op !== 'string') {
      if (!TEXTLESS.has(node.op) || column.kind === 'any') return false
    } else if (column.kind === 'text' || (column.kind === 'dictionary' && column.dictionary.run)) isAny = true
    else return false
  }
  return isAny
}

/** Ops whose values are numbers, as a rule. */
const TEXTLESS: ReadonlySet<Entry['node']['op']> = new Set([
  'int',
  'float',
  'bigint',
  'bool',
  'enum',
  'const',
  'date-time',
  'date',
  'time',
  'duration',
])

/** Whether the text of the window that was prepared is ASCII. */
export function isWindowAscii({ entries }: Plan): boolean {
  return entries.every(({ column, way }) => way !== 'leaf' || column.kind !== 'text' || column.isAscii)
}
