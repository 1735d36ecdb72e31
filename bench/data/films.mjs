// Real films: 3,201 of them with many nulls, from vega-datasets. Repeated until there are enough rows, each with its
// own id and its own copies of the strings.

import { readFileSync } from 'node:fs'
import Type from 'typebox'
import { DateTime } from '../../dist/index.js'
import { flat } from './strings.mjs'

const FILE = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url)

const nullable = schema => Type.Union([schema, Type.Null()])

export const films = {
  name: 'films',
  about: '3,201 real films, many nulls, one date',
  schema: Type.Object({
    id: Type.Integer(),
    title: nullable(Type.String()),
    usGross: nullable(Type.Integer()),
    worldwideGross: nullable(Type.Integer()),
    usDvdSales: nullable(Type.Integer()),
    budget: nullable(Type.Integer()),
    released: nullable(DateTime()),
    rating: nullable(Type.String()),
    minutes: nullable(Type.Integer()),
    distributor: nullable(Type.String()),
    source: nullable(Type.String()),
    genre: nullable(Type.String()),
    creativeType: nullable(Type.String()),
    director: nullable(Type.String()),
    rottenTomatoes: nullable(Type.Integer()),
    imdbRating: nullable(Type.Number()),
    imdbVotes: nullable(Type.Integer()),
  }),
  rows(count) {
    const source = JSON.parse(readFileSync(FILE, 'utf8'))
    return Array.from({ length: count }, (_, i) => film(i, source[i % source.length]))
  },
}

function film(id, source) {
  return {
    id,
    title: text(source.Title),
    usGross: source['US Gross'],
    worldwideGross: source['Worldwide Gross'],
    usDvdSales: source['US DVD Sales'],
    budget: source['Production Budget'],
    released: source['Release Date'] === null ? null : new Date(`${source['Release Date']} UTC`),
    rating: text(source['MPAA Rating']),
    minutes: source['Running Time min'],
    distributor: text(source.Distributor),
    source: text(source.Source),
    genre: text(source['Major Genre']),
    creativeType: text(source['Creative Type']),
    director: text(source.Director),
    rottenTomatoes: source['Rotten Tomatoes Rating'],
    imdbRating: source['IMDB Rating'],
    imdbVotes: source['IMDB Votes'],
  }
}

/** Some titles are numbers in the source. */
function text(value) {
  return value === null ? null : flat(String(value))
}
