// Charts of the results: requests per second, and what a request takes from the event loop.

import { svgOf } from '../lib/svg.mjs'
import { WAYS } from './ways.mjs'

const OWN = '#08519c'
const OTHER = '#9ecae1'

/** `[file name, svg]` each. */
export async function drawHttpCharts({ ways, machine }) {
  const line = `Node ${machine.node.split('.')[0]}`
  const charts = [
    ['http', chart(ways, 'requestsPerSecond', `Pages of 100 rows per second over node:http, ${line}`)],
    ['http-loop', chart(ways, 'loopUsPerRequest', `Event-loop time per page of 100 rows, µs, ${line}`)],
  ]
  return Promise.all(charts.map(async ([name, it]) => [name, await svgOf(it)]))
}

/** A bar per way with its quartiles; logarithmic, since they are decades apart. */
function chart(ways, figure, title) {
  const values = WAYS.filter(({ name }) => ways[name] !== undefined).map(({ name, title: way }) => {
    const { median, low, high } = ways[name][figure]
    const text = Math.round(median).toLocaleString('en')
    return { way, median, low, high, text, own: name.startsWith('tocson') }
  })
  const scale = {
    type: 'log',
    domainMin: 10 ** Math.floor(Math.log10(Math.min(...values.map(it => it.low)))),
  }
  const y = { field: 'way', type: 'nominal', sort: null, title: null, axis: { labelLimit: 600 } }
  const x = { field: 'median', type: 'quantitative', scale, title: 'logarithmic' }
  return {
    title,
    width: 480,
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: 'bar',
        encoding: {
          y,
          x,
          x2: { datum: scale.domainMin },
          color: { condition: { test: 'datum.own', value: OWN }, value: OTHER },
        },
      },
      {
        mark: { type: 'rule', color: '#444' },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6 },
        encoding: { y, x: { ...x, field: 'high' }, text: { field: 'text' } },
      },
    ],
  }
}
