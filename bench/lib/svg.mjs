// Draws a vega-lite chart as SVG, in the one style of all charts.

import * as vega from 'vega'
import { compile } from 'vega-lite'

const CONFIG = {
  background: 'white',
  font: 'sans-serif',
  axis: { grid: true, labelLimit: 320 },
  view: { stroke: null },
}

export async function svgOf(chart) {
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: CONFIG,
    ...chart,
  })
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  const svg = await view.toSVG()
  return `${svg}\n`
}
