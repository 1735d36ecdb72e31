// The 3,201 films of vega-datasets: real data with nulls, fractions, apostrophes and letters beyond ASCII.

import { readFileSync } from 'node:fs'

export type Film = Readonly<Record<string, unknown>>

/** As in the file, except that titles are text (one is the number 1776 there) and dates are dates. */
export function loadFilms(): Film[] {
  const file = new URL('../node_modules/vega-datasets/data/movies.json', import.meta.url)
  const films = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[]
  return films.map(film => ({
    ...film,
    Title: film.Title === null ? null : String(film.Title),
    'Release Date': new Date(`${film['Release Date']} UTC`),
  }))
}

const nullable = (type: string) => ({ type: [type, 'null'] })
const properties = {
  Title: nullable('string'),
  'US Gross': nullable('integer'),
  'Worldwide Gross': nullable('integer'),
  'US DVD Sales': nullable('integer'),
  'Production Budget': nullable('integer'),
  'Release Date': { type: 'string', format: 'date-time' },
  'MPAA Rating': nullable('string'),
  'Running Time min': nullable('integer'),
  Distributor: nullable('string'),
  Source: nullable('string'),
  'Major Genre': nullable('string'),
  'Creative Type': nullable('string'),
  Director: nullable('string'),
  'Rotten Tomatoes Rating': nullable('integer'),
  'IMDB Rating': nullable('number'),
  'IMDB Votes': nullable('integer'),
}

export const FILM_SCHEMA = { type: 'object', properties, required: Object.keys(properties) }
