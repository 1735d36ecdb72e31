// Wide rows, 60 columns, half of them without a value. 40 columns are always there and null half of the time, as a
// database answers; 20 come or stay away in groups of five, as optional parts of a document do.

import Type from 'typebox'
import { DateTime } from '../../dist/index.js'
import { listOf } from './list-of.mjs'
import { name } from './strings.mjs'

const NULLABLE = 40
const GROUPS = 4
const GROUP_COLUMNS = 5

/** Columns take turns in kind; one in ten is a date. */
const KINDS = [
  { schema: Type.Integer(), value: random => random.anyLength(9) },
  { schema: Type.String(), value: random => name(random, 3, 24) },
  { schema: Type.Boolean(), value: random => random.chance(0.5) },
  { schema: Type.Number(), value: random => random.decimal(1000, 2) },
  { schema: Type.Integer(), value: random => random.int(0, 99) },
  { schema: Type.String(), value: random => name(random, 3, 12) },
  { schema: Type.Number(), value: random => random.double() },
  { schema: Type.Integer(), value: random => random.anyLength(5) },
  { schema: Type.String(), value: random => name(random, 6, 40) },
  { schema: DateTime(), value: random => random.date() },
]

const kindOf = column => KINDS[column % KINDS.length]

export const wide = {
  name: 'wide',
  about: '60 columns, half null or absent',
  schema: Type.Object(Object.fromEntries(columns())),
  rows: listOf(random => {
    const row = {}
    for (let i = 0; i < NULLABLE; i++) {
      row[`column${i}`] = random.chance(0.5) ? kindOf(i).value(random) : null
    }
    for (let group = 0; group < GROUPS; group++) {
      if (random.chance(0.5)) continue
      for (let i = 0; i < GROUP_COLUMNS; i++) {
        row[`extra${group}${i}`] = kindOf(group * GROUP_COLUMNS + i).value(random)
      }
    }
    return row
  }),
}

function* columns() {
  for (let i = 0; i < NULLABLE; i++) yield [`column${i}`, Type.Union([kindOf(i).schema, Type.Null()])]
  for (let group = 0; group < GROUPS; group++) {
    for (let i = 0; i < GROUP_COLUMNS; i++) {
      yield [`extra${group}${i}`, Type.Optional(kindOf(group * GROUP_COLUMNS + i).schema)]
    }
  }
}
