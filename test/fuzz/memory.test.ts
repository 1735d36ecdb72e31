import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isLong, report } from '../random.ts'

const GROWTH_BYTES_MAX = 4 * 1024 * 1024
const CHILD = fileURLToPath(new URL('./memory-child.ts', import.meta.url))

it('memory does not grow over thousands of calls of mixed sizes', () => {
  const calls = isLong ? 1_000_000 : 10_000
  const args = ['--experimental-strip-types', '--no-warnings', '--expose-gc', CHILD, String(calls)]
  const growth = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  report(
    `calls, growth of the resident set ${(growth / 1024 ** 2).toFixed(1)} MiB`,
    calls,
    growth > GROWTH_BYTES_MAX ? 1 : 0,
  )
  expect(growth).toBeLessThanOrEqual(GROWTH_BYTES_MAX)
})
