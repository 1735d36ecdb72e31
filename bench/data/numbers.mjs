// Rows of numbers, and the smallest useful row.

import Type from 'typebox'
import { listOf } from './list-of.mjs'
import { name } from './strings.mjs'

export const intsAndStrings = {
  name: 'ints-strings',
  about: '4 integers and 3 strings, all lengths',
  schema: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    votes: Type.Integer(),
    city: Type.String(),
    rank: Type.Integer(),
    balance: Type.Integer(),
    owner: Type.String(),
  }),
  rows: listOf((random, index) => ({
    id: index,
    name: name(random, 3, 40),
    votes: random.anyLength(7),
    city: name(random, 3, 16),
    rank: random.int(1, 100),
    balance: random.chance(0.3) ? -random.anyLength(12) : random.anyLength(12),
    owner: name(random, 6, 24),
  })),
}

export const points = {
  name: 'points',
  about: '3 random doubles, 16 or 17 digits',
  schema: Type.Object({ x: Type.Number(), y: Type.Number(), z: Type.Number() }),
  rows: listOf(random => ({
    x: (random.double() - 0.5) * 360,
    y: (random.double() - 0.5) * 180,
    z: random.double() * 9000,
  })),
}

export const prices = {
  name: 'prices',
  about: '4 decimals with 1 to 3 places',
  schema: Type.Object({
    sku: Type.Integer(),
    price: Type.Number(),
    net: Type.Number(),
    rating: Type.Number(),
    weight: Type.Number(),
  }),
  rows: listOf(random => ({
    sku: random.anyLength(8),
    price: random.decimal(10 ** random.int(1, 5), 2),
    net: random.decimal(10 ** random.int(1, 5), 2),
    rating: random.decimal(5, 1),
    weight: random.decimal(50, 3),
  })),
}

export const tiny = {
  name: 'tiny',
  about: 'two integers',
  schema: Type.Object({ id: Type.Integer(), votes: Type.Integer() }),
  rows: listOf((random, index) => ({ id: index, votes: random.anyLength(6) })),
}
