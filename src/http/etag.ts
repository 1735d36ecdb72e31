// Strong validators without hashing a page: the version names the snapshot, the range names the rows.

import { createHash } from 'node:crypto'
import type { SourcePage } from '../cache/source.ts'
import type { PageEncoding } from './types.ts'

const HASH_CHARACTERS = 22 // 132 bits of SHA-256 in base64url

/**
 * `"<version>.<offset>-<count>.<shape>[.<encoding>]"`: equal tags mean equal bytes.
 *
 * @param shape `array`, `ndjson`, or what `envelopeShape` gives
 */
export function pageEtag(page: SourcePage, shape: string, encoding: PageEncoding): string {
  const coding = encoding === 'identity' ? '' : `.${encoding}`
  return `"${page.version}.${page.offset}-${page.count}.${shape}${coding}"`
}

/** A name for what stands around the rows. Only those few bytes are hashed, never the rows. */
export function envelopeShape(head: string, tail: string): string {
  const hash = createHash('sha256').update(`${head.length}:${head}${tail}`)
  return hash.digest('base64url').slice(0, HASH_CHARACTERS)
}

/** Whether `If-None-Match` names the tag: `*`, lists, weak comparison (RFC 9110 sections 13.1.2 and 8.8.3.2). */
export function noneMatchNames(field: string | readonly string[] | undefined, etag: string): boolean {
  if (field === undefined) return false
  const list = typeof field === 'string' ? field : field.join(', ')
  if (list.trim() === '*') return true
  for (const [, tag] of list.matchAll(/(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)) {
    if (tag === etag) return true
  }
  return false
}
