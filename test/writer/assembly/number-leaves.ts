// The number and time leaves of the kernel on their own, for tests.

export {
  DATE_BYTES_MAX,
  DATE_TIME_BYTES_MAX,
  TIME_BYTES_MAX,
  writeDate,
  writeDateTime,
  writeTime
} from '../../../src/writer/assembly/date'
export { DURATION_BYTES_MAX, writeDuration } from '../../../src/writer/assembly/duration'
export { FLOAT_BYTES_MAX, writeFloat } from '../../../src/writer/assembly/float'
export { INT_BYTES_MAX, writeInt, writeU32 } from '../../../src/writer/assembly/int'
