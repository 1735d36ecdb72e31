// Strings whose text is ASCII, one byte per UTF-16 unit: the common case, and mostly shorter than one block.
// What is done for a string of one block is inlined at the place of use, the rest is called: a call costs as
// much as the block.

import { QUOTE, RULE_HTML, RULE_JSON, RULE_VERBATIM, escapeLanes, writeEscapedBlock } from './escapes'

const BLOCK_UNITS: i32 = 32

/**
 * Writes `length` bytes of ASCII at `text` as a JSON string and returns the position behind it.
 * At most 6 bytes per byte plus 2; margins as in `escapes.ts`.
 */
// @ts-ignore: decorator
@inline
export function writeAsciiString(out: usize, text: usize, length: u32): usize {
  store<u8>(out, QUOTE)
  out = writeAscii(out + 1, text, length, RULE_JSON)
  store<u8>(out, QUOTE)
  return out + 1
}

/** The same for JSON that stands inside a page. */
// @ts-ignore: decorator
@inline
export function writeAsciiStringHtmlSafe(out: usize, text: usize, length: u32): usize {
  store<u8>(out, QUOTE)
  out = writeAscii(out + 1, text, length, RULE_JSON | RULE_HTML)
  store<u8>(out, QUOTE)
  return out + 1
}

/** Copies `length` bytes of ASCII that are JSON already; at most as many bytes. */
// @ts-ignore: decorator
@inline
export function copyAscii(out: usize, text: usize, length: u32): usize {
  return writeAscii(out, text, length, RULE_VERBATIM)
}

/** The same for JSON that stands inside a page; at most 6 bytes per byte. */
// @ts-ignore: decorator
@inline
export function copyAsciiHtmlSafe(out: usize, text: usize, length: u32): usize {
  return writeAscii(out, text, length, RULE_HTML)
}

// @ts-ignore: decorator
@inline
function writeAscii(out: usize, text: usize, length: i32, rule: i32): usize {
  if (length <= BLOCK_UNITS) return writeBlock(out, text, length, rule)
  return rule == RULE_JSON ? writeLongJson(out, text, length) : writeLongByRule(out, text, length, rule)
}

// The plain rule has its own copies of the loops; the others share some that test the rule as they go.
function writeLongJson(out: usize, text: usize, length: i32): usize {
  return writeLong(out, text, length, RULE_JSON)
}

function writeLongByRule(out: usize, text: usize, length: i32, rule: i32): usize {
  return writeLong(out, text, length, rule)
}

// More than 32 bytes. The first loop ends with the first block that holds an escape: without the work on such
// blocks in it, clean text takes two thirds of the time.
// @ts-ignore: decorator
@inline
function writeLong(out: usize, text: usize, length: i32, rule: i32): usize {
  const end = text + length
  const last = end - BLOCK_UNITS
  do {
    const low = v128.load(text)
    const high = v128.load(text, 16)
    if (v128.any_true(v128.or(escapeLanes(low, rule, true), escapeLanes(high, rule, true)))) {
      return rule == RULE_JSON ? writeMixedJson(out, text, end) : writeMixedByRule(out, text, end, rule)
    }
    v128.store(out, low)
    v128.store(out, high, 16)
    text += BLOCK_UNITS
    out += BLOCK_UNITS
  } while (text < last)
  return writeBlock(out, text, <i32>(end - text), rule)
}

function writeMixedJson(out: usize, text: usize, end: usize): usize {
  return writeMixed(out, text, end, RULE_JSON)
}

function writeMixedByRule(out: usize, text: usize, end: usize, rule: i32): usize {
  return writeMixed(out, text, end, rule)
}

// @ts-ignore: decorator
@inline
function writeMixed(out: usize, text: usize, end: usize, rule: i32): usize {
  const last = end - BLOCK_UNITS
  while (text < last) {
    out = writeBlock(out, text, BLOCK_UNITS, rule)
    text += BLOCK_UNITS
  }
  return writeBlock(out, text, <i32>(end - text), rule)
}

// 0 to 32 bytes without a branch on the length: both halves are stored whole, and only when one of them holds
// an escape are those behind the end dropped.
// @ts-ignore: decorator
@inline
function writeBlock(out: usize, text: usize, count: i32, rule: i32): usize {
  const low = v128.load(text)
  const high = v128.load(text, 16)
  v128.store(out, low)
  v128.store(out, high, 16)
  if (rule == RULE_VERBATIM) return out + count
  const lowFound = escapeLanes(low, rule, true)
  const highFound = escapeLanes(high, rule, true)
  if (!i8x16.bitmask(v128.or(lowFound, highFound))) return out + count
  const mask = i8x16.bitmask(lowFound) | (i8x16.bitmask(highFound) << 16)
  return writeEscapedAscii(out, text, count, mask & <i32>((<u64>1 << count) - 1))
}

function writeEscapedAscii(out: usize, text: usize, count: i32, mask: i32): usize {
  return mask ? writeEscapedBlock(out, text, count, mask, false) : out + count
}
