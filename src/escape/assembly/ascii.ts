// Strings whose text is ASCII, one byte per UTF-16 unit: the common case, and mostly shorter than one block.

import { QUOTE, RULE_HTML, RULE_JSON, RULE_VERBATIM, escapeMask, writeEscapedBlock } from './escapes'

const BLOCK_UNITS: i32 = 32

/**
 * Writes `length` bytes of ASCII at `text` as a JSON string and returns the position behind it.
 * At most 6 bytes per byte plus 2; margins as in `escapes.ts`.
 */
export function writeAsciiString(out: usize, text: usize, length: u32): usize {
  store<u8>(out, QUOTE)
  out = writeAscii(out + 1, text, length, RULE_JSON)
  store<u8>(out, QUOTE)
  return out + 1
}

/** The same for JSON that stands inside a page. */
export function writeAsciiStringHtmlSafe(out: usize, text: usize, length: u32): usize {
  store<u8>(out, QUOTE)
  out = writeAscii(out + 1, text, length, RULE_JSON | RULE_HTML)
  store<u8>(out, QUOTE)
  return out + 1
}

/** Copies `length` bytes of ASCII that are JSON already; at most as many bytes. */
export function copyAscii(out: usize, text: usize, length: u32): usize {
  return writeAscii(out, text, length, RULE_VERBATIM)
}

/** The same for JSON that stands inside a page; at most 6 bytes per byte. */
export function copyAsciiHtmlSafe(out: usize, text: usize, length: u32): usize {
  return writeAscii(out, text, length, RULE_HTML)
}

// @ts-ignore: decorator
@inline
function writeAscii(out: usize, text: usize, length: i32, rule: i32): usize {
  while (length > BLOCK_UNITS) {
    out = writeBlock(out, text, BLOCK_UNITS, rule)
    text += BLOCK_UNITS
    length -= BLOCK_UNITS
  }
  return writeBlock(out, text, length, rule)
}

// 0 to 32 bytes without a branch on the length: both halves are stored whole, the mask drops what lies behind.
// @ts-ignore: decorator
@inline
function writeBlock(out: usize, text: usize, count: i32, rule: i32): usize {
  const low = v128.load(text)
  const high = v128.load(text, 16)
  v128.store(out, low)
  v128.store(out, high, 16)
  if (rule == RULE_VERBATIM) return out + count
  const mask = (escapeMask(low, rule) | (escapeMask(high, rule) << 16)) & <i32>((<u64>1 << count) - 1)
  if (mask == 0) return out + count
  return writeEscapedAscii(out, text, count, mask)
}

function writeEscapedAscii(out: usize, text: usize, count: i32, mask: i32): usize {
  return writeEscapedBlock(out, text, count, mask, false)
}
