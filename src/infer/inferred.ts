// What is learnt from samples: a small tree that says no more than a schema can.

/** ISO 8601 texts that have a schema of their own. */
export type StringFormat = 'date-time' | 'date' | 'time' | 'duration'

/** One property of an object, in the order it is to be written. */
export interface InferredProperty {
  readonly name: string
  /** Missing in at least one sample. */
  readonly optional: boolean
  readonly value: Inferred
}

/** The shape of one place in a document. A value that may be null is a union whose last variant is `null`. */
export type Inferred =
  | { readonly kind: 'unknown' | 'null' | 'boolean' | 'integer' | 'number' | 'string' }
  | {
      readonly kind: StringFormat
      /** All samples were without a fraction, so that a Date is to be written like them. */
      readonly wholeSeconds: boolean
    }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'const'; readonly value: string }
  | { readonly kind: 'array'; readonly items: Inferred }
  | { readonly kind: 'tuple'; readonly items: readonly Inferred[] }
  | { readonly kind: 'record'; readonly values: Inferred }
  | { readonly kind: 'object'; readonly properties: readonly InferredProperty[] }
  | { readonly kind: 'union'; readonly variants: readonly Inferred[] }

export type InferredKind = Inferred['kind']

/** Something a person should know about a schema that fits all the same. */
export interface InferenceNote {
  /** JSON pointer into a sample; `[]` is every element, `{}` every entry of a record: `/actors/[]/name`. */
  readonly path: string
  readonly code: 'KEY_ORDER' | 'DEPTH' | 'NO_SAMPLES' | 'PRECISION'
  readonly message: string
}

/** What `inferSchema` gives; `toSchema` and `toTypeBox` take it. */
export interface Inference {
  readonly root: Inferred
  readonly sampleCount: number
  readonly notes: readonly InferenceNote[]
}

/** Where the line between tight and too tight is drawn. */
export interface InferOptions {
  /** Most different texts of an enum. Default 12; 0 for no enums. */
  readonly enumValuesMax?: number | undefined
  /** How often each must have come on average; texts seen once are never in an enum. Default 10. */
  readonly enumRepeatsMin?: number | undefined
  /** From how many keys on objects with varying keys are records. Default 10. */
  readonly recordKeysMin?: number | undefined
  /** Deeper levels are `unknown`. Default 32. */
  readonly depthMax?: number | undefined
}

/** All of them. */
export type InferLimits = { readonly [Name in keyof InferOptions]-?: number }

/** The null variant, whether alone or in a union. */
export const NULL: Inferred = { kind: 'null' }
export const UNKNOWN: Inferred = { kind: 'unknown' }

/** One shape for several: none gives `unknown`, one is itself. */
export function unionOf(variants: readonly Inferred[]): Inferred {
  const [only] = variants
  if (only === undefined) return UNKNOWN
  return variants.length === 1 ? only : { kind: 'union', variants }
}

/** A shape without its null, or `undefined` when it is nothing but null. */
export function withoutNull(inferred: Inferred): Inferred | undefined {
  if (inferred.kind === 'null') return undefined
  if (inferred.kind !== 'union') return inferred
  return unionOf(inferred.variants.filter(variant => variant.kind !== 'null'))
}

/** Variants besides null: more than one means the samples had no common shape here. */
export function isMixed(inferred: Inferred): boolean {
  return withoutNull(inferred)?.kind === 'union'
}

/** How much a shape leaves open: optional properties, mixed kinds, unknowns. */
export function looseness(inferred: Inferred): number {
  switch (inferred.kind) {
    case 'unknown':
      return 1
    case 'array':
      return looseness(inferred.items)
    case 'record':
      return looseness(inferred.values)
    case 'tuple':
      return sum(inferred.items.map(looseness))
    case 'object':
      return sum(inferred.properties.map(({ optional, value }) => looseness(value) + (optional ? 1 : 0)))
    case 'union':
      return sum(inferred.variants.map(looseness)) + (isMixed(inferred) ? 1 : 0)
    default:
      return 0
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0)
}
