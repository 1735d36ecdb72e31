// A worker: takes chunks that were packed into shared kernels, writes them there, and puts the bytes into
// the list, or sends them where they are a stream's. scripts/build-worker.mjs makes one self-contained text of
// this file and what it imports, and adds the loop that a thread runs.

import { Buffer } from 'node:buffer'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { countNow } from '../toc/counted-bytes.ts'
import { type Framing, frameRows } from '../toc/framing.ts'
import type { WrittenRows } from '../toc/list-builder.ts'
import type { KernelExports, WriteCall } from '../writer/kernel.ts'
import { ChunkPlaces } from './chunk-place.ts'
import * as words from './control.ts'
import type { KernelMessage, WorkerData, WorkerMessage } from './messages.ts'

/** A kernel of the main thread, seen from here. */
interface KernelView {
  readonly memoryNumber: number
  readonly memory: WebAssembly.Memory
  readonly writeRows: KernelExports['writeRows']
  bytes: Buffer
}

/** A message takes the main thread a few µs: so much may wait for others, while there are other chunks to write. */
const SENT_BYTES = 256 * 1024

/** What a thread does, over and over: a round, then sleep. */
export class WorkerBody {
  readonly #port: MessagePort
  readonly #data: WorkerData
  readonly #shared: Int32Array
  readonly #own: Int32Array
  readonly #kernels = new Map<number, KernelView>()
  readonly #lists = new Map<number, ChunkPlaces>()
  /** Bytes of streams that are not sent yet, nor their chunks done. */
  #unsent: ArrayBuffer[] = []
  #unsentBytes = 0
  /** Chunks that are written, and those the main thread knows of. */
  #written = 0
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
    while (this.#written !== Atomics.load(own, words.GIVEN)) {
      this.#writeChunk(own[words.RING + (this.#written & (this.#data.size.kernelCount - 1))]!)
      this.#written = (this.#written + 1) | 0
      if (this.#unsent.length === 0 || this.#unsentBytes >= SENT_BYTES) this.#tellDone()
    }
    this.#tellDone()
    this.#readMessages()
    return signal
  }

  /** Sleeps until SIGNAL is another one, which it may be already. */
  sleep(signal: number): void {
    Atomics.wait(this.#own, words.SIGNAL, signal)
  }

  #writeChunk(number: number): void {
    const start = words.kernelStart(this.#data.size, number)
    const chunk = this.#shared.subarray(start, start + words.FIRST_ROW + 1)
    if (chunk[words.FRAMING] !== 0) return this.#frame(number, chunk)
    // A chunk of a list may have to wait for its turn.
    this.#tellDone()
    const list = this.#listOf(chunk[words.LIST]!)
    // Nobody wants the list any more.
    if (list === undefined) return
    const { bytes, start: out, end, offsets } = this.#writeRows(number, chunk)
    if (!list.waitFor(chunk[words.INDEX]!)) return
    list.place(chunk[words.INDEX]!, chunk[words.FIRST_ROW]!, bytes.subarray(out, end), offsets)
  }

  #frame(number: number, chunk: Int32Array): void {
    const rows = this.#writeRows(number, chunk)
    const { buffer } = frameRows(rows, chunk[words.ROW_COUNT]!, chunk[words.FRAMING] as Framing)
    this.#unsent.push(buffer as ArrayBuffer)
    this.#unsentBytes += buffer.byteLength
  }

  #writeRows(number: number, chunk: Int32Array): WrittenRows {
    const kernel = this.#kernelOf(number, chunk[words.MEMORY]!)
    const start = chunk[words.OUT]! >>> 0
    const end = kernel.writeRows(...(Array.from(chunk.subarray(0, words.CALL_WORDS)) as WriteCall)) >>> 0
    const bytes = bytesOf(kernel, end)
    const offsets = new Uint32Array(bytes.buffer, chunk[words.OFFSETS]! >>> 0, chunk[words.ROW_COUNT]!)
    return { bytes, start, end, offsets }
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
    this.#kernels.set(kernel, { memory, memoryNumber, writeRows, bytes: Buffer.from(memory.buffer) })
  }

  /** A thread that makes no garbage never collects any: it has to know how much this is. */
  #forget(list: number): void {
    countNow(this.#lists.get(list)!.memory.blob)
    this.#lists.delete(list)
  }

  /** Bytes are sent before their chunks are done: whoever sees that finds them. */
  #tellDone(): void {
    const count = (this.#written - this.#done) | 0
    if (count === 0) return
    if (this.#unsent.length > 0) this.#data.bytesPort.postMessage(this.#unsent, this.#unsent)
    this.#unsent = []
    this.#unsentBytes = 0
    this.#done = this.#written
    Atomics.store(this.#own, words.DONE, this.#done)
    this.#wake(count)
  }

  #wake(doneCount: number): void {
    const remaining = Atomics.sub(this.#shared, words.REMAINING, doneCount)
    if (remaining <= 0 || remaining > doneCount) return
    Atomics.add(this.#shared, words.WAKE, 1)
    if (this.#data.wakesByMessage) this.#port.postMessage(undefined)
    else Atomics.notify(this.#shared, words.WAKE)
  }
}

/** The main thread may have made the memory larger. */
function bytesOf(kernel: KernelView, end: number): Buffer {
  if (kernel.bytes.byteLength >= end) return kernel.bytes
  kernel.memory.grow(0)
  kernel.bytes = Buffer.from(kernel.memory.buffer)
  return kernel.bytes
}
