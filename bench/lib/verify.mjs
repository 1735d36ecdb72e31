// Whether a contestant wrote what JSON.stringify writes. What differs is still measured, and said.

import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'

/** Undefined when the bytes agree, else what is wrong with them. */
export function faultOf(output, expected) {
  const bytes = Buffer.from(output)
  if (bytes.equals(expected)) return undefined
  let parsed
  try {
    parsed = JSON.parse(bytes.toString())
  } catch {
    return 'output is not JSON'
  }
  const isSame = isDeepStrictEqual(parsed, JSON.parse(expected.toString()))
  return isSame ? 'other bytes for the same data' : 'output is other data'
}
