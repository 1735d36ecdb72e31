// Strings with text beyond ASCII, as UTF-16LE, written as UTF-8; lone surrogates come out as `\udxxx`. A
// string is taken in blocks of 16 units, and a pair never lies across two blocks.

import { QUOTE, RULE_HTML, RULE_JSON, RULE_VERBATIM, escapeLanes, writeEscapedBlock } from './escapes'
import { ESCAPES } from './tables.generated'
import {
  asciiLanes, below800Lanes, storeUpToTwoBytes, writePair, writeUpToFourBytes, writeUpToThreeBytes,
} from './utf8'
import { UNITS_2028, UNITS_D800, UNITS_DC00, UNITS_F800, UNITS_FC00, UNITS_FFFE, splat } from './vectors'

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
        out =
          escapes == 0 && rule == RULE_JSON && arePaired(low, high, count)
            ? writePairedBlock(out, low, high, count)
            : writeMixedBlock(out, text, count, special & ((1 << count) - 1))
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

// Whether each surrogate of a block has its other half.
// @ts-ignore: decorator
@inline
function arePaired(low: v128, high: v128, count: i32): bool {
  const valid = (1 << count) - 1
  const firsts = laneMask(halfLanes(low, UNITS_D800), halfLanes(high, UNITS_D800)) & valid
  const seconds = laneMask(halfLanes(low, UNITS_DC00), halfLanes(high, UNITS_DC00)) & valid
  return firsts << 1 == seconds
}

// @ts-ignore: decorator
@inline
function halfLanes(units: v128, half: usize): v128 {
  return i16x8.eq(v128.and(units, splat(UNITS_FC00)), splat(half))
}

// A block with pairs and without escapes, 1 to 16 units. No pair lies across its ends.
function writePairedBlock(out: usize, low: v128, high: v128, count: i32): usize {
  const beforeLow = i8x16.shuffle(low, low, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
  out = writeUpToFourBytes(out, low, beforeLow, min(count, 8))
  if (count <= 8) return out
  const beforeHigh = i8x16.shuffle(low, high, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
  return writeUpToFourBytes(out, high, beforeHigh, count - 8)
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
