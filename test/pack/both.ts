// Runs a case through both packers and insists that they agree: same bytes, or same error at the same place.

import { compile, SerializeError } from '../../src/index.ts'
import type { CompileOptions } from '../../src/spec/spec.ts'

export type Outcome =
  | { readonly json: string }
  | { readonly code: string; readonly path: string; readonly message: string }

/** What one packer answers. Errors that are not typed pass through, to fail the test. */
export function outcomeOf(run: () => Buffer | { readonly blob: Buffer }): Outcome {
  try {
    const result = run()
    return { json: (Buffer.isBuffer(result) ? result : result.blob).toString() }
  } catch (error) {
    if (!(error instanceof SerializeError)) throw error
    return { code: error.code, path: error.path, message: error.message }
  }
}

/** The one answer of both packers for `value` as a single value; `make` is called once for each. */
export function serializeOne(schema: object, make: () => unknown, options: CompileOptions = {}): Outcome {
  return agree(codegen => {
    const serializer = compile(schema, { ...options, codegen })
    const outcome = outcomeOf(() => serializer.serializeOne(make()))
    return outcome
  })
}

/** The one answer of both packers for rows. */
export function serialize(schema: object, make: () => unknown, options: CompileOptions = {}): Outcome {
  return agree(codegen => {
    const serializer = compile(schema, { ...options, codegen })
    // Anything may be passed for rows here: that is what is tested.
    return outcomeOf(() => serializer.serialize(make() as Iterable<unknown>))
  })
}

function agree(run: (codegen: boolean) => Outcome): Outcome {
  const generated = run(true)
  const interpreted = run(false)
  if (JSON.stringify(generated) !== JSON.stringify(interpreted)) {
    throw new Error(`packers differ\ngenerated   ${shown(generated)}\ninterpreted ${shown(interpreted)}`)
  }
  return generated
}

function shown(outcome: Outcome): string {
  return JSON.stringify(outcome).slice(0, 300)
}
