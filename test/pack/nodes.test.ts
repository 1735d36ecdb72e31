import { describe, expect, it } from 'vitest'
import { childrenOf, expectedOf, subtreeSizes } from '../../src/pack/nodes.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { INT, obj } from '../schemas.ts'

const $defs = {
  Maybe: { type: ['integer', 'null'] },
  Loop: { anyOf: [{ $ref: '#/$defs/Loop' }, INT, { type: 'boolean' }] },
  Row: obj({ a: INT }),
}
const specOf = (schema: object) => compileSchema({ $defs, ...schema })

it.each<[object, readonly number[], readonly number[]]>([
  [INT, [], [1]],
  [obj({ a: INT, b: obj({ c: INT }) }), [1, 2], [4, 1, 2, 1]],
  [
    { ...obj({ a: INT }), patternProperties: { '^x': INT }, additionalProperties: INT },
    [1, 2, 3],
    [4, 1, 1, 1],
  ],
  [{ type: 'array', items: { type: 'array', items: INT } }, [1], [3, 2, 1]],
  [{ prefixItems: [INT, obj({ a: INT })] }, [1, 2], [4, 1, 2, 1]],
  [{ anyOf: [INT, obj({ a: INT })] }, [1, 2], [4, 1, 2, 1]],
  [{ $ref: '#/$defs/Row' }, [], [1, 2, 1]],
])('children and sizes of %j', (schema, children, sizes) => {
  const { nodes, root } = specOf(schema)
  expect(childrenOf(nodes[root]!)).toEqual(children)
  expect([...subtreeSizes(nodes)]).toEqual(sizes)
})

describe('what is asked for', () => {
  const upTo = (count: number) => ({ enum: Array.from({ length: count }, (_, i) => i) })
  it.each<[object, string]>([
    [INT, 'integer'],
    [{ type: 'number' }, 'number'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'string' }, 'string'],
    [{ type: 'bigint' }, 'bigint'],
    [{ type: 'string', contentEncoding: 'base64' }, 'Uint8Array or base64 string'],
    [{ type: 'string', format: 'date' }, 'date (Date, epoch ms, Temporal or string)'],
    [{ type: 'string', format: 'time' }, 'time (Date, epoch ms, Temporal or string)'],
    [{ type: 'string', format: 'date-time' }, 'date-time (Date, epoch ms, Temporal or string)'],
    [{ type: 'string', format: 'duration' }, 'duration (ms, Temporal.Duration, units or string)'],
    [{}, 'any value'],
    [{ raw: true }, 'JSON as string or bytes'],
    [{ const: 'x' }, '"x"'],
    [upTo(8), 'one of 0, 1, 2, 3, 4, 5, 6, 7'],
    [upTo(9), 'one of 0, 1, 2, 3, 4, 5, 6, 7, …'],
    [{ type: 'array' }, 'array'],
    [{ prefixItems: [INT, INT] }, 'array of 2 elements'],
    [obj({ a: INT }), 'object'],
    [{ ...obj({ a: INT }), type: ['object', 'null'] }, 'object or null'],
    [{ anyOf: [INT, obj({ a: INT })] }, 'integer or object'],
    [
      {
        anyOf: [
          { ...obj({ a: INT }), title: 'Cat' },
          { $id: 'Dog', ...obj({ b: INT }) },
          { ...INT, title: 'Age' },
        ],
      },
      'object (Cat) or object (Dog) or integer',
    ],
    [
      { ...obj({ a: INT }), title: 'Pet', anyOf: [{ ...obj({ b: INT }), title: 'Cat' }, obj({ c: INT })] },
      'object (Cat) or object',
    ],
    [{ type: ['object', 'array'], title: 'Both', properties: {} }, 'object or array'],
    [{ ...obj({ a: INT }), title: 'Alone' }, 'object'],
    [{ $ref: '#/$defs/Row' }, 'object (Row)'],
    [{ $ref: '#/$defs/Maybe' }, 'integer (Maybe)'],
    [{ $ref: '#/$defs/Loop' }, 'Loop'],
  ])('by %j: %s', (schema, text) => {
    const { nodes, root } = specOf(schema)
    expect(expectedOf(nodes, nodes[root]!)).toBe(text)
  })
})
