// The number and time leaves as a module of their own, so that tests can call each one, alone or over a batch.
import { writeDate, writeDateTime, writeTime } from '../../../src/writer/assembly/date'
import { writeDuration } from '../../../src/writer/assembly/duration'
import { writeFloat } from '../../../src/writer/assembly/float'
import { writeInt, writeU32 } from '../../../src/writer/assembly/int'

export { DATE_BYTES_MAX, DATE_TIME_BYTES_MAX, TIME_BYTES_MAX } from '../../../src/writer/assembly/date'
export { DURATION_BYTES_MAX } from '../../../src/writer/assembly/duration'
export { FLOAT_BYTES_MAX } from '../../../src/writer/assembly/float'
export { INT_BYTES_MAX } from '../../../src/writer/assembly/int'

export const HEAP_BASE: usize = __heap_base

/** Writes `count` doubles at `values` one after the other, each followed by a newline. */
export function floats(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeFloat(out, load<f64>(values + (i << 3))))
  return out
}
export function ints(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeInt(out, load<f64>(values + (i << 3))))
  return out
}
export function u32s(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeU32(out, <u32>load<f64>(values + (i << 3))))
  return out
}
export function dateTimes(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeDateTime(out, load<f64>(values + (i << 3)), false))
  return out
}
export function dateTimesWhole(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeDateTime(out, load<f64>(values + (i << 3)), true))
  return out
}
export function dates(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeDate(out, load<f64>(values + (i << 3))))
  return out
}
export function times(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeTime(out, load<f64>(values + (i << 3)), false))
  return out
}
export function timesWhole(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeTime(out, load<f64>(values + (i << 3)), true))
  return out
}
export function durations(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeDuration(out, load<f64>(values + (i << 3)), false))
  return out
}
export function durationsSeconds(out: usize, values: usize, count: i32): usize {
  for (let i = 0; i < count; i++) out = newline(writeDuration(out, load<f64>(values + (i << 3)), true))
  return out
}

// @ts-ignore: decorator
@inline
function newline(out: usize): usize {
  store<u8>(out, 0x0a)
  return out + 1
}
