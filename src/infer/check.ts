// Proves an inference on its own samples.

import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { compile } from '../serializer.ts'
import type { Inference } from './inferred.ts'
import type { Samples } from './read-input.ts'
import { toSchema } from './to-schema.ts'

export interface CheckResult {
  /** `'data'`: the same values, keys in another order. `'unchecked'`: too large for one JavaScript string. */
  readonly same: 'bytes' | 'data' | 'nothing' | 'unchecked'
  readonly byteLength: number
}

/** Serializes the samples with the inferred schema and compares with `JSON.stringify`. */
export function checkInference({ form, values }: Samples, inference: Pick<Inference, 'root'>): CheckResult {
  const serializer = compile(toSchema(inference))
  const document = form === 'rows' ? values : values[0]
  const json = form === 'rows' ? serializer.serialize(values).blob : serializer.serializeOne(document)
  const { byteLength } = json
  const text = stringified(document)
  if (text === undefined) return { same: 'unchecked', byteLength }
  if (json.equals(Buffer.from(text))) return { same: 'bytes', byteLength }
  return {
    same: isDeepStrictEqual(JSON.parse(json.toString()), JSON.parse(text)) ? 'data' : 'nothing',
    byteLength,
  }
}

function stringified(document: unknown): string | undefined {
  try {
    return JSON.stringify(document)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
