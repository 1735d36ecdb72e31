// `tocson infer`: reads sample JSON, prints a schema; everything else it has to say goes to standard error.

import { Buffer } from 'node:buffer'
import { createReadStream, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import type { BarStream } from 'cli-progress'
import { SchemaError, TocsonError } from '../errors.ts'
import { type CheckResult, checkInference } from './check.ts'
import { HELP, type InferCommand, readCommand, UsageError } from './cli-options.ts'
import { inferSchema } from './infer-schema.ts'
import type { Inference } from './inferred.ts'
import { Progress } from './progress.ts'
import { InputError, parseInput, type Samples } from './read-input.ts'
import { toSchema } from './to-schema.ts'
import { onOneLine, toTypeBox } from './to-typebox.ts'

/** What a command reads from and writes to: `process`, or a test. */
export interface Streams {
  readonly stdin: AsyncIterable<Buffer>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: BarStream
}

/** @returns the exit code */
export async function runCli(args: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr } = streams
  try {
    const command = readCommand(args)
    if (command === 'help') stdout.write(`${HELP}\n`)
    else if (command === 'version') stdout.write(`${version()}\n`)
    else await infer(command, streams)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`tocson: ${error.message}\nTry tocson --help.\n`)
      return 2
    }
    if (!(error instanceof InputError)) throw error
    stderr.write(`${error.message}\n`)
    return 1
  }
}

/** The package asks for itself by name, which is the same file from everywhere. */
function version(): string {
  return createRequire(import.meta.url)('tocson/package.json').version
}

async function infer(command: InferCommand, { stdin, stdout, stderr }: Streams): Promise<void> {
  const source = command.input === '-' ? 'standard input' : command.input
  const byteCount = await byteCountOf(command.input)
  const progress = Progress.create(byteCount, stderr)
  try {
    progress.step('reading', byteCount)
    const stream = command.input === '-' ? stdin : createReadStream(command.input)
    const bytes = await readAll(source, stream, progress)
    progress.step('parsing', bytes.byteLength)
    const onProgress = (byteCount: number) => progress.update(byteCount)
    const samples = parseInput(bytes, { ...command, source, onProgress })
    progress.step('inferring')
    const inference = inferSchema(samples.values)
    progress.step('checking')
    const verdict = verdictOf(source, samples, inference)
    progress.stop()
    const output = outputOf(command, samples, inference)
    if (command.out === undefined) stdout.write(output)
    else writeOutput(command.out, command.force, output)
    stderr.write(summaryOf(source, samples, inference, verdict))
  } finally {
    progress.stop()
  }
}

/** 0 for standard input, whose end nobody knows. */
async function byteCountOf(input: string): Promise<number> {
  if (input === '-') return 0
  try {
    const stats = await stat(input)
    if (stats.isDirectory()) throw new InputError(`${input}: is a directory`)
    return stats.size
  } catch (error) {
    throw readError(input, error)
  }
}

async function readAll(source: string, stream: AsyncIterable<Buffer>, progress: Progress): Promise<Buffer> {
  const chunks: Buffer[] = []
  let byteCount = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      byteCount += chunk.byteLength
      progress.update(byteCount)
    }
  } catch (error) {
    throw readError(source, error)
  }
  return Buffer.concat(chunks, byteCount)
}

function readError(source: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof InputError || code === undefined) return error
  const reasons: Record<string, string> = { ENOENT: 'there is no such file', EACCES: 'may not be read' }
  return new InputError(`${source}: ${reasons[code] ?? message}`)
}

function outputOf({ json, name, input }: InferCommand, samples: Samples, inference: Inference): string {
  if (json) return `${JSON.stringify(toSchema(inference), undefined, 2)}\n`
  const from = input === '-' ? '' : ` from ${onOneLine(JSON.stringify(basename(input)))}`
  const use = samples.form === 'rows' ? 'serialize(rows)' : 'serializeOne(document)'
  const head = `// Inferred${from} (${countOf(samples)}): compile(${name}).${use}`
  return `${head}\n${toTypeBox(inference, { name })}`
}

function writeOutput(out: string, force: boolean, text: string): void {
  try {
    writeFileSync(out, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(`${out}: ${code === 'EEXIST' ? 'exists already; --force overwrites it' : message}`)
  }
}

/** How the schema's output compares with `JSON.stringify`, in a sentence. */
function verdictOf(source: string, samples: Samples, inference: Inference): string {
  const { same, byteLength } = checked(source, samples, inference)
  const bytes = `${byteLength.toLocaleString('en')} bytes`
  switch (same) {
    case 'bytes':
      return `written with this schema: ${bytes}, the same as JSON.stringify gives`
    case 'data':
      return `written with this schema: ${bytes}, the data JSON.stringify gives, keys in another order`
    case 'unchecked':
      return `written with this schema: ${bytes}, too many for JSON.stringify to compare with`
    case 'nothing':
      return 'written with this schema, the data DIFFER from what JSON.stringify gives: please report this'
  }
}

function checked(source: string, samples: Samples, inference: Inference): CheckResult {
  try {
    return checkInference(samples, inference)
  } catch (error) {
    if (error instanceof SchemaError)
      throw new InputError(`${source}: has more different properties than one schema can: give a part of it`)
    if (!(error instanceof TocsonError) || error.code !== 'DEPTH') throw error
    throw new InputError(`${source}: is nested deeper than JSON.stringify can follow`)
  }
}

function summaryOf(source: string, samples: Samples, { notes }: Inference, verdict: string): string {
  const lines = notes.map(({ path, message }) => `note: ${path === '' ? '(root)' : path}: ${message}\n`)
  return `${source}: ${countOf(samples)}; ${verdict}\n${lines.join('')}`
}

function countOf({ form, values }: Samples): string {
  if (form === 'document') return 'one document'
  return values.length === 1 ? '1 row' : `${values.length.toLocaleString('en')} rows`
}
