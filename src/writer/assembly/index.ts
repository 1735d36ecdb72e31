// What the host can call. Everything below the data end is constant after instantiation.

export { writeRows } from './walk'

/** First byte of memory behind the kernel's own tables. */
export function dataEnd(): usize {
  return __data_end
}
