// The whole suite with its full counts, on every Node line, and against mutants: many hours, not minutes. Arguments
// name the suites to run; then only they do, on this Node.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const FULL_COUNTS = {
  TOCSON_LONG: '1',
  TOCSON_RFC8785_LINES: '100000000',
  TOCSON_CHAOS_READS: '1000000',
}
const suites = process.argv.slice(2)

let failed = run('full counts', [vitest, 'run', ...suites], FULL_COUNTS)
if (suites.length === 0) {
  failed += run('coverage', [vitest, 'run', '--coverage'])
  failed += run('Node lines', [join(ROOT, 'scripts/check-node-lines.mjs'), '--all'])
  failed += run('mutants', [join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run'])
}
process.exit(failed)

/** 1 when it failed. The others run all the same. */
function run(name, args, env = {}) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  if (status === 0) return 0
  console.log(`FAILED: ${name}`)
  return 1
}
