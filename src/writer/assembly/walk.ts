// The byte writer: one walk over a program and packed rows, writing JSON and where each row starts. It cannot fail:
// every check was made while packing, and the caller reserved room for the worst case.
//
// Loops and calls keep their state on a small stack of frames of two words, so that the walk is one function and its
// positions stay in registers. A frame of a loop: the start of its body, how many passes remain. Of a call: where to
// go on.

import * as ops from '../../spec/ops'
import {
  copyAscii,
  writeAsciiString,
  writeAsciiStringHtmlSafe,
} from '../../escape/assembly/ascii'
import { copyUtf16, writeUtf16String, writeUtf16StringHtmlSafe } from '../../escape/assembly/utf16'
import { writeDate, writeDateTime, writeTime } from './date'
import { digits8, u32FromF64 } from './digits'
import { writeDuration } from './duration'
import { writeFloat } from './float'
import { writeInt } from './int'

const FRAME_BYTES: usize = 8
const SLOT_BYTES: usize = 8

const OPEN_BRACE: u8 = 0x7b
const OPEN_BRACKET: u8 = 0x5b
const CLOSE_BRACKET: u8 = 0x5d
const COMMA: u8 = 0x2c
const COLON: u8 = 0x3a
const QUOTE: u8 = 0x22
const EMPTY_ARRAY: u16 = 0x5d5b // []
const NULL_TEXT: u32 = 0x6c6c756e // null
const TRUE_TEXT: u32 = 0x65757274 // true
const FALSE_TEXT: u64 = 0x65736c6166 // false

/** Beyond this magnitude integral doubles are written as `String(x)` writes them. */
const EXACT_INT_MAX: f64 = 9007199254740992.0

/**
 * Writes `rowCount` rows, each followed by one comma, from `out` on, and returns the position behind the last comma.
 * `offsets[i]` becomes the byte, counted from `out`, where row `i` starts. `wide`: the text is UTF-16, else ASCII.
 */
export function writeRows(
  program: usize,
  slots: usize,
  text: usize,
  wide: i32,
  out: usize,
  stack: usize,
  offsets: usize,
  rowCount: i32,
): usize {
  const start = out
  let entry = program
  store<u32>(offsets, 0)
  while (true) {
    const op = <i32>load<u8>(entry)
    const flags = <i32>load<u8>(entry, 1)
    let isFirst: usize = 0
    if (flags & (ops.FLAG_MAYBE | ops.FLAG_COMMA)) {
      if (flags & ops.FLAG_COMMA) isFirst = usize(load<u8>(out - 1) == OPEN_BRACE)
      if (flags & ops.FLAG_MAYBE && isAbsent(slots)) {
        const slot = load<f64>(slots)
        slots += SLOT_BYTES
        if (slot != slot) {
          out = writeLiteral(out, program, entry, isFirst)
          store<u32>(out, NULL_TEXT)
          out += 4
        }
        if (op <= ops.OP_LAST_CONTAINER) entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
        else if (op == ops.OP_UNION) entry = program + load<i32>(program + load<i32>(entry, ops.ENTRY_ARGUMENT))
        else entry += ops.ENTRY_BYTES
        continue
      }
    }
    out = writeLiteral(out, program, entry, isFirst)
    switch (op) {
      case ops.OP_OBJECT:
        slots += SLOT_BYTES
        break
      case ops.OP_ARRAY: {
        const count = <i32>(<u32>load<f64>(slots))
        slots += SLOT_BYTES
        if (count == 0) {
          store<u16>(out, EMPTY_ARRAY)
          out += 2
          entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
          continue
        }
        store<u8>(out++, OPEN_BRACKET)
        store<u32>(stack, count)
        stack += FRAME_BYTES
        break
      }
      case ops.OP_LITERAL:
        break
      case ops.OP_JUMP:
        entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
        continue
      case ops.OP_CALL:
        store<u32>(stack, <u32>(entry + ops.ENTRY_BYTES))
        stack += FRAME_BYTES
        entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
        continue
      case ops.OP_RETURN:
        stack -= FRAME_BYTES
        entry = load<u32>(stack)
        continue
      case ops.OP_ROW_NEXT:
        store<u8>(out++, COMMA)
        if (--rowCount == 0) return out
        offsets += 4
        store<u32>(offsets, <u32>(out - start))
        entry = program
        continue
      case ops.OP_ARRAY_NEXT: {
        const left = load<u32>(stack - FRAME_BYTES) - 1
        if (left != 0) {
          store<u8>(out++, COMMA)
          store<u32>(stack - FRAME_BYTES, left)
          entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
          continue
        }
        store<u8>(out++, CLOSE_BRACKET)
        stack -= FRAME_BYTES
        break
      }
      case ops.OP_REST: {
        const count = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        if (count == 0) {
          entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
          continue
        }
        store<u32>(stack, count)
        stack += FRAME_BYTES
        break
      }
      case ops.OP_REST_KEY: {
        if (load<u8>(out - 1) != OPEN_BRACE) store<u8>(out++, COMMA)
        const length = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        out = writeString(out, text, length, wide, flags)
        text += length << wide
        store<u8>(out++, COLON)
        break
      }
      case ops.OP_REST_NEXT: {
        const left = load<u32>(stack - FRAME_BYTES) - 1
        if (left != 0) {
          store<u32>(stack - FRAME_BYTES, left)
          entry = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
          continue
        }
        stack -= FRAME_BYTES
        break
      }
      case ops.OP_UNION: {
        const variant = <i32>load<f64>(slots)
        slots += SLOT_BYTES
        const table = program + load<i32>(entry, ops.ENTRY_ARGUMENT)
        entry = program + load<i32>(table + 4 + (variant << 2))
        continue
      }
      case ops.OP_INT: {
        const value = load<f64>(slots)
        slots += SLOT_BYTES
        const magnitude = Math.abs(value)
        if (magnitude < 100000000.0) {
          store<u8>(out, 0x2d)
          out = writeUpTo8(out + usize(value < 0.0), magnitude)
        } else out = magnitude <= EXACT_INT_MAX ? writeInt(out, value) : writeFloat(out, value)
        break
      }
      case ops.OP_FLOAT: {
        const value = load<f64>(slots)
        slots += SLOT_BYTES
        if (value - value == 0) out = writeFloat(out, value)
        else {
          store<u32>(out, NULL_TEXT)
          out += 4
        }
        break
      }
      case ops.OP_BOOL: {
        const isTrue = load<f64>(slots) != 0
        slots += SLOT_BYTES
        store<u64>(out, isTrue ? <u64>TRUE_TEXT : FALSE_TEXT)
        out += isTrue ? 4 : 5
        break
      }
      case ops.OP_STRING: {
        const length = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        out = writeString(out, text, length, wide, flags)
        text += length << wide
        break
      }
      case ops.OP_ENUM: {
        const index = <i32>load<f64>(slots)
        slots += SLOT_BYTES
        const pair = program + load<i32>(entry, ops.ENTRY_ARGUMENT) + (index << 3)
        out = copyBlocks(out, program + load<i32>(pair), load<i32>(pair, 4))
        break
      }
      case ops.OP_TEXT: {
        const length = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        out = wide ? copyUtf16(out, text, length) : copyAscii(out, text, length)
        text += length << wide
        break
      }
      case ops.OP_DATE_TIME: {
        const value = load<f64>(slots)
        slots += SLOT_BYTES
        if (value != -Infinity) {
          out = writeDateTime(out, value, false)
          break
        }
        const length = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        out = writeString(out, text, length, wide, flags)
        text += length << wide
        break
      }
      default: {
        // A number, or a text in its place.
        const value = load<f64>(slots)
        slots += SLOT_BYTES
        if (value != -Infinity) {
          out = writeNumber(out, op, value)
          break
        }
        const length = <u32>load<f64>(slots)
        slots += SLOT_BYTES
        if (op == ops.OP_BIGINT) out = wide ? copyUtf16(out, text, length) : copyAscii(out, text, length)
        else out = writeString(out, text, length, wide, flags)
        text += length << wide
      }
    }
    entry += ops.ENTRY_BYTES
  }
}

// @ts-ignore: decorator
@inline
function writeUpTo8(out: usize, magnitude: f64): usize {
  const digits = digits8(u32FromF64(magnitude))
  const zeroBits = ctz(digits | 0x0100000000000000) & 56
  store<u64>(out, (digits | 0x3030303030303030) >> zeroBits)
  return out + 8 - <usize>(zeroBits >> 3)
}

function writeNumber(out: usize, op: i32, value: f64): usize {
  switch (op) {
    case ops.OP_DATE_TIME_SECONDS:
      return writeDateTime(out, value, true)
    case ops.OP_DATE:
      return writeDate(out, value)
    case ops.OP_TIME:
      return writeTime(out, value, false)
    case ops.OP_TIME_SECONDS:
      return writeTime(out, value, true)
    case ops.OP_DURATION:
      return writeDuration(out, value, false)
    case ops.OP_DURATION_SECONDS:
      return writeDuration(out, value, true)
    case ops.OP_BIGINT_STRING:
      store<u8>(out, QUOTE)
      out = writeInt(out + 1, value)
      store<u8>(out, QUOTE)
      return out + 1
    default: // OP_BIGINT
      return writeInt(out, value)
  }
}

/** NaN or plus infinity: null or missing. Minus infinity is content, a text in place of a number. */
// @ts-ignore: decorator
@inline
function isAbsent(slots: usize): bool {
  const bits = load<u64>(slots)
  return (bits & 0x7ff0000000000000) == 0x7ff0000000000000 && bits != 0xfff0000000000000
}

// @ts-ignore: decorator
@inline
function writeString(out: usize, text: usize, length: u32, wide: i32, flags: i32): usize {
  if (flags & ops.FLAG_HTML_SAFE) return writeStringHtmlSafe(out, text, length, wide)
  return wide ? writeUtf16String(out, text, length) : writeAsciiString(out, text, length)
}

function writeStringHtmlSafe(out: usize, text: usize, length: u32, wide: i32): usize {
  return wide ? writeUtf16StringHtmlSafe(out, text, length) : writeAsciiStringHtmlSafe(out, text, length)
}

/** Stores whole blocks: up to 15 bytes past the end. */
// @ts-ignore: decorator
@inline
function copyBlocks(out: usize, from: usize, length: i32): usize {
  v128.store(out, v128.load(from))
  for (let i = 16; i < length; i += 16) v128.store(out + i, v128.load(from + i))
  return out + length
}

/** An entry's literal; `isFirst`: nothing stands in its object yet, so the leading comma gives way to the brace. */
// @ts-ignore: decorator
@inline
function writeLiteral(out: usize, program: usize, entry: usize, isFirst: usize): usize {
  const length = load<i32>(entry, ops.ENTRY_LITERAL_LENGTH)
  const start = out - isFirst
  v128.store(start, v128.load(entry, ops.ENTRY_LITERAL_HEAD))
  if (length > ops.LITERAL_HEAD_BYTES) writeLongLiteral(start, program, entry, length)
  if (isFirst) store<u8>(start, OPEN_BRACE)
  return start + length
}

// @ts-ignore: decorator
@inline
function writeLongLiteral(out: usize, program: usize, entry: usize, length: i32): void {
  const from = program + load<i32>(entry, ops.ENTRY_LITERAL_POSITION)
  for (let i = ops.LITERAL_HEAD_BYTES; i < length; i += 16) v128.store(out + i, v128.load(from + i))
}
