// The toc's part for the page that is shown, and where the page is in the blob.

const count = value => value.toLocaleString('en')
const MAP_PERCENT_MIN = 0.4

/** @param toc what `/toc` answers: `entries[i]` is where row `offset + i` starts, the last one is the end */
export function showToc({ rows, offset, entries, blobBytes }, way) {
  const start = entries[0]
  const end = entries[entries.length - 1] - 1
  const rowCount = entries.length - 1
  showMap(way === 'tocson' ? [start, end] : [0, blobBytes], blobBytes, way)
  const slice = `bytes ${count(start)} to ${count(end)} of ${count(blobBytes)}, sent as they are`
  const parsed = `all ${count(blobBytes)} bytes read, to send ${count(Math.max(end - start, 0))}`
  document.getElementById('range').textContent =
    rowCount === 0 ? 'no rows' : way === 'tocson' ? slice : parsed
  document.getElementById('recipe').textContent = RECIPES[way](offset, offset + rowCount)
  const list = document.getElementById('toc')
  list.replaceChildren(
    ...entries.slice(0, rowCount).map((byte, i) => entry(offset + i, byte, entries[i + 1])),
  )
  list.append(lastEntry(offset + rowCount, entries[rowCount], offset + rowCount === rows))
  list.onpointerover = event => mark(event.target.closest('[data-row]')?.dataset.row)
  list.onpointerleave = () => mark(undefined)
}

const RECIPES = {
  tocson: (start, end) => `blob.subarray(toc[${start}], toc[${end}] - 1)`,
  naive: (start, end) => `rows = JSON.parse(blob)\npage = rows.slice(${start}, ${end})\nJSON.stringify(page)`,
}

function showMap([start, end], blobBytes, way) {
  const width = Math.max((100 * (end - start)) / blobBytes, MAP_PERCENT_MIN)
  const bar = document.querySelector('.here')
  bar.classList.toggle('naive', way === 'naive')
  bar.style.width = `${width}%`
  bar.style.left = `${Math.min((100 * start) / blobBytes, 100 - width)}%`
  const percents = [start, end].map(byte => ((100 * byte) / blobBytes).toFixed(1))
  document.getElementById('map').ariaLabel = `Read: ${percents.join(' to ')} % of the blob`
}

function entry(row, byte, next) {
  const item = document.createElement('li')
  item.dataset.row = row
  item.append(part('i', `toc[${row}]`), part('b', count(byte)), part('small', `${next - byte - 1} bytes`))
  return item
}

function lastEntry(row, byte, isEnd) {
  const item = document.createElement('li')
  item.className = 'end'
  item.append(
    part('i', `toc[${row}]`),
    part('b', count(byte)),
    part('small', isEnd ? 'the end' : 'next page'),
  )
  return item
}

function part(name, text) {
  const node = document.createElement(name)
  node.textContent = text
  return node
}

function mark(row) {
  for (const marked of document.querySelectorAll('tr.marked')) marked.classList.remove('marked')
  if (row !== undefined) document.querySelector(`tr[data-row="${row}"]`)?.classList.add('marked')
}
