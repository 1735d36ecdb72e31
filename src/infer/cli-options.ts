// The command line of `tocson`: read, checked, explained.

import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { freeName, isFreeName } from './names.ts'

export const HELP = `Usage: tocson infer <file | -> [options]

Infers a tight TypeBox schema from sample JSON and prints it as TypeScript.
A top-level array, or one value a line (NDJSON), is a list of rows; anything else is one document.

  -                  read standard input
  --name <name>      name of the schema and its type    (default: after the file)
  --out <file>       write there instead of to standard output (which - is, too)
  --force            overwrite what --out names
  --json             print JSON Schema instead of TypeScript
  --document         take a top-level array for one document
  --ndjson           one JSON value a line              (also told by .ndjson, .jsonl)
  --help, --version

Exit code 0: done; 1: the input cannot be used; 2: the command line cannot be meant.

  npx tocson infer movies.json --name Movie --out movie.ts
  curl https://api.example/movies | npx tocson infer - --name Movie`

/** A command line that cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface InferCommand {
  /** A path, or `-` for standard input. */
  readonly input: string
  readonly name: string
  /** A path; without one it goes to standard output. */
  readonly out: string | undefined
  readonly force: boolean
  readonly json: boolean
  readonly document: boolean
  readonly ndjson: boolean
}

/** The command, or a word for what was asked instead. */
export function readCommand(args: readonly string[]): InferCommand | 'help' | 'version' {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return 'help'
  if (values.version) return 'version'
  const [command, input, ...others] = positionals
  if (command !== 'infer')
    throw new UsageError(`no such command: ${JSON.stringify(command ?? '')} (there is: infer)`)
  if (input === undefined) throw new UsageError('infer: which file? (- is standard input)')
  if (others.length > 0)
    throw new UsageError(`infer: one file at a time, got also ${JSON.stringify(others[0])}`)
  const { name = freeName(input === '-' ? '' : basename(input)), force, json, document } = values
  if (!isFreeName(name)) throw new UsageError(`--name: expected an identifier, got ${JSON.stringify(name)}`)
  const ndjson = values.ndjson || /\.(?:ndjson|jsonl)$/i.test(input)
  if (ndjson && document) throw new UsageError('--document and NDJSON exclude each other')
  const out = values.out === '-' ? undefined : values.out
  return { input, name, out, force, json, document, ndjson }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const OPTIONS = {
  name: { type: 'string' },
  out: { type: 'string' },
  force: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  document: { type: 'boolean', default: false },
  ndjson: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const
