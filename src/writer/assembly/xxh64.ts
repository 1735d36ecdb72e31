// XXH64, the hash zstd's checksums are cut from: as written in the xxHash specification. Three to four times as fast
// here as `zlib.crc32`, because the bytes are in the processor's caches and wasm has 64-bit multiplication.

const PRIME_1: u64 = 0x9e3779b185ebca87
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f
const PRIME_3: u64 = 0x165667b19e3779f9
const PRIME_4: u64 = 0x85ebca77c2b2ae63
const PRIME_5: u64 = 0x27d4eb2f165667c5

const STRIPE_BYTES: usize = 32

export function xxh64(start: usize, byteLength: usize, seed: u64): u64 {
  const end = start + byteLength
  const stripesEnd = start + (byteLength & ~(STRIPE_BYTES - 1))
  let hash = start < stripesEnd ? hashStripes(start, stripesEnd, seed) : seed + PRIME_5
  hash += <u64>byteLength
  return avalanche(hashTail(stripesEnd, end, hash))
}

/** Four lanes side by side; at least one stripe. */
function hashStripes(start: usize, end: usize, seed: u64): u64 {
  let a = seed + PRIME_1 + PRIME_2
  let b = seed + PRIME_2
  let c = seed
  let d = seed - PRIME_1
  for (let position = start; position < end; position += STRIPE_BYTES) {
    a = round(a, load<u64>(position))
    b = round(b, load<u64>(position, 8))
    c = round(c, load<u64>(position, 16))
    d = round(d, load<u64>(position, 24))
  }
  const hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18)
  return mergeLane(mergeLane(mergeLane(mergeLane(hash, a), b), c), d)
}

/** What is left behind the stripes: fewer than 32 bytes. */
function hashTail(start: usize, end: usize, hash: u64): u64 {
  let position = start
  for (; position + 8 <= end; position += 8)
    hash = rotl(hash ^ round(0, load<u64>(position)), 27) * PRIME_1 + PRIME_4
  if (position + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(position) * PRIME_1), 23) * PRIME_2 + PRIME_3
    position += 4
  }
  for (; position < end; position++) hash = rotl(hash ^ (<u64>load<u8>(position) * PRIME_5), 11) * PRIME_1
  return hash
}

// @ts-ignore: decorator
@inline
function round(lane: u64, input: u64): u64 {
  return rotl(lane + input * PRIME_2, 31) * PRIME_1
}

// @ts-ignore: decorator
@inline
function mergeLane(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4
}

// @ts-ignore: decorator
@inline
function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * PRIME_2
  hash = (hash ^ (hash >> 29)) * PRIME_3
  return hash ^ (hash >> 32)
}
