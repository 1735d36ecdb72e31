// Runs the suite's core on every supported Node line that is not the one the other tests run on. The lines come from
// the package registry, so no installed Node matters.
// `node scripts/check-node-lines.mjs [--all] [suites]`: with --all the whole suite on every line, and the core on
// Node 20: that one is not supported, so its outcome is only told.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LINES = join(ROOT, 'bench/matrix')
/** Fast and independent of services: the engine from schema to bytes, and its leaves. */
const CORE = ['test/spec', 'test/pack', 'test/toc', 'test/writer', 'test/oracle', 'test/serializer.test.ts']
/** Random schemas and values: a fifth of what the suite itself runs, which is the longest of its tests. */
const RANDOM_CASES = 10_000
/** Processes of their own that run TypeScript as it is, which Node 20 cannot. */
const WITHOUT_TYPESCRIPT = ['--exclude=test/pack/no-codegen.test.ts']

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false } },
  allowPositionals: true,
})

const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', LINES], { stdio: 'inherit' })
if (install.status !== 0) process.exit(1)

let failed = 0
if (values.all) run('node20', [...CORE, ...WITHOUT_TYPESCRIPT])
failed = 0
for (const line of values.all ? ['node22', 'node24', 'node26'] : ['node22', 'node26']) {
  run(line, values.all || positionals.length > 0 ? positionals : CORE)
}
process.exit(failed)

function run(line, suites) {
  const node = join(LINES, 'node_modules', line, 'bin/node')
  if (!existsSync(node)) throw new Error(`${line} is not installed`)
  const report = `--outputFile.json=test-artefacts/vitest-${line}.json`
  const reporters = ['--reporter=dot', '--reporter=json', report]
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...suites]
  // First in the path, so that what the tests start by name is of that line, too. Under CI the config's own report would
  // take the place of this one.
  const cases = values.all ? {} : { TOCSON_CASES: String(RANDOM_CASES) }
  const env = { ...process.env, ...cases, CI: '', PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const { status } = spawnSync(node, args, { cwd: ROOT, env, stdio: 'inherit' })
  console.log(`${line}: ${status === 0 ? 'passed' : 'failed'}`)
  if (status !== 0) failed++
}
