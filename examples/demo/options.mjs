// The command line: every option checked, every mistake explained.

import { parseArgs } from 'node:util'

export const ROWS_MAX = 5_000_000
const PORT_MAX = 65_535

export const HELP = `Serializes the films of vega-datasets once and serves them page by page.

  npm run demo -- [options]

  --rows <n>     repeat the 3,201 films to this many rows    (1..${ROWS_MAX}, default 100000)
  --port <n>     port to serve on, 0 for any free one         (default 3000)
  --host <name>  address to listen on                         (default 127.0.0.1)
  --once         print the figures and exit, serve nothing
  --help         this text

While it serves: a page to look at on /, the rows on /movies?offset=40&limit=20. Ctrl-C stops it.`

/** A command line that cannot be meant; its message is for the person who typed it. */
export class OptionError extends Error {}

/** @returns {{ help: boolean, once: boolean, rows: number, port: number, host: string }} */
export function readOptions(args) {
  const { help, once, rows, port, host } = parse(args)
  if (host === '') throw new OptionError('--host: expected a name or an address, got nothing')
  return {
    help,
    once,
    rows: wholeNumber('--rows', rows, 1, ROWS_MAX),
    port: wholeNumber('--port', port, 0, PORT_MAX),
    host,
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
  const digits = text.replaceAll('_', '')
  const value = Number(digits)
  if (/^\d+$/.test(digits) && value >= min && value <= max) return value
  throw new OptionError(
    `${option}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`,
  )
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  once: { type: 'boolean', default: false },
  rows: { type: 'string', default: '100000' },
  port: { type: 'string', default: '3000' },
  host: { type: 'string', default: '127.0.0.1' },
}
