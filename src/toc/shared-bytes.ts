// Memory that threads share, and that grows in place: address space is reserved for more than will be
// needed, which costs nothing until it is used.

import { Failure } from '../pack/failure.ts'
import { collection } from './collection.ts'

/** Bytes of address space for a list whose size nobody knows. */
const RESERVED_BYTES = 16 * 2 ** 30
const RESERVED_BYTES_MIN = 64 * 2 ** 20
/** Growing is a system call, and waits for threads that touch new memory: it had better be rare. */
const STEP_BYTES = 2 ** 20
const STEP_PARTS = 4

/**
 * V8 does not count shared memory, so lists nobody uses any more would pile up before it collects them. It
 * counts this: ordinary memory of the same size, never touched, that lives as long.
 */
const counted = new WeakMap<SharedArrayBuffer, ArrayBuffer>()

/** Makes V8 count that much memory as used by this thread as long as it holds on to `bytes`. */
export function countBytes(bytes: SharedArrayBuffer, byteLength = bytes.byteLength): void {
  if (counted.has(bytes)) return
  counted.set(bytes, new ArrayBuffer(byteLength, { maxByteLength: byteLength }))
  collection.afterAllocation(byteLength)
}

/** @throws RangeError */
export function reserveShared(byteLengthMax = RESERVED_BYTES): SharedArrayBuffer {
  for (let maxByteLength = byteLengthMax; ; maxByteLength /= 4) {
    try {
      return new SharedArrayBuffer(0, { maxByteLength: Math.floor(maxByteLength) })
    } catch (error) {
      if (maxByteLength / 4 < RESERVED_BYTES_MIN) throw error
    }
  }
}

/** Makes it at least so long, and as long as it is expected to become. @throws Failure TOO_LARGE */
export function growShared(bytes: SharedArrayBuffer, byteLength: number, expectedBytes = 0): void {
  if (byteLength <= bytes.byteLength) return
  try {
    const step = Math.max(STEP_BYTES, Math.floor(byteLength / STEP_PARTS))
    const wanted = Math.max(byteLength + step, Math.ceil(expectedBytes))
    bytes.grow(Math.max(byteLength, Math.min(bytes.maxByteLength, wanted)))
  } catch (error) {
    throw new Failure('TOO_LARGE', 'rows that fit into memory', `${byteLength} bytes`, error)
  }
}
