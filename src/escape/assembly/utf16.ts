// Strings with text beyond ASCII, as UTF-16LE, written as UTF-8; lone surrogates come out as `\udxxx`. A string is
// taken in blocks of 16 units, and a pair never lies across two blocks.
//
// Expanding to 2 and 3 bytes and squeezing out the unused ones by a shuffle is the idea of simdutf (Lemire, Mula,
// "Transcoding billions of Unicode characters per second with SIMD instructions"). Here a shuffle is put together from
// two halves, so that the tables take 0.5 KB in place of 8.

import { QUOTE, RULE_HTML, RULE_JSON, RULE_VERBATIM, escapeLanes, writeEscapedBlock } from './escapes'
import { ESCAPES, THREE_BYTE_HIGH, THREE_BYTE_LOW, TWO_BYTE_HIGH, TWO_BYTE_LOW } from './tables.generated'
import {
  UNITS_003F, UNITS_0080, UNITS_00FF, UNITS_2028, UNITS_3F00, UNITS_4000,
  UNITS_80C0, UNITS_80E0, UNITS_D800, UNITS_F800, UNITS_FF80, UNITS_FFFE, splat,
} from './vectors'

const BLOCK_UNITS: i32 = 16

/**
 * Writes `units` units of UTF-16LE at `text` as a JSON string in UTF-8 and returns the position behind it.
 * At most 6 bytes per unit plus 2; margins as in `escapes.ts`.
 */
export function writeUtf16String(out: usize, text: usize, units: u32): usize {
  store<u8>(out, QUOTE)
  out = writeUtf16Json(out + 1, text, units)
  store<u8>(out, QUOTE)
  return out + 1
}

/** The same for JSON that stands inside a page. */
export function writeUtf16StringHtmlSafe(out: usize, text: usize, units: u32): usize {
  store<u8>(out, QUOTE)
  out = writeUtf16ByRule(out + 1, text, units, RULE_JSON | RULE_HTML)
  store<u8>(out, QUOTE)
  return out + 1
}

/** Writes text that is JSON already; only lone surrogates are replaced. At most 6 bytes per unit. */
export function copyUtf16(out: usize, text: usize, units: u32): usize {
  return writeUtf16ByRule(out, text, units, RULE_VERBATIM)
}

/** The same for JSON that stands inside a page. */
export function copyUtf16HtmlSafe(out: usize, text: usize, units: u32): usize {
  return writeUtf16ByRule(out, text, units, RULE_HTML)
}

// The plain rule has its own copy of the loop; the others share one that tests the rule as it goes.
function writeUtf16Json(out: usize, text: usize, units: i32): usize {
  return writeUtf16(out, text, units, RULE_JSON)
}

function writeUtf16ByRule(out: usize, text: usize, units: i32, rule: i32): usize {
  return writeUtf16(out, text, units, rule)
}

// @ts-ignore: decorator
@inline
function writeUtf16(out: usize, text: usize, units: i32, rule: i32): usize {
  while (units > 0) {
    let count = min(units, BLOCK_UNITS)
    const valid = (1 << count) - 1
    const low = v128.load(text)
    const high = v128.load(text, 16)
    const bytes = i8x16.narrow_i16x8_s(low, high)
    const escapes = i8x16.bitmask(escapeLanes(bytes, rule, false)) & valid
    const beyondAscii = ~laneMask(asciiLanes(low), asciiLanes(high)) & valid
    if (beyondAscii == 0) {
      v128.store(out, bytes)
      out = escapes ? writeEscapedUtf16(out, text, count, escapes) : out + count
    } else {
      const special = escapes | (laneMask(specialLanes(low, rule), specialLanes(high, rule)) & valid)
      if (special == 0) {
        out = writePlainBlock(out, low, high, count, beyondAscii)
      } else {
        count -= <i32>(units > BLOCK_UNITS && isHighSurrogate(load<u16>(text, 2 * (BLOCK_UNITS - 1))))
        out = writeMixedBlock(out, text, count, special & ((1 << count) - 1))
      }
    }
    text += <usize>count << 1
    units -= count
  }
  return out
}

function writeEscapedUtf16(out: usize, text: usize, count: i32, mask: i32): usize {
  return writeEscapedBlock(out, text, count, mask, true)
}

// A block beyond ASCII without surrogates and escapes, 1 to 16 units.
// @ts-ignore: decorator
@inline
function writePlainBlock(out: usize, low: v128, high: v128, count: i32, beyondAscii: i32): usize {
  const valid = (1 << count) - 1
  if ((laneMask(below800Lanes(low), below800Lanes(high)) & valid) != valid) {
    out = writeUpToThreeBytes(out, low, min(count, 8))
    return count > 8 ? writeUpToThreeBytes(out, high, count - 8) : out
  }
  storeUpToTwoBytes(out, low, beyondAscii)
  if (count > 8) storeUpToTwoBytes(out + 8 + popcnt(beyondAscii & 0xff), high, beyondAscii >> 8)
  return out + count + popcnt(beyondAscii)
}

// A block with units in `special`: those one at a time, the plain runs between them by vector.
function writeMixedBlock(out: usize, text: usize, count: i32, special: i32): usize {
  let start = 0
  while (special) {
    const index = ctz(special)
    const position = text + (<usize>index << 1)
    if (index > start) out = writeRun(out, text + (<usize>start << 1), index - start)
    const unit = <u32>load<u16>(position)
    const paired = isHighSurrogate(unit) && index + 1 < count && isLowSurrogate(load<u16>(position, 2))
    out = paired ? writePair(out, unit, load<u16>(position, 2)) : writeSpecialUnit(out, unit)
    start = index + 1 + <i32>paired
    special &= -1 << start
  }
  return count > start ? writeRun(out, text + (<usize>start << 1), count - start) : out
}

// Units without surrogates and escapes, 1 to 16.
// @ts-ignore: decorator
@inline
function writeRun(out: usize, text: usize, count: i32): usize {
  if (count > 8) {
    out = writeUpToThreeBytes(out, v128.load(text), 8)
    text += 16
    count -= 8
  }
  return writeUpToThreeBytes(out, v128.load(text), count)
}

// Each unit as 110bbbbb 10cccccc or 0ccccccc in its own two bytes, then the unused second bytes are squeezed out.
// @ts-ignore: decorator
@inline
function storeUpToTwoBytes(out: usize, units: v128, beyondAscii: i32): void {
  const lead = i16x8.shr_u(units, 6)
  const trail = i16x8.shl(v128.and(units, splat(UNITS_003F)), 8)
  const pairs = v128.or(v128.or(lead, trail), splat(UNITS_80C0))
  const expanded = v128.bitselect(units, pairs, asciiLanes(units))
  const shuffle = loadShuffle(TWO_BYTE_LOW, TWO_BYTE_HIGH, beyondAscii)
  const packed = i8x16.swizzle(expanded, shuffle)
  v128.store64_lane(out, packed, 0)
  v128.store64_lane(out + popcnt(beyondAscii & 0x0f), packed, 1, 4)
}

// Each unit as 1110aaaa 10bbbbbb 10cccccc 00000000, where a 2-byte unit has 110bbbbb in the second place and an ASCII
// unit itself in the third, so that the bytes meant are always the last ones of the three. All eight units are stored,
// the first `count` are meant.
// @ts-ignore: decorator
@inline
function writeUpToThreeBytes(out: usize, units: v128, count: i32): usize {
  const ascii = asciiLanes(units)
  const below800 = below800Lanes(units)
  const lead = i16x8.shr_u(units, 12)
  const middle = v128.and(i16x8.shl(units, 2), splat(UNITS_3F00))
  const twoByteLead = v128.and(below800, splat(UNITS_4000))
  const first = v128.or(v128.or(lead, middle), v128.or(twoByteLead, splat(UNITS_80E0)))
  const continuation = v128.or(v128.and(units, splat(UNITS_003F)), splat(UNITS_0080))
  const last = v128.bitselect(units, continuation, ascii)
  // Two bits per unit: at or above U+0080, at or above U+0800.
  const lengths = ~i8x16.bitmask(v128.bitselect(ascii, below800, splat(UNITS_00FF)))
  storeFour(out, i8x16.shuffle(first, last, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), lengths)
  const next = out + 4 + popcnt(lengths & 0xff)
  storeFour(next, i8x16.shuffle(first, last, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), lengths >> 8)
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
function writePair(out: usize, high: u32, low: u32): usize {
  const point = ((high & 0x3ff) << 10) + (low & 0x3ff) + 0x10000
  const outer = (point >> 18) | ((point << 24) & 0x3f000000)
  const inner = ((point >> 4) & 0x3f00) | ((point << 10) & 0x3f0000)
  store<u32>(out, 0x808080f0 | outer | inner)
  return out + 4
}

// A unit that is replaced: an ASCII one by its table entry, any other by its number in hexadecimal.
function writeSpecialUnit(out: usize, unit: u32): usize {
  if (unit < 0x80) {
    const entry = ESCAPES + (<usize>unit << 3)
    store<u64>(out, load<u64>(entry))
    return out + load<u8>(entry, 7)
  }
  store<u16>(out, 0x755c) // \u
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (unit >> shift) & 0x0f
    store<u8>(out++, digit + (digit < 10 ? 0x30 : 0x57), 2)
  }
  return out + 2
}

// @ts-ignore: decorator
@inline
function asciiLanes(units: v128): v128 {
  return i16x8.eq(v128.and(units, splat(UNITS_FF80)), i16x8.splat(0))
}

// @ts-ignore: decorator
@inline
function below800Lanes(units: v128): v128 {
  return i16x8.eq(v128.and(units, splat(UNITS_F800)), i16x8.splat(0))
}

// Surrogates, and the two separators that end a line in older JavaScript.
// @ts-ignore: decorator
@inline
function specialLanes(units: v128, rule: i32): v128 {
  const surrogates = i16x8.eq(v128.and(units, splat(UNITS_F800)), splat(UNITS_D800))
  if ((rule & RULE_HTML) == 0) return surrogates
  const separators = i16x8.eq(v128.and(units, splat(UNITS_FFFE)), splat(UNITS_2028))
  return v128.or(surrogates, separators)
}

// @ts-ignore: decorator
@inline
function laneMask(low: v128, high: v128): i32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(low, high))
}

// @ts-ignore: decorator
@inline
function isHighSurrogate(unit: u32): bool {
  return (unit & 0xfc00) == 0xd800
}

// @ts-ignore: decorator
@inline
function isLowSurrogate(unit: u32): bool {
  return (unit & 0xfc00) == 0xdc00
}
