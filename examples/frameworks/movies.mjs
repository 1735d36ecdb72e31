// The list all these examples serve: a thousand films, serialized once.

import { compile, DateTime } from 'tocson'
import { listSource } from 'tocson/cache'
import Type from 'typebox'

export const Movie = Type.Object({ id: Type.Integer(), title: Type.String(), released: DateTime() })

const rows = Array.from({ length: 1000 }, (_, id) => ({
  id,
  title: `Film ${id}`,
  released: new Date(Date.UTC(1970, 0, 1 + id * 20)),
}))

const movies = compile(Movie)

/** What a page cache calls when it needs the list; an application would ask its database here. */
export const buildMovies = async () => movies.serialize(rows)

export const source = listSource(movies.serialize(rows))
