import { expect, it } from 'vitest'
import { compile, describe as describeSpec } from '../../src/index.ts'

it('prints the flat tree', () => {
  const { spec } = compile({
    type: 'object',
    properties: {
      id: { type: 'integer' },
      'odd name': { type: 'string', alias: 'odd', omitEmpty: true },
      rating: { type: ['number', 'null'], nonFinite: 'throw' },
      big: { type: 'bigint', asString: true },
      plain: { type: 'bigint' },
      kind: { enum: ['a', 1], default: 'a' },
      only: { const: 'x' },
      at: { type: 'string', format: 'date-time', precision: 'second' },
      on: { type: 'string', format: 'date' },
      time: { type: 'string', format: 'time' },
      took: { type: 'string', format: 'duration', style: 'seconds' },
      length: { type: 'string', format: 'duration' },
      code: Object.defineProperty({ type: 'string' }, '~codec', { value: { encode: String } }),
      tuple: { prefixItems: [{ type: 'boolean' }, {}] },
      list: { type: 'array', items: { $ref: '#' } },
      either: { anyOf: [{ type: 'number' }, { type: 'string', contentEncoding: 'base64' }] },
      shape: { anyOf: [kind('a'), kind('b')] },
      json: { raw: true },
      trusted: { raw: true, trusted: true },
      tree: { $ref: '#/$defs/Tree' },
    },
    required: ['id', 'rating', 'only'],
    patternProperties: { '^x-': { type: 'null' } },
    additionalProperties: { type: 'string' },
    $defs: { Tree: { type: 'object', properties: { next: { $ref: '#/$defs/Tree' } } } },
  })
  const lines = describeSpec(spec).split('\n')
  expect(lines.pop()).toMatch(/^34 nodes, \d+ entries, \d+ bytes of program$/)
  expect(`\n${lines.join('\n')}`).toMatchInlineSnapshot(`
    "
    0   object
    1     id: int
    2     "odd name"? as "odd" (omit empty): string
    3     rating: float (finite) | null
    4     big?: bigint (as string)
    5     plain?: bigint
    6     kind? (default "a"): enum "a" 1
    7     only: const "x"
    8     at?: date-time (seconds)
    9     on?: date
    10    time?: time
    11    took?: duration (seconds)
    12    length?: duration
    13    code?: codec -> string
    14    tuple?: tuple
    15      0: bool
    16      1: any
    17    list?: array
    18      ref -> 0
    19    either?: union
    20      | 0: float
    21      | 1: bytes
    22    shape?: union by "kind"
    23      | 0: object
    24        kind: const "a"
    25      | 1: object
    26        kind: const "b"
    27    json?: raw
    28    trusted?: raw (trusted)
    29    tree?: ref -> 30
    32    [prefix "x-"]: const null
    33    [any]: string
    30  object
    31    next?: ref -> 30"
  `)
})

function kind(value: string): object {
  return { type: 'object', properties: { kind: { const: value } }, required: ['kind'] }
}
