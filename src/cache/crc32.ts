// CRC-32 (the one of zip and PNG) of parts: how a slice is checked without the bytes before it.
//
// A CRC is a remainder of polynomials over GF(2) modulo P. With |B| the bytes of B,
// crc(A B) = crc(A) * x^(8 |B|) + crc(B)  (mod P), so a slice is checked by the sums of two prefixes.
// Bits are reflected: bit 31 is the coefficient of x^0.

import { crc32 as crc32Native } from 'node:zlib'

const POLYNOMIAL = 0xedb88320
const ONE = 0x80000000 | 0
const PIECE_BYTES_MAX = 2 ** 30

/** CRC-32 of bytes of any size, continuing from `initial` (the CRC of what comes before them). */
export function crc32(bytes: Uint8Array, initial = 0): number {
  if (bytes.byteLength <= PIECE_BYTES_MAX) return crc32Native(bytes, initial)
  let sum = initial
  for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES_MAX) {
    sum = crc32Native(bytes.subarray(start, start + PIECE_BYTES_MAX), sum)
  }
  return sum
}

/** CRC-32 of `A B` from those of `A` and of `B`, and how many bytes `B` has (0 to 2^53 - 1). */
export function combineCrc32(first: number, second: number, secondByteLength: number): number {
  return (multiply(powerOfBytes(secondByteLength), first) ^ second) >>> 0
}

/** x^(8 * byteLength) mod P, by squares. */
function powerOfBytes(byteLength: number): number {
  let product = ONE
  let square = 3 // x^8 is x^(2^3)
  for (let rest = byteLength; rest >= 1; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = multiply(product, SQUARES[square % 32]!)
    square += 1
  }
  return product
}

/** Product of two polynomials mod P; 32 steps at most. */
function multiply(left: number, right: number): number {
  let product = 0
  let term = right
  for (let bits = left; bits !== 0; bits <<= 1) {
    if (bits < 0) product ^= term
    term = timesX(term)
  }
  return product
}

function timesX(value: number): number {
  return (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
}

/** x^(2^k) mod P for k in 0..31; x^(2^32) is x again, because x has the order 2^32 - 1. */
const SQUARES: readonly number[] = makeSquares()

function makeSquares(): number[] {
  const squares = [timesX(ONE)]
  for (let k = 1; k < 32; k += 1) squares.push(multiply(squares[k - 1]!, squares[k - 1]!))
  return squares
}
