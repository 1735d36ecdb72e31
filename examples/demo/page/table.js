// The films as a table; on a narrow screen the style sheet makes cards of its rows.

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', notation: 'compact' }).format
const whole = value => value.toLocaleString('en')

/** `PT1H30M` -> `1 h 30 min` */
const runtime = text => text.slice(2).replace('H', ' h ').replace('M', ' min')

const COLUMNS = [
  { key: 'id', label: '#', format: whole, number: true },
  { key: 'title', label: 'Title', heading: true },
  { key: 'released', label: 'Released' },
  { key: 'runtime', label: 'Runtime', format: runtime },
  { key: 'mpaa', label: 'MPAA' },
  { key: 'genre', label: 'Genre' },
  { key: 'director', label: 'Director' },
  { key: 'budget', label: 'Budget', format: money, number: true },
  { key: 'worldwideGross', label: 'Gross', format: money, number: true },
  { key: 'imdbRating', label: 'IMDb', number: true },
  { key: 'rottenTomatoes', label: 'Tomatoes', format: value => `${value} %`, number: true },
]

export function showFilms(table, films) {
  const [head] = table.tHead.rows
  if (head.cells.length === 0) head.append(...COLUMNS.map(headCell))
  table.tBodies[0].replaceChildren(...films.map(filmRow))
}

function headCell({ label, number }) {
  const cell = document.createElement('th')
  cell.scope = 'col'
  cell.textContent = label
  cell.classList.toggle('number', number === true)
  return cell
}

function filmRow(film) {
  const row = document.createElement('tr')
  row.dataset.row = film.id - 1
  row.append(...COLUMNS.map(column => filmCell(film[column.key], column)))
  return row
}

function filmCell(value, { label, format = String, number, heading }) {
  const cell = document.createElement(heading ? 'th' : 'td')
  if (heading) cell.scope = 'row'
  cell.dataset.label = label
  cell.classList.toggle('number', number === true)
  cell.classList.toggle('none', value === null)
  cell.textContent = value === null ? '–' : format(value)
  return cell
}
