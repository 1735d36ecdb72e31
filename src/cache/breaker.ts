// Circuit breaker: after some failures in a row a store is left alone for a while, then asked once.

export type BreakerState = 'closed' | 'open' | 'half-open'

export interface BreakerOptions {
  /** Failures in a row that open it. Default 5. */
  readonly failuresMax?: number | undefined
  /** How long it stays open the first time; doubles while probes fail, up to `openMsMax`. Default 1,000. */
  readonly openMs?: number | undefined
  /** Longest time it stays open. Default 30,000. */
  readonly openMsMax?: number | undefined
}

export class CircuitBreaker {
  readonly #failuresMax: number
  readonly #openMs: number
  readonly #openMsMax: number
  readonly #now: () => number
  readonly #onChange: (state: BreakerState) => void
  #state: BreakerState = 'closed'
  #failures = 0
  #opensInRow = 0
  #openedAtMs = 0
  #openForMs = 0

  constructor(options: BreakerOptions, now: () => number, onChange: (state: BreakerState) => void) {
    this.#failuresMax = options.failuresMax ?? 5
    this.#openMs = options.openMs ?? 1_000
    this.#openMsMax = options.openMsMax ?? 30_000
    this.#now = now
    this.#onChange = onChange
  }

  /** Whether an operation may go out now. When it was open long enough, exactly one may: the probe. */
  admit(): boolean {
    if (this.#state === 'closed') return true
    const ageMs = this.#now() - this.#openedAtMs
    // A clock that was set back must not keep it open until that hour comes again.
    if (this.#state === 'half-open' || (ageMs >= 0 && ageMs < this.#openForMs)) return false
    this.#enter('half-open')
    return true
  }

  succeed(): void {
    this.#failures = 0
    this.#opensInRow = 0
    if (this.#state !== 'closed') this.#enter('closed')
  }

  fail(): void {
    this.#failures += 1
    if (this.#state === 'open' || (this.#state === 'closed' && this.#failures < this.#failuresMax)) return
    this.#openForMs = Math.min(this.#openMs * 2 ** this.#opensInRow, this.#openMsMax)
    this.#opensInRow = Math.min(this.#opensInRow + 1, 30)
    this.#openedAtMs = this.#now()
    this.#enter('open')
  }

  #enter(state: BreakerState): void {
    this.#state = state
    this.#onChange(state)
  }
}
