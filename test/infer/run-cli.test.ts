// `tocson infer` in this process: what a command reads, writes and answers when its streams misbehave.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { LARGE_BYTES } from '../../src/infer/progress.ts'
import { runCli } from '../../src/infer/run-cli.ts'
import { evaluate } from './evaluate.ts'

const directory = mkdtempSync(join(tmpdir(), 'tocson-infer-'))
afterAll(() => rmSync(directory, { recursive: true }))

const fileOf = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

async function* once(text: string): AsyncGenerator<Buffer> {
  if (text !== '') yield Buffer.from(text)
}

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function tocson(
  args: readonly string[],
  stdin: string | AsyncIterable<Buffer> = '',
  isTTY = false,
): Promise<Result> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(args, {
    stdin: typeof stdin === 'string' ? once(stdin) : stdin,
    stdout: { write: text => (stdout += text) },
    stderr: { isTTY, columns: 80, write: (text: string) => (stderr += text) } as never,
  })
  return { code, stdout, stderr }
}

function fail(error: Error): never {
  throw error
}

const NOBODY = 65534

describe('what is inferred', () => {
  it('TypeScript for rows of a file, named after it', async () => {
    const path = fileOf('two-films.json', '[{"title":"a","votes":1},{"title":"b","votes":null}]')
    const { code, stdout, stderr } = await tocson(['infer', path])
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toBe(
      '// Inferred from "two-films.json" (2 rows): compile(TwoFilms).serialize(rows)',
    )
    expect(evaluate(stdout, 'TwoFilms')).toMatchObject({ required: ['title', 'votes'] })
    expect(stderr).toBe(
      `${path}: 2 rows; written with this schema: 52 bytes, the same as JSON.stringify gives\n`,
    )
  })

  it('TypeScript whose first line holds any name a file can have', async () => {
    const path = fileOf('a\u2028throw 1\u2029\n".json', '[{"a":1}]')
    const { stdout } = await tocson(['infer', path, '--name', 'Row'])
    expect(stdout.split('\n')[0]).toMatch(
      /^\/\/ Inferred from "a\\u2028throw 1\\u2029\\n\\".json" \(1 row\): /,
    )
    expect(evaluate(stdout, 'Row')).toMatchObject({ required: ['a'] })
  })

  it('one row is one row, one document one document', async () => {
    expect((await tocson(['infer', '-'], '[1]')).stderr).toMatch(/^standard input: 1 row; /)
    const { stdout, stderr } = await tocson(['infer', '-', '--document'], '[1]')
    expect(stderr).toMatch(/^standard input: one document; /)
    expect(stdout).toMatch(/^\/\/ Inferred \(one document\): compile\(Row\)\.serializeOne\(document\)\n/)
  })

  it('NDJSON by its ending or by option', async () => {
    const { stdout } = await tocson(['infer', fileOf('events.JSONL', '1\n2\n3\n')])
    expect(stdout).toContain('(3 rows): compile(Events)')
    expect((await tocson(['infer', '-', '--ndjson'], '1\n2')).stderr).toContain('2 rows')
  })

  it('JSON Schema', async () => {
    const { stdout } = await tocson(['infer', '-', '--json'], '[{"a":1},{}]')
    expect(stdout).toBe(
      '{\n  "type": "object",\n  "properties": {\n    "a": {\n      "type": "integer"\n    }\n  }\n}\n',
    )
  })

  it('tells each place a person should look at, the root by that name', async () => {
    const rows = [
      { a: 1, b: 2, c: { d: 1, e: 2 } },
      { b: 1, a: 2, c: { e: 1, d: 2 } },
    ]
    const { stderr } = await tocson(['infer', '-'], JSON.stringify(rows))
    expect(stderr).toContain('the data JSON.stringify gives, keys in another order')
    expect(stderr).toMatch(/\nnote: \(root\): keys .*\n/)
    expect(stderr).toMatch(/\nnote: \/c: keys .*\n/)
  })

  it.each([
    [
      'cannot write',
      () => fail(new RangeError('Invalid string length')),
      '5 bytes, too many for JSON.stringify',
    ],
    ['writes otherwise', () => '[2]', 'the data DIFFER from what JSON.stringify gives: please report this'],
  ])('says how it compares with what JSON.stringify %s', async (_, answer, verdict) => {
    const original = JSON.stringify
    const stringify = vi.spyOn(JSON, 'stringify').mockImplementation((value, ...rest) => {
      return Array.isArray(value) && value[0] === 417 ? answer() : original(value, ...(rest as []))
    })
    const { code, stderr } = await tocson(['infer', '-'], '[417]').finally(() => stringify.mockRestore())
    expect(code).toBe(0)
    expect(stderr).toContain(verdict)
  })
})

describe('where it goes', () => {
  it('to a new file, over an old one only by force', async () => {
    const out = join(directory, 'row.ts')
    expect(await tocson(['infer', '-', '--out', out], '[1]')).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(out, 'utf8')).toContain('export const Row = Type.Integer()')
    expect(await tocson(['infer', '-', '--out', out], '[true]')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${out}: exists already; --force overwrites it\n`,
    })
    expect(await tocson(['infer', '-', '--out', out, '--force'], '[true]')).toMatchObject({ code: 0 })
    const printed = await tocson(['infer', '-'], '[1]')
    expect(await tocson(['infer', '-', '--out', '-'], '[1]')).toEqual(printed)
    expect(readFileSync(out, 'utf8')).toContain('Type.Boolean()')
  })

  it('says why a file cannot be written', async () => {
    const { code, stderr } = await tocson(['infer', '-', '--out', join(directory, 'no/row.ts')], '1')
    expect(code).toBe(1)
    expect(stderr).toContain('no/row.ts: ENOENT')
  })
})

describe('what cannot be done', () => {
  it.each<[readonly string[], string, number, string]>([
    [['infer', join(directory, 'missing.json')], '', 1, 'missing.json: there is no such file\n'],
    [['infer', directory], '', 1, ': is a directory\n'],
    [['infer', `${directory}\0`], '', 1, 'must be a string'],
    [['infer', '-'], '[1,', 1, 'standard input:1:4: expected a value, got the end\n'],
    [['infer', '-'], '', 1, 'standard input: is empty\n'],
    [['infer'], '', 2, 'tocson: infer: which file? (- is standard input)\nTry tocson --help.\n'],
    [['infer', 'a', 'b'], '', 2, 'one file at a time, got also "b"'],
    [['guess', 'a'], '', 2, 'no such command: "guess" (there is: infer)'],
    [['--json'], '', 2, 'no such command: "" (there is: infer)'],
    [['infer', '-', '--name', 'a b'], '', 2, '--name: expected an identifier, got "a b"'],
    [['infer', '-', '--nmae', 'a'], '', 2, "Unknown option '--nmae'"],
    [['infer', '-', '--ndjson', '--document'], '', 2, '--document and NDJSON exclude each other'],
  ])('%j on %j: %i, %s', async (args, input, code, message) => {
    const result = await tocson(args, input)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(message)
  })

  it('more different properties than one schema can have', async () => {
    const columns = Array.from({ length: 500 }, (_, i) => [`c${i}`, i])
    const row = Object.fromEntries(columns)
    const document = Object.fromEntries(Array.from({ length: 401 }, (_, i) => [`t${i}`, row]))
    const { code, stdout, stderr } = await tocson(['infer', '-'], JSON.stringify([document, document]))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('standard input: has more different properties than one schema can')
  })

  it('nesting that JSON.stringify cannot follow, where it cannot', async () => {
    const depth = 20_000
    const { code, stderr } = await tocson(['infer', '-'], '['.repeat(depth) + ']'.repeat(depth))
    expect(stderr).toContain(
      code === 0 ? 'the same as JSON.stringify gives' : 'standard input: is nested deeper',
    )
  })

  it('a file that may not be read', async () => {
    const path = fileOf('secret.json', '1')
    chmodSync(path, 0)
    // The superuser may read anything: for this he is nobody.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid!(NOBODY)
    try {
      expect(await tocson(['infer', path])).toMatchObject({ code: 1, stderr: `${path}: may not be read\n` })
    } finally {
      if (isRoot) process.seteuid!(0)
    }
  })

  it('a stream that breaks is told by what it said', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('[1,')
      throw Object.assign(new Error('the disk is gone'), { code: 'EIO' })
    }
    expect(await tocson(['infer', '-'], broken())).toEqual({
      code: 1,
      stdout: '',
      stderr: 'standard input: the disk is gone\n',
    })
  })

  it('an error nobody foresaw is not worded as one of the input', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first chunk
    async function* broken(): AsyncGenerator<Buffer> {
      throw new TypeError('a mistake of the program')
    }
    await expect(tocson(['infer', '-'], broken())).rejects.toThrow(TypeError)
  })
})

it('explains itself, and says which release it is', async () => {
  for (const args of [['--help'], ['-h'], [], ['infer', '--help']]) {
    const { code, stdout } = await tocson(args)
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'Usage: tocson infer <file | -> [options]'])
  }
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await tocson(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

it('draws the steps of a large file on a terminal', async () => {
  const row = `${JSON.stringify('x'.repeat(2 ** 20))}\n`
  const path = fileOf('large.ndjson', row.repeat(Math.ceil(LARGE_BYTES / row.length)))
  const { code, stderr } = await tocson(['infer', path], '', true)
  expect(code).toBe(0)
  for (const step of ['reading', 'checking']) expect(stderr).toContain(step)
  expect(stderr.slice(stderr.lastIndexOf('\u001b'))).toContain(`${path}: 32 rows`)
})
