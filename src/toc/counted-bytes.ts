// V8 does not count shared memory, so lists nobody uses any more would pile up before it collects them. It counts
// ordinary memory of the same size instead, never touched, that lives as long as the shared one.

import os from 'node:os'
import process from 'node:process'
import v8 from 'node:v8'
import { collection } from './collection.ts'

/** Known memory, and what stands for it once it is counted. */
const known = new WeakMap<SharedArrayBuffer, ArrayBuffer | undefined>()

/** Makes V8 count that much memory as used by this thread as long as it holds on to `bytes`. */
export function countNow(bytes: SharedArrayBuffer, byteLength = bytes.byteLength): void {
  if (known.get(bytes) !== undefined) return
  try {
    known.set(bytes, new ArrayBuffer(byteLength, { maxByteLength: byteLength }))
    collection.afterAllocation(byteLength)
  } catch {
    // Where address space is limited there may be none for this. Nothing depends on it but when V8 collects.
  }
}

/**
 * Memory to be counted once there is much of it: V8 collects whenever 64 MiB more are counted, which takes a
 * thread with a large heap as long as packing the lists does.
 */
export class UncountedMemory {
  readonly #byteLengthMax: () => number
  #byteLength = 0
  readonly #sizes = new Map<WeakRef<SharedArrayBuffer>, number>()
  readonly #registry = new FinalizationRegistry<WeakRef<SharedArrayBuffer>>(reference => {
    this.#byteLength -= this.#sizes.get(reference) ?? 0
    this.#sizes.delete(reference)
  })

  constructor(byteLengthMax: () => number) {
    this.#byteLengthMax = byteLengthMax
  }

  /** How many bytes are not counted, of which some may have been collected since. */
  get byteLength(): number {
    return this.#byteLength
  }

  add(bytes: SharedArrayBuffer, byteLength = bytes.byteLength): void {
    if (known.has(bytes)) return
    known.set(bytes, undefined)
    const reference = new WeakRef(bytes)
    this.#sizes.set(reference, byteLength)
    this.#registry.register(bytes, reference)
    this.#byteLength += byteLength
    if (this.#byteLength > this.#byteLengthMax()) this.#count()
  }

  #count(): void {
    for (const [reference, byteLength] of this.#sizes) {
      const bytes = reference.deref()
      if (bytes !== undefined) countNow(bytes, byteLength)
    }
    this.#sizes.clear()
    this.#byteLength = 0
  }
}

const UNCOUNTED_BYTES = 128 * 2 ** 20
/** A collection takes longer the larger the heap is: more may wait for it then, as V8 lets the heap itself grow. */
const UNCOUNTED_PART_OF_HEAP = 1 / 2
/** Of the memory this process may use. */
const UNCOUNTED_PART_OF_MEMORY = 1 / 16

const MEMORY_BYTES = Math.min(process.constrainedMemory?.() || Number.POSITIVE_INFINITY, os.totalmem())

/** How much may be uncounted in a thread whose heap is of that size. */
export function uncountedBytesMax(heapBytes: number, memoryBytes = MEMORY_BYTES): number {
  const wanted = Math.max(UNCOUNTED_BYTES, UNCOUNTED_PART_OF_HEAP * heapBytes)
  return Math.min(wanted, UNCOUNTED_PART_OF_MEMORY * memoryBytes)
}

/** The one of this thread. */
export const uncounted = new UncountedMemory(() => uncountedBytesMax(v8.getHeapStatistics().used_heap_size))
