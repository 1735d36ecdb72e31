// The threads of a pool: starts them, gives them chunks, and tells what became of them.

import { Worker } from 'node:worker_threads'
import type { ChunkPlaces } from './chunk-place.ts'
import * as words from './control.ts'
import type { WorkerData, WorkerMessage } from './messages.ts'
import type { SharedSlot } from './slots.ts'
import { WORKER_TEXT } from './worker.generated.ts'

/** A chunk on its way: packed into a slot's memory, written by a worker. */
export interface Chunk {
  readonly slot: SharedSlot
  readonly listNumber: number
  readonly places: ChunkPlaces
  /** Which chunk of its list it is. */
  readonly index: number
  readonly firstRow: number
  readonly rowCount: number
  readonly byteLengthMax: number
  /** Called once it is written, `end` being where in the blob it ends. */
  readonly onWritten: (end: number) => void
  /** Called when its worker has died. */
  readonly onLost: (cause: unknown) => void
}

/** Threads that ended without a chunk written, in a row, after which none are started for a while. */
const FUTILE_STARTS_MAX = 3
const PAUSE_MS = 1000

export class Crew {
  readonly shared: Int32Array
  readonly #size: words.ControlSize
  readonly #data: Omit<WorkerData, 'worker'>
  readonly #members: (Member | undefined)[]
  #onEvent: () => void
  #futileStarts = 0
  #pausedUntil = 0
  #isClosed = false
  #lastError: unknown
  #isBusy = false

  /** `onEvent`: a worker asks for attention, or has ended. @throws whatever starting a thread does */
  constructor(size: words.ControlSize, module: WebAssembly.Module, onEvent: () => void) {
    const control = new SharedArrayBuffer(words.controlWords(size) * Int32Array.BYTES_PER_ELEMENT)
    const wakesByMessage = typeof Atomics.waitAsync !== 'function'
    this.shared = new Int32Array(control)
    this.#size = size
    this.#data = { control, size, module, wakesByMessage }
    this.#members = Array.from({ length: size.threads })
    this.#onEvent = onEvent
    try {
      this.start()
    } catch (error) {
      // Those that were started have nobody to work for, or to tell that they ended.
      this.#onEvent = () => undefined
      void this.close()
      throw error
    }
  }

  get liveCount(): number {
    return this.#members.filter(member => member !== undefined).length
  }

  /** Chunks that live workers have not written yet. */
  get openCount(): number {
    return this.#members.reduce((sum, member) => sum + (member?.chunks.length ?? 0), 0)
  }

  /** What the last worker that died left behind. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** Starts the threads that are missing. @throws */
  start(): void {
    for (let worker = 0; worker < this.#size.threads; worker++) {
      if (this.#isClosed || this.#members[worker] !== undefined) continue
      if (performance.now() < this.#pausedUntil) throw this.#lastError
      this.#members[worker] = this.#hire(worker)
    }
  }

  /** Gives a chunk to the worker with the least to do; false when there is none. */
  give(chunk: Chunk): boolean {
    let member: Member | undefined
    for (const candidate of this.#members) {
      if (candidate && (!member || candidate.chunks.length < member.chunks.length)) member = candidate
    }
    member?.give(chunk)
    return member !== undefined
  }

  /** Tells the workers that know the list to forget it. */
  drop(listNumber: number): void {
    for (const member of this.#members) member?.drop(listNumber)
  }

  /** Looks which chunks are written meanwhile; true when there are any. */
  collect(): boolean {
    let isAny = false
    for (const member of this.#members) if (member?.collect()) isAny = true
    if (isAny) this.#futileStarts = 0
    return isAny
  }

  /** Whether the threads keep the process alive. */
  keepAlive(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return
    this.#isBusy = isBusy
    for (const member of this.#members) member?.keepAlive(isBusy)
  }

  /** Ends the threads; what they were writing is lost. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#members.map(member => member?.end()))
  }

  #hire(number: number): Member {
    const member = new Member(this.shared, this.#size, number, { ...this.#data, worker: number })
    member.keepAlive(this.#isBusy)
    member.onWake(this.#onEvent)
    member.onEnd(error => {
      // What it wrote before is written.
      member.collect()
      this.#members[number] = undefined
      this.#futileStarts = member.hasWritten ? 0 : this.#futileStarts + 1
      this.#lastError = error
      if (this.#futileStarts >= FUTILE_STARTS_MAX) this.#pausedUntil = performance.now() + PAUSE_MS
      for (const chunk of member.chunks.splice(0)) chunk.onLost(error)
      this.#onEvent()
    })
    return member
  }
}

class Member {
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
  #given = 0
  #done = 0

  constructor(shared: Int32Array, size: words.ControlSize, number: number, workerData: WorkerData) {
    this.#shared = shared
    this.#size = size
    this.#own = shared.subarray(words.workerStart(size, number), words.workerStart(size, number + 1))
    this.#own.fill(0)
    // What the process was started with is for its own code: loaders, hooks.
    this.#worker = new Worker(WORKER_TEXT, { eval: true, workerData, name: 'tocson writer', execArgv: [] })
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
    this.#worker.once('exit', code => ended(cause ?? new Error(`the thread ended with ${code}`)))
  }

  keepAlive(isBusy: boolean): void {
    if (isBusy) this.#worker.ref()
    else this.#worker.unref()
  }

  give(chunk: Chunk): void {
    const { slot, listNumber, places } = chunk
    const { number, memory, memoryNumber } = slot
    if (!this.#knownSlots.has(slot)) {
      this.#knownSlots.add(slot)
      this.#tell({ kind: 'kernel', kernel: number, memory, memoryNumber })
    }
    if (!this.#knownLists.has(listNumber)) {
      this.#knownLists.add(listNumber)
      this.#tell({ kind: 'list', list: listNumber, memory: places.memory })
    }
    this.chunks.push(chunk)
    const start = words.kernelStart(this.#size, number)
    this.#shared[start + words.LIST] = listNumber
    this.#shared[start + words.INDEX] = chunk.index
    this.#shared[start + words.FIRST_ROW] = chunk.firstRow
    this.#shared[start + words.MEMORY] = memoryNumber
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
      const chunk = this.chunks.shift()!
      chunk.onWritten(chunk.places.endOf(chunk.index))
    }
    return true
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #tell(message: WorkerMessage): void {
    this.#worker.postMessage(message)
  }

  #signal(): void {
    Atomics.add(this.#own, words.SIGNAL, 1)
    Atomics.notify(this.#own, words.SIGNAL)
  }
}
