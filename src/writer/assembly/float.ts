// Doubles as JavaScript's String(x) writes them: the shortest decimal that reads back as the same double and,
// among the shortest, the nearest to it, in the notation of ECMAScript's Number::toString.
// Integers and decimals of few places take exact shortcuts; shortest.ts does the rest.
//
// The shortcut: if the nearest count of 10^-p gives the same double again, it is the shortest decimal, as
// long as it has at most 15 digits: no two such decimals name the same double.
import { ASCII_ZEROS_8, digits8, F64_INTEGER_BIAS, u32FromF64, writeThousandths } from './digits'
import { writeU32, writeUnsignedInt } from './int'
import { writeShortest } from './shortest'

/** `-0.0000012345678901234567`; stores stay within 32 bytes of the returned position. */
export const FLOAT_BYTES_MAX: i32 = 25

/** Any finite double, at most FLOAT_BYTES_MAX bytes. -0 gives `0`. */
export function writeFloat(out: usize, value: f64): usize {
  store<u8>(out, 0x2d)
  out += usize(value < 0.0)
  const magnitude = abs(value)
  if (magnitude >= 1e7) return writeLarge(out, magnitude)

  const whole = floor(magnitude)
  const integral = u32FromF64(whole)
  if (whole == magnitude) return writeU32(out, integral)

  // Adding 2^52 rounds to the nearest integer and leaves it in the low bits. Below 1e-6 the text has an
  // exponent.
  const biased = magnitude * 1e8 + F64_INTEGER_BIAS
  if ((biased - F64_INTEGER_BIAS) / 1e8 != magnitude || magnitude < 1e-6) return writeShortest(out, magnitude)
  const digits = digits8(<u32>reinterpret<u64>(biased) - integral * 100000000)
  out = writeU32(out, integral)
  store<u64>(out, digits | ASCII_ZEROS_8, 1)
  store<u8>(out, 0x2e)
  return out + 9 - <usize>(clz(digits) >> 3)
}

/** At least 10^7: integers, then up to three places, then anything. */
function writeLarge(out: usize, magnitude: f64): usize {
  if (magnitude > 9007199254740992.0) return writeShortest(out, magnitude)
  const integral = floor(magnitude)
  if (integral == magnitude) return writeUnsignedInt(out, magnitude)
  if (magnitude < 1e12) {
    const biased = magnitude * 1e3 + F64_INTEGER_BIAS
    const thousandths = biased - F64_INTEGER_BIAS
    if (thousandths / 1e3 == magnitude) {
      return writeThousandths(writeUnsignedInt(out, integral), u32FromF64(thousandths - integral * 1e3))
    }
  }
  return writeShortest(out, magnitude)
}
