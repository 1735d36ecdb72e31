// Charts of the results, drawn by vega-lite.

import { CASES } from '../data/index.mjs'
import { BASELINE, FAST_JSON } from '../peers/names.mjs'
import { entryOf } from './results.mjs'
import { svgOf } from './svg.mjs'

const COLORS = { 22: '#9ecae1', 24: '#4292c6', 26: '#08519c' }

/** `[file name, svg]` each. */
export async function drawCharts(results) {
  const charts = [
    ['rows', ratioChart(results, BASELINE)],
    ['rows-fast-json', ratioChart(results, FAST_JSON)],
    ['cache', cacheChart(results)],
  ]
  return Promise.all(charts.map(async ([name, chart]) => [name, await svgOf(chart)]))
}

/** How many times faster than `peer`, a bar for each Node line; the line at 1 is where it would lose. */
function ratioChart(results, peer) {
  const values = results.flatMap(result => CASES.flatMap(({ name }) => ratioOf(result, name, peer)))
  return {
    title: `Times faster than ${peer}: rows to bytes, blob and toc included`,
    width: 560,
    height: { step: 11 },
    data: { values },
    encoding: { y: { field: 'case', type: 'nominal', sort: CASES.map(it => it.name), title: null } },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x: { field: 'ratio', type: 'quantitative', title: null },
          yOffset: { field: 'line', type: 'nominal' },
          color: {
            field: 'line',
            type: 'nominal',
            title: 'Node',
            scale: { domain: Object.keys(COLORS), range: Object.values(COLORS) },
          },
        },
      },
      { mark: { type: 'rule', color: '#c00' }, encoding: { x: { datum: 1 }, y: null } },
    ],
  }
}

function ratioOf(result, name, peer) {
  const own = entryOf(result, name, 'tocson')
  const other = entryOf(result, name, peer)
  if (own === undefined || other === undefined) return []
  return [{ case: name, line: result.line, ratio: own.ratio.median / other.ratio.median }]
}

/** Main-thread milliseconds of reading a whole list in pages; logarithmic, since they are decades apart. */
function cacheChart(results) {
  const values = results.flatMap(({ line, tables }) =>
    (tables.get('cache, whole list')?.contestants ?? []).map(({ name, ns }) => ({
      line,
      way: name,
      ms: ns.median / 1e6,
    })),
  )
  return {
    title: 'Main-thread time of reading 10,000 movies in 100 pages, ms (logarithmic)',
    width: 560,
    height: { step: 14 },
    data: { values },
    mark: { type: 'point', filled: true, size: 90, opacity: 1 },
    encoding: {
      y: { field: 'way', type: 'nominal', sort: null, title: null },
      yOffset: { field: 'line', type: 'nominal' },
      x: { field: 'ms', type: 'quantitative', scale: { type: 'log' }, title: null },
      color: {
        field: 'line',
        type: 'nominal',
        title: 'Node',
        scale: { domain: Object.keys(COLORS), range: Object.values(COLORS) },
      },
    },
  }
}
