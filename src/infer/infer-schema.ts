// Samples -> the tightest shape that fits all of them. Works on columns: all values of one place at a time.

import { assertOptions, OptionError } from '../errors.ts'
import { inferArrays } from './arrays.ts'
import { columnOf, kindCount } from './columns.ts'
import { addNote, type InferContext } from './context.ts'
import {
  type Inference,
  type InferenceNote,
  type InferLimits,
  type InferOptions,
  type Inferred,
  NULL,
  UNKNOWN,
  unionOf,
} from './inferred.ts'
import { inferObjects } from './objects.ts'
import { inferStrings } from './strings.ts'

/** More kinds than these at one place have nothing in common worth writing down. */
const UNION_KINDS_MAX = 3
/** From here on `JSON.stringify` writes exponents. */
const EXPONENTS_FROM = 1e21
const ROUNDED =
  'whole numbers beyond 2^53, whose last digits JSON.parse does not keep: exact ones are bigints'

const DEFAULTS: InferLimits = {
  enumValuesMax: 12,
  enumRepeatsMin: 10,
  recordKeysMin: 10,
  depthMax: 32,
}

/**
 * Infers the shape of rows, or of whole documents, from samples of them.
 *
 * The samples, serialized with the inferred schema, give the bytes `JSON.stringify` gives, unless a note of
 * code `KEY_ORDER` says that objects had their keys in orders no single one agrees with.
 *
 * @param samples parsed JSON: the rows of a list, or `[document]`
 * @throws OptionError for samples that are none, say a document alone, or have a bigint, which JSON does not
 *   know, and for limits that are no numbers
 * @example
 * const inference = inferSchema(rows)
 * const movies = compile(toSchema(inference))
 * console.log(toTypeBox(inference, { name: 'Movie' }))
 */
export function inferSchema(samples: Iterable<unknown>, options: InferOptions = {}): Inference {
  assertOptions(options)
  const values = listOf(samples)
  const notes: InferenceNote[] = []
  if (values.length === 0) {
    notes.push({ path: '', code: 'NO_SAMPLES', message: 'there are no samples, so nothing is known' })
  }
  const limits = limitsOf(options)
  const root = inferColumn(values, { limits, path: '', depth: 0, notes, infer: inferColumn })
  return { root, sampleCount: values.length, notes }
}

function listOf(samples: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(samples)) return samples
  if (typeof samples !== 'object' || typeof samples?.[Symbol.iterator] !== 'function') {
    throw new OptionError('samples', 'rows, or a document in an array', samples)
  }
  return [...samples]
}

/** What is undefined is as if it were absent. */
function limitsOf(options: InferOptions): InferLimits {
  const limits: { -readonly [Name in keyof InferLimits]: number } = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof InferOptions)[]) {
    const value = options[name] ?? DEFAULTS[name]
    if (typeof value !== 'number' || !(value >= 0)) throw new OptionError(name, 'a number >= 0', value)
    limits[name] = value
  }
  return limits
}

/** The shape of the values at one place. */
function inferColumn(values: readonly unknown[], context: InferContext): Inferred {
  const column = columnOf(values)
  const { booleans, numbers, strings, arrays, objects, nulls } = column
  const kinds = kindCount(column)
  if (kinds > UNION_KINDS_MAX) return UNKNOWN
  const variants: Inferred[] = []
  if (booleans > 0) variants.push({ kind: 'boolean' })
  if (numbers.length > 0) variants.push(inferNumbers(numbers, context))
  if (strings.length > 0) variants.push(inferText(strings, kinds > 1, context))
  if (arrays.length > 0) variants.push(inferNested(context, () => inferArrays(arrays, context)))
  if (objects.length > 0) {
    const shape = inferNested(context, () => inferObjects(objects, context))
    variants.push(...(shape.kind === 'union' ? shape.variants : [shape]))
  }
  if (variants.includes(UNKNOWN)) return UNKNOWN
  if (nulls > 0) variants.push(NULL)
  return unionOf(variants)
}

/** NaN and the infinities are numbers too: they are written as `null`, as `JSON.stringify` does. */
function inferNumbers(numbers: readonly number[], context: InferContext): Inferred {
  if (numbers.some(mayBeRounded)) addNote(context, 'PRECISION', ROUNDED)
  return { kind: numbers.every(Number.isInteger) ? 'integer' : 'number' }
}

/** A whole number that is written with all its digits, of which a double does not hold the last ones. */
function mayBeRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < EXPONENTS_FROM
}

/** A date's schema also takes numbers and objects, so beside these a text is only a text. */
function inferText(texts: readonly string[], besideOthers: boolean, { limits }: InferContext): Inferred {
  const inferred = inferStrings(texts, { valuesMax: limits.enumValuesMax, repeatsMin: limits.enumRepeatsMin })
  const exact = inferred.kind === 'enum' || inferred.kind === 'const'
  return besideOthers && !exact ? { kind: 'string' } : inferred
}

function inferNested(context: InferContext, infer: () => Inferred): Inferred {
  if (context.depth < context.limits.depthMax) return infer()
  addNote(context, 'DEPTH', `nested deeper than ${context.limits.depthMax} levels: unknown from here on`)
  return UNKNOWN
}
