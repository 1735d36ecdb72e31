// What workers are told by message: things that cannot lie in shared memory. Messages are read before the
// chunk that needs them. What they send is the bytes of streams, which become the main thread's own.

import type { MessagePort } from 'node:worker_threads'
import type { ListMemory } from './chunk-place.ts'
import type { ControlSize } from './control.ts'

export type WorkerMessage =
  | KernelMessage
  | { readonly kind: 'list'; readonly list: number; readonly memory: ListMemory }
  | { readonly kind: 'drop'; readonly list: number }

/** A kernel, or another one in the place of one that was dropped: then `memoryNumber` is another, too. */
export interface KernelMessage {
  readonly kind: 'kernel'
  readonly kernel: number
  readonly memory: WebAssembly.Memory
  readonly memoryNumber: number
}

/** What a worker begins with. */
export interface WorkerData {
  readonly control: SharedArrayBuffer
  readonly size: ControlSize
  readonly worker: number
  /** Takes lists of `ArrayBuffer`s, each with the bytes of a stream's chunk, in the order the chunks were given. */
  readonly bytesPort: MessagePort
  readonly module: WebAssembly.Module
  /** The main thread cannot wait for memory to change: it is told by message. */
  readonly wakesByMessage: boolean
}
