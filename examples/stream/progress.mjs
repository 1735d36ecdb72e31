// A progress bar for work that lets the event loop run; silent where nobody watches.

import process from 'node:process'
import { Presets, SingleBar } from 'cli-progress'

/** Drawn on standard error, and only on a terminal. */
export function progressBar(label, total) {
  if (!process.stderr.isTTY) return { update() {}, stop() {} }
  const format = `${label} {bar} {percentage} % | {value} of {total} | {eta_formatted} left`
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0)
  return bar
}
