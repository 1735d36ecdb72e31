// Samples to medians and ratios, and both to text.

import { formatNumber, formatRatio } from '../lib/report.mjs'
import { median, summary } from '../lib/statistics.mjs'
import { P99_TIMES_MAX, RATIOS, WAYS } from './ways.mjs'

const FIGURES = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'cpuUsPerRequest', 'loopUsPerRequest', 'utilization']

/** `{ [way]: { requestsPerSecond: { median, low, high }, … } }` */
export function summarized(samples) {
  return Object.fromEntries(
    Object.entries(samples).map(([way, list]) => [
      way,
      Object.fromEntries(FIGURES.map(figure => [figure, summary(list.map(it => it[figure]))])),
    ]),
  )
}

export function printReport({ ways, samples }) {
  const rows = WAYS.filter(({ name }) => ways[name] !== undefined)
  const cells = [['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'loop µs/request', 'loop busy']]
  for (const { name, title } of rows) {
    const [rate, p50, p99, cpu, loop, busy] = FIGURES.map(figure => ways[name][figure].median)
    const numbers = [rate, p50, p99, cpu, loop].map(formatNumber)
    cells.push([title, ...numbers, `${Math.round(100 * busy)} %`])
  }
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)))
  for (const row of cells) {
    console.log(row.map((it, i) => (i === 0 ? it.padEnd(widths[0]) : it.padStart(widths[i] + 2))).join(''))
  }
  for (const line of ratioLines(ways, samples)) console.log(line)
}

/** By requests, and by CPU time, which other processes disturb less. */
function ratioLines(ways, samples) {
  const lines = RATIOS.filter(({ way, of }) => ways[way] && ways[of]).map(({ way, of, target }) => {
    const rate = formatRatio(ratio(samples, way, of, 'requestsPerSecond'))
    const cpu = formatRatio(1 / ratio(samples, way, of, 'cpuUsPerRequest'))
    const wanted = target === undefined ? '' : `; target ${target}`
    return `${way} / ${of}: ${rate} times the requests, ${cpu} by CPU time${wanted}`
  })
  if (ways.tocson && ways.static) {
    const p99 = formatRatio(ratio(samples, 'tocson', 'static', 'p99Ms'))
    lines.push(`tocson / static: ${p99} times the p99; target at most ${P99_TIMES_MAX}`)
  }
  return lines
}

/** Within each round, then the median. */
function ratio(samples, way, of, figure) {
  return median(samples[way].map((sample, round) => sample[figure] / samples[of][round][figure]))
}
