// A progress bar for long work; silent where nobody watches.

import process from 'node:process'
import { Presets, SingleBar } from 'cli-progress'

const LONG_WORK_STEPS = 500_000
const STEPS_PER_UPDATE = 4096

/**
 * Runs synchronous work that calls `step(done)` as it goes on.
 * The bar is drawn on standard error, only on a terminal, and only when there is much to do.
 */
export function withProgress(label, total, work) {
  if (!process.stderr.isTTY || total < LONG_WORK_STEPS) return work(() => {})
  const format = `${label} {bar} {percentage} % | {value} of {total} | {eta_formatted} left`
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0)
  try {
    return work(done => {
      if (done % STEPS_PER_UPDATE === 0) bar.update(done)
    })
  } finally {
    bar.stop()
  }
}
