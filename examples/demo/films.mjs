// What a row is: the schema, and how the raw data set becomes rows of it.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { CalendarDate, compile, Duration } from 'tocson'
import Type from 'typebox'

const Nullable = schema => Type.Union([schema, Type.Null()])
const MPAA_RATINGS = ['G', 'PG', 'PG-13', 'R', 'NC-17', 'Not Rated', 'Open']

export const Movie = Type.Object({
  id: Type.Integer(),
  title: Nullable(Type.String()),
  released: CalendarDate(),
  runtime: Nullable(Duration()),
  mpaa: Nullable(Type.Enum(MPAA_RATINGS)),
  genre: Nullable(Type.String()),
  creativeType: Nullable(Type.String()),
  source: Nullable(Type.String()),
  director: Nullable(Type.String()),
  distributor: Nullable(Type.String()),
  budget: Nullable(Type.Integer()),
  usGross: Nullable(Type.Integer()),
  worldwideGross: Nullable(Type.Integer()),
  usDvdSales: Nullable(Type.Integer()),
  imdbRating: Nullable(Type.Number()),
  imdbVotes: Nullable(Type.Integer()),
  rottenTomatoes: Nullable(Type.Integer()),
})

/** Compiled once, kept for the life of the process. */
export const filmSerializer = compile(Movie)

/** The films as rows: dates are `Date`s and running times milliseconds, as an application would hold them. */
export function loadFilms() {
  // The package exports its code (build/) and hides its data beside it, so the file is read by path.
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  const raw = JSON.parse(readFileSync(join(dirname(entry), '..', 'data', 'movies.json'), 'utf8'))
  return raw.map(toMovie)
}

/** Own objects, not the same ones again and again: a processor's cache would flatter whoever reads them. */
export function repeatFilms(movies, rowCount, step = () => {}) {
  const rows = new Array(rowCount)
  for (let i = 0; i < rowCount; i++) {
    rows[i] = { ...movies[i % movies.length], id: i + 1 }
    step(i + 1)
  }
  return rows
}

const MINUTE_MS = 60_000

function toMovie(raw, index) {
  const title = raw.Title
  const minutes = raw['Running Time min']
  return {
    id: index + 1,
    title: title === null ? null : String(title), // "1776" and "300" are numbers in the file
    released: toDate(raw['Release Date']),
    runtime: minutes === null ? null : minutes * MINUTE_MS,
    mpaa: raw['MPAA Rating'],
    genre: raw['Major Genre'],
    creativeType: raw['Creative Type'],
    source: raw.Source,
    director: raw.Director,
    distributor: raw.Distributor,
    budget: raw['Production Budget'],
    usGross: raw['US Gross'],
    worldwideGross: raw['Worldwide Gross'],
    usDvdSales: raw['US DVD Sales'],
    imdbRating: raw['IMDB Rating'],
    imdbVotes: raw['IMDB Votes'],
    rottenTomatoes: raw['Rotten Tomatoes Rating'],
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Jun 12 1998`, in UTC: `new Date(text)` would take it for local time. */
function toDate(text) {
  const [month, day, year] = text.split(' ')
  return new Date(Date.UTC(Number(year), MONTHS.indexOf(month), Number(day)))
}
