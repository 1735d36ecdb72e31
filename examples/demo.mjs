// The 3,201 films of vega-datasets: serialized once, then served page by page as byte ranges of one blob.
//
//     npm run demo -- --rows 100000 --port 3000

import process from 'node:process'
import { filmSerializer, loadFilms, repeatFilms } from './demo/films.mjs'
import { HELP, OptionError, readOptions } from './demo/options.mjs'
import { withProgress } from './demo/progress.mjs'
import { report } from './demo/report.mjs'
import { serve } from './demo/server.mjs'

try {
  await run(readOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  console.error(`${error.message}\nTry --help.`)
  process.exitCode = 2
}

async function run({ help, rows: rowCount, once, host, port }) {
  if (help) return console.log(HELP)
  const movies = loadFilms()
  const rows = withProgress('preparing rows', rowCount, step => repeatFilms(movies, rowCount, step))
  const list = report(filmSerializer, rows, movies.length)
  if (!once) await serve(list, { host, port })
}
