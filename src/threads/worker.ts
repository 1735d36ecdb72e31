// A worker: takes chunks that were packed into shared kernels, writes them there, and puts the bytes into
// the list. scripts/build-worker.mjs makes one self-contained text of this file and what it imports.

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { countBytes } from '../toc/shared-bytes.ts'
import type { KernelExports, WriteCall } from '../writer/kernel.ts'
import { ChunkPlaces } from './chunk-place.ts'
import * as words from './control.ts'
import type { WorkerData, WorkerMessage } from './messages.ts'

/** A kernel of the main thread, seen from here. */
interface KernelView {
  readonly memory: WebAssembly.Memory
  readonly writeRows: KernelExports['writeRows']
  bytes: Uint8Array
}

const port = parentPort as MessagePort
const { control, size, worker, module, wakesByMessage } = workerData as WorkerData
const shared = new Int32Array(control)
const own = shared.subarray(words.workerStart(size, worker))
const kernels = new Map<number, KernelView>()
const lists = new Map<number, ChunkPlaces>()

for (let done = 0; ; ) {
  const signal = Atomics.load(own, words.SIGNAL)
  while (done !== Atomics.load(own, words.GIVEN)) {
    writeChunk(own[words.RING + (done & (size.kernelCount - 1))]!)
    done = (done + 1) | 0
    Atomics.store(own, words.DONE, done)
    wake()
  }
  readMessages()
  Atomics.wait(own, words.SIGNAL, signal)
}

function writeChunk(number: number): void {
  const start = words.kernelStart(size, number)
  const chunk = shared.subarray(start, start + words.FIRST_ROW + 1)
  const list = known(lists, chunk[words.LIST]!)
  const kernel = known(kernels, number)
  // Nobody wants the list any more.
  if (list === undefined || kernel === undefined) return
  const out = chunk[words.OUT]! >>> 0
  const end = kernel.writeRows(...(Array.from(chunk.subarray(0, words.CALL_WORDS)) as WriteCall)) >>> 0
  if (!list.waitFor(chunk[words.INDEX]!)) return
  const bytes = bytesOf(kernel, end)
  const offsets = new Uint32Array(bytes.buffer, chunk[words.OFFSETS]! >>> 0, chunk[words.ROW_COUNT]!)
  list.place(chunk[words.INDEX]!, chunk[words.FIRST_ROW]!, bytes.subarray(out, end), offsets)
}

/** What the main thread told before it gave the chunk. */
function known<T>(map: Map<number, T>, key: number): T | undefined {
  const value = map.get(key)
  if (value !== undefined) return value
  readMessages()
  return map.get(key)
}

/** The main thread may have made the memory larger. */
function bytesOf(kernel: KernelView, end: number): Uint8Array {
  if (kernel.bytes.byteLength >= end) return kernel.bytes
  kernel.memory.grow(0)
  kernel.bytes = new Uint8Array(kernel.memory.buffer)
  return kernel.bytes
}

function readMessages(): void {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: WorkerMessage } | undefined
    if (received === undefined) return
    hear(received.message)
  }
}

function hear(message: WorkerMessage): void {
  switch (message.kind) {
    case 'kernel': {
      const { memory } = message
      const { exports } = new WebAssembly.Instance(module, { env: { memory } })
      const { writeRows } = exports as unknown as KernelExports
      kernels.set(message.kernel, { memory, writeRows, bytes: new Uint8Array(memory.buffer) })
      return
    }
    case 'list':
      lists.set(message.list, new ChunkPlaces(message.memory))
      return
    case 'drop':
      forget(message.list)
      return
    default:
      message satisfies never
  }
}

/** A thread that makes no garbage never collects any: it has to know how much this is. */
function forget(list: number): void {
  const places = lists.get(list)
  lists.delete(list)
  if (places !== undefined) countBytes(places.memory.blob)
}

function wake(): void {
  if (Atomics.sub(shared, words.REMAINING, 1) !== 1) return
  Atomics.add(shared, words.WAKE, 1)
  if (wakesByMessage) port.postMessage(undefined)
  else Atomics.notify(shared, words.WAKE)
}
