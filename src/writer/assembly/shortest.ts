// The shortest decimal of a double by one 64 x 128 bit product.
//
// Let the double be s * 2^e and let 10^k be the power of ten with 10^(k-1) <= 2^e < 10^k: its last place is
// worth between a tenth of a unit and a unit of 10^k. In units of 10^k the double is `integral + fraction`,
// and everything that reads back as it lies within `half` (half a last place) of it:
//
//     integral                        integral + 1
//        |----.----.----.----.----.----.----.----.----|       . = one more digit
//                        [---- half ---- x ---- half ----]
//
// Since half < 1/2, at most one of the two integers is inside; then that is the shortest decimal. Otherwise,
// since half >= 1/20, one more digit suffices, and the tenth nearest to x is the answer.
//
// The scheme is R. Giulietti's "The Schubfach way to render doubles" (2021); taking the shorter candidate
// first, so that a single product is enough, is due to Xiang JunBo (xjb), ibireme (yy_double) and V.
// Zverovich (Zmij).
import { writeDecimal } from './notation'
import { POW10_K_MIN, POW10_TABLE } from './pow10.generated'

const FRACTION_BITS = 52
const EXPONENT_BIAS = 1075
const LOW_32: u64 = 0xffffffff
const FIFTEEN_DIGITS_MIN: u64 = 100000000000000

/** Any finite positive double. At most FLOAT_BYTES_MAX - 1 bytes. */
export function writeShortest(out: usize, magnitude: f64): usize {
  const bits = reinterpret<u64>(magnitude)
  const fractionBits = bits & (((<u64>1) << FRACTION_BITS) - 1)
  const biasedExponent = i32(bits >> FRACTION_BITS)
  const isNormal = biasedExponent != 0
  const significand = fractionBits | (<u64>isNormal << FRACTION_BITS)
  const exponent = biasedExponent + i32(!isNormal) - EXPONENT_BIAS
  // Below a power of two doubles lie twice as dense, so the interval is 3/4 of a place: log10(3/4) is -0.125.
  const isIrregular = fractionBits == 0 && biasedExponent > 1

  // floor(exponent * log10(2)) + 1 and floor(-k * log2(10)): exact for every exponent of a double.
  let k = ((exponent * 315653 - (isIrregular ? 131072 : 0)) >> 20) + 1
  const shift = exponent + ((k * -217706) >> 16) + 4
  const power = POW10_TABLE + ((k - POW10_K_MIN) << 4)

  // (significand << shift) * 10^-k in limbs of 32 bits; two limbs below the fraction only give their carry.
  const scaled = significand << shift
  const s0 = scaled & LOW_32
  const s1 = scaled >> 32
  const a1 = s0 * load<u32>(power, 4) + ((s0 * load<u32>(power)) >> 32)
  const b1 = s1 * load<u32>(power) + (a1 & LOW_32)
  const a2 = s0 * load<u32>(power, 8) + (a1 >> 32)
  const b2 = s1 * load<u32>(power, 4) + (a2 & LOW_32) + (b1 >> 32)
  const a3 = s0 * load<u32>(power, 12) + (a2 >> 32)
  const b3 = s1 * load<u32>(power, 8) + (a3 & LOW_32) + (b2 >> 32)
  let integral = s1 * load<u32>(power, 12) + (a3 >> 32) + (b3 >> 32)
  const fraction = (b3 << 32) | (b2 & LOW_32)

  const powerLow = load<u64>(power)
  const powerHigh = load<u64>(power, 8)
  let digit: u32
  if (isIrregular) {
    // The shift is at least 1 here; a whole place may be more than a unit, so only half of it fits 64 bits.
    const half = (powerHigh << (shift - 1)) | ((powerLow >> 1) >> (64 - shift))
    const quarter = half >> 1
    const up = fraction + half < fraction
    integral += u64(up)
    digit = up || fraction <= quarter ? 0 : max(nearestTenth(fraction), tenthAtLeast(fraction - quarter))
  } else {
    // An even significand owns the ends of its interval.
    const half = ((powerHigh << shift) | ((powerLow >> 1) >> (63 - shift))) >> 1
    const reach = half + (~significand & 1)
    const up = fraction + reach < fraction
    integral += u64(up)
    // A branch here would be mispredicted for every other double.
    digit = select<u32>(0, nearestTenth(fraction), i32(up) | i32(reach > fraction))
  }

  if (!isNormal) {
    while (integral < FIFTEEN_DIGITS_MIN) {
      integral = integral * 10 + digit
      digit = 0
      k--
    }
  }
  return writeDecimal(out, integral, digit, k)
}

/**
 * round(10 * fraction / 2^64), ties to even. The table is a floor, so ten fractions are too small by up to
 * 10.1. A bias of 6 (or 7, nothing else) rounds every double rightly: test/writer/hard-doubles.ts finds the
 * decisive ones. True ties have exact powers and end in .25 or .75, of which rounding up is wrong for .25
 * alone.
 */
// @ts-ignore: decorator
@inline
function nearestTenth(fraction: u64): u32 {
  const low = (fraction & LOW_32) * 10 + 6
  const rounded = u32(((fraction >> 32) * 10 + (low >> 32) + 0x80000000) >> 32)
  return select<u32>(2, rounded, fraction == 0x4000000000000000)
}

/** ceil(10 * fraction / 2^64). */
// @ts-ignore: decorator
@inline
function tenthAtLeast(fraction: u64): u32 {
  const low = (fraction & LOW_32) * 10 + LOW_32
  return u32(((fraction >> 32) * 10 + (low >> 32) + LOW_32) >> 32)
}
