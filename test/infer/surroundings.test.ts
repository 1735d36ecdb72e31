// Where a machine has less than others: no room for a long string, no library for bars.

import { Buffer } from 'node:buffer'
import { expect, it, vi } from 'vitest'
import { LARGE_BYTES, Progress } from '../../src/infer/progress.ts'
import { parseInput } from '../../src/infer/read-input.ts'

vi.mock('node:buffer', async original => {
  const actual = await original<typeof import('node:buffer')>()
  return { ...actual, constants: { ...actual.constants, MAX_STRING_LENGTH: 2_000_000 } }
})
vi.mock('node:module', () => ({
  createRequire: () => (name: string) => {
    throw new Error(`Cannot find module '${name}'`)
  },
}))

it('a document longer than a string is refused with advice, one row a line is read', () => {
  const options = { source: 'x.json', document: false }
  const lines = Buffer.from('1234567\n'.repeat(300_000))
  expect(() => parseInput(lines, { ...options, ndjson: false })).toThrow(
    'x.json: one document can have at most 2 MB: give a part of it, or one row a line with --ndjson',
  )
  expect(parseInput(lines, { ...options, ndjson: true }).values).toHaveLength(300_000)
})

it('without the library for bars there is none, and nothing fails', () => {
  const texts: string[] = []
  const stream = { isTTY: true, columns: 80, write: (text: string) => texts.push(text) }
  const progress = Progress.create(LARGE_BYTES, stream)
  progress.step('reading', 10)
  progress.update(5)
  progress.stop()
  expect(texts).toEqual([])
})
