// Where results lie, and how they are read: by table and contestant.

import { existsSync, readFileSync } from 'node:fs'

export const LINES = ['22', '24', '26']
export const RESULTS = new URL('../results/', import.meta.url)

export function resultFile(line) {
  return new URL(`node${line}.json`, RESULTS)
}

/** The lines there are results of: `{ line, machine, tables }`, tables by title. */
export function readResults() {
  return LINES.filter(line => existsSync(resultFile(line))).map(line => {
    const { tables, ...rest } = JSON.parse(readFileSync(resultFile(line), 'utf8'))
    return { line, ...rest, tables: new Map(tables.map(table => [table.title, table])) }
  })
}

/** A contestant's entry, or undefined when it did not take part. */
export function entryOf(result, title, name) {
  return result.tables.get(title)?.contestants.find(it => it.name === name)
}
