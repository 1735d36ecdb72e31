// Spans of time as quoted text: ISO 8601 balanced up to hours, as Temporal.Duration#toString writes it, or
// decimal seconds, as protobuf's JSON mapping does.
import { u32FromF64, writeThousandths } from './digits'
import { writeU32, writeUnsignedInt, writeUpTo2Digits } from './int'

/** `"-PT2501999792H58M59.999S"`; stores stay within 32 bytes of the returned position. */
export const DURATION_BYTES_MAX: i32 = 26

const QUOTE: u8 = 0x22
const HOUR_MS: f64 = 3600000.0
const MINUTE_MS: u32 = 60000

/**
 * `"PT1H30M"`, `"-PT0.5S"`, `"PT0S"`, or if `asSeconds` `"5400s"`, `"-0.5s"`, `"0s"`; integral |ms| <= 2^53.
 * At most DURATION_BYTES_MAX bytes.
 */
export function writeDuration(out: usize, ms: f64, asSeconds: bool): usize {
  store<u16>(out, 0x2d22) // `"-`
  out += 1 + usize(ms < 0.0)
  return asSeconds ? writeSeconds(out, abs(ms)) : writeBalanced(out, abs(ms))
}

// In both divisions the quotient is far enough below the next integer that rounding cannot reach it.

// @ts-ignore: decorator
@inline
function writeBalanced(out: usize, ms: f64): usize {
  const hours = floor(ms / HOUR_MS)
  const inHour = u32FromF64(ms - hours * HOUR_MS)
  const minutes = inHour / MINUTE_MS
  const inMinute = inHour - minutes * MINUTE_MS
  store<u16>(out, 0x5450) // `PT`
  out += 2
  if (hours != 0) out = writeUnit(writeU32(out, u32FromF64(hours)), 0x48)
  if (minutes != 0) out = writeUnit(writeUpTo2Digits(out, minutes), 0x4d)
  if (inMinute != 0 || ms == 0) {
    const seconds = inMinute / 1000
    const milli = inMinute - seconds * 1000
    out = writeUpTo2Digits(out, seconds)
    if (milli != 0) out = writeThousandths(out, milli)
    out = writeUnit(out, 0x53)
  }
  return writeUnit(out, QUOTE)
}

// @ts-ignore: decorator
@inline
function writeSeconds(out: usize, ms: f64): usize {
  const seconds = floor(ms / 1000.0)
  const milli = u32FromF64(ms - seconds * 1000.0)
  out = writeUnsignedInt(out, seconds)
  if (milli != 0) out = writeThousandths(out, milli)
  store<u16>(out, 0x2273) // `s"`
  return out + 2
}

// @ts-ignore: decorator
@inline
function writeUnit(out: usize, unit: u8): usize {
  store<u8>(out, unit)
  return out + 1
}
