// A decimal significand in the notation of ECMAScript's Number::toString: plain from 1e-6 up to below 1e21,
// else with an exponent. Sixteen digits live in one v128; the point is set by storing the vector twice, the
// second time shifted.
import { ASCII_ZEROS_4, digits4 } from './digits'

const ASCII_ZERO: u8 = 0x30
const POINT: u8 = 0x2e

/**
 * (integral + digit / 10) * 10^exponent without trailing zeros; 0 < integral < 10^16, 0 <= digit <= 9, and
 * the value is a double. At most FLOAT_BYTES_MAX - 1 bytes. An integral part below 10^15 has exactly one
 * leading zero.
 */
export function writeDecimal(out: usize, integral: u64, digit: u32, exponent: i32): usize {
  const lead = i32(integral < 1000000000000000)
  const length = 16 - lead
  const raw = digits16(integral)
  const digits = v128.or(raw, v128.load(FACTORS, 64))
  const lastNonZero = 31 - clz(i8x16.bitmask(i8x16.ne(raw, i8x16.splat(0))))
  const significant = digit != 0 ? length + 1 : lastNonZero + 1 - lead
  const point = exponent + length // the value is 0.<digits> * 10^point

  if (point > 0 && point <= 21) {
    if (significant > point) return writePointed(out, digits, lead, point, digit) + significant + 1
    v128.store(out + length, i8x16.splat(ASCII_ZERO))
    writePlain(out, digits, lead, digit)
    return out + point
  }
  if (point > -6 && point <= 0) {
    store<u64>(out, 0x3030303030302e30)
    writePlain(out + 2 - point, digits, lead, digit)
    return out + 2 - point + significant
  }
  writePointed(out, digits, lead, 1, digit)
  return writeExponent(out + significant + usize(significant != 1), point - 1)
}

/** 16 or 17 digits at `out`. */
// @ts-ignore: decorator
@inline
function writePlain(out: usize, digits: v128, lead: i32, digit: u32): void {
  v128.store(out, digitsFrom(digits, lead))
  store<u8>(out + 16 - lead, digit + ASCII_ZERO)
}

/** The same with a point after the first `point` (1 to 16) of them. Returns `out`. */
// @ts-ignore: decorator
@inline
function writePointed(out: usize, digits: v128, lead: i32, point: i32, digit: u32): usize {
  v128.store(out, digitsFrom(digits, lead))
  v128.store(out + point + 1, digitsFrom(digits, lead + point))
  store<u8>(out + point, POINT)
  store<u8>(out + 17 - lead, digit + ASCII_ZERO)
  return out
}

/** `e+21`, `e-7`, `e-324`: at most 5 bytes. */
// @ts-ignore: decorator
@inline
function writeExponent(out: usize, exponent: i32): usize {
  const digits = digits4(abs(exponent))
  const zeroBits = ctz(digits) & 24
  store<u16>(out, exponent < 0 ? 0x2d65 : 0x2b65)
  store<u32>(out, (digits | ASCII_ZEROS_4) >> zeroBits, 2)
  return out + 6 - (zeroBits >> 3)
}

/** The digits from number `from` (0 to 17) on, moved to the front. */
// @ts-ignore: decorator
@inline
function digitsFrom(digits: v128, from: i32): v128 {
  return i8x16.swizzle(digits, v128.load(BYTE_INDEXES + from))
}

/** Sixteen digits as bytes 0..9, the first in lane 0; value < 10^16. */
// @ts-ignore: decorator
@inline
function digits16(value: u64): v128 {
  // The reciprocal is 2^59 / 10^8. Without the last 22 bits the product fits; the quotient is right or one
  // too small.
  let high = ((value >> 22) * 5764607523) >> 37
  let low = value - high * 100000000
  if (low >= 100000000) {
    low -= 100000000
    high++
  }
  const fours = i64x2.replace_lane(i64x2.splat(fours8(high)), 1, fours8(low))
  const hundreds = i32x4.shr_u(i32x4.dot_i16x8_s(fours, v128.load(FACTORS)), 19)
  const rests = i32x4.sub(fours, i16x8.mul(hundreds, v128.load(FACTORS, 16)))
  const pairs = v128.or(hundreds, i32x4.shl(rests, 16))
  const tens = i16x8.shr_u(i16x8.mul(pairs, v128.load(FACTORS, 32)), 10)
  return i16x8.sub(i16x8.shl(pairs, 8), i16x8.mul(tens, v128.load(FACTORS, 48)))
}

/** Two numbers below 10^4 in 32-bit lanes, the first digits in the low one; value < 10^8. */
// @ts-ignore: decorator
@inline
function fours8(value: u64): u64 {
  return (value << 32) - ((value * 109951163) >> 40) * ((<u64>10000 << 32) - 1)
}

/** Vectors of 2^19 / 100 in 32-bit lanes, 100, 2^10 / 10, 10 * 2^8 - 1, and '0' twice. */
// @ts-ignore: decorator
@inline
const FACTORS: usize = memory.data<u16>([
  5243, 0, 5243, 0, 5243, 0, 5243, 0, 100, 100, 100, 100, 100, 100, 100, 100,
  103, 103, 103, 103, 103, 103, 103, 103, 2559, 2559, 2559, 2559, 2559, 2559, 2559, 2559,
  0x3030, 0x3030, 0x3030, 0x3030, 0x3030, 0x3030, 0x3030, 0x3030
])

/** Vectors that start at any number from 0 to 17: swizzled by them, digits move to the front. */
// @ts-ignore: decorator
@inline
const BYTE_INDEXES: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
  29, 30, 31, 32
])
