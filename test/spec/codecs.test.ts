// Functions that encode a value before it is written: Codec of TypeBox 1.x, Transform of 0.34. Each is applied once,
// wherever its schema is moved to or merged with.

import { describe, expect, it } from 'vitest'
import { serializeOne } from '../pack/both.ts'
import { INT, obj, STR } from '../schemas.ts'

type Coded = (schema: object, encode: (value: never) => unknown) => object
type Row = readonly [name: string, schema: (coded: Coded) => object, value: unknown, json: string]

const codec: Coded = (schema, encode) =>
  Object.defineProperty({ ...schema }, '~codec', { value: { decode: () => undefined, encode } })
const transform: Coded = (schema, encode) => ({
  ...schema,
  [Symbol.for('TypeBox.Transform')]: { Decode: () => undefined, Encode: encode },
})

/** Throws for what was encoded before. */
const unwrap = ({ wrapped }: { wrapped: unknown }): unknown => {
  if (wrapped === undefined) throw new TypeError('not wrapped')
  return wrapped
}
const wrap = (wrapped: unknown) => ({ wrapped })
const whenK = (k: number, then: object) => ({ if: obj({ k: { const: k } }), then })

const ROWS: readonly Row[] = [
  ['a leaf', coded => coded(STR, unwrap), wrap('x'), '"x"'],
  [
    'a property that may be missing',
    coded => obj({ a: coded(INT, unwrap), b: INT }, ['b']),
    { b: 1 },
    '{"b":1}',
  ],
  ['an element', coded => ({ items: coded(INT, unwrap) }), [wrap(1), wrap(2)], '[1,2]'],
  ['an element of a tuple', coded => ({ prefixItems: [INT, coded(INT, unwrap)] }), [1, wrap(2)], '[1,2]'],
  ['a value of a record', coded => ({ additionalProperties: coded(INT, unwrap) }), { a: wrap(1) }, '{"a":1}'],
  ['a variant', coded => ({ anyOf: [INT, coded(STR, unwrap)] }), wrap('x'), '"x"'],
  ['a variant beside null', coded => ({ anyOf: [{ type: 'null' }, coded(STR, unwrap)] }), wrap('x'), '"x"'],
  ['null beside it', coded => ({ anyOf: [{ type: 'null' }, coded(STR, unwrap)] }), null, 'null'],
  ['a union', coded => coded({ anyOf: [INT, STR] }, unwrap), wrap('x'), '"x"'],
  ['literals', coded => coded({ anyOf: [{ const: 'a' }, { const: 'b' }] }, unwrap), wrap('b'), '"b"'],
  [
    'one literal among others',
    coded => ({ anyOf: [coded({ const: 'a' }, unwrap), { const: 'b' }] }),
    wrap('a'),
    '"a"',
  ],
  ['a list of types', coded => coded({ type: ['string', 'integer'] }, unwrap), wrap(1), '1'],
  ['its null', coded => coded({ type: ['string', 'null'] }, unwrap), wrap(null), 'null'],
  [
    'variants with properties beside them',
    coded => coded({ ...obj({ a: INT }), oneOf: [obj({ b: INT }), obj({ c: INT })] }, unwrap),
    wrap({ a: 1, c: 2 }),
    '{"a":1,"c":2}',
  ],
  [
    'a condition',
    coded => coded({ ...obj({ k: INT }), ...whenK(1, obj({ b: INT })) }, unwrap),
    wrap({ k: 1, b: 2 }),
    '{"k":1,"b":2}',
  ],
  [
    'a part with a condition beside another',
    coded => ({
      allOf: [coded({ ...obj({ k: INT }), ...whenK(1, obj({ b: INT })) }, unwrap), whenK(2, obj({ c: INT }))],
    }),
    wrap({ k: 1, b: 2 }),
    '{"k":1,"b":2}',
  ],
  [
    'allOf',
    coded => coded({ allOf: [obj({ a: INT }), obj({ b: INT })] }, unwrap),
    wrap({ a: 1, b: 2 }),
    '{"a":1,"b":2}',
  ],
  ['a part of allOf', coded => ({ allOf: [{}, coded(obj({ a: INT }), unwrap)] }), wrap({ a: 1 }), '{"a":1}'],
  [
    'a part of allOf beside null',
    coded => ({ anyOf: [{ allOf: [coded(STR, unwrap)] }, { type: 'null' }] }),
    null,
    'null',
  ],
  [
    'a variant that is allOf',
    coded => ({ anyOf: [coded({ allOf: [STR] }, unwrap), { type: 'null' }] }),
    wrap('x'),
    '"x"',
  ],
  ['allOf and a part of it', coded => coded({ allOf: [coded(STR, unwrap)] }, unwrap), wrap(wrap('x')), '"x"'],
  [
    'a reference',
    coded => ({ $defs: { S: STR }, ...obj({ a: coded({ $ref: '#/$defs/S' }, unwrap) }) }),
    { a: wrap('x') },
    '{"a":"x"}',
  ],
  [
    'what is referred to',
    coded => ({ $defs: { S: coded(STR, unwrap) }, ...obj({ a: { $ref: 'S' } }) }),
    { a: wrap('x') },
    '{"a":"x"}',
  ],
  [
    'both',
    coded => ({ $defs: { S: coded(STR, unwrap) }, ...obj({ a: coded({ $ref: 'S' }, unwrap) }) }),
    { a: wrap(wrap('x')) },
    '{"a":"x"}',
  ],
  [
    'both, with more beside the reference',
    coded => ({
      $defs: { S: coded(obj({ a: INT }), unwrap) },
      ...obj({ a: coded({ $ref: 'S', ...obj({ b: INT }) }, unwrap) }),
    }),
    { a: wrap(wrap({ a: 1, b: 2 })) },
    '{"a":{"a":1,"b":2}}',
  ],
]

describe.each<[string, Coded]>([
  ['Codec', codec],
  ['Transform', transform],
])('%s is honoured at', (_kind, coded) => {
  it.each(ROWS.map(row => [row[0], row] as const))('%s', (_name, [, schema, value, json]) => {
    expect(serializeOne(schema(coded), () => value)).toEqual({ json })
  })
})

it('a Transform survives a spread', () => {
  const schema = obj({ a: { ...transform(STR, unwrap), alias: 'b' } })
  expect(serializeOne(schema, () => ({ a: wrap('x') }))).toEqual({ json: '{"b":"x"}' })
})

it('a Transform without functions is no Transform', () => {
  const schema = { ...STR, [Symbol.for('TypeBox.Transform')]: {} }
  expect(serializeOne(schema, () => 'x')).toEqual({ json: '"x"' })
})
