// What a reader sees of the results: charts and a table in Markdown.

import { writeFileSync } from 'node:fs'
import { drawCharts } from './charts.mjs'
import { markdownOf } from './markdown.mjs'
import { writeReadme } from './readme.mjs'
import { RESULTS, readResults } from './results.mjs'

export async function writeSummary() {
  const results = readResults()
  for (const [name, svg] of await drawCharts(results)) writeFileSync(new URL(`${name}.svg`, RESULTS), svg)
  writeFileSync(new URL('table.md', RESULTS), markdownOf(results))
  writeReadme(results)
}
