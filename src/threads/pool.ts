// A pool: the main thread packs chunks into kernels whose memory is shared, workers write them there and
// put the bytes into a blob that is shared, too. docs/threads.md draws it.

import type { WriteRequest } from '../toc/chunk-place.ts'
import { turns } from '../toc/turns.ts'
import { sharedKernelModule } from '../writer/shared-kernel.ts'
import { GONE } from './chunk-place.ts'
import * as words from './control.ts'
import { type Chunk, Crew } from './crew.ts'
import { WriterError } from './errors.ts'
import { type ListHost, PoolList } from './pool-list.ts'
import { type SharedSlot, Slots } from './slots.ts'

/** Chunks on their way for each thread: enough to write while this one waits to be woken. */
const KERNELS_PER_THREAD = 8
const KERNELS_MIN = 16
const UINT32_MAX = 2 ** 32 - 1

export class Pool implements ListHost {
  readonly kernelCount: number
  readonly narrowBytesMax: number
  readonly #isOptional: boolean
  readonly #crew: Crew
  readonly #slots: Slots
  readonly #lists = new Set<PoolList>()
  /** Chunks whose worker has died, for this thread to write. */
  #orphans: { readonly chunk: Chunk; readonly list: PoolList }[] = []
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
    if (this.#isClosed) throw new WriterError('WRITER_CLOSED', 'it was closed')
    this.#crew.start()
    const list = new PoolList(request, this)
    this.#lists.add(list)
    this.#crew.keepAlive(true)
    return list
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#crew.close()
    if (!this.#isOptional) for (const list of [...this.#lists]) list.fail(this.#lossOf(undefined))
  }

  giveBack(slot: SharedSlot): void {
    this.#slots.giveBack(slot)
  }

  newListNumber(): number {
    return this.#listCount++
  }

  give(chunk: Chunk, list: PoolList): void {
    if (!this.#crew.give(chunk)) this.lost(chunk, list, this.#crew.lastError)
  }

  take(): SharedSlot | undefined {
    if (!this.#slots.hasFree) {
      this.#crew.collect()
      this.#rescue()
    }
    return this.#slots.take()
  }

  drop(list: PoolList, listNumber: number): void {
    this.#crew.drop(listNumber)
    if (!list.isClosed) return
    this.#lists.delete(list)
    if (this.#lists.size === 0) this.#crew.keepAlive(false)
  }

  lost(chunk: Chunk, list: PoolList, cause: unknown): void {
    if (this.#isOptional && !list.isClosed) return void this.#orphans.push({ chunk, list })
    this.#slots.giveBack(chunk.slot)
    list.fail(this.#lossOf(cause))
  }

  #lossOf(cause: unknown): WriterError {
    return this.#isClosed
      ? new WriterError('WRITER_CLOSED', 'it was closed')
      : new WriterError('WRITER_DIED', 'a thread ended while it wrote the list', cause)
  }

  /** Writes in this thread what dead workers left, as far as it is the turn of those chunks. */
  #rescue(): void {
    for (let hasWritten = true; hasWritten; ) {
      hasWritten = false
      const orphans = this.#orphans
      this.#orphans = []
      for (const orphan of orphans) {
        if (writeHere(orphan.chunk)) hasWritten = true
        else this.#orphans.push(orphan)
      }
    }
  }

  readonly #onWake = (): void => {
    this.#crew.collect()
    this.#rescue()
    for (const list of [...this.#lists]) list.tell()
    this.settle()
  }

  /** Sees to being woken when there is something to do. */
  settle(): void {
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
    for (const list of this.#lists) if (list.hasNews) return turns.add(this.#onWake)
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

/** A chunk that lies packed in its kernel, in this thread; false before its turn has come. */
function writeHere({ slot, places, index, firstRow, rowCount, onWritten }: Chunk): boolean {
  if (places.placed !== GONE) {
    if (places.placed < index) return false
    slot.kernel.writePrepared(slot.call)
    const { bytes, start, end, offsets } = slot.kernel
    places.place(index, firstRow, bytes.subarray(start, end), offsets.subarray(0, rowCount))
  }
  onWritten(places.endOf(index))
  return true
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}
