// Strings with text beyond ASCII, as UTF-16LE, written as UTF-8. Units that are no character (lone surrogates) come out
// as `\udxxx`. A string is taken in blocks of 16 units; a pair never lies across two blocks.
//
// The expansion to 2 and 3 bytes and the closing of gaps by a shuffle follow the idea of simdutf (Lemire, Mula,
// "Transcoding billions of Unicode characters per second with SIMD instructions"), with smaller tables.

import { QUOTE, RULE_HTML, RULE_JSON, RULE_VERBATIM, escapeMask, loadAscii, writeEscapedBlock } from './escapes'
import { ESCAPES, THREE_BYTE_HIGH, THREE_BYTE_LOW, TWO_BYTE_HIGH, TWO_BYTE_LOW } from './tables.generated'

const BLOCK_UNITS: i32 = 16

/**
 * Writes `units` units of UTF-16LE at `text` as a JSON string in UTF-8 and returns the position behind it.
 * At most 6 bytes per unit plus 2; margins as in `escapes.ts`.
 */
export function writeUtf16String(out: usize, text: usize, units: u32): usize {
  store<u8>(out, QUOTE)
  out = writeUtf16(out + 1, text, units, RULE_JSON)
  store<u8>(out, QUOTE)
  return out + 1
}

/** The same for JSON that stands inside a page. */
export function writeUtf16StringHtmlSafe(out: usize, text: usize, units: u32): usize {
  store<u8>(out, QUOTE)
  out = writeUtf16(out + 1, text, units, RULE_JSON | RULE_HTML)
  store<u8>(out, QUOTE)
  return out + 1
}

/** Writes text that is JSON already; only lone surrogates are replaced. At most 6 bytes per unit. */
export function copyUtf16(out: usize, text: usize, units: u32): usize {
  return writeUtf16(out, text, units, RULE_VERBATIM)
}

/** The same for JSON that stands inside a page. */
export function copyUtf16HtmlSafe(out: usize, text: usize, units: u32): usize {
  return writeUtf16(out, text, units, RULE_HTML)
}

// @ts-ignore: decorator
@inline
function writeUtf16(out: usize, text: usize, units: i32, rule: i32): usize {
  while (units > BLOCK_UNITS) {
    const count = BLOCK_UNITS - <i32>isHighSurrogate(load<u16>(text, 2 * (BLOCK_UNITS - 1)))
    out = writeBlock(out, text, count, rule)
    text += <usize>count << 1
    units -= count
  }
  return writeBlock(out, text, units, rule)
}

// 0 to 16 units, which end where the text ends or before the start of a pair.
// @ts-ignore: decorator
@inline
function writeBlock(out: usize, text: usize, count: i32, rule: i32): usize {
  const low = v128.load(text)
  const high = v128.load(text, 16)
  const valid = (1 << count) - 1
  const bytes = i8x16.narrow_i16x8_s(low, high)
  const escapes = rule ? escapeMask(bytes, rule) & valid : 0
  if ((laneMask(asciiLanes(low), asciiLanes(high)) & valid) == valid) {
    v128.store(out, bytes)
    if (escapes == 0) return out + count
    return writeEscapedUtf16(out, text, count, escapes)
  }
  const special = escapes | (laneMask(specialLanes(low, rule), specialLanes(high, rule)) & valid)
  return writeMixedBlock(out, text, count, special)
}

function writeEscapedUtf16(out: usize, text: usize, count: i32, mask: i32): usize {
  return writeEscapedBlock(out, text, count, mask, true)
}

// A block with text beyond ASCII: runs of plain units by vector, the units in `special` one at a time between them.
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
  while (count > 8) {
    out = writeEight(out, v128.load(text), 8)
    text += 16
    count -= 8
  }
  return writeEight(out, v128.load(text), count)
}

// Expands eight units, of which the first `count` are meant, and stores all: what lies behind is overwritten later.
// @ts-ignore: decorator
@inline
function writeEight(out: usize, units: v128, count: i32): usize {
  const below800 = i16x8.eq(v128.and(units, i16x8.splat(0xf800 as i16)), i16x8.splat(0))
  const valid = (1 << count) - 1
  if ((i16x8.bitmask(below800) & valid) == valid) return writeTwoByte(out, units, valid) + count
  return writeThreeByte(out, units, below800, (1 << (count << 1)) - 1) + count
}

// Each unit as 110bbbbb 10cccccc or 0ccccccc in its own two bytes, then the unused second bytes are squeezed out.
// Returns the position less one byte per meant unit.
// @ts-ignore: decorator
@inline
function writeTwoByte(out: usize, units: v128, valid: i32): usize {
  const ascii = asciiLanes(units)
  const lead = i16x8.shr_u(units, 6)
  const trail = i16x8.shl(v128.and(units, i16x8.splat(0x3f)), 8)
  const pairs = v128.or(v128.or(lead, trail), i16x8.splat(0x80c0 as i16))
  const expanded = v128.bitselect(units, pairs, ascii)
  const wide = i16x8.bitmask(ascii) ^ 0xff
  const shuffle = v128.load64_lane(TWO_BYTE_HIGH + ((wide & 0xf0) >> 1), v128.load64_zero(TWO_BYTE_LOW + ((wide & 0x0f) << 3)), 1)
  const packed = i8x16.swizzle(expanded, shuffle)
  v128.store64_lane(out, packed, 0)
  v128.store64_lane(out + popcnt(wide & 0x0f), packed, 1, 4)
  return out + popcnt(wide & valid)
}

// Each unit as 1110aaaa 10bbbbbb 10cccccc 00000000, where a 2-byte unit has 110bbbbb in the second place and an ASCII
// unit itself in the third, so that the bytes meant are always the last ones of the three.
// Returns the position less one byte per meant unit; `valid` has two bits per unit.
// @ts-ignore: decorator
@inline
function writeThreeByte(out: usize, units: v128, below800: v128, valid: i32): usize {
  const ascii = asciiLanes(units)
  const lead = i16x8.shr_u(units, 12)
  const middle = v128.and(i16x8.shl(units, 2), i16x8.splat(0x3f00))
  const twoByteLead = v128.and(below800, i16x8.splat(0x4000))
  const first = v128.or(v128.or(lead, middle), v128.or(twoByteLead, i16x8.splat(0x80e0 as i16)))
  const continuation = v128.or(v128.and(units, i16x8.splat(0x3f)), i16x8.splat(0x80))
  const last = v128.bitselect(units, continuation, ascii)
  const low = i8x16.shuffle(first, last, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23)
  const high = i8x16.shuffle(first, last, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31)
  // Per unit two bits: at or above U+0080, at or above U+0800.
  const lengths = i8x16.bitmask(v128.bitselect(ascii, below800, i16x8.splat(0x00ff))) ^ 0xffff
  writeFour(out, low, lengths)
  writeFour(out + popcnt(lengths & 0xff) + 4, high, lengths >> 8)
  return out + popcnt(lengths & valid)
}

// Four units of four bytes each, squeezed two by two.
// @ts-ignore: decorator
@inline
function writeFour(out: usize, expanded: v128, lengths: i32): void {
  const shuffle = v128.load64_lane(
    THREE_BYTE_HIGH + ((lengths & 0xf0) >> 1),
    v128.load64_zero(THREE_BYTE_LOW + ((lengths & 0x0f) << 3)),
    1,
  )
  const packed = i8x16.swizzle(expanded, shuffle)
  v128.store64_lane(out, packed, 0)
  v128.store64_lane(out + popcnt(lengths & 0x0f), packed, 1, 2)
}

// @ts-ignore: decorator
@inline
function writePair(out: usize, high: u32, low: u32): usize {
  const point = ((high & 0x3ff) << 10) + (low & 0x3ff) + 0x10000
  const bytes = (point >> 18) | ((point >> 4) & 0x3f00) | ((point << 10) & 0x3f0000) | (point << 24 & 0x3f000000)
  store<u32>(out, bytes | 0x808080f0)
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
  return i16x8.eq(v128.and(units, i16x8.splat(0xff80 as i16)), i16x8.splat(0))
}

// Surrogates, and the two separators that end a line in older JavaScript.
// @ts-ignore: decorator
@inline
function specialLanes(units: v128, rule: i32): v128 {
  const surrogates = i16x8.eq(v128.and(units, i16x8.splat(0xf800 as i16)), i16x8.splat(0xd800 as i16))
  if ((rule & RULE_HTML) == 0) return surrogates
  const separators = i16x8.eq(v128.and(units, i16x8.splat(0xfffe as i16)), i16x8.splat(0x2028))
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
