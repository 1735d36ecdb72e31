// Doubles as JavaScript's String(x) writes them: the shortest decimal that reads back as the same double and, among
// the shortest, the nearest to it, in the notation of ECMAScript's Number::toString.
// Integers and decimals of few places take exact shortcuts; shortest.ts does the rest.
import { ASCII_ZEROS_8, digits8, F64_INTEGER_BIAS, u32FromF64 } from './digits'
import { writeU32, writeUnsignedInt } from './int'
import { writeShortest } from './shortest'

/** `-0.0000012345678901234567`; stores stay within 32 bytes of the returned position. */
export const FLOAT_BYTES_MAX: i32 = 25

/** Any finite double, at most FLOAT_BYTES_MAX bytes. -0 gives `0`. */
export function writeFloat(out: usize, value: f64): usize {
  store<u8>(out, 0x2d)
  out += usize(value < 0.0)
  const magnitude = abs(value)
  if (magnitude < 1e9) {
    // Adding 2^52 rounds to the nearest integer and leaves it in the low bits. If that many millionths give the same
    // double, they are its shortest decimal: no two decimals of at most 15 digits name the same double.
    const biased = magnitude * 1e6 + F64_INTEGER_BIAS
    if ((biased - F64_INTEGER_BIAS) / 1e6 == magnitude) {
      return writeMillionths(out, magnitude, <u32>reinterpret<u64>(biased))
    }
  } else if (magnitude <= 9007199254740992.0 && floor(magnitude) == magnitude) {
    return writeUnsignedInt(out, magnitude)
  }
  return writeShortest(out, magnitude)
}

/** A decimal below 10^9 with at most six places; `millionths` is their count modulo 2^32. At most 16 bytes. */
// @ts-ignore: decorator
@inline
function writeMillionths(out: usize, magnitude: f64, millionths: u32): usize {
  const integral = u32FromF64(floor(magnitude))
  const places = millionths - integral * 1000000
  out = writeU32(out, integral)
  if (places == 0) return out
  const digits = digits8(places * 100)
  store<u64>(out, ((digits | ASCII_ZEROS_8) << 8) | 0x2e)
  return out + 9 - <usize>(clz(digits) >> 3)
}
