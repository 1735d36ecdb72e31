// What both text encodings share: which bytes a rule replaces, and the work on a block that has some.
//
// A rule is a sum of flags. Where it is a constant at the place of use, only its own tests are compiled.

import { ESCAPES } from './tables.generated'
import { BYTES_02, BYTES_0F, BYTES_20, BYTES_21, BYTES_5C, HTML_UNSAFE_BY_LOW_NIBBLE, splat } from './vectors'

/** Every UTF-16 unit becomes at most this many bytes (`\u001f`, `\ud800`). */
export const ESCAPED_BYTES_PER_UNIT_MAX: i32 = 6
/** The two quotes around a string. */
export const QUOTE_BYTES: i32 = 2

/** How far a leaf may read past the end of its text; what is read there never reaches the output. */
export const TEXT_READ_MARGIN: i32 = 32

/** How far a leaf may store past the position it returns. */
export const OUT_WRITE_MARGIN: i32 = 32

/** Text that is JSON already: nothing is replaced. */
export const RULE_VERBATIM: i32 = 0
/** Controls, quote and backslash are replaced: the text becomes the inside of a JSON string. */
export const RULE_JSON: i32 = 1
/** `<`, `>`, `&`, U+2028 and U+2029 are replaced: the JSON can stand inside a page. */
export const RULE_HTML: i32 = 2

export const QUOTE: u8 = 0x22

/**
 * Lanes of `bytes` that `rule` replaces, as 0xff. Bytes from 0x7f up are never replaced; `isAscii` promises
 * that there are none from 0x80 up, which saves an instruction.
 *
 * One test finds controls and the quote: flipping bit 1 brings 0x22 to 0x20 and no other printable byte below
 * 0x21.
 */
// @ts-ignore: decorator
@inline
export function escapeLanes(bytes: v128, rule: i32, isAscii: bool): v128 {
  let found = i8x16.splat(0)
  if (rule & RULE_JSON) {
    const flipped = v128.xor(bytes, splat(BYTES_02))
    const low = isAscii ? i8x16.lt_s(flipped, splat(BYTES_21)) : i8x16.le_u(flipped, splat(BYTES_20))
    found = v128.or(low, i8x16.eq(bytes, splat(BYTES_5C)))
  }
  if (rule & RULE_HTML) {
    // A lookup by nibble as in simdjson (Langdale, Lemire, "Parsing gigabytes of JSON per second").
    const candidates = i8x16.swizzle(v128.load(HTML_UNSAFE_BY_LOW_NIBBLE), v128.and(bytes, splat(BYTES_0F)))
    found = v128.or(found, i8x16.eq(bytes, candidates))
  }
  return found
}

/** Sixteen ASCII units as bytes, from either encoding; units beyond ASCII become 0x7f or 0x80. */
// @ts-ignore: decorator
@inline
export function loadAscii(text: usize, wide: bool): v128 {
  return wide ? i8x16.narrow_i16x8_s(v128.load(text), v128.load(text, 16)) : v128.load(text)
}

/**
 * Writes a block of ASCII units of which those in `mask`, at least one, are replaced. The block's bytes stand
 * at `out` already; after each replacement the rest of the block is laid down again behind it, without a
 * second look. (Idea of the entries that carry their length in the eighth byte: orjson.)
 */
// @ts-ignore: decorator
@inline
export function writeEscapedBlock(out: usize, text: usize, count: i32, mask: i32, wide: bool): usize {
  let done = 0
  do {
    const index = ctz(mask)
    const entry = ESCAPES + (<usize>load<u8>(text + (<usize>index << <usize>wide)) << 3)
    out += index - done
    store<u64>(out, load<u64>(entry))
    out += load<u8>(entry, 7)
    done = index + 1
    const rest = text + (<usize>done << <usize>wide)
    v128.store(out, loadAscii(rest, wide))
    if (!wide) v128.store(out, v128.load(rest, 16), 16)
    mask &= mask - 1
  } while (mask)
  return out + count - done
}
