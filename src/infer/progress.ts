// A progress bar for large inputs: on standard error, only on a terminal.

import { createRequire } from 'node:module'
import type CliProgress from 'cli-progress'
import type { BarStream, SingleBar } from 'cli-progress'

/** Smaller inputs are done before anyone could read a bar. */
export const LARGE_BYTES = 32 * 1024 * 1024

/** Steps of one job, each with its own length. */
export class Progress {
  readonly #bar: SingleBar | undefined

  private constructor(bar: SingleBar | undefined) {
    this.#bar = bar
  }

  /** A bar for a job of so many bytes; one that draws nothing for a small job, or where nobody looks. */
  static create(byteCount: number, stream: BarStream): Progress {
    const progress = byteCount < LARGE_BYTES || stream.isTTY !== true ? undefined : loadLibrary()
    if (progress === undefined) return new Progress(undefined)
    const format = '{label} {bar} {percentage} %'
    const options = { format, stream, clearOnComplete: true, hideCursor: true }
    const bar = new progress.SingleBar(options, progress.Presets.shades_classic)
    bar.start(1, 0, { label: 'reading   ' })
    return new Progress(bar)
  }

  /** Begins the next step; what is done in one native call just stands at its start. */
  step(label: string, total = 1): void {
    this.#bar?.setTotal(total)
    this.#bar?.update(0, { label: label.padEnd(10) })
  }

  update(done: number): void {
    this.#bar?.update(done)
  }

  stop(): void {
    this.#bar?.stop()
  }
}

/** CommonJS, which a bundle of ES modules cannot hold; where it is not installed there simply is no bar. */
function loadLibrary(): typeof CliProgress | undefined {
  try {
    return createRequire(import.meta.url)('cli-progress')
  } catch {
    return undefined
  }
}
