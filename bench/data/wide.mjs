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

const COLUMNS = new Map(columns().map(column => [column.key, column]))

/**
 * One for each choice of groups, all null. Rows are copies that are filled in, as database drivers do it: 60
 * properties added one by one under computed names would make hash tables of them.
 */
const EMPTY_ROWS = Array.from({ length: 2 ** GROUPS }, (_, groups) => emptyRow(groups))

export const wide = {
  name: 'wide',
  about: '60 columns, half null or absent',
  schema: Type.Object(
    Object.fromEntries([...COLUMNS.values()].map(({ key, kind, group }) => [key, schemaOf(kind, group)])),
  ),
  rows: listOf(random => {
    const row = { ...random.pick(EMPTY_ROWS) }
    for (const key of Object.keys(row)) {
      const { kind, group } = COLUMNS.get(key)
      if (group !== undefined || random.chance(0.5)) row[key] = kind.value(random)
    }
    return row
  }),
}

/** `{ key, kind, group }`; without a group a column is always there. */
function columns() {
  return Array.from({ length: NULLABLE + GROUPS * GROUP_COLUMNS }, (_, i) => ({
    key: `column${i}`,
    kind: KINDS[i % KINDS.length],
    group: i < NULLABLE ? undefined : Math.floor((i - NULLABLE) / GROUP_COLUMNS),
  }))
}

function schemaOf(kind, group) {
  return group === undefined ? Type.Union([kind.schema, Type.Null()]) : Type.Optional(kind.schema)
}

/** `groups`: a bit for each group that is there. Parsed, since that gives an object with fixed places. */
function emptyRow(groups) {
  const present = [...COLUMNS.values()].filter(({ group }) => group === undefined || (groups >> group) & 1)
  return JSON.parse(JSON.stringify(Object.fromEntries(present.map(({ key }) => [key, null]))))
}
