// What a list and a stream that workers write have in common: kernels are taken from the pool one at a time, and
// whoever waits is told when there is more, or room for more.

import type { PlaceRequest } from '../toc/chunk-place.ts'
import type { Kernel } from '../writer/kernel.ts'
import type { Host, Owner } from './host.ts'
import type { SharedSlot } from './slots.ts'

export abstract class PoolPlace implements Owner {
  isClosed = false
  hasNews = false
  abstract readonly isBusy: boolean
  protected readonly host: Host
  /** It asked for a kernel when there was none. */
  protected isStarved = false
  /** Its kernel is being packed. Unless that ends with a chunk that is given, it goes back. */
  protected taken: SharedSlot | undefined
  readonly #request: PlaceRequest

  constructor(request: PlaceRequest, host: Host) {
    this.#request = request
    this.host = host
  }

  get isFull(): boolean {
    return this.isStarved && !this.host.hasFree
  }

  take(): Kernel | undefined {
    this.taken ??= this.host.take()
    this.isStarved = this.taken === undefined
    this.taken?.kernel.open(this.#request.spec, this.#request.limits)
    return this.taken?.kernel
  }

  endSlice(): void {
    if (this.taken !== undefined) this.host.giveBack(this.taken)
    this.taken = undefined
    // Whoever ran the slice looks at once.
    this.hasNews = false
    this.host.settle()
  }

  fail(error: unknown): void {
    if (!this.isClosed) this.#request.onError(error)
  }

  tell(): void {
    if (this.isClosed || !(this.hasNews || (this.isStarved && this.host.hasFree))) return
    this.hasNews = false
    this.isStarved = false
    this.#request.onWritten()
  }
}
