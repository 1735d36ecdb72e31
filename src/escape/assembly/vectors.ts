// Constant vectors, kept in memory: V8 builds a vector constant from two 64-bit immediates at each use, which
// made the leaves up to 1.8 times slower than loading it.

/** Eight bytes of a constant, to be repeated. */
// @ts-ignore: decorator
@inline
export function splat(constant: usize): v128 {
  return v128.load64_splat(constant)
}

// @ts-ignore: decorator
@lazy export const BYTES_02: usize = memory.data<u64>([0x0202020202020202])
// @ts-ignore: decorator
@lazy export const BYTES_0F: usize = memory.data<u64>([0x0f0f0f0f0f0f0f0f])
// @ts-ignore: decorator
@lazy export const BYTES_20: usize = memory.data<u64>([0x2020202020202020])
// @ts-ignore: decorator
@lazy export const BYTES_21: usize = memory.data<u64>([0x2121212121212121])
// @ts-ignore: decorator
@lazy export const BYTES_5C: usize = memory.data<u64>([0x5c5c5c5c5c5c5c5c])

// @ts-ignore: decorator
@lazy export const UNITS_0003: usize = memory.data<u64>([0x0003000300030003])
// @ts-ignore: decorator
@lazy export const UNITS_003F: usize = memory.data<u64>([0x003f003f003f003f])
// @ts-ignore: decorator
@lazy export const UNITS_0040: usize = memory.data<u64>([0x0040004000400040])
// @ts-ignore: decorator
@lazy export const UNITS_0080: usize = memory.data<u64>([0x0080008000800080])
// @ts-ignore: decorator
@lazy export const UNITS_00FF: usize = memory.data<u64>([0x00ff00ff00ff00ff])
// @ts-ignore: decorator
@lazy export const UNITS_0700: usize = memory.data<u64>([0x0700070007000700])
// @ts-ignore: decorator
@lazy export const UNITS_0F00: usize = memory.data<u64>([0x0f000f000f000f00])
// @ts-ignore: decorator
@lazy export const UNITS_2028: usize = memory.data<u64>([0x2028202820282028])
// @ts-ignore: decorator
@lazy export const UNITS_3F00: usize = memory.data<u64>([0x3f003f003f003f00])
// @ts-ignore: decorator
@lazy export const UNITS_4000: usize = memory.data<u64>([0x4000400040004000])
// @ts-ignore: decorator
@lazy export const UNITS_8000: usize = memory.data<u64>([0x8000800080008000])
// @ts-ignore: decorator
@lazy export const UNITS_80C0: usize = memory.data<u64>([0x80c080c080c080c0])
// @ts-ignore: decorator
@lazy export const UNITS_80E0: usize = memory.data<u64>([0x80e080e080e080e0])
// @ts-ignore: decorator
@lazy export const UNITS_D800: usize = memory.data<u64>([0xd800d800d800d800])
// @ts-ignore: decorator
@lazy export const UNITS_DC00: usize = memory.data<u64>([0xdc00dc00dc00dc00])
// @ts-ignore: decorator
@lazy export const UNITS_F000: usize = memory.data<u64>([0xf000f000f000f000])
// @ts-ignore: decorator
@lazy export const UNITS_F800: usize = memory.data<u64>([0xf800f800f800f800])
// @ts-ignore: decorator
@lazy export const UNITS_FC00: usize = memory.data<u64>([0xfc00fc00fc00fc00])
// @ts-ignore: decorator
@lazy export const UNITS_FF80: usize = memory.data<u64>([0xff80ff80ff80ff80])
// @ts-ignore: decorator
@lazy export const UNITS_FFFE: usize = memory.data<u64>([0xfffefffefffefffe])

// `&`, `<` and `>` each at the place of its own low nibble. Place 0 holds a byte of another low nibble, so
// that a zero byte does not match.
// @ts-ignore: decorator
@lazy export const HTML_UNSAFE_BY_LOW_NIBBLE: usize = memory.data<u8>([
  1, 0, 0, 0, 0, 0, 0x26, 0, 0, 0, 0, 0, 0x3c, 0, 0x3e, 0,
])
