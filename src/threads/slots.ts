// The kernels of a pool: packed into by the main thread, written by workers, each holding one chunk at a
// time.

import { uncounted } from '../toc/counted-bytes.ts'
import type { Kernel } from '../writer/kernel.ts'
import { sharedKernel } from '../writer/shared-kernel.ts'
import { CALL_WORDS, type ControlSize, kernelStart } from './control.ts'
import { WriterError } from './errors.ts'

/** Kernels that have grown past this are not kept, so one huge row is not paid for ever after. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024

export interface SharedSlot {
  readonly number: number
  readonly kernel: Kernel
  readonly memory: WebAssembly.Memory
  /** No other slot has it, not even one with the same `number` after this one was dropped. */
  readonly memoryNumber: number
  /** Where workers look for the parameters of `writeRows`. */
  readonly call: Int32Array
}

export class Slots {
  readonly #module: WebAssembly.Module
  readonly #size: ControlSize
  readonly #shared: Int32Array
  readonly #free: SharedSlot[] = []
  /** Numbers without a kernel. */
  readonly #vacant: number[]
  /** Numbers there was no memory for. */
  readonly #denied: number[] = []
  #count = 0
  #memoryCount = 0

  constructor(module: WebAssembly.Module, size: ControlSize, shared: Int32Array) {
    this.#module = module
    this.#size = size
    this.#shared = shared
    this.#vacant = Array.from({ length: size.kernelCount }, (_, i) => size.kernelCount - 1 - i)
  }

  get hasFree(): boolean {
    return this.#free.length + this.#vacant.length > 0
  }

  /**
   * There is at least one slot, free or in use, and more are tried for again.
   *
   * @throws WriterError when there is no memory for one
   */
  ensure(): void {
    this.#vacant.push(...this.#denied.splice(0))
    if (this.#count === 0) this.giveBack(this.take()!)
  }

  /** `undefined`: all that there is memory for are in use. @throws WriterError when that is none */
  take(): SharedSlot | undefined {
    const slot = this.#free.pop()
    const number = slot ? undefined : this.#vacant.pop()
    return number === undefined ? slot : this.#make(number)
  }

  giveBack(slot: SharedSlot): void {
    if (slot.kernel.byteLength > KEPT_BYTES_MAX) {
      this.#count--
      uncounted.add(slot.memory.buffer as unknown as SharedArrayBuffer)
      return void this.#vacant.push(slot.number)
    }
    slot.kernel.drop()
    this.#free.push(slot)
  }

  /** None of them will be used again: V8 should know how much memory that is. */
  close(): void {
    for (const { memory } of this.#free) uncounted.add(memory.buffer as unknown as SharedArrayBuffer)
  }

  #make(number: number): SharedSlot | undefined {
    try {
      const start = kernelStart(this.#size, number)
      const call = this.#shared.subarray(start, start + CALL_WORDS)
      const slot = { ...sharedKernel(this.#module), number, memoryNumber: this.#memoryCount++, call }
      this.#count++
      return slot
    } catch (error) {
      this.#denied.push(number, ...this.#vacant.splice(0))
      // Each reserves some gigabytes of address space, which may be limited: those that are there come back.
      if (this.#count > 0) return undefined
      throw new WriterError('WRITER_UNAVAILABLE', 'there is no memory for threads to share', error)
    }
  }
}
