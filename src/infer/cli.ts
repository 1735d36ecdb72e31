#!/usr/bin/env node
// `tocson infer`: reads sample JSON, prints a schema; everything else it has to say goes to standard error.

import { Buffer } from 'node:buffer'
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import process from 'node:process'
import { checkInference } from './check.ts'
import { HELP, type InferCommand, readCommand, UsageError } from './cli-options.ts'
import { inferSchema } from './infer-schema.ts'
import type { Inference } from './inferred.ts'
import { Progress } from './progress.ts'
import { InputError, parseInput, type Samples } from './read-input.ts'
import { toSchema } from './to-schema.ts'
import { toTypeBox } from './to-typebox.ts'

process.exitCode = await main(process.argv.slice(2))

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  // Whoever reads may have enough before everything is written (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  try {
    const command = readCommand(args)
    if (command === 'help') console.log(HELP)
    else if (command === 'version') console.log(version())
    else await infer(command)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof InputError)) throw error
    console.error(
      error instanceof UsageError ? `tocson: ${error.message}\nTry tocson --help.` : error.message,
    )
    return error instanceof UsageError ? 2 : 1
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

async function infer(command: InferCommand): Promise<void> {
  const source = command.input === '-' ? 'standard input' : command.input
  const progress = Progress.create(await byteCountOf(command.input), process.stderr)
  try {
    const bytes = await readInput(command.input, progress)
    progress.step('parsing', bytes.byteLength)
    const onProgress = (byteCount: number) => progress.update(byteCount)
    const samples = parseInput(bytes, { ...command, source, onProgress })
    progress.step('inferring')
    const inference = inferSchema(samples.values)
    progress.step('checking')
    const verdict = verdictOf(samples, inference)
    progress.stop()
    writeOutput(command, outputOf(command, samples, inference))
    tell(source, samples, inference, verdict)
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

async function readInput(input: string, progress: Progress): Promise<Buffer> {
  const stream = input === '-' ? process.stdin : createReadStream(input)
  const chunks: Buffer[] = []
  let byteCount = 0
  try {
    if (input !== '-') progress.step('reading', await byteCountOf(input))
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      byteCount += chunk.byteLength
      progress.update(byteCount)
    }
  } catch (error) {
    throw readError(input, error)
  }
  return Buffer.concat(chunks, byteCount)
}

function readError(input: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof InputError || code === undefined) return error
  const reasons: Record<string, string> = { ENOENT: 'there is no such file', EACCES: 'may not be read' }
  return new InputError(`${input}: ${reasons[code] ?? message}`)
}

function outputOf({ json, name, input }: InferCommand, samples: Samples, inference: Inference): string {
  if (json) return `${JSON.stringify(toSchema(inference), undefined, 2)}\n`
  const from = input === '-' ? '' : ` from ${JSON.stringify(basename(input))}`
  const use = samples.form === 'rows' ? 'serialize(rows)' : 'serializeOne(document)'
  const head = `// Inferred${from} (${countOf(samples)}): compile(${name}).${use}`
  return `${head}\n${toTypeBox(inference, { name })}`
}

function writeOutput({ out, force }: InferCommand, text: string): void {
  if (out === undefined) {
    process.stdout.write(text)
    return
  }
  try {
    writeFileSync(out, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new InputError(`${out}: ${code === 'EEXIST' ? 'exists already; --force overwrites it' : message}`)
  }
}

/** How the schema's output compares with `JSON.stringify`, in a sentence. */
function verdictOf(samples: Samples, inference: Inference): string {
  const { same, byteLength } = checkInference(samples, inference)
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

function tell(source: string, samples: Samples, { notes }: Inference, verdict: string): void {
  console.error(`${source}: ${countOf(samples)}; ${verdict}`)
  for (const { path, message } of notes) console.error(`note: ${path === '' ? '(root)' : path}: ${message}`)
}

function countOf({ form, values }: Samples): string {
  if (form === 'document') return 'one document'
  return values.length === 1 ? '1 row' : `${values.length.toLocaleString('en')} rows`
}
