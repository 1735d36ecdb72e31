// The figures: what serializing once costs, against JSON.stringify in this process, and what a page costs.

import { Buffer } from 'node:buffer'

const PAGE_ROWS = 100
const PAGE_REPEATS = 10_000

/**
 * Serializes the rows and prints how that went.
 *
 * @returns {import('tocson').JsonList} the list to serve
 */
export function report(serializer, rows, filmCount) {
  const [list, tocsonMs] = timed(() => serializer.serialize(rows))
  print('rows', `${count(rows.length)} (${count(filmCount)} films of vega-datasets, repeated)`)
  print('tocson', `${speed(list.blob.byteLength, tocsonMs)}   serialize(rows): blob and toc`)
  compareWithStringify(rows, list, tocsonMs)
  const share = ((100 * list.toc.byteLength) / list.blob.byteLength).toFixed(2)
  print('toc', `${bytes(list.toc.byteLength)}, ${share} % of the blob: where each row starts`)
  reportPage(list)
  return list
}

/**
 * JSON.stringify writes a Date as a full timestamp and knows no durations: to give the same JSON it needs
 * rows whose dates and running times are text. That preparation is timed apart, so both figures are there.
 */
function compareWithStringify(rows, list, tocsonMs) {
  const [textRows, mapMs] = timed(() => rows.map(withText))
  let blob
  let stringifyMs
  try {
    ;[blob, stringifyMs] = timed(() => Buffer.from(JSON.stringify(textRows)))
  } catch (error) {
    return print('JSON.stringify', `cannot: ${error.message} (one JavaScript string holds at most 512 MB)`)
  }
  const times = ms => `${(ms / tocsonMs).toFixed(1)}x the time`
  const allMs = mapMs + stringifyMs
  print(
    'JSON.stringify',
    `${speed(blob.byteLength, allMs)}   + Buffer.from, dates and durations to text first: ${times(allMs)}`,
  )
  print(
    '',
    `${speed(blob.byteLength, stringifyMs)}   the same with that preparation for free: ${times(stringifyMs)}`,
  )
  print('', blob.equals(list.blob) ? 'byte for byte the same JSON' : 'DIFFERENT BYTES: please report this')
}

function withText(row) {
  const { released, runtime } = row
  return {
    ...row,
    released: released.toISOString().slice(0, 10),
    runtime: runtime === null ? null : durationText(runtime),
  }
}

/** ISO 8601 for whole minutes above zero: `PT1H30M`. */
function durationText(ms) {
  const minutes = ms / 60_000
  const hours = Math.floor(minutes / 60)
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes % 60 > 0 ? `${minutes % 60}M` : ''}`
}

/** A page from everywhere in the list, many times: one alone is too short to time. */
function reportPage(list) {
  let byteLength = 0
  const takePages = repeats => {
    for (let i = 0; i < repeats; i++) byteLength = list.page((i * 7919) % list.length, PAGE_ROWS).byteLength
  }
  takePages(PAGE_REPEATS)
  const [, ms] = timed(() => takePages(PAGE_REPEATS))
  const each = `${((ms * 1000) / PAGE_REPEATS).toFixed(2)} µs`
  print('page', `${each} for ${PAGE_ROWS} rows (${bytes(byteLength)}): a view of the blob, no row is copied`)
}

function timed(work) {
  const start = performance.now()
  const result = work()
  return [result, performance.now() - start]
}

function print(label, text) {
  console.log(`${label.padEnd(15)} ${text}`)
}

const count = value => value.toLocaleString('en')

function bytes(value) {
  if (value < 1e3) return `${value} bytes`
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`
}

function speed(byteLength, ms) {
  const rate = byteLength / 1e3 / ms
  const time = ms.toFixed(ms < 10 ? 2 : 0)
  return `${count(byteLength)} bytes in ${time.padStart(5)} ms, ${rate.toFixed(0).padStart(4)} MB/s`
}
