// Who works next on the event loop. Immediates all run in one go, so a thousand builds with an immediate each would
// block it together; here they queue for one, which serves as many as fit in about a millisecond.

/** After this much work the event loop comes round before the next task. */
const TURN_MS = 1
/** As it was at the start: a test that fakes timers would stop this queue, and with it all that come after. */
const nextTurn = globalThis.setImmediate

export class Turns {
  readonly #tasks = new Set<() => void>()
  #isArmed = false

  /** Runs the task once, in a later turn of the event loop; the process stays alive until then. */
  add(task: () => void): void {
    this.#tasks.add(task)
    this.#arm()
  }

  cancel(task: () => void): void {
    this.#tasks.delete(task)
  }

  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    nextTurn(this.#run)
  }

  readonly #run = (): void => {
    this.#isArmed = false
    const end = performance.now() + TURN_MS
    // A task that is added meanwhile waits for the next turn: promises that this one settles come first.
    let left = this.#tasks.size
    try {
      for (const task of this.#tasks) {
        this.#tasks.delete(task)
        task()
        if (--left === 0 || performance.now() >= end) return
      }
    } finally {
      if (this.#tasks.size > 0) this.#arm()
    }
  }
}

/** The one queue of this thread: it has one event loop. */
export const turns = new Turns()
