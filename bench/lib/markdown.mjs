// The results as Markdown, for the README: every case, those that lose included and named.

import { CASES } from '../data/index.mjs'
import { BASELINE, FAST_JSON } from '../peers/names.mjs'
import { formatNumber, formatRatio } from './report.mjs'
import { entryOf } from './results.mjs'

export function markdownOf(results) {
  const sections = [machineLine(results), rowsTable(results), losingCases(results), otherTable(results)]
  return `${[...sections, figuresTable(results), memoryTable(results)].filter(Boolean).join('\n\n')}\n`
}

function machineLine(results) {
  const [{ machine, rows, clock }] = results
  const nodes = results.map(it => `${it.machine.node} (V8 ${it.machine.v8.split('-')[0]})`).join(', ')
  const loads = results.map(it => it.machine.loadAverage[0]).join(', ')
  const time = clock === 'cpu' ? 'CPU time of the main thread' : 'wall time'
  return `${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${nodes}; ${rows.toLocaleString('en')} rows a list; ${time}; load average at the start ${loads}; ${machine.date.slice(0, 10)}.`
}

/** Nanoseconds a row, times faster than the baseline (quartiles over the rounds), and than fast-json-stringify. */
function rowsTable(results) {
  const head = ['case', 'bytes/row', ...results.map(it => `Node ${it.line}: ns/row`)]
  const ratios = results.map(it => `Node ${it.line}: ×`)
  const fast = results.map(it => `${it.line}: × fjs`)
  const lines = CASES.filter(({ name }) => results[0].tables.has(name)).map(({ name, about }) => [
    `**${name}** ${about}`,
    formatNumber(results[0].tables.get(name).bytes),
    ...results.map(result => formatNumber(entryOf(result, name, 'tocson')?.ns.median ?? Number.NaN)),
    ...results.map(result => ratioCell(entryOf(result, name, 'tocson'))),
    ...results.map(result => fastCell(result, name)),
  ])
  const legend = `×: times faster than \`${BASELINE}\`, median of the rounds (quartiles). × fjs: than \`${FAST_JSON}\`.`
  return `${tableOf([...head, ...ratios, ...fast], lines)}\n\n${legend}`
}

function ratioCell(entry) {
  if (entry === undefined) return ''
  const { median, low, high } = entry.ratio
  const cell = `${formatRatio(median)} (${formatRatio(low)}–${formatRatio(high)})`
  return median < 1 ? `**${cell}**` : cell
}

function fastCell(result, name) {
  const own = entryOf(result, name, 'tocson')
  const other = entryOf(result, name, FAST_JSON)
  return own === undefined || other === undefined ? '–' : formatRatio(own.ratio.median / other.ratio.median)
}

/** Wherever any peer that writes the right bytes is faster. */
function losingCases(results) {
  const losses = results.flatMap(result =>
    [...result.tables.values()].flatMap(table =>
      fasterPeers(table).map(
        ({ name, times }) => `- Node ${result.line}, ${table.title}: ${name} is ${times} times as fast`,
      ),
    ),
  )
  return losses.length === 0
    ? 'No peer is faster in any case.'
    : `Where a peer is faster:\n\n${losses.join('\n')}`
}

function fasterPeers({ contestants = [], notes = [], unit }) {
  const own = contestants[0]
  if (unit === 'process' || unit === 'list') return []
  if (own === undefined) return []
  return contestants
    .filter(({ name, ns }) => !/^(tocson|serialize|\()/.test(name) && ns.median < own.ns.median)
    .filter(({ name }) => !notes.some(note => note.startsWith(`${name}: output`)))
    .map(({ name, ns }) => ({ name, times: formatRatio(own.ns.median / ns.median) }))
}

/** One value, pages, compiling, the cache: nanoseconds, and times faster than each table's baseline. */
function otherTable(results) {
  const rowCases = new Set(CASES.map(it => it.name))
  const titles = [...results[0].tables.values()].filter(
    it => it.ways === undefined && !rowCases.has(it.title),
  )
  const lines = titles.flatMap(({ title, unit, contestants }) =>
    contestants.map(({ name }) => [
      title,
      name,
      unit,
      ...results.map(result => valueCell(entryOf(result, title, name))),
    ]),
  )
  return tableOf(['', 'way', 'ns per', ...results.map(it => `Node ${it.line}`)], lines)
}

function valueCell(entry) {
  if (entry === undefined) return '–'
  const ratio = entry.ratio === undefined ? '' : ` (${formatRatio(entry.ratio.median)}×)`
  return `${formatNumber(entry.ns.median)}${ratio}`
}

/** What is no time of a contestant: how long something waits, how far memory grows. */
function figuresTable(results) {
  const lines = [...results[0].tables.values()].flatMap(({ title, figures = {} }) =>
    Object.keys(figures).map(label => [
      title,
      label,
      ...results.map(result => formatNumber(result.tables.get(title)?.figures?.[label] ?? Number.NaN)),
    ]),
  )
  return lines.length === 0 ? '' : tableOf(['', 'figure', ...results.map(it => `Node ${it.line}`)], lines)
}

function memoryTable(results) {
  const ways = results[0].tables.get('memory')?.ways
  if (ways === undefined) return ''
  const lines = ways.map(({ name }) => [
    name,
    ...results.map(result => memoryCell(result.tables.get('memory').ways.find(it => it.name === name))),
  ])
  return tableOf(['1,000,000 rows: peak memory / blob; toc', ...results.map(it => `Node ${it.line}`)], lines)
}

function memoryCell({ peakPerBlob, tocPerRow }) {
  return `${peakPerBlob.toFixed(2)}; ${tocPerRow.toFixed(1)} bytes/row`
}

function tableOf(head, lines) {
  const row = cells => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [row(head), row(rule), ...lines.map(row)].join('\n')
}
