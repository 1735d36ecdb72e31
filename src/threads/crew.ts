// The threads of a pool: starts them, gives them chunks, and tells what became of them.

import * as words from './control.ts'
import type { Chunk } from './host.ts'
import { Member } from './member.ts'
import type { WorkerData } from './messages.ts'

/** Threads that ended without a chunk written, in a row, after which none are started for a while. */
const FUTILE_STARTS_MAX = 3
const PAUSE_MS = 1000

export class Crew {
  readonly shared: Int32Array
  readonly #size: words.ControlSize
  readonly #data: Omit<WorkerData, 'worker' | 'bytesPort'>
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

  /**
   * Starts the threads that are missing, but not for a while after several that were of no use.
   *
   * @throws when none lives then, or one does not start
   */
  start(): void {
    if (performance.now() < this.#pausedUntil) {
      if (this.liveCount === 0) throw this.#lastError
      return
    }
    for (let worker = 0; worker < this.#size.threads; worker++) {
      if (this.#isClosed || this.#members[worker] !== undefined) continue
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
    // Whoever waits for `close` waits for threads that end, whatever becomes of what they wrote.
    if (this.#isClosed || this.#isBusy === isBusy) return
    this.#isBusy = isBusy
    for (const member of this.#members) member?.keepAlive(isBusy)
  }

  /** Ends the threads; what they were writing is lost. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#members.map(member => member?.end()))
  }

  #hire(number: number): Member {
    const member = new Member(this.shared, this.#size, number, this.#data)
    member.keepAlive(this.#isBusy)
    member.onWake(this.#onEvent)
    member.onEnd(error => {
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
