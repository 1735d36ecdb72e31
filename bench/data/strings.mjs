// Strings as a driver hands them out: each one its own, flat, decoded from bytes. Concatenations would be ropes, which
// some serializers flatten and others walk, and a literal would be one shared, internalized object.

import { Buffer } from 'node:buffer'
import { Random } from './random.mjs'

const POOL_LETTERS = 65_536
const LATIN = poolOf(0x61, 0x7a)
const CYRILLIC = poolOf(0x430, 0x44f)
const HAN = poolOf(0x4e00, 0x9fa5)
const EMOJI_FIRST = 0x1f300
const EMOJI_LAST = 0x1f5ff
/** What people and programs write that JSON has to escape; about one in 30 characters of the text case. */
const ESCAPED = ['"', '"', '"', '\n', '\n', '\\', '\t', '\r\n', '\u001b']

/** A fresh flat copy. */
export function flat(text) {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** Words up to `length` UTF-16 units, capitalized: a name or a title. */
export function name(random, minLength, maxLength) {
  const text = words(random, random.int(minLength, maxLength), LATIN)
  return flat(text[0].toUpperCase() + text.slice(1))
}

/** Clean ASCII prose. */
export function prose(random, minLength, maxLength) {
  return flat(words(random, random.int(minLength, maxLength), LATIN))
}

/** Prose with quotes, line ends, backslashes and a control character now and then, as logs and source code have. */
export function escapedText(random, minLength, maxLength) {
  const parts = []
  for (let left = random.int(minLength, maxLength); left > 0; ) {
    const length = Math.min(left, random.int(1, 56))
    parts.push(words(random, length, LATIN), random.pick(ESCAPED))
    left -= length + 1
  }
  return flat(parts.join(''))
}

export function cyrillic(random, minLength, maxLength) {
  return flat(words(random, random.int(minLength, maxLength), CYRILLIC))
}

/** Han characters, without spaces. */
export function han(random, minLength, maxLength) {
  return flat(letters(random, random.int(minLength, maxLength), HAN))
}

/** A chat message: Latin or Cyrillic words with emoji among them. */
export function chat(random, minLength, maxLength) {
  const alphabet = random.pick([LATIN, CYRILLIC])
  const parts = []
  for (let left = random.int(minLength, maxLength); left > 0; left -= 14) {
    parts.push(
      words(random, random.int(6, 16), alphabet),
      String.fromCodePoint(random.int(EMOJI_FIRST, EMOJI_LAST)),
    )
  }
  return flat(parts.join(' '))
}

/** Words of 2 to 11 letters until there are `length` units. */
function words(random, length, alphabet) {
  let text = ''
  while (text.length < length) {
    const left = length - text.length
    const word = letters(random, Math.min(left, random.int(2, 11)), alphabet)
    text += left > word.length + 1 ? `${word} ` : word
  }
  return text
}

/** A cut from the alphabet's pool: drawing every letter would take longer than the bench. */
function letters(random, count, pool) {
  const start = random.int(0, pool.length - count)
  return pool.slice(start, start + count)
}

/** 65,536 letters at random, all of the range [first, last]. */
function poolOf(first, last) {
  const random = new Random(first)
  let text = ''
  for (let i = 0; i < POOL_LETTERS; i++) text += String.fromCodePoint(random.int(first, last))
  return text
}
