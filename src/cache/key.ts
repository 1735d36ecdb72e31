// Cache keys from parts and from queries: injective, so that no value can pretend to be two.

import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { CacheOptionError } from './errors.ts'

/** What a key can be made of. Numbers and strings differ: `1` and `'1'` give different keys. */
export type KeyPart = string | number | bigint | boolean | null

/** Query values: scalars, lists of them (order counts), or nested records. Undefined ones are left out. */
export type QueryValue = KeyPart | undefined | readonly QueryValue[] | { readonly [name: string]: QueryValue }

const KEY_CHARACTERS_MAX = 200
/** Of lists and records in each other: far fewer than the stack holds, far more than a query means. */
const QUERY_LEVELS_MAX = 100

/**
 * One key of any number of parts (tenant, auth scope, list, query). Different parts give different keys,
 * whatever characters they hold.
 *
 * @throws CacheOptionError for what is no list, and for a part of another type (an undefined tenant must
 * not become a key)
 * @example cacheKey(['movies', tenant.id, queryKey({ genre, sort })])
 */
export function cacheKey(parts: readonly KeyPart[]): string {
  if (!Array.isArray(parts)) throw new CacheOptionError('key parts', 'a list', parts)
  return parts.map((part: KeyPart) => `/${encodePart(part)}`).join('')
}

/**
 * The canonical text of a query: names sorted, so their order does not matter; repeated names keep theirs.
 * `URLSearchParams` hold only strings, so `a=1` there equals `{ a: '1' }`, not `{ a: 1 }`.
 *
 * Hand over the parameters that choose rows and no others: with `offset`, `page` or `cursor` in its key each
 * page would be a list of its own.
 *
 * @throws CacheOptionError for values that are neither scalars, lists nor plain records, and beyond 100
 * levels of them
 * @example queryKey({ genre: searchParams.getAll('genre'), sort: searchParams.get('sort') })
 */
export function queryKey(query: URLSearchParams | { readonly [name: string]: QueryValue }): string {
  return canonical(query instanceof URLSearchParams ? recordOf(query) : query)
}

/** `text` made of letters, digits and `/._-~%:` only; long ones become a digest. For store keys. */
export function safeKey(text: string): string {
  if (typeof text !== 'string') throw new CacheOptionError('key', 'a string', text)
  const escaped = escapeText(text, /[^A-Za-z0-9/._~-]/gu, /[^A-Za-z0-9/._~-]/u)
  if (escaped.length <= KEY_CHARACTERS_MAX) return escaped
  return `:${hash('sha256', Buffer.from(text, 'utf16le'), 'buffer').toString('base64url')}`
}

function encodePart(part: KeyPart): string {
  switch (typeof part) {
    case 'string':
      return escapeText(part, /[^A-Za-z0-9._-]/gu, /[^A-Za-z0-9._-]/u)
    case 'number':
      return `~n${part}`
    case 'bigint':
      return `~i${part}`
    case 'boolean':
      return `~${part}`
    default:
      if (part === null) return '~null'
      throw new CacheOptionError('key part', 'a string, number, bigint, boolean or null', part)
  }
}

/** Percent-encodes; a lone surrogate, which has no UTF-8, becomes `%uD800`. */
function escapeText(text: string, all: RegExp, any: RegExp): string {
  return any.test(text) ? text.replace(all, escapeCharacter) : text
}

function escapeCharacter(character: string): string {
  if (!character.isWellFormed()) return `%u${character.charCodeAt(0).toString(16).toUpperCase()}`
  return Array.from(
    Buffer.from(character),
    byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}

function recordOf(query: URLSearchParams): Record<string, QueryValue> {
  const record: Record<string, QueryValue> = Object.create(null)
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    record[name] = values.length === 1 ? values[0]! : values
  }
  return record
}

function canonical(value: QueryValue, level = 0): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'boolean':
    case 'number':
      return `${value}`
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : canonicalObject(value, level + 1)
    default:
      throw new CacheOptionError('query value', 'a scalar, a list or a plain record', value)
  }
}

function canonicalObject(
  value: readonly QueryValue[] | { readonly [name: string]: QueryValue },
  level: number,
): string {
  // What a client sent as JSON may be nested as deep as it likes.
  if (level > QUERY_LEVELS_MAX) {
    throw new CacheOptionError(
      'query value',
      `at most ${QUERY_LEVELS_MAX} levels of lists and records`,
      value,
    )
  }
  if (isList(value)) return `[${value.map(item => canonical(item ?? null, level)).join(',')}]`
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    throw new CacheOptionError('query value', 'a scalar, a list or a plain record', value)
  }
  const names = Object.keys(value).filter(name => value[name] !== undefined)
  return `{${names
    .sort()
    .map(name => `${JSON.stringify(name)}:${canonical(value[name], level)}`)
    .join(',')}}`
}

function isList(value: object): value is readonly QueryValue[] {
  return Array.isArray(value)
}
