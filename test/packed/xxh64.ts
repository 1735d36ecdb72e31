// XXH64 by its specification, in BigInts: slow and plain.

const PRIME_1 = 0x9e3779b185ebca87n
const PRIME_2 = 0xc2b2ae3d27d4eb4fn
const PRIME_3 = 0x165667b19e3779f9n
const PRIME_4 = 0x85ebca77c2b2ae63n
const PRIME_5 = 0x27d4eb2f165667c5n
const STRIPE_BYTES = 32

export function xxh64(bytes: Buffer, seed = 0n): bigint {
  const stripesEnd = bytes.length - (bytes.length % STRIPE_BYTES)
  const begun = stripesEnd === 0 ? u64(seed + PRIME_5) : hashStripes(bytes.subarray(0, stripesEnd), seed)
  return avalanche(hashTail(bytes.subarray(stripesEnd), u64(begun + BigInt(bytes.length))))
}

function hashStripes(bytes: Buffer, seed: bigint): bigint {
  const lanes = [seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1].map(u64)
  for (let i = 0; i < bytes.length; i += 8) {
    const lane = (i / 8) % lanes.length
    lanes[lane] = round(lanes[lane]!, bytes.readBigUInt64LE(i))
  }
  const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint]
  const hash = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
  return lanes.reduce((merged, lane) => u64((merged ^ round(0n, lane)) * PRIME_1 + PRIME_4), hash)
}

function hashTail(bytes: Buffer, begun: bigint): bigint {
  let hash = begun
  let i = 0
  for (; i + 8 <= bytes.length; i += 8)
    hash = u64(rotate(hash ^ round(0n, bytes.readBigUInt64LE(i)), 27n) * PRIME_1 + PRIME_4)
  if (i + 4 <= bytes.length) {
    hash = u64(rotate(hash ^ u64(BigInt(bytes.readUInt32LE(i)) * PRIME_1), 23n) * PRIME_2 + PRIME_3)
    i += 4
  }
  for (; i < bytes.length; i++) hash = u64(rotate(hash ^ u64(BigInt(bytes[i]!) * PRIME_5), 11n) * PRIME_1)
  return hash
}

function avalanche(hash: bigint): bigint {
  const second = u64((hash ^ (hash >> 33n)) * PRIME_2)
  const third = u64((second ^ (second >> 29n)) * PRIME_3)
  return third ^ (third >> 32n)
}

function round(lane: bigint, input: bigint): bigint {
  return u64(rotate(u64(lane + input * PRIME_2), 31n) * PRIME_1)
}

function rotate(value: bigint, bits: bigint): bigint {
  return u64((value << bits) | (value >> (64n - bits)))
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
