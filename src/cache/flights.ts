// Single-flight: one run per key at a time, shared by all who ask meanwhile.

/** One run. When cancelled, its result still goes to those who wait, but must not become current. */
export interface Flight {
  readonly key: string
  readonly tags: readonly string[]
  isCancelled: boolean
  /** Cancelled, and nothing of it may be kept. */
  isPurged: boolean
  /** Called once, when it is cancelled while it runs. */
  onCancel?: () => void
}

interface Running<T> extends Flight {
  readonly result: Promise<T>
}

export class Flights<T> {
  readonly #running = new Map<string, Running<T>>()
  /** Not ended yet: a later purge still reaches them. */
  readonly #cancelled = new Set<Running<T>>()

  /**
   * Joins the run of this key and variant, or starts one. A failed run fails for all who joined, and is
   * forgotten. Variants of a key (its schema's fingerprint, a version) have different results, and are
   * cancelled together.
   */
  run(
    { key, tags }: { readonly key: string; readonly tags: readonly string[] },
    variant: string,
    start: (flight: Flight) => Promise<T>,
  ): Promise<T> {
    const id = JSON.stringify([variant, key])
    const joined = this.#running.get(id)
    if (joined !== undefined) return joined.result
    const flight: Flight = { key, tags, isCancelled: false, isPurged: false }
    // In a promise callback, so that whatever `start` does comes after the flight is known.
    const result = Promise.resolve().then(() => start(flight))
    const running: Running<T> = Object.assign(flight, { result })
    this.#running.set(id, running)
    const forget = () => {
      this.#cancelled.delete(running)
      if (this.#running.get(id) === running) this.#running.delete(id)
    }
    result.then(forget, forget)
    return result
  }

  /** Later askers start anew; the results of the runs under way do not become current. */
  cancel(key: string, isPurge = false): void {
    this.#cancelWhere(running => running.key === key, isPurge)
    if (!isPurge) return
    for (const running of this.#cancelled) {
      if (running.key === key) running.isPurged = true
    }
  }

  /** Cancels the runs of all keys with this tag; without a tag, all. */
  cancelTagged(tag?: string): void {
    this.#cancelWhere(running => tag === undefined || running.tags.includes(tag), false)
  }

  #cancelWhere(isMeant: (running: Running<T>) => boolean, isPurge: boolean): void {
    for (const [id, running] of this.#running) {
      if (!isMeant(running)) continue
      running.isCancelled = true
      running.isPurged = isPurge
      this.#running.delete(id)
      this.#cancelled.add(running)
      running.onCancel?.()
    }
  }
}
