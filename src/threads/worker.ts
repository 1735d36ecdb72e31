// A worker: takes chunks that were packed into shared kernels, writes them there, and puts the bytes into
// the list. scripts/build-worker.mjs makes one self-contained text of this file and what it imports, and adds
// the loop that a thread runs.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { countNow } from '../toc/counted-bytes.ts'
import type { KernelExports, WriteCall } from '../writer/kernel.ts'
import { ChunkPlaces } from './chunk-place.ts'
import * as words from './control.ts'
import type { KernelMessage, WorkerData, WorkerMessage } from './messages.ts'

/** A kernel of the main thread, seen from here. */
interface KernelView {
  readonly memoryNumber: number
  readonly memory: WebAssembly.Memory
  readonly writeRows: KernelExports['writeRows']
  bytes: Uint8Array
}

/** What a thread does, over and over: a round, then sleep. */
export class WorkerBody {
  readonly #port: MessagePort
  readonly #data: WorkerData
  readonly #shared: Int32Array
  readonly #own: Int32Array
  readonly #kernels = new Map<number, KernelView>()
  readonly #lists = new Map<number, ChunkPlaces>()
  #done = 0

  constructor(data: WorkerData, port: MessagePort) {
    this.#port = port
    this.#data = data
    this.#shared = new Int32Array(data.control)
    this.#own = this.#shared.subarray(words.workerStart(data.size, data.worker))
  }

  /** Writes all chunks it was given, and hears what it was told. Returns the SIGNAL it began with. */
  round(): number {
    const own = this.#own
    const signal = Atomics.load(own, words.SIGNAL)
    while (this.#done !== Atomics.load(own, words.GIVEN)) {
      this.#writeChunk(own[words.RING + (this.#done & (this.#data.size.kernelCount - 1))]!)
      this.#done = (this.#done + 1) | 0
      Atomics.store(own, words.DONE, this.#done)
      this.#wake()
    }
    this.#readMessages()
    return signal
  }

  /** Sleeps until SIGNAL is another one, which it may be already. */
  sleep(signal: number): void {
    Atomics.wait(this.#own, words.SIGNAL, signal)
  }

  #writeChunk(number: number): void {
    const start = words.kernelStart(this.#data.size, number)
    const chunk = this.#shared.subarray(start, start + words.MEMORY + 1)
    const list = this.#listOf(chunk[words.LIST]!)
    // Nobody wants the list any more.
    if (list === undefined) return
    const kernel = this.#kernelOf(number, chunk[words.MEMORY]!)
    const out = chunk[words.OUT]! >>> 0
    const end = kernel.writeRows(...(Array.from(chunk.subarray(0, words.CALL_WORDS)) as WriteCall)) >>> 0
    if (!list.waitFor(chunk[words.INDEX]!)) return
    const bytes = bytesOf(kernel, end)
    const offsets = new Uint32Array(bytes.buffer, chunk[words.OFFSETS]! >>> 0, chunk[words.ROW_COUNT]!)
    list.place(chunk[words.INDEX]!, chunk[words.FIRST_ROW]!, bytes.subarray(out, end), offsets)
  }

  /** The main thread told of it before it gave the chunk; `undefined` when it told to forget it since. */
  #listOf(number: number): ChunkPlaces | undefined {
    if (!this.#lists.has(number)) this.#readMessages()
    return this.#lists.get(number)
  }

  /** Told before the chunk, too. One that was dropped left its number to another. */
  #kernelOf(number: number, memoryNumber: number): KernelView {
    if (this.#kernels.get(number)?.memoryNumber !== memoryNumber) this.#readMessages()
    return this.#kernels.get(number)!
  }

  #readMessages(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: WorkerMessage } | undefined
      if (received === undefined) return
      this.#hear(received.message)
    }
  }

  #hear(message: WorkerMessage): void {
    if (message.kind === 'kernel') this.#addKernel(message)
    else if (message.kind === 'list') this.#lists.set(message.list, new ChunkPlaces(message.memory))
    else this.#forget(message.list)
  }

  #addKernel({ kernel, memory, memoryNumber }: KernelMessage): void {
    const { exports } = new WebAssembly.Instance(this.#data.module, { env: { memory } })
    const { writeRows } = exports as unknown as KernelExports
    this.#kernels.set(kernel, { memory, memoryNumber, writeRows, bytes: new Uint8Array(memory.buffer) })
  }

  /** A thread that makes no garbage never collects any: it has to know how much this is. */
  #forget(list: number): void {
    countNow(this.#lists.get(list)!.memory.blob)
    this.#lists.delete(list)
  }

  #wake(): void {
    if (Atomics.sub(this.#shared, words.REMAINING, 1) !== 1) return
    Atomics.add(this.#shared, words.WAKE, 1)
    if (this.#data.wakesByMessage) this.#port.postMessage(undefined)
    else Atomics.notify(this.#shared, words.WAKE)
  }
}

/** The main thread may have made the memory larger. */
function bytesOf(kernel: KernelView, end: number): Uint8Array {
  if (kernel.bytes.byteLength >= end) return kernel.bytes
  kernel.memory.grow(0)
  kernel.bytes = new Uint8Array(kernel.memory.buffer)
  return kernel.bytes
}
