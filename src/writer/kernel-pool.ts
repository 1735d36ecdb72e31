import { SerializeError } from '../errors.ts'
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

  /** @throws SerializeError TOO_LARGE when the process may not have so much address space, of which V8 takes gigabytes */
  acquire(): Kernel {
    return this.#free.pop() ?? newKernel()
  }

  release(kernel: Kernel): void {
    kernel.drop()
    if (kernel.byteLength <= KEPT_BYTES_MAX && this.#free.length < KEPT_KERNELS_MAX) this.#free.push(kernel)
  }
}

function newKernel(): Kernel {
  try {
    return new Kernel()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new SerializeError('TOO_LARGE', '', 'address space for a WebAssembly memory', 'none', cause)
  }
}

/** The one pool of this thread. */
export const kernels = new KernelPool()
