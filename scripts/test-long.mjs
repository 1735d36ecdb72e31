// The whole suite with its full counts: hours, not minutes. Arguments name the suites to run.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const env = {
  ...process.env,
  TOCSON_LONG: '1',
  TOCSON_RFC8785_LINES: '100000000',
  TOCSON_CHAOS_READS: '1000000',
}
const suites = process.argv.slice(2)
const { status } = spawnSync(process.execPath, [vitest, 'run', ...suites], {
  cwd: ROOT,
  env,
  stdio: 'inherit',
})
process.exit(status ?? 1)
