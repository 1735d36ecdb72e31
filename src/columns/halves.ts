// Numbers of 16 bits, for which not every Node has a typed array.

import type { NumberArray } from './types.ts'

/** Halves, given as their bits. */
export function doublesOf(halves: NumberArray): Float64Array {
  const doubles = new Float64Array(halves.length)
  for (let i = 0; i < doubles.length; i++) doubles[i] = halfToDouble(halves[i]!)
  return doubles
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function halfToDouble(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
