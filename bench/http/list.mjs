// The list that is served: 10,000 rows of about 370 bytes with dates, floats, integers and texts.

import { Buffer } from 'node:buffer'

const WORDS = 'river night paper engine glass winter signal orchard copper harbour violet static'.split(' ')

/** Rows as a database driver gives them: dates are Date objects. */
export function makeRows(count) {
  let seed = 42
  const random = n => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  const words = n => Array.from({ length: n }, () => WORDS[random(WORDS.length)]).join(' ')
  const date = () => new Date(random(2e9) * 1000)
  return Array.from({ length: count }, (_, id) => ({
    id,
    title: words(3),
    tagline: words(8),
    rating: random(100) / 10,
    popularity: random(1e9) / 1e6,
    votes: random(1e6),
    runtime: 60 + random(120),
    released: date(),
    added: date(),
    updated: date(),
    director: words(2),
    overview: words(11),
  }))
}

/** Blob and toc made with JSON.stringify; the bytes are those that `compile(schema).serialize(rows)` gives. */
export function blobOf(rows) {
  const texts = rows.map(row => Buffer.from(JSON.stringify(row)))
  const toc = new Uint32Array(rows.length + 1)
  toc[0] = rows.length === 0 ? 2 : 1
  texts.forEach((text, i) => {
    toc[i + 1] = toc[i] + text.byteLength + 1
  })
  return { blob: Buffer.from(JSON.stringify(rows)), toc }
}
