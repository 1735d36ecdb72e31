// The named cases: `{ name, about, schema, rows(count, seed) }` each.

import { films } from './films.mjs'
import { movies, noDates } from './movies.mjs'
import { intsAndStrings, points, prices, tiny } from './numbers.mjs'
import { nested, records, unions } from './shapes.mjs'
import { escapes, longText, nonLatin } from './texts.mjs'
import { wide } from './wide.mjs'

export const CASES = [
  films,
  movies,
  noDates,
  intsAndStrings,
  points,
  prices,
  escapes,
  longText,
  nonLatin,
  wide,
  records,
  nested,
  unions,
  tiny,
]

/** @throws Error that names the cases there are */
export function caseNamed(name) {
  const found = CASES.find(it => it.name === name)
  if (found === undefined) throw new Error(`no case '${name}': ${CASES.map(it => it.name).join(', ')}`)
  return found
}
