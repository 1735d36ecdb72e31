// Memory that threads share, and that grows in place: address space is reserved for more than will be
// needed, which costs nothing until it is used.

import { Failure } from '../pack/failure.ts'

/** Bytes of address space for a list whose size nobody knows. */
const RESERVED_BYTES = 16 * 2 ** 30
const RESERVED_BYTES_MIN = 64 * 2 ** 20
/** Growing is a system call, and waits for threads that touch new memory: it had better be rare. */
const STEP_BYTES = 2 ** 20
const STEP_PARTS = 4
/** What is expected may be far too much, and growing again costs little: at most this, or a few times the need. */
const EXPECTED_BYTES_MAX = 64 * 2 ** 20
const EXPECTED_TIMES_MAX = 4

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
    const believed = Math.min(expectedBytes, Math.max(EXPECTED_BYTES_MAX, EXPECTED_TIMES_MAX * byteLength))
    const wanted = Math.max(byteLength + step, Math.ceil(believed))
    bytes.grow(Math.max(byteLength, Math.min(bytes.maxByteLength, wanted)))
  } catch (error) {
    throw new Failure('TOO_LARGE', 'rows that fit into memory', `${byteLength} bytes`, error)
  }
}
