// Runs where code generation is forbidden: prints what a few serializers answer, for the test to compare.

import { compile } from '../../src/index.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'

const films = loadFilms().slice(0, 200)
const wrong = [...films.slice(0, 7), { ...films[7], 'US Gross': 'n/a' }]
const serializer = compile(FILM_SCHEMA)

function answer(run: () => { readonly blob: Buffer }): string {
  try {
    return run().blob.toString()
  } catch (error) {
    return String(error)
  }
}

process.stdout.write(
  JSON.stringify({
    packer: serializer.packer,
    films: answer(() => serializer.serialize(films)),
    wrong: answer(() => serializer.serialize(wrong)),
    union: answer(() => compile({ anyOf: [FILM_SCHEMA, { type: 'string' }] }).serialize([films[0], 'x'])),
  }),
)
