// The figures of the README, between two marks: so that what it says is what was measured last.

import { readFileSync, writeFileSync } from 'node:fs'
import { CASES } from '../data/index.mjs'
import { FAST_JSON } from '../peers/names.mjs'
import { formatNumber, formatRatio } from './report.mjs'
import { entryOf } from './results.mjs'

const README = new URL('../../README.md', import.meta.url)
const BEGIN = '<!-- figures: npm run bench:matrix -->'
const END = '<!-- end of figures -->'

export function writeReadme(results) {
  const text = readFileSync(README, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`README.md lacks '${BEGIN}' or '${END}'`)
  writeFileSync(README, `${before}${BEGIN}\n${figuresOf(results)}\n${END}${after}`)
}

/** One line a case: nanoseconds on the middle Node line, ratios on all of them. Slower than native is in bold. */
function figuresOf(results) {
  const main = results.find(it => it.line === '24') ?? results[0]
  const lines = results.map(it => it.line).join(' / ')
  const head = [
    'rows',
    'bytes/row',
    `ns/row, Node ${main.line}`,
    `times native, Node ${lines}`,
    `times fast-json-stringify, Node ${lines}`,
  ]
  const rows = CASES.map(({ name, about }) => [
    `**${name}**: ${about}`,
    formatNumber(main.tables.get(name).bytes),
    formatNumber(entryOf(main, name, 'tocson').ns.median),
    results.map(it => emphasized(entryOf(it, name, 'tocson').ratio.median)).join(' / '),
    results.map(it => timesFastJson(it, name)).join(' / '),
  ])
  const line = cells => `| ${cells.join(' | ')} |`
  return [line(head), '|---|---:|---:|---:|---:|', ...rows.map(line)].join('\n')
}

function emphasized(ratio) {
  return ratio < 1 ? `**${formatRatio(ratio)}**` : formatRatio(ratio)
}

function timesFastJson(result, name) {
  const other = entryOf(result, name, FAST_JSON)
  if (other === undefined) return '–'
  return emphasized(entryOf(result, name, 'tocson').ratio.median / other.ratio.median)
}
