// One thread of a pool, as the main thread sees it.

import { Buffer } from 'node:buffer'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import * as words from './control.ts'
import type { Chunk, ListTarget } from './host.ts'
import type { WorkerData, WorkerMessage } from './messages.ts'
import type { SharedSlot } from './slots.ts'
import { WORKER_TEXT } from './worker.generated.ts'

export class Member {
  /** Given and not known to be written, in order. */
  readonly chunks: Chunk[] = []
  hasWritten = false
  readonly #worker: Worker
  readonly #size: words.ControlSize
  readonly #shared: Int32Array
  /** Its own words. */
  readonly #own: Int32Array
  readonly #knownSlots = new WeakSet<SharedSlot>()
  readonly #knownLists = new Set<number>()
  /** Never listened on, which would take a turn of the event loop for every message. */
  readonly #bytesPort: MessagePort
  /** Bytes of streams' chunks that have come with those of others. */
  #bytes: ArrayBuffer[] = []
  #given = 0
  #done = 0

  constructor(
    shared: Int32Array,
    size: words.ControlSize,
    worker: number,
    data: Omit<WorkerData, 'worker' | 'bytesPort'>,
  ) {
    const { port1, port2 } = new MessageChannel()
    const workerData: WorkerData = { ...data, worker, bytesPort: port2 }
    this.#shared = shared
    this.#size = size
    this.#own = shared.subarray(words.workerStart(size, worker), words.workerStart(size, worker + 1))
    this.#own.fill(0)
    this.#bytesPort = port1
    // What the process was started with is for its own code: loaders, hooks, those of NODE_OPTIONS, too.
    const options = { eval: true, name: 'tocson writer', execArgv: [], env: {} }
    this.#worker = new Worker(WORKER_TEXT, { ...options, workerData, transferList: [port2] })
  }

  onWake(heard: () => void): void {
    this.#worker.on('message', heard)
    this.#worker.unref()
  }

  onEnd(ended: (error: unknown) => void): void {
    let cause: unknown
    this.#worker.on('error', error => {
      cause = error
    })
    this.#worker.once('exit', code => {
      // What it wrote before is written.
      this.collect()
      this.#bytesPort.close()
      ended(cause ?? new Error(`the thread ended with ${code}`))
    })
  }

  keepAlive(isBusy: boolean): void {
    if (isBusy) this.#worker.ref()
    else this.#worker.unref()
  }

  give(chunk: Chunk): void {
    const { slot, target } = chunk
    const { number, memory, memoryNumber } = slot
    if (!this.#knownSlots.has(slot)) {
      this.#knownSlots.add(slot)
      this.#tell({ kind: 'kernel', kernel: number, memory, memoryNumber })
    }
    this.chunks.push(chunk)
    const start = words.kernelStart(this.#size, number)
    this.#shared[start + words.MEMORY] = memoryNumber
    this.#shared[start + words.FRAMING] = target.kind === 'stream' ? target.framing : 0
    if (target.kind === 'list') this.#giveToList(start, target)
    this.#own[words.RING + (this.#given & (this.#size.kernelCount - 1))] = number
    this.#given = (this.#given + 1) | 0
    Atomics.store(this.#own, words.GIVEN, this.#given)
    this.#signal()
  }

  drop(listNumber: number): void {
    if (!this.#knownLists.delete(listNumber)) return
    this.#tell({ kind: 'drop', list: listNumber })
    this.#signal()
  }

  /** True when chunks were written since the last look. */
  collect(): boolean {
    const done = Atomics.load(this.#own, words.DONE)
    if (done === this.#done) return false
    this.hasWritten = true
    for (; this.#done !== done; this.#done = (this.#done + 1) | 0) {
      const { target } = this.chunks.shift()!
      if (target.kind === 'stream') target.onWritten(this.#nextBytes())
      else target.onWritten(target.places.endOf(target.index))
    }
    return true
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #giveToList(start: number, { listNumber, places, index, firstRow }: ListTarget): void {
    if (!this.#knownLists.has(listNumber)) {
      this.#knownLists.add(listNumber)
      this.#tell({ kind: 'list', list: listNumber, memory: places.memory })
    }
    this.#shared[start + words.LIST] = listNumber
    this.#shared[start + words.INDEX] = index
    this.#shared[start + words.FIRST_ROW] = firstRow
  }

  /** They were sent before the chunk was done. */
  #nextBytes(): Uint8Array {
    if (this.#bytes.length === 0)
      this.#bytes = receiveMessageOnPort(this.#bytesPort)!.message as ArrayBuffer[]
    return Buffer.from(this.#bytes.shift()!)
  }

  #tell(message: WorkerMessage): void {
    this.#worker.postMessage(message)
  }

  #signal(): void {
    Atomics.add(this.#own, words.SIGNAL, 1)
    Atomics.notify(this.#own, words.SIGNAL)
  }
}
