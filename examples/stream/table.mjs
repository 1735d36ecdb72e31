// The table, its schema, and a cursor over it that gives rows as arrays.

import Cursor from 'pg-cursor'
import { compile, DateTime } from 'tocson'
import Type from 'typebox'
import { progressBar } from './progress.mjs'

const TABLE = 'tocson_example_films'
const ROWS_PER_INSERT = 50_000
const ROWS_PER_READ = 1_000

/** In the order of the query's columns: that is all that rows as arrays ask for. */
export const filmSerializer = compile(
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    year: Type.Integer(),
    rating: Type.Union([Type.Number(), Type.Null()]),
    votes: Type.Integer(),
    released: DateTime(),
  }),
)

/** Creates the table when it is not there, and fills it up to `rowCount` rows. */
export async function ensureTable(pool, rowCount) {
  await pool.query(`create table if not exists ${TABLE} (
    id integer primary key, title text not null, year integer not null, rating float8, votes integer not null,
    released timestamptz not null)`)
  const { rows } = await pool.query(`select coalesce(max(id), 0) as last from ${TABLE}`)
  const bar = progressBar('filling the table', rowCount)
  for (let last = rows[0].last; last < rowCount; last += ROWS_PER_INSERT) {
    bar.update(last)
    await pool.query(INSERT, [last + 1, Math.min(last + ROWS_PER_INSERT, rowCount)])
  }
  bar.stop()
}

const INSERT = `insert into ${TABLE}
  select i, 'Film ' || i || ' “' || md5(i::text) || '”', 1920 + i % 105,
    case when i % 7 = 0 then null else (i % 100) / 10.0 end, i % 1999 * 1000 + i % 97,
    timestamptz '1920-01-01' + make_interval(hours => i)
  from generate_series($1::integer, $2::integer) i`

/** The first `limit` rows in the order of their ids, read in portions; the cursor is closed however it ends. */
export async function* filmRows(pool, limit) {
  const client = await pool.connect()
  const text = `select id, title, year, rating, votes, released from ${TABLE} order by id limit $1`
  const cursor = client.query(new Cursor(text, [limit ?? null], { rowMode: 'array' }))
  try {
    for (;;) {
      const rows = await cursor.read(ROWS_PER_READ)
      if (rows.length === 0) return
      yield* rows
    }
  } finally {
    await cursor.close()
    client.release()
  }
}
