import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const CHILD = fileURLToPath(new URL('./no-codegen-child.ts', import.meta.url))

function answersWith(...flags: readonly string[]): Record<string, string> {
  const args = ['--experimental-strip-types', '--no-warnings', ...flags, CHILD]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
}

it('where code generation is forbidden the interpreter is chosen, and gives the same bytes and errors', () => {
  const { packer: free, ...answers } = answersWith()
  const { packer: forbidden, ...same } = answersWith('--disallow-code-generation-from-strings')
  expect([free, forbidden]).toEqual(['generated', 'interpreted'])
  expect(same).toEqual(answers)
  expect(answers.wrong).toContain('/7/US Gross: expected integer or null, got string "n/a"')
})
