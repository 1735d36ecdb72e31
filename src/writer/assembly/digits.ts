// Decimal digits of small numbers without loops, tables or divisions: SWAR ("SIMD within a register"). A
// register holds several numbers in lanes; each step splits every lane into quotient and remainder by a
// multiplication with a rounded-up reciprocal, so that 8 digits take three steps (by 10^4, by 10^2, by 10).
// Lanes are in memory order: the first digit ends in the lowest byte, so a plain little-endian store writes
// the text.
// Step idea: P. Khuong, "How to print integers really fast" (2017).

/** 2^52: added to an integral double below 2^52, it leaves the integer in the low bits of the sum. */
export const F64_INTEGER_BIAS: f64 = 4503599627370496.0

export const ASCII_ZEROS_4: u32 = 0x30303030
export const ASCII_ZEROS_8: u64 = 0x3030303030303030

/** The integer in an integral double, 0 <= value < 2^32: two instructions instead of a checked conversion. */
// @ts-ignore: decorator
@inline
export function u32FromF64(value: f64): u32 {
  return <u32>reinterpret<u64>(value + F64_INTEGER_BIAS)
}

/** Four digits as bytes 0..9, first digit in the lowest byte; value < 10^4. */
// @ts-ignore: decorator
@inline
export function digits4(value: u32): u32 {
  const pairs = (value << 16) - ((value * 5243) >> 19) * ((100 << 16) - 1)
  return (pairs << 8) - (((pairs * 103) >> 10) & 0x000f000f) * ((10 << 8) - 1)
}

/** Eight digits as bytes 0..9, first digit in the lowest byte; value < 10^8. */
// @ts-ignore: decorator
@inline
export function digits8(value: u64): u64 {
  const fours = (value << 32) - ((value * 109951163) >> 40) * ((<u64>10000 << 32) - 1)
  const pairs = (fours << 16) - (((fours * 5243) >> 19) & 0x0000007f0000007f) * ((100 << 16) - 1)
  return (pairs << 8) - (((pairs * 103) >> 10) & 0x000f000f000f000f) * ((10 << 8) - 1)
}

/** Exactly eight digits; value < 10^8. Writes 8 bytes. */
// @ts-ignore: decorator
@inline
export function write8Digits(out: usize, value: u32): usize {
  store<u64>(out, digits8(value) | ASCII_ZEROS_8)
  return out + 8
}

/** '.' and three digits without trailing zeros; 0 < milli < 1000. At most 4 bytes, stores 4. */
// @ts-ignore: decorator
@inline
export function writeThousandths(out: usize, milli: u32): usize {
  const digits = digits4(milli) >> 8
  store<u32>(out, ((digits | (ASCII_ZEROS_4 >> 8)) << 8) | 0x2e)
  return out + 5 - (clz(digits) >> 3)
}
