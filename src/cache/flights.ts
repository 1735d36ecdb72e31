// Single-flight: one run per key at a time, shared by all who ask meanwhile.

/** One run. When `isCancelled`, its result still goes to those who wait, but must not be kept. */
export interface Flight {
  readonly tags: readonly string[]
  isCancelled: boolean
  /** Called once, when it is cancelled while it runs. */
  onCancel?: () => void
}

interface Running<T> extends Flight {
  readonly result: Promise<T>
}

export class Flights<T> {
  readonly #running = new Map<string, Running<T>>()

  /** Joins the run of this key, or starts one. A failed run fails for all who joined, and is forgotten. */
  run(key: string, tags: readonly string[], start: (flight: Flight) => Promise<T>): Promise<T> {
    const joined = this.#running.get(key)
    if (joined !== undefined) return joined.result
    const flight: Flight = { tags, isCancelled: false }
    // In a promise callback, so that whatever `start` does comes after the flight is known.
    const result = Promise.resolve().then(() => start(flight))
    const running: Running<T> = Object.assign(flight, { result })
    this.#running.set(key, running)
    const forget = () => {
      if (this.#running.get(key) === running) this.#running.delete(key)
    }
    result.then(forget, forget)
    return result
  }

  /** Later askers start anew; the result of the run that is under way is not kept. */
  cancel(key: string): void {
    const running = this.#running.get(key)
    if (running === undefined) return
    running.isCancelled = true
    this.#running.delete(key)
    running.onCancel?.()
  }

  /** Cancels the runs of all keys with this tag; without a tag, all. */
  cancelTagged(tag?: string): void {
    for (const [key, running] of this.#running) {
      if (tag === undefined || running.tags.includes(tag)) this.cancel(key)
    }
  }
}
