// What every step of an inference shares.

import type { InferenceNote, InferLimits, Inferred } from './inferred.ts'

/** The limits, where in the samples a step is, and what is worth telling. */
export interface InferContext {
  readonly limits: InferLimits
  readonly path: string
  readonly depth: number
  readonly notes: InferenceNote[]
  /** The shape of a column of values: the step into the next level. */
  readonly infer: (values: readonly unknown[], context: InferContext) => Inferred
}

/** The context one level down; `token` is a property name, `[]` or `{}`. */
export function below(context: InferContext, token: string): InferContext {
  const path = `${context.path}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return { ...context, path, depth: context.depth + 1 }
}

/** Says something once per place. */
export function addNote(context: InferContext, code: InferenceNote['code'], message: string): void {
  const { path, notes } = context
  if (!notes.some(other => other.path === path && other.code === code)) notes.push({ path, code, message })
}

/** Tries something whose notes only count if it is taken. */
export function aside<T>(
  context: InferContext,
  attempt: (inside: InferContext) => T,
): { readonly result: T; readonly notes: readonly InferenceNote[] } {
  const notes: InferenceNote[] = []
  return { result: attempt({ ...context, notes }), notes }
}
