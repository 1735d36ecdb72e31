// What the host can call. Everything below the data end is constant after instantiation.
import { xxh64 } from './xxh64'

export { writeRows } from './walk'

/** First byte of memory behind the kernel's own tables. */
export function dataEnd(): usize {
  return __data_end
}

/**
 * The low 32 bits of XXH64 over the text, seeded with XXH64 over the slots, which is seeded with the two
 * words: 64 bits do not pass to JavaScript without a BigInt.
 */
export function checksum(
  slots: usize,
  slotBytes: usize,
  text: usize,
  textBytes: usize,
  seedLow: u32,
  seedHigh: u32,
): u32 {
  const seed = (<u64>seedHigh << 32) | <u64>seedLow
  return <u32>xxh64(text, textBytes, xxh64(slots, slotBytes, seed))
}
