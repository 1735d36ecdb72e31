import { Kernel } from './kernel.ts'

/** Kernels that have grown past this are dropped after use, so one huge row is not paid for ever after. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024
const KEPT_KERNELS_MAX = 8

/**
 * Kernels that are not in use. A getter, `toJSON` or codec may serialize in the middle of packing: it then gets
 * another kernel.
 */
export class KernelPool {
  readonly #free: Kernel[] = []

  acquire(): Kernel {
    return this.#free.pop() ?? new Kernel()
  }

  release(kernel: Kernel): void {
    kernel.drop()
    if (kernel.byteLength <= KEPT_BYTES_MAX && this.#free.length < KEPT_KERNELS_MAX) this.#free.push(kernel)
  }
}

/** The one pool of this thread. */
export const kernels = new KernelPool()
