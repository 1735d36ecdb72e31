// Rows of text: what has to be escaped, what is long and clean, what is not Latin.

import Type from 'typebox'
import { listOf } from './list-of.mjs'
import { chat, cyrillic, escapedText, han, name, prose } from './strings.mjs'

export const escapes = {
  name: 'escapes',
  about: 'text of 20 to 400 characters, one in 30 escaped',
  schema: Type.Object({ id: Type.Integer(), title: Type.String(), text: Type.String() }),
  rows: listOf((random, index) => ({
    id: index,
    title: escapedText(random, 10, 40),
    text: escapedText(random, 20, 400),
  })),
}

export const longText = {
  name: 'long-text',
  about: 'clean ASCII prose of 200 to 2,000 characters',
  schema: Type.Object({ id: Type.Integer(), title: Type.String(), text: Type.String() }),
  rows: listOf((random, index) => ({
    id: index,
    title: name(random, 10, 60),
    text: prose(random, 200, 2000),
  })),
}

export const nonLatin = {
  name: 'non-latin',
  about: 'Cyrillic, Han, emoji',
  schema: Type.Object({
    id: Type.Integer(),
    cyrillic: Type.String(),
    han: Type.String(),
    message: Type.String(),
  }),
  rows: listOf((random, index) => ({
    id: index,
    cyrillic: cyrillic(random, 5, 60),
    han: han(random, 2, 30),
    message: chat(random, 10, 120),
  })),
}
