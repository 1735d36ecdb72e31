import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const example = fileURLToPath(new URL('../../examples/columns.mjs', import.meta.url))
const run = (...options: string[]) =>
  execFileSync(process.execPath, [example, ...options], { encoding: 'utf8', stdio: 'pipe' })

it('the example with an Arrow file', () => {
  const output = run('--rounds', '3')
  expect(output).toContain('200000 rows')
  expect(output).toMatch(
    /rows 100,000 and 100,001: \[\{"delay":-?\d+,"distance":\d+,"time":[\d.]+\},\{.*\}\]/,
  )
  expect(output.trim()).toMatch(/the same bytes:\ntrue$/)
  expect(run('--help')).toContain('--rounds N')
  expect(() => run('--rounds', 'x')).toThrow('expected an integer above 0')
})
