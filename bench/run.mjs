// Benches of one Node line: `node bench/run.mjs [--case points] [--rows 20000] [--profile] [--json file]`.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CASES } from './data/index.mjs'
import { runChild } from './lib/child.mjs'
import { CLOCKS, DEFAULT_CLOCK } from './lib/clock.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { machineFacts } from './lib/machine.mjs'
import { mergeRuns } from './lib/merge.mjs'
import { printProfile } from './lib/profile.mjs'
import { printMachine, printTable } from './lib/report.mjs'

const OTHERS = [
  'serializeOne',
  'pages',
  'compile',
  'cache',
  'memory',
  'packed',
  'columns',
  'pool',
  'async',
  'stream',
]
/** Data or parts of a case, one process each. */
const PARTS = {
  packed: ['movies', 'no-dates', 'films'],
  columns: ['flights', 'trades'],
  pool: ['movies', 'no-dates'],
  async: ['slices', 'event loop', 'event loop, --v8-pool-size=1'],
}
/** V8 marks with up to four threads, however many cores there are: on two they take the time of the main one. */
const NODE_FLAGS = { 'event loop, --v8-pool-size=1': ['--v8-pool-size=1'] }
/** Too long to be repeated. */
const ONCE = ['memory', 'async', 'stream']

const USAGE = `node bench/run.mjs
  --case NAME      only this one, may be repeated; rows: ${CASES.map(it => it.name).join(', ')};
                   others: ${OTHERS.join(', ')}
  --rows N         rows of a list (default 20000)
  --budget MS      how long to measure a case, at least three rounds (default 2000)
  --warmup MS      how long each contestant runs before (default 300; 1500 when other work uses the cores)
  --processes N    how many processes one after the other, merged (default 1)
  --clock NAME     ${CLOCKS.join(' or ')}: CPU time of the main thread, or wall time (default ${DEFAULT_CLOCK})
  --profile        where the time goes, instead of tables; for cases of rows
  --json FILE      also write the results there`

const options = readOptions()
ensureInstalled(new URL('./', import.meta.url))
const machine = machineFacts()
printMachine(machine)
const tables = []
for (const name of options.names) {
  if (options.profile) await printProfile({ name, rows: options.rows })
  else await runCase(name)
}
if (options.json !== undefined) writeFileSync(options.json, jsonOf({ machine, ...options.settings, tables }))

async function runCase(name) {
  const suite = OTHERS.includes(name) ? name : 'rows'
  for (const part of PARTS[suite] ?? [name]) await runPart(suite, part)
}

async function runPart(suite, name) {
  const runs = []
  for (let i = 0; i < (ONCE.includes(suite) ? 1 : options.processes); i++) {
    runs.push(await runChild(suite, { name, ...options.settings }, NODE_FLAGS[name]))
  }
  for (const table of mergeRuns(runs)) {
    printTable(table)
    tables.push(table)
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      case: { type: 'string', multiple: true },
      rows: { type: 'string', default: '20000' },
      budget: { type: 'string', default: '2000' },
      warmup: { type: 'string', default: '300' },
      processes: { type: 'string', default: '1' },
      clock: { type: 'string', default: DEFAULT_CLOCK },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const rowCases = CASES.map(it => it.name)
  const known = values.profile ? rowCases : [...rowCases, ...OTHERS]
  const names = values.case ?? known
  const unknown = names.find(it => !known.includes(it))
  const settings = {
    rows: Number(values.rows),
    budgetMs: Number(values.budget),
    warmupMs: Number(values.warmup),
    clock: values.clock,
  }
  const { rows, budgetMs, warmupMs, clock } = settings
  const isValid = rows >= 1 && budgetMs >= 0 && warmupMs >= 0 && CLOCKS.includes(clock)
  if (values.help || unknown !== undefined || !isValid) {
    console.error(unknown === undefined ? USAGE : `no case '${unknown}'\n${USAGE}`)
    process.exit(values.help ? 0 : 2)
  }
  const processes = Math.max(1, Number(values.processes))
  return { names, settings, processes, rows, profile: values.profile, json: values.json }
}

/** Six digits are more than any of these is worth. */
function jsonOf(results) {
  const round = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)
  return `${JSON.stringify(results, round, 1)}\n`
}
