// Workers of a pool that run in this thread: a round each turn of the event loop. One worker only: a chunk
// that had to wait for another worker's would wait for ever.

import { EventEmitter } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import threads, { MessageChannel } from 'node:worker_threads'
import type { WorkerData } from '../../src/threads/messages.ts'
import { WorkerBody } from '../../src/threads/worker.ts'

export class WorkerHere extends EventEmitter {
  readonly #channel = new MessageChannel()
  #turn: NodeJS.Immediate

  constructor(_text: string, { workerData }: { workerData: WorkerData }) {
    super()
    const { port1, port2 } = this.#channel
    const body = new WorkerBody(workerData, port2)
    const round = () => {
      try {
        body.round()
        this.#turn = setImmediate(round)
      } catch (error) {
        this.emit('error', error)
        this.#end(1)
      }
    }
    this.#turn = setImmediate(round)
    port1.on('message', message => this.emit('message', message))
  }

  postMessage(message: unknown): void {
    this.#channel.port1.postMessage(message)
  }

  ref(): void {}
  unref(): void {}

  async terminate(): Promise<void> {
    clearImmediate(this.#turn)
    this.#end(1)
  }

  #end(code: number): void {
    this.#channel.port1.close()
    this.emit('exit', code)
  }
}

/** Runs while threads are started as `make` does it. */
export async function withWorkers<T>(make: object, run: () => Promise<T>): Promise<T> {
  const { Worker } = threads
  Object.assign(threads, { Worker: make })
  syncBuiltinESMExports()
  try {
    return await run()
  } finally {
    Object.assign(threads, { Worker })
    syncBuiltinESMExports()
  }
}
