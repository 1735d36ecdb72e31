// A pool: the main thread packs chunks into kernels whose memory is shared, workers write them there and
// put the bytes into a blob that is shared, too, or send them. docs/threads.md draws it.

import type { StreamRequest, WriteRequest } from '../toc/chunk-place.ts'
import { turns } from '../toc/turns.ts'
import { sharedKernelModule } from '../writer/shared-kernel.ts'
import * as words from './control.ts'
import { Crew } from './crew.ts'
import { WriterError } from './errors.ts'
import { type Chunk, type Host, type Owner, writeHere } from './host.ts'
import { PoolList } from './pool-list.ts'
import { PoolStream } from './pool-stream.ts'
import { type SharedSlot, Slots } from './slots.ts'

/** Chunks on their way for each thread: enough to write while this one waits to be woken. */
const KERNELS_PER_THREAD = 8
const KERNELS_MIN = 16
const UINT32_MAX = 2 ** 32 - 1

export class Pool implements Host {
  readonly kernelCount: number
  readonly narrowBytesMax: number
  readonly #isOptional: boolean
  readonly #crew: Crew
  readonly #slots: Slots
  /** Whoever was given a kernel last is last: the others are told before it when there are more. */
  readonly #owners = new Set<Owner>()
  /** Chunks whose worker has died, for this thread to write. */
  #orphans: Chunk[] = []
  #isWaiting = false
  #isClosed = false
  #listCount = 0

  /**
   * `isOptional`: this thread may write what workers cannot. `narrowBytesMax`: tests lower it.
   *
   * @throws whatever starting a thread does
   */
  constructor(threads: number, isOptional: boolean, narrowBytesMax = UINT32_MAX) {
    this.narrowBytesMax = narrowBytesMax
    this.#isOptional = isOptional
    this.kernelCount = powerOfTwo(Math.max(KERNELS_MIN, threads * KERNELS_PER_THREAD))
    const size = { threads, kernelCount: this.kernelCount }
    const module = sharedKernelModule()
    this.#crew = new Crew(size, module, () => this.#onWake())
    this.#slots = new Slots(module, size, this.#crew.shared)
  }

  get liveCount(): number {
    return this.#crew.liveCount
  }

  get hasFree(): boolean {
    return this.#slots.hasFree
  }

  /** @throws WriterError, or whatever starting a thread does */
  openList(request: WriteRequest): PoolList {
    this.#start()
    return this.#join(new PoolList(request, this))
  }

  /** @throws WriterError, or whatever starting a thread does */
  openStream(request: StreamRequest): PoolStream {
    this.#start()
    return this.#join(new PoolStream(request, this))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#crew.close()
    if (!this.#isOptional) for (const owner of [...this.#owners]) owner.fail(this.#lossOf(undefined))
    this.#slots.close()
    // No worker is left to end a wait, and one that never ends would keep this pool for ever.
    Atomics.notify(this.#crew.shared, words.WAKE)
  }

  giveBack(slot: SharedSlot): void {
    this.#slots.giveBack(slot)
  }

  newListNumber(): number {
    return this.#listCount++
  }

  give(chunk: Chunk, owner: Owner): void {
    if (this.#owners.delete(owner)) this.#join(owner)
    if (!this.#crew.give(chunk)) this.lost(chunk, owner, this.#crew.lastError)
  }

  take(): SharedSlot | undefined {
    if (!this.#slots.hasFree) {
      this.#crew.collect()
      this.#rescue()
    }
    return this.#slots.take()
  }

  drop(listNumber: number): void {
    this.#crew.drop(listNumber)
  }

  leave(owner: Owner): void {
    this.#owners.delete(owner)
    this.#keepAlive()
  }

  lost(chunk: Chunk, owner: Owner, cause: unknown): void {
    if (this.#isOptional && !owner.isClosed) return void this.#orphans.push(chunk)
    this.#slots.giveBack(chunk.slot)
    owner.fail(this.#lossOf(cause))
  }

  #start(): void {
    if (this.#isClosed) throw new WriterError('WRITER_CLOSED', 'it was closed')
    this.#crew.start()
    this.#slots.ensure()
  }

  #join<T extends Owner>(owner: T): T {
    this.#owners.add(owner)
    if (owner.isBusy) this.#crew.keepAlive(true)
    return owner
  }

  #keepAlive(): void {
    let isBusy = false
    for (const owner of this.#owners) isBusy ||= owner.isBusy
    this.#crew.keepAlive(isBusy)
  }

  #lossOf(cause: unknown): WriterError {
    return this.#isClosed
      ? new WriterError('WRITER_CLOSED', 'it was closed')
      : new WriterError('WRITER_DIED', 'a thread ended while it wrote', cause)
  }

  /** Writes in this thread what dead workers left, as far as it is the turn of those chunks. */
  #rescue(): void {
    for (let hasWritten = true; hasWritten; ) {
      hasWritten = false
      const orphans = this.#orphans
      this.#orphans = []
      for (const orphan of orphans) {
        if (writeHere(orphan)) hasWritten = true
        else this.#orphans.push(orphan)
      }
    }
  }

  readonly #onWake = (): void => {
    this.#crew.collect()
    this.#rescue()
    for (const owner of [...this.#owners]) owner.tell()
    this.settle()
  }

  /** Sees to being woken when there is something to do. */
  settle(): void {
    this.#keepAlive()
    for (let open = this.#crew.openCount; open > 0; open = this.#crew.openCount) {
      const { shared } = this.#crew
      const wake = Atomics.load(shared, words.WAKE)
      // Workers may wait for a chunk that this thread has to write when its turn comes.
      Atomics.store(shared, words.REMAINING, this.#orphans.length > 0 ? 1 : Math.ceil(open / 2))
      // Those that were done before this was stored do not count down from it.
      if (!this.#crew.collect()) return this.#waitFor(wake)
      this.#rescue()
    }
    if (this.#orphans.length > 0) return turns.add(this.#onWake)
    for (const owner of this.#owners) if (owner.hasNews) return turns.add(this.#onWake)
  }

  /** Workers change WAKE from this value. */
  #waitFor(wake: number): void {
    if (this.#isWaiting || typeof Atomics.waitAsync !== 'function') return
    const waiting = Atomics.waitAsync(this.#crew.shared, words.WAKE, wake)
    if (!waiting.async) return turns.add(this.#onWake)
    this.#isWaiting = true
    void waiting.value.then(() => {
      this.#isWaiting = false
      this.#onWake()
    })
  }
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}
