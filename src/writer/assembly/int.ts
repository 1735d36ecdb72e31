// Integers in decimal.
import { ASCII_ZEROS_4, ASCII_ZEROS_8, digits4, digits8, u32FromF64, write8Digits } from './digits'

/** `-9007199254740992`; stores stay within 17 bytes of the start. */
export const INT_BYTES_MAX: i32 = 17

/** At most 10 bytes (`4294967295`), any u32. */
// @ts-ignore: decorator
@inline
export function writeU32(out: usize, value: u32): usize {
  return value < 10000 ? writeUpTo4Digits(out, value) : writeLongU32(out, value)
}

/** At most INT_BYTES_MAX bytes; integral value, |value| <= 2^53. -0 gives `0`. */
// @ts-ignore: decorator
@inline
export function writeInt(out: usize, value: f64): usize {
  return value >= 0.0 && value < 10000.0 ? writeUpTo4Digits(out, u32FromF64(value)) : writeLongInt(out, value)
}

/** As writeInt, for 0 <= value <= 2^53. At most 16 bytes. */
export function writeUnsignedInt(out: usize, value: f64): usize {
  if (value < 4294967296.0) return writeU32(out, u32FromF64(value))
  // The quotient is below 2^27, where doubles are 2^-26 apart: too close for rounding to reach the next
  // integer.
  const high = floor(value / 100000000.0)
  return write8Digits(writeU32(out, u32FromF64(high)), u32FromF64(value - high * 100000000.0))
}

function writeLongInt(out: usize, value: f64): usize {
  store<u8>(out, 0x2d)
  return writeUnsignedInt(out + usize(value < 0.0), abs(value))
}

function writeLongU32(out: usize, value: u32): usize {
  if (value < 100000000) return writeUpTo8Digits(out, value)
  const high = value / 100000000
  return write8Digits(writeUpTo4Digits(out, high), value - high * 100000000)
}

/** One or two digits; value < 100. At most 2 bytes, stores 2. */
// @ts-ignore: decorator
@inline
export function writeUpTo2Digits(out: usize, value: u32): usize {
  const tens = (value * 103) >> 10
  const digits = (value << 8) - tens * ((10 << 8) - 1) + 0x3030
  const hasTens = value > 9
  store<u16>(out, hasTens ? digits : digits >> 8)
  return out + 1 + usize(hasTens)
}

/** One to four digits, no branch: leading zeros are counted in the digit bytes and shifted out. */
// @ts-ignore: decorator
@inline
function writeUpTo4Digits(out: usize, value: u32): usize {
  const digits = digits4(value)
  const zeroBits = ctz(digits | 0x01000000) & 24
  store<u32>(out, (digits | ASCII_ZEROS_4) >> zeroBits)
  return out + 4 - (zeroBits >> 3)
}

// @ts-ignore: decorator
@inline
function writeUpTo8Digits(out: usize, value: u32): usize {
  const digits = digits8(value)
  const zeroBits = ctz(digits) & 56 // a number of five digits or more has a digit that is not zero
  store<u64>(out, (digits | ASCII_ZEROS_8) >> zeroBits)
  return out + 8 - <usize>(zeroBits >> 3)
}
