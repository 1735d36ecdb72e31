// `tocson infer` as a user runs it: the built program, in a process of its own.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { inferSchema, toSchema } from '../../src/infer/index.ts'
import { Progress } from '../../src/infer/progress.ts'
import { evaluate } from './evaluate.ts'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const CARS = fileURLToPath(new URL('../../node_modules/vega-datasets/data/cars.json', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'tocson-infer-'))
afterAll(() => rmSync(directory, { recursive: true }))
vi.setConfig({ testTimeout: 30_000 })

interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function tocson(args: readonly string[], input = ''): Promise<Result> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: directory })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  child.stdin.on('error', () => {}) // it may have ended without reading
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ code, stdout, stderr }))
  })
}

describe.concurrent('tocson infer', () => {
  it('prints TypeScript for a file, and says on standard error what it proved', async ({ expect }) => {
    const { code, stdout, stderr } = await tocson(['infer', CARS, '--name', 'Car'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\/\/ Inferred from "cars.json" \(406 rows\): compile\(Car\).serialize\(rows\)\n/)
    expect(stdout).toContain("Origin: Type.Enum(['USA', 'Europe', 'Japan'])")
    const rows = JSON.parse(readFileSync(CARS, 'utf8'))
    expect(evaluate(stdout, 'Car')).toEqual(toSchema(inferSchema(rows)))
    const byteLength = Buffer.byteLength(JSON.stringify(rows)).toLocaleString('en')
    expect(stderr).toContain(
      `406 rows; written with this schema: ${byteLength} bytes, the same as JSON.stringify gives`,
    )
  })

  it('reads standard input', async ({ expect }) => {
    const { code, stdout } = await tocson(['infer', '-'], '{"a":1}')
    expect(code).toBe(0)
    expect(stdout).toContain('// Inferred (one document): compile(Row).serializeOne(document)')
  })

  it('prints JSON Schema', async ({ expect }) => {
    const { stdout } = await tocson(['infer', '-', '--json'], '[{"a":1},{}]')
    expect(JSON.parse(stdout)).toEqual({ type: 'object', properties: { a: { type: 'integer' } } })
  })

  it('writes a file, and not over one', async ({ expect }) => {
    const out = join(directory, 'row.ts')
    expect(await tocson(['infer', '-', '--out', out], '[1]')).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(out, 'utf8')).toContain('export const Row = Type.Integer()')
    const again = await tocson(['infer', '-', '--out', out], '[true]')
    expect(again).toMatchObject({ code: 1, stderr: `${out}: exists already; --force overwrites it\n` })
    expect(await tocson(['infer', '-', '--out', out, '--force'], '[true]')).toMatchObject({ code: 0 })
    expect(readFileSync(out, 'utf8')).toContain('Type.Boolean()')
  })

  it('reads NDJSON by its ending, and takes an array for a document', async ({ expect }) => {
    writeFileSync(join(directory, 'events.jsonl'), '{"a":1}\n{"a":2}\n')
    expect((await tocson(['infer', 'events.jsonl'])).stdout).toContain('(2 rows): compile(Events)')
    const { stdout } = await tocson(['infer', '-', '--document'], '[1,2]')
    expect(stdout).toContain('export const Row = Type.Array(Type.Integer())')
  })

  it('says when no order of keys fits', async ({ expect }) => {
    const { code, stderr } = await tocson(['infer', '-'], '[{"a":1,"b":2},{"b":1,"a":2}]')
    expect(code).toBe(0)
    expect(stderr).toContain('the data JSON.stringify gives, keys in another order')
    expect(stderr).toMatch(/note: \(root\): keys "\w" and "\w" come in both orders/)
  })

  it.each<[readonly string[], string, number, string]>([
    [['infer', 'missing.json'], '', 1, 'missing.json: there is no such file'],
    [['infer', '.'], '', 1, '.: is a directory'],
    [['infer', '-'], '[1,', 1, 'standard input:1:4: expected a value, got the end'],
    [['infer', '-'], '', 1, 'standard input: is empty'],
    [['infer', '-', '--out', 'no/such/folder.ts'], '1', 1, 'no/such/folder.ts'],
    [['infer'], '', 2, 'infer: which file?'],
    [['infer', 'a', 'b'], '', 2, 'one file at a time, got also "b"'],
    [['guess', 'a'], '', 2, 'no such command: "guess"'],
    [['infer', '-', '--name', 'a b'], '', 2, '--name: expected an identifier, got "a b"'],
    [['infer', '-', '--nmae', 'a'], '', 2, "Unknown option '--nmae'"],
    [['infer', '-', '--ndjson', '--document'], '', 2, '--document and NDJSON exclude each other'],
  ])('%j on %j: %i, %s', async (args, input, code, message) => {
    const result = await tocson(args, input)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(message)
    expect(result.stderr).not.toContain('    at ')
  })

  it('explains itself', async ({ expect }) => {
    for (const args of [['--help'], []]) {
      const { code, stdout } = await tocson(args)
      expect(code).toBe(0)
      expect(stdout).toContain('Usage: tocson infer')
    }
    expect((await tocson(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('progress', () => {
  const screen = (isTTY: boolean) => {
    const texts: string[] = []
    return { isTTY, columns: 80, write: (text: string) => texts.push(text), text: () => texts.join('') }
  }

  it.each([
    ['a large input on a terminal', true, 64 * 2 ** 20, true],
    ['a small input', true, 1000, false],
    ['no terminal', false, 64 * 2 ** 20, false],
  ])('%s', (_, isTTY, byteCount, drawn) => {
    const stream = screen(isTTY)
    const progress = Progress.create(byteCount, stream)
    progress.step('reading', byteCount)
    progress.update(byteCount / 2)
    progress.stop()
    expect(stream.text().includes('reading')).toBe(drawn)
  })
})
