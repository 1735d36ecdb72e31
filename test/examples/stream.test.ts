// The example over a real PostgreSQL table, where one can be reached.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { runExample, ServingExample } from './example-process.ts'

const DATABASE = process.env.TOCSON_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const EXAMPLE = 'stream.mjs'
const ROWS = 3_000

const pool = new pg.Pool({ connectionString: DATABASE, connectionTimeoutMillis: 2_000 })
const hasPostgres = await pool.query('select 1').then(
  () => true,
  () => false,
)
if (!hasPostgres)
  console.warn('\n*** SKIPPED: no PostgreSQL at 127.0.0.1:5432; the stream example did not run ***\n')

const folder = mkdtempSync(join(tmpdir(), 'tocson-example-'))
afterAll(async () => {
  await pool.end()
  rmSync(folder, { recursive: true })
})

/** The JSON of the table's first rows, made without the library. */
async function expectedRows(): Promise<string[]> {
  const columns = 'id, title, year, rating, votes, released'
  const { rows } = await pool.query(`select ${columns} from tocson_example_films order by id limit ${ROWS}`)
  return rows.map(row => JSON.stringify(row))
}

describe.skipIf(!hasPostgres)('the example with a PostgreSQL table', () => {
  const options = ['--rows', `${ROWS}`, '--database', DATABASE]

  it.each([
    ['json', (rows: string[]) => `[${rows.join(',')}]`],
    ['ndjson', (rows: string[]) => rows.map(row => `${row}\n`).join('')],
  ])('writes its rows to a file: %s', async (format, whole) => {
    const file = join(folder, `films.${format}`)
    const result = await runExample(EXAMPLE, ...options, '--once', '--file', file, '--format', format)
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toContain(`${ROWS} rows`)
    const rows = await expectedRows()
    expect(rows).toHaveLength(ROWS)
    expect(readFileSync(file, 'utf8') === whole(rows)).toBe(true)
  })

  it('serves them as they come, to clients that may go away, until it is stopped', async () => {
    const example = await ServingExample.start(EXAMPLE, ...options, '--file', join(folder, 'served.json'))
    const [first] = await expectedRows()
    for (let client = 0; client < 20; client++) {
      const response = await fetch(`${example.url}/films.ndjson`)
      expect(response.headers.get('content-type')).toBe('application/x-ndjson')
      const reader = response.body!.getReader()
      const { value } = await reader.read()
      expect(Buffer.from(value!).toString().startsWith(`${first}\n`)).toBe(true)
      await reader.cancel()
    }
    expect((await fetch(`${example.url}/others`)).status).toBe(404)
    expect((await example.stop()).code).toBe(0)
  })
})

it('the example says what is wrong with its options', async () => {
  const { code, stderr } = await runExample(EXAMPLE, '--rows', '0')
  expect(code).toBe(2)
  expect(stderr).toContain('--rows: expected a whole number from 1')
})
