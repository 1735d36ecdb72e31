// The small value that names the current snapshot of a list, and the one that says "invalidated".
//
//     | CRC-32 of key and text, 8 hex digits | text: JSON |
//
// The CRC covers the key too: a pointer of another list, handed over by mistake, is not taken for this one's.

import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { crc32 } from './crc32.ts'

const CRC_CHARACTERS = 8
const VERSION_PATTERN = /^[A-Za-z0-9_-]{22}$/

/** Largest pointer that is read; tags beyond it make a list uncacheable in a store. */
export const POINTER_BYTES_MAX = 64 * 2 ** 10

/** Names a snapshot and how long it is good for. Times are wall clock ms of the process that built it. */
export interface Pointer {
  readonly version: string
  readonly fingerprint: string
  /** Bytes before the blob, and of the whole frame. */
  readonly blobStart: number
  readonly byteLength: number
  readonly builtAtMs: number
  readonly ttlMs: number
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  /** Every tag with the stamp it had when the build began. */
  readonly tags: readonly (readonly [tag: string, stamp: string])[]
}

/** What a stored pointer says: a snapshot, that there is none any more, or nothing that can be trusted. */
export type PointerValue =
  | { readonly kind: 'snapshot'; readonly pointer: Pointer }
  | { readonly kind: 'invalidated'; readonly atMs: number }
  | { readonly kind: 'damaged' }

/** How old a snapshot is in the terms of its own options. */
export type Freshness = 'fresh' | 'stale' | 'if-error' | 'expired'

export function freshnessOf(pointer: Pointer, nowMs: number): Freshness {
  const ageMs = Math.max(0, nowMs - pointer.builtAtMs) - pointer.ttlMs
  if (ageMs < 0) return 'fresh'
  if (ageMs < pointer.staleWhileRevalidateMs) return 'stale'
  return ageMs < pointer.staleIfErrorMs ? 'if-error' : 'expired'
}

export function encodePointer(key: string, pointer: Pointer): Buffer {
  return sealed(key, JSON.stringify(pointer))
}

/** Unlike any other, so that a pointer compared before and after shows that it was there. */
export function encodeInvalidation(key: string, atMs: number): Buffer {
  return sealed(key, JSON.stringify({ invalidated: newStamp(), atMs }))
}

export function decodePointer(key: string, bytes: Buffer): PointerValue {
  const value = unsealed(key, bytes)
  if (typeof value !== 'object' || value === null) return { kind: 'damaged' }
  if ('invalidated' in value && 'atMs' in value) return { kind: 'invalidated', atMs: Number(value.atMs) }
  return isPointer(value) ? { kind: 'snapshot', pointer: value } : { kind: 'damaged' }
}

/** What the lists of a tag are built under. */
export interface Stamp {
  readonly stamp: string
  /** How long it is kept: the longest that any of the lists needs it. */
  readonly untilMs: number
}

/** Unlike any other. */
export function newStamp(): string {
  return randomBytes(12).toString('base64url')
}

export function encodeStamp(key: string, { stamp, untilMs }: Stamp): Buffer {
  return sealed(key, JSON.stringify({ stamp, untilMs }))
}

/** `undefined` when the bytes are no stamp of that tag. */
export function decodeStamp(key: string, bytes: Buffer): Stamp | undefined {
  const value = unsealed(key, bytes)
  if (typeof value !== 'object' || value === null) return undefined
  const { stamp, untilMs } = value as Partial<Stamp>
  return typeof stamp === 'string' && typeof untilMs === 'number' ? { stamp, untilMs } : undefined
}

function sealed(key: string, text: string): Buffer {
  return Buffer.from(seal(key, text) + text)
}

function unsealed(key: string, bytes: Buffer): unknown {
  const text = bytes.toString('utf8', CRC_CHARACTERS)
  if (bytes.toString('latin1', 0, CRC_CHARACTERS) !== seal(key, text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function seal(key: string, text: string): string {
  return crc32(Buffer.from(`${key}\n${text}`))
    .toString(16)
    .padStart(CRC_CHARACTERS, '0')
}

/** The checksum already tells damage; this tells a pointer written by another release. */
function isPointer(value: object): value is Pointer {
  const pointer = value as Partial<Pointer>
  const numbers = [
    pointer.blobStart,
    pointer.byteLength,
    pointer.builtAtMs,
    pointer.ttlMs,
    pointer.staleWhileRevalidateMs,
    pointer.staleIfErrorMs,
  ]
  return (
    numbers.every(number => typeof number === 'number' && number >= 0) &&
    VERSION_PATTERN.test(`${pointer.version}`) &&
    typeof pointer.fingerprint === 'string' &&
    Array.isArray(pointer.tags)
  )
}
