// Tables as text.

/** A heading, the contestants, notes below. */
export function printTable(table) {
  const size = table.bytes === undefined ? '' : `; ${formatNumber(table.bytes)} bytes a ${table.unit}`
  console.log(`\n${table.title}: ${table.about}${size}`)
  const cells = table.ways === undefined ? timeCells(table) : memoryCells(table.ways)
  if (cells.length > 1) for (const line of aligned(cells)) console.log(line)
  for (const [label, value] of Object.entries(table.figures ?? {})) {
    console.log(`  ${label}: ${formatNumber(value)}`)
  }
  for (const note of table.notes) console.log(`  ! ${note}`)
}

/** The line on top: what was measured on what. */
export function printMachine({ node, v8, cpu, cores, platform, loadAverage }) {
  console.log(`Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${platform}, load ${loadAverage.join(' ')}`)
}

function timeCells({ contestants, unit, bytes, baseline }) {
  const head = ['', `ns/${unit}`, 'quartiles', 'MB/s', 'ratio', 'quartiles']
  const rows = contestants.map(({ name, ns, ratio }) => [
    name,
    formatNumber(ns.median),
    spread(ns, formatNumber),
    bytes === undefined ? '' : formatNumber((bytes / ns.median) * 1000),
    ratio === undefined ? '' : formatRatio(ratio.median),
    ratio?.low === undefined || name === baseline ? '' : spread(ratio, formatRatio),
  ])
  return [head, ...rows]
}

const spread = ({ low, high }, format) => `${format(low)} to ${format(high)}`

function memoryCells(ways) {
  const mb = bytes => formatNumber(bytes / 1e6)
  const head = ['', 'blob MB', 'peak MB', 'peak/blob', 'external MB', 'toc bytes/row']
  const rows = ways.map(it => [
    it.name,
    mb(it.blob),
    mb(it.peak),
    it.peakPerBlob.toFixed(2),
    mb(it.external),
    it.tocPerRow.toFixed(1),
  ])
  return [head, ...rows]
}

/** First column to the left, the others to the right; empty columns vanish. */
function aligned(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)))
  const used = widths.map((_, column) => cells.slice(1).some(row => row[column] !== ''))
  return cells.map(row => {
    const padded = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2),
    )
    return `  ${padded.filter((_, column) => used[column]).join('')}`
  })
}

/** Three digits, thousands separated. */
export function formatNumber(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

export function formatRatio(ratio) {
  if (ratio >= 1000) return Math.round(ratio).toLocaleString('en')
  return ratio >= 20 ? ratio.toFixed(0) : ratio.toFixed(ratio >= 10 ? 1 : 2)
}
