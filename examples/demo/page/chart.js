// Two series of times on a logarithmic scale, drawn anew as SVG with each value.

const SVG = 'http://www.w3.org/2000/svg'
const SAMPLES_MAX = 60
const HEIGHT = 220
const MARGIN = { top: 10, right: 12, bottom: 12, left: 58 }
const WAYS = ['tocson', 'naive']

export class Chart {
  #host
  #samples = []

  constructor(host) {
    this.#host = host
    new ResizeObserver(() => this.#draw()).observe(host)
  }

  /** A time in ms for one of the two ways. */
  add(way, ms) {
    this.#samples.push({ way, ms: Math.max(ms, 0.0001) })
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift()
    this.#draw()
  }

  /** `undefined` while there is none. */
  median(way) {
    const times = this.#samples.filter(sample => sample.way === way).map(sample => sample.ms)
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
  }

  #draw() {
    const width = Math.max(this.#host.clientWidth, 240)
    const scale = scales(this.#samples, width)
    const svg = node('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img' })
    const label = `Times of the last ${this.#samples.length} pages, on a logarithmic scale`
    svg.setAttribute('aria-label', label)
    for (let power = scale.low; power <= scale.high; power++) svg.append(...gridLine(power, width, scale))
    for (const way of WAYS) svg.append(...series(this.#samples, way, scale))
    this.#host.replaceChildren(svg)
  }
}

/** Whole powers of ten around all values, and at least two of them apart. */
function scales(samples, width) {
  const logs = samples.map(sample => Math.log10(sample.ms))
  const low = Math.floor(Math.min(-2, ...logs))
  const high = Math.ceil(Math.max(1, ...logs))
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom }
  const step = inner.width / Math.max(samples.length - 1, 19)
  return {
    low,
    high,
    x: i => MARGIN.left + i * step,
    y: log => MARGIN.top + (inner.height * (high - log)) / (high - low),
  }
}

function gridLine(power, width, { y }) {
  const line = node('line', {
    x1: MARGIN.left,
    x2: width - MARGIN.right,
    y1: y(power),
    y2: y(power),
    class: 'grid',
  })
  const text = node('text', { x: MARGIN.left - 8, y: y(power) + 4, class: 'tick' })
  text.textContent =
    power < 0 ? `${10 ** (power + 3)} µs` : power < 3 ? `${10 ** power} ms` : `${10 ** (power - 3)} s`
  return [line, text]
}

/** Circles and squares: told apart without colour too. */
function series(samples, way, { x, y }) {
  const points = samples
    .map(({ ms }, i) => ({ x: x(i), y: y(Math.log10(ms)), way: samples[i].way }))
    .filter(point => point.way === way)
  const path = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`)
  const marks = points.map(point =>
    way === 'tocson'
      ? node('circle', { cx: point.x, cy: point.y, r: 3.5 })
      : node('rect', { x: point.x - 3.5, y: point.y - 3.5, width: 7, height: 7 }),
  )
  const group = node('g', { class: way })
  group.append(node('path', { d: path.join('') }), ...marks)
  return [group]
}

function node(name, attributes) {
  const created = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value)
  return created
}
