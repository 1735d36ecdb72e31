// Single values of three sizes, as a handler answers with one object: a counter, an order, an export.

import Type from 'typebox'
import { DateTime } from '../../dist/index.js'
import { listOf } from './list-of.mjs'
import { intsAndStrings } from './numbers.mjs'
import { name, prose } from './strings.mjs'

const counter = {
  name: '60 B',
  about: 'two integers, a name, a rating',
  schema: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    votes: Type.Integer(),
    rating: Type.Number(),
  }),
  values: listOf(random => ({
    id: random.anyLength(6),
    name: name(random, 6, 16),
    votes: random.anyLength(5),
    rating: random.decimal(10, 1),
  })),
}

const item = {
  sku: Type.Integer(),
  title: Type.String(),
  count: Type.Integer(),
  price: Type.Number(),
}

const order = {
  name: '1 KB',
  about: 'an order of 10 items',
  schema: Type.Object({
    id: Type.Integer(),
    customer: Type.String(),
    note: Type.String(),
    paid: Type.Boolean(),
    items: Type.Array(Type.Object(item)),
  }),
  values: listOf(random => ({
    id: random.anyLength(8),
    customer: name(random, 8, 32),
    note: prose(random, 20, 200),
    paid: random.chance(0.5),
    items: Array.from({ length: 10 }, () => itemOf(random)),
  })),
}

const datedOrder = {
  name: '1 KB with dates',
  about: 'an order of 8 items, 9 dates',
  schema: Type.Object({
    id: Type.Integer(),
    customer: Type.String(),
    ordered: DateTime(),
    items: Type.Array(Type.Object({ ...item, shipped: DateTime() })),
  }),
  values: listOf(random => ({
    id: random.anyLength(8),
    customer: name(random, 8, 32),
    ordered: random.date(),
    items: Array.from({ length: 8 }, () => ({ ...itemOf(random), shipped: random.date() })),
  })),
}

const exported = {
  name: '100 KB',
  about: 'a report of 780 rows of integers and strings',
  schema: Type.Object({
    title: Type.String(),
    rows: Type.Array(intsAndStrings.schema),
  }),
  values: listOf((random, index) => ({
    title: name(random, 10, 40),
    rows: intsAndStrings.rows(780, index),
  })),
}

/** `{ name, about, schema, values(count, seed), count }`: how many distinct values make one run. */
export const VALUES = [
  { ...counter, count: 2000 },
  { ...order, count: 500 },
  { ...datedOrder, count: 200 },
  { ...exported, count: 20 },
]

function itemOf(random) {
  return {
    sku: random.anyLength(8),
    title: name(random, 8, 40),
    count: random.int(1, 20),
    price: random.decimal(1000, 2),
  }
}
