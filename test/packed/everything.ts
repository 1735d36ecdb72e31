// A schema with every op, and rows of it: small enough to damage every bit of their packed form.

import Type from 'typebox'
import { Bytes, CalendarDate, DateTime, Duration, Raw, Time } from '../../src/spec/builders.ts'

const nullable = (schema: Type.TSchema) => Type.Union([schema, Type.Null()])

export const everything = Type.Object({
  int: Type.Integer(),
  float: Type.Number(),
  finite: Type.Optional(Type.Number({ nonFinite: 'throw' })),
  big: nullable(Type.BigInt()),
  bool: Type.Boolean(),
  text: Type.Optional(nullable(Type.String())),
  choice: Type.Enum(['red', 'green']),
  always: Type.Optional(Type.Literal('on')),
  at: DateTime(),
  day: Type.Optional(CalendarDate()),
  time: Time(),
  lasts: Duration(),
  bytes: Bytes(),
  any: Type.Any(),
  raw: Raw(),
  pair: nullable(Type.Tuple([Type.Integer(), Type.Literal('x')])),
  list: Type.Array(Type.Object({ n: Type.Optional(Type.Integer()) })),
  shape: Type.Union([
    Type.Object({ kind: Type.Literal('dot'), x: Type.Integer() }),
    Type.Object({ kind: Type.Literal('box'), sides: Type.Array(Type.Number()) }),
  ]),
  counts: Type.Record(Type.String(), nullable(Type.Integer())),
  open: Type.Object(
    { a: Type.Integer() },
    { patternProperties: { '^s_': Type.String(), '^n_': Type.Integer() } },
  ),
  tree: Type.Cyclic(
    { Node: Type.Object({ v: Type.Integer(), next: Type.Optional(Type.Ref('Node')) }) },
    'Node',
  ),
  renamed: Type.Integer({ alias: 'written as' }),
})

export const everyRow = [
  {
    int: -7,
    float: 0.1,
    finite: 2.5,
    big: 2n ** 70n,
    bool: true,
    text: 'plain',
    choice: 'green',
    always: 'on',
    at: new Date(1_600_000_000_123),
    day: '2026-11-21',
    time: new Date(45_000),
    lasts: 5_400_000,
    bytes: new Uint8Array([1, 2, 255]),
    any: { deep: [1, null, 'x'] },
    raw: '[1,2]',
    pair: [5, 'x'],
    list: [{ n: 1 }, {}],
    shape: { kind: 'box', sides: [1, 2.5] },
    counts: { a: 1, b: null },
    open: { a: 1, s_one: 'é', n_two: 2 },
    tree: { v: 1, next: { v: 2 } },
    renamed: 9,
  },
  {
    int: 3e20,
    float: Number.NaN,
    big: null,
    bool: false,
    text: null,
    choice: 'red',
    at: '2026-11-21T00:00:00Z',
    time: new Date(0),
    lasts: 'PT1H',
    bytes: 'not base64',
    any: null,
    raw: '"r"',
    pair: null,
    list: [],
    shape: { kind: 'dot', x: 1 },
    counts: {},
    open: { a: 2 },
    tree: { v: 3 },
    renamed: 10,
  },
]
