// The benches on every Node line: result files, charts, and the table of the README.
// `node bench/matrix.mjs [--line 24] [--draw] [--case …] [--rows N] [--processes N] [--budget MS] [--warmup MS] [--clock NAME]`

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './lib/install.mjs'
import { LINES, RESULTS, resultFile } from './lib/results.mjs'

const MATRIX = new URL('matrix/', import.meta.url)
const RUN = fileURLToPath(new URL('run.mjs', import.meta.url))
/** Passed on to `run.mjs`; a matrix takes its time. */
const PASSED = {
  case: { type: 'string', multiple: true },
  rows: { type: 'string' },
  processes: { type: 'string', default: '3' },
  budget: { type: 'string' },
  warmup: { type: 'string', default: '600' },
  clock: { type: 'string' },
}

const { values } = parseArgs({
  options: {
    ...PASSED,
    line: { type: 'string', multiple: true },
    draw: { type: 'boolean', default: false },
  },
})

mkdirSync(RESULTS, { recursive: true })
if (!values.draw) {
  ensureInstalled(MATRIX)
  for (const line of values.line ?? LINES) runLine(line)
}
ensureInstalled(new URL('./', import.meta.url))
const { writeSummary } = await import('./lib/summary.mjs')
await writeSummary()

/** On the Node of that line, with the children it starts. */
function runLine(line) {
  const node = fileURLToPath(new URL(`node_modules/node${line}/bin/node`, MATRIX))
  const passed = Object.keys(PASSED).flatMap(name => [values[name] ?? []].flat().map(it => `--${name}=${it}`))
  const { status } = spawnSync(node, [RUN, '--json', fileURLToPath(resultFile(line)), ...passed], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`the benches on Node ${line} ended with ${status}`)
}
