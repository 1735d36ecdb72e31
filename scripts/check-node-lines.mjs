// Runs the suite's core on every supported Node line that is not the one the other tests run on. The lines come from
// the package registry, so no installed Node matters.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LINES = join(ROOT, 'bench/matrix')
/** Fast and independent of services: the engine from schema to bytes, and its leaves. */
const SUITES = ['test/spec', 'test/pack', 'test/toc', 'test/writer', 'test/oracle', 'test/serializer.test.ts']

const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', LINES], { stdio: 'inherit' })
if (install.status !== 0) process.exit(1)

let failed = 0
for (const line of ['node22', 'node26']) {
  const node = join(LINES, 'node_modules', line, 'bin/node')
  if (!existsSync(node)) throw new Error(`${line} is not installed`)
  const suites = process.argv.length > 2 ? process.argv.slice(2) : SUITES
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', ...suites]
  const { status } = spawnSync(node, args, { cwd: ROOT, stdio: 'inherit' })
  console.log(`${line}: ${status === 0 ? 'passed' : 'failed'}`)
  if (status !== 0) failed++
}
process.exit(failed)
