// The command line: every option checked.

import { parseArgs } from 'node:util'

const ROWS_MAX = 100_000_000
const PORT_MAX = 65_535

export const HELP = `Streams a PostgreSQL table to a file, then serves it.

  node examples/stream.mjs [options]

  --rows <n>        rows the table gets when it has fewer         (1..${ROWS_MAX}, default 1000000)
  --file <path>     where to write them                           (default films.json)
  --format <name>   json, or ndjson: one line a row               (default json)
  --database <url>  where PostgreSQL is                           (default postgres://postgres@127.0.0.1:5432/postgres)
  --port <n>        port to serve on, 0 for any free one          (default 3000)
  --once            write the file and exit
  --help            this text`

/** A command line that cannot be meant; its message is for the person who typed it. */
export class OptionError extends Error {}

export function readOptions(args) {
  const { rows, port, format, ...rest } = parse(args)
  if (format !== 'json' && format !== 'ndjson') {
    throw new OptionError(`--format: expected json or ndjson, got ${JSON.stringify(format)}`)
  }
  return {
    ...rest,
    format,
    rows: wholeNumber('--rows', rows, 1, ROWS_MAX),
    port: wholeNumber('--port', port, 0, PORT_MAX),
  }
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: false }).values
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error
    throw new OptionError(error.message)
  }
}

function wholeNumber(option, text, min, max) {
  const value = Number(text.replaceAll('_', ''))
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new OptionError(
    `${option}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`,
  )
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  once: { type: 'boolean', default: false },
  rows: { type: 'string', default: '1000000' },
  file: { type: 'string', default: 'films.json' },
  format: { type: 'string', default: 'json' },
  port: { type: 'string', default: '3000' },
  database: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
}
