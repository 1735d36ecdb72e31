// Rows whose shape is not the same each time: records, recursion, unions.

import Type from 'typebox'
import { listOf } from './list-of.mjs'
import { name } from './strings.mjs'

export const records = {
  name: 'records',
  about: 'two records of 2 to 10 free keys',
  schema: Type.Object({
    id: Type.Integer(),
    scores: Type.Record(Type.String(), Type.Integer()),
    labels: Type.Record(Type.String(), Type.String()),
  }),
  rows: listOf((random, index) => ({
    id: index,
    scores: record(random, () => random.anyLength(5)),
    labels: record(random, () => name(random, 3, 24)),
  })),
}

/** Keys come from a vocabulary of 500, as tags and locales do: no document invents its own. */
function record(random, value) {
  const entries = Array.from({ length: random.int(2, 10) }, () => [`key ${random.int(0, 499)}`, value()])
  return Object.fromEntries(entries)
}

const DEPTH = 24

export const nested = {
  name: 'nested',
  about: `recursive comments, up to ${DEPTH} deep`,
  schema: Type.Cyclic(
    {
      Comment: Type.Object({
        id: Type.Integer(),
        author: Type.String(),
        replies: Type.Array(Type.Ref('Comment')),
      }),
    },
    'Comment',
  ),
  rows: listOf(random => comment(random, random.int(2, DEPTH))),
}

function comment(random, depth) {
  const replies = []
  if (depth > 1) replies.push(comment(random, depth - 1))
  if (random.chance(0.3)) replies.push(comment(random, 1))
  return { id: random.anyLength(8), author: name(random, 4, 20), replies }
}

export const unions = {
  name: 'unions',
  about: 'one of three shapes by its kind, and a value of one of four types',
  schema: Type.Object({
    id: Type.Integer(),
    shape: Type.Union([
      Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }),
      Type.Object({ kind: Type.Literal('box'), width: Type.Integer(), height: Type.Integer() }),
      Type.Object({ kind: Type.Literal('label'), text: Type.String(), size: Type.Integer() }),
    ]),
    value: Type.Union([Type.Integer(), Type.String(), Type.Boolean(), Type.Null()]),
  }),
  rows: listOf((random, index) => ({
    id: index,
    shape: SHAPES[random.int(0, SHAPES.length - 1)](random),
    value: VALUES[random.int(0, VALUES.length - 1)](random),
  })),
}

const SHAPES = [
  random => ({ kind: 'circle', radius: random.decimal(100, 2) }),
  random => ({ kind: 'box', width: random.int(1, 4000), height: random.int(1, 4000) }),
  random => ({ kind: 'label', text: name(random, 3, 30), size: random.int(6, 72) }),
]

const VALUES = [
  random => random.anyLength(6),
  random => name(random, 3, 20),
  random => random.chance(0.5),
  () => null,
]
