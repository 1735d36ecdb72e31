// Columns as a query engine gives them: an Arrow table with dictionaries, text, times and nulls, and the rows it makes.

import { Dictionary, Float64, Int32, Table, TimestampMicrosecond, Utf8, vectorFromArray } from 'apache-arrow'
import Type from 'typebox'
import { DateTime } from '../../dist/index.js'
import { Random } from './random.mjs'

const nullable = schema => Type.Union([schema, Type.Null()])

export const trades = {
  schema: Type.Object({
    id: Type.Integer(),
    account: Type.String(),
    symbol: Type.String(),
    side: Type.Enum(['buy', 'sell']),
    at: DateTime(),
    price: Type.Number(),
    note: nullable(Type.String()),
  }),
  /** A table of `count` rows. */
  table(count, seed) {
    const random = new Random(seed)
    const below = limit => random.int(0, limit - 1)
    const make = value => Array.from({ length: count }, (_, i) => value(i))
    const symbols = Array.from({ length: 400 }, (_, i) => `SYM${i}`)
    const dictionary = () => new Dictionary(new Utf8(), new Int32())
    return new Table({
      id: vectorFromArray(
        make(i => i),
        new Int32(),
      ),
      account: vectorFromArray(
        make(() => `account ${below(1e9)}`),
        new Utf8(),
      ),
      symbol: vectorFromArray(
        make(() => symbols[below(400)]),
        dictionary(),
      ),
      side: vectorFromArray(
        make(() => (below(2) === 0 ? 'buy' : 'sell')),
        dictionary(),
      ),
      at: vectorFromArray(
        make(i => 1.7e12 + i * 1000 + below(1000)),
        new TimestampMicrosecond(),
      ),
      price: vectorFromArray(
        make(() => below(1e6) / 100),
        new Float64(),
      ),
      note: vectorFromArray(
        make(() => (below(4) === 0 ? null : `note ${below(1000)}`)),
        new Utf8(),
      ),
    })
  },
}
