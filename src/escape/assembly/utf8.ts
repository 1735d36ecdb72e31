// UTF-8 bytes of eight UTF-16 units at a time, for units that are no surrogates, and of one pair.
//
// Expanding to 2 and 3 bytes and squeezing out the unused ones by a shuffle is the idea of simdutf (Lemire,
// Mula, "Transcoding billions of Unicode characters per second with SIMD instructions"). Here a shuffle is
// put together from two halves, so that the tables take 0.5 KB in place of 8.

import { THREE_BYTE_HIGH, THREE_BYTE_LOW, TWO_BYTE_HIGH, TWO_BYTE_LOW } from './tables.generated'
import {
  UNITS_0003, UNITS_003F, UNITS_0040, UNITS_0080, UNITS_00FF, UNITS_0700, UNITS_0F00, UNITS_3F00,
  UNITS_4000, UNITS_8000, UNITS_80C0, UNITS_80E0, UNITS_D800, UNITS_F000, UNITS_F800, UNITS_FC00,
  UNITS_FF80, splat,
} from './vectors'

// Each unit as 110bbbbb 10cccccc or 0ccccccc in its own two bytes, then the unused second bytes are squeezed
// out.
// @ts-ignore: decorator
@inline
export function storeUpToTwoBytes(out: usize, units: v128, beyondAscii: i32): void {
  const lead = i16x8.shr_u(units, 6)
  const trail = i16x8.shl(v128.and(units, splat(UNITS_003F)), 8)
  const pairs = v128.or(v128.or(lead, trail), splat(UNITS_80C0))
  const expanded = v128.bitselect(units, pairs, asciiLanes(units))
  const shuffle = loadShuffle(TWO_BYTE_LOW, TWO_BYTE_HIGH, beyondAscii)
  const packed = i8x16.swizzle(expanded, shuffle)
  v128.store64_lane(out, packed, 0)
  v128.store64_lane(out + popcnt(beyondAscii & 0x0f), packed, 1, 4)
}

// Each unit as 1110aaaa 10bbbbbb 10cccccc 00000000, where a 2-byte unit has 110bbbbb in the second place and
// an ASCII unit itself in the third, so that the bytes meant are always the last ones of the three. All eight
// units are stored, the first `count` are meant.
// @ts-ignore: decorator
@inline
export function writeUpToThreeBytes(out: usize, units: v128, count: i32): usize {
  const ascii = asciiLanes(units)
  const below800 = below800Lanes(units)
  const lead = i16x8.shr_u(units, 12)
  const middle = v128.and(i16x8.shl(units, 2), splat(UNITS_3F00))
  const twoByteLead = v128.and(below800, splat(UNITS_4000))
  const first = v128.or(v128.or(lead, middle), v128.or(twoByteLead, splat(UNITS_80E0)))
  const continuation = v128.or(v128.and(units, splat(UNITS_003F)), splat(UNITS_0080))
  const last = v128.bitselect(units, continuation, ascii)
  return writeExpanded(out, first, last, ascii, below800, count)
}

// The same where the units may also be surrogates, none of them lone: a high one gives the first two bytes of
// its pair, a low one the last two. `before` has the unit before each.
// @ts-ignore: decorator
@inline
export function writeUpToFourBytes(out: usize, units: v128, before: v128, count: i32): usize {
  const ascii = asciiLanes(units)
  const high = i16x8.eq(v128.and(units, splat(UNITS_FC00)), splat(UNITS_D800))
  const surrogates = i16x8.eq(v128.and(units, splat(UNITS_F800)), splat(UNITS_D800))
  const below800 = v128.or(below800Lanes(units), surrogates)
  const lead = i16x8.shr_u(units, 12)
  const middle = v128.and(i16x8.shl(units, 2), splat(UNITS_3F00))
  const twoByteLead = v128.and(below800, splat(UNITS_4000))
  const plainFirst = v128.or(v128.or(lead, middle), v128.or(twoByteLead, splat(UNITS_80E0)))
  // 110110wwwwxxxxxx 110111yyyyyyyyyy is 11110uuu 10uuxxxx 10xxyyyy 10yyyyyy, u being w + 1.
  const plane = i16x8.add(units, splat(UNITS_0040))
  const highFirst = v128.or(v128.and(plane, splat(UNITS_0700)), splat(UNITS_F000))
  const lowFirst = v128.or(
    v128.or(i16x8.shl(v128.and(before, splat(UNITS_0003)), 12), splat(UNITS_8000)),
    v128.and(i16x8.shl(units, 2), splat(UNITS_0F00)),
  )
  const first = v128.bitselect(v128.bitselect(highFirst, lowFirst, high), plainFirst, surrogates)
  const sixBits = v128.bitselect(i16x8.shr_u(plane, 2), units, high)
  const continuation = v128.or(v128.and(sixBits, splat(UNITS_003F)), splat(UNITS_0080))
  const last = v128.bitselect(units, continuation, ascii)
  return writeExpanded(out, first, last, ascii, below800, count)
}

// Eight units whose bytes stand at the end of three: two in `first`, one in `last`.
// @ts-ignore: decorator
@inline
function writeExpanded(
  out: usize,
  first: v128,
  last: v128,
  ascii: v128,
  below800: v128,
  count: i32,
): usize {
  // Two bits per unit: more than one byte, more than two.
  const lengths = ~i8x16.bitmask(v128.bitselect(ascii, below800, splat(UNITS_00FF)))
  const low = i8x16.shuffle(first, last, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23)
  const high = i8x16.shuffle(first, last, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31)
  storeFour(out, low, lengths)
  storeFour(out + 4 + popcnt(lengths & 0xff), high, lengths >> 8)
  return out + count + popcnt(lengths & ((1 << (count << 1)) - 1))
}

// Four units of four bytes each, squeezed two by two.
// @ts-ignore: decorator
@inline
function storeFour(out: usize, expanded: v128, lengths: i32): void {
  const shuffle = loadShuffle(THREE_BYTE_LOW, THREE_BYTE_HIGH, lengths)
  const packed = i8x16.swizzle(expanded, shuffle)
  v128.store64_lane(out, packed, 0)
  v128.store64_lane(out + popcnt(lengths & 0x0f), packed, 1, 2)
}

// The low four bits of `mask` choose the first half, the next four the second.
// @ts-ignore: decorator
@inline
function loadShuffle(lowTable: usize, highTable: usize, mask: i32): v128 {
  const low = v128.load64_zero(lowTable + ((mask & 0x0f) << 3))
  return v128.load64_lane(highTable + ((mask & 0xf0) >> 1), low, 1)
}

// @ts-ignore: decorator
@inline
export function writePair(out: usize, high: u32, low: u32): usize {
  const point = ((high & 0x3ff) << 10) + (low & 0x3ff) + 0x10000
  const outer = (point >> 18) | ((point << 24) & 0x3f000000)
  const inner = ((point >> 4) & 0x3f00) | ((point << 10) & 0x3f0000)
  store<u32>(out, 0x808080f0 | outer | inner)
  return out + 4
}

// @ts-ignore: decorator
@inline
export function asciiLanes(units: v128): v128 {
  return i16x8.eq(v128.and(units, splat(UNITS_FF80)), i16x8.splat(0))
}

// @ts-ignore: decorator
@inline
export function below800Lanes(units: v128): v128 {
  return i16x8.eq(v128.and(units, splat(UNITS_F800)), i16x8.splat(0))
}
