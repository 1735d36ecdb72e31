// Movies with three nested actors: 4 dates, 2 floats, 5 integers, 4 strings, about 369 bytes a row; and the same rows
// without what an API usually formats itself, the dates.

import Type from 'typebox'
import { DateTime } from '../../dist/index.js'
import { listOf } from './list-of.mjs'
import { name } from './strings.mjs'

const ACTORS = 3

export const movies = {
  name: 'movies',
  about: 'nested; 4 dates, 2 floats, 5 integers, 4 strings',
  schema: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    year: Type.Integer(),
    rating: Type.Number(),
    popularity: Type.Number(),
    released: DateTime(),
    actors: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), born: DateTime() })),
  }),
  rows: listOf(random => ({
    id: random.anyLength(8),
    name: name(random, 8, 32),
    year: random.int(1920, 2026),
    rating: random.decimal(10, 1),
    popularity: random.double() * 100,
    released: random.date(),
    actors: Array.from({ length: ACTORS }, () => ({
      id: random.anyLength(7),
      name: name(random, 8, 24),
      born: random.date(),
    })),
  })),
}

export const noDates = {
  name: 'no-dates',
  about: 'the movies without their dates',
  schema: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    year: Type.Integer(),
    rating: Type.Number(),
    popularity: Type.Number(),
    actors: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  }),
  rows: listOf(random => ({
    id: random.anyLength(8),
    name: name(random, 8, 32),
    year: random.int(1920, 2026),
    rating: random.decimal(10, 1),
    popularity: random.double() * 100,
    actors: Array.from({ length: ACTORS }, () => ({
      id: random.anyLength(7),
      name: name(random, 8, 24),
    })),
  })),
}
