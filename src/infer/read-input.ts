// Bytes -> samples: one JSON document, or NDJSON, with every mistake told by place and kind.

import { type Buffer, constants, isUtf8 } from 'node:buffer'
import { findJsonError } from './json-error.ts'

/** Input that cannot be used; the message is for the person who gave it. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** What was read: rows of a list (a top-level array, or lines), or one document. */
export interface Samples {
  readonly form: 'rows' | 'document'
  readonly values: readonly unknown[]
}

export interface ParseOptions {
  /** What messages call the input. */
  readonly source: string
  /** One JSON value a line. */
  readonly ndjson: boolean
  /** A top-level array is one document and not a list of rows. */
  readonly document: boolean
  /** Called now and then with the bytes that are done; only for NDJSON, the rest is one native call. */
  readonly onProgress?: ((byteCount: number) => void) | undefined
}

const LINES_PER_PROGRESS = 1000
const EXCERPT_UNITS = 60

/**
 * Parses input.
 *
 * @throws InputError naming what is wrong, with line and column
 */
export function parseInput(bytes: Buffer, options: ParseOptions): Samples {
  const { source, document } = options
  const text = bytes.subarray(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
  refuseOtherEncodings(text, source)
  if (options.ndjson) return { form: 'rows', values: parseLines(text, options) }
  const value = parseDocument(text, options)
  if (value instanceof ManyDocuments) return { form: 'rows', values: parseLines(text, options) }
  if (Array.isArray(value) && !document) return { form: 'rows', values: value }
  return { form: 'document', values: [value] }
}

function refuseOtherEncodings(bytes: Buffer, source: string): void {
  if (/^\s*$/.test(bytes.subarray(0, 4096).toString('latin1')) && bytes.toString('latin1').trim() === '') {
    throw new InputError(`${source}: is empty`)
  }
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (wide || bytes[1] === 0)
    throw new InputError(`${source}: is UTF-16 or no text at all: JSON is read as UTF-8`)
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new InputError(`${source}: is compressed with gzip: unpack it first`)
  if (!isUtf8(bytes)) throw new InputError(`${source}: is not UTF-8: see line ${firstBadLine(bytes)}`)
}

/** A line break is never part of another character, so each line can be judged alone. */
function firstBadLine(bytes: Buffer): number {
  for (let line = 1, start = 0; ; line++) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.byteLength : newline + 1
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end
  }
}

/** The first line is a whole document and others follow: NDJSON under another name. */
class ManyDocuments {}

function parseDocument(bytes: Buffer, { source }: ParseOptions): unknown {
  if (bytes.byteLength > constants.MAX_STRING_LENGTH) {
    const megabytes = Math.floor(constants.MAX_STRING_LENGTH / 1e6)
    const advice = 'give a part of it, or one row a line with --ndjson'
    throw new InputError(`${source}: one document can have at most ${megabytes} MB: ${advice}`)
  }
  const text = bytes.toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    const found = findJsonError(text)
    if (!found) throw error
    if (
      found.afterEnd &&
      text
        .slice(0, found.index)
        .trimStart()
        .match(/^[^\n]*\n\s*$/)
    )
      return new ManyDocuments()
    const place = `${source}:${found.line}:${found.column}`
    throw new InputError(`${place}: ${found.reason}\n${excerpt(text, found.index)}`)
  }
}

function parseLines(bytes: Buffer, { source, onProgress }: ParseOptions): unknown[] {
  const values: unknown[] = []
  let line = 0
  for (let start = 0; start < bytes.byteLength; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.byteLength : newline
    const text = bytes.toString('utf8', start, end)
    line++
    if (text.trim() !== '') values.push(parseLine(text, `${source}:${line}`))
    if (line % LINES_PER_PROGRESS === 0) onProgress?.(end)
    start = end + 1
  }
  return values
}

function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const found = findJsonError(text)
    if (!found) throw error
    throw new InputError(`${place}:${found.column}: ${found.reason}\n${excerpt(text, found.index)}`)
  }
}

/** The line around a place, and a mark below it. */
function excerpt(text: string, index: number): string {
  const lineStart = index === 0 ? 0 : text.lastIndexOf('\n', index - 1) + 1
  const newline = text.indexOf('\n', index)
  const start = Math.max(lineStart, index - EXCERPT_UNITS)
  const end = Math.min(newline === -1 ? text.length : newline, index + EXCERPT_UNITS)
  const shown = text.slice(start, end).replace(/\p{Cc}/gu, ' ')
  return `  ${shown}\n  ${' '.repeat(index - start)}^`
}
