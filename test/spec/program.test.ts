// Programs read back, entry by entry, with a reader of the tests' own.

import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import * as ops from '../../src/spec/ops.ts'
import type { CompileOptions } from '../../src/spec/spec.ts'
import { INT, obj, STR } from '../schemas.ts'

const NAMES = Object.fromEntries(
  Object.entries(ops)
    .filter(([name]) => name.startsWith('OP_') && name !== 'OP_LAST_CONTAINER')
    .map(([name, op]) => [op, name.slice(3)]),
)
const JUMPS = new Set(['JUMP', 'CALL', 'ARRAY_NEXT', 'REST', 'REST_NEXT'])

/** One line an entry: op, flags (maybe, comma, html), where to, and the literal in front. */
function programOf(schema: object, options: CompileOptions = {}): string[] {
  const { program } = compileSchema(schema, options)
  const bytes = Buffer.from(program.bytes)
  const text = (start: number, length: number) => bytes.toString('utf8', start, start + length)
  const lineOf = (_: unknown, i: number): string => {
    const at = i * ops.ENTRY_BYTES
    const name = NAMES[bytes.readUInt8(at)]!
    const flags = bytes.readUInt8(at + 1)
    const marks = ['maybe', 'comma', 'html'].filter((_, bit) => flags & (1 << bit))
    const argument = bytes.readInt32LE(at + ops.ENTRY_ARGUMENT)
    const to = (position: number) => `@${position / ops.ENTRY_BYTES}`
    const isJump = JUMPS.has(name) || (flags & ops.FLAG_MAYBE && ['OBJECT', 'ARRAY'].includes(name))
    const table = (count: number) =>
      Array.from({ length: count }, (_, n) => bytes.readInt32LE(argument + 4 * n))
    let target = isJump || name === 'ARRAY' ? ` ${to(argument)}` : ''
    if (name === 'UNION') {
      const [end, ...variants] = table(3)
      target = ` ${variants.map(to)} end ${to(end!)}`
    } else if (name === 'ENUM') {
      const [position, length, next] = table(3)
      target = ` ${text(position!, length!)} ${text(next!, 1)}`
    }
    const length = bytes.readInt32LE(at + ops.ENTRY_LITERAL_LENGTH)
    const isLong = length > ops.LITERAL_HEAD_BYTES
    const literal = isLong
      ? text(bytes.readInt32LE(at + ops.ENTRY_LITERAL_POSITION), length)
      : text(at + ops.ENTRY_LITERAL_HEAD, length)
    // The head of a long one is in the entry, too.
    if (isLong)
      expect(literal.startsWith(text(at + ops.ENTRY_LITERAL_HEAD, ops.LITERAL_HEAD_BYTES))).toBe(true)
    return `${[name, ...marks].join(' ')}${target}${literal === '' ? '' : ` ‹${literal}›`}`
  }
  return Array.from({ length: program.entryCount }, lineOf)
}

describe('a program', () => {
  it.each<[string, object, readonly string[], CompileOptions?]>([
    ['a value', INT, ['INT', 'ROW_NEXT']],
    ['a nullable value', { type: ['integer', 'null'] }, ['INT maybe', 'ROW_NEXT']],
    ['htmlSafe', STR, ['STRING html', 'ROW_NEXT html'], { htmlSafe: true }],
    [
      'names escaped for a page',
      obj({ '<': INT }),
      ['INT html ‹{"\\u003c":›', 'ROW_NEXT html ‹}›'],
      { htmlSafe: true },
    ],
    [
      'what is constant belongs to the value behind it',
      obj({ a: INT, k: { const: 'é' }, b: obj({ c: STR }) }),
      ['INT ‹{"a":›', 'STRING ‹,"k":"é","b":{"c":›', 'ROW_NEXT ‹}}›'],
    ],
    ['nothing but constants', obj({ k: { const: [1] } }), ['ROW_NEXT ‹{"k":[1]}›']],
    [
      'commas before what may be the first',
      obj({ a: INT, b: INT, c: INT, d: INT }, ['c']),
      [
        'LITERAL ‹{›',
        'INT maybe ‹"a":›',
        'INT maybe comma ‹,"b":›',
        'INT comma ‹,"c":›',
        'INT maybe ‹,"d":›',
        'ROW_NEXT ‹}›',
      ],
    ],
    [
      'an optional object is skipped as a whole',
      obj({ o: obj({ a: INT }), z: INT }, ['z']),
      [
        'LITERAL ‹{›',
        'OBJECT maybe @4 ‹"o":›',
        'INT ‹{"a":›',
        'LITERAL ‹}›',
        'INT comma ‹,"z":›',
        'ROW_NEXT ‹}›',
      ],
    ],
    ['a nullable constant', { enum: ['a', null] }, ['OBJECT maybe @2', 'LITERAL ‹"a"›', 'ROW_NEXT']],
    [
      'an array',
      { type: 'array', items: { type: 'array', items: INT } },
      ['ARRAY @5', 'ARRAY @4', 'INT', 'ARRAY_NEXT @2', 'ARRAY_NEXT @1', 'ROW_NEXT'],
    ],
    [
      'a tuple',
      { prefixItems: [INT, { const: 1 }, STR], type: ['array', 'null'] },
      ['OBJECT maybe @4', 'INT ‹[›', 'STRING ‹,1,›', 'LITERAL ‹]›', 'ROW_NEXT'],
    ],
    [
      'a union',
      { anyOf: [obj({ a: INT }), STR] },
      ['UNION @1,@3 end @5', 'INT ‹{"a":›', 'JUMP @5 ‹}›', 'STRING', 'JUMP @5', 'ROW_NEXT'],
    ],
    [
      'a record',
      { type: 'object', additionalProperties: INT },
      ['LITERAL ‹{›', 'REST @5', 'REST_KEY', 'INT', 'REST_NEXT @2', 'ROW_NEXT ‹}›'],
    ],
    [
      'rules of a record',
      { type: 'object', patternProperties: { '^x': INT, '^y': STR } },
      [
        'LITERAL ‹{›',
        'REST @9',
        'REST_KEY',
        'UNION @4,@6 end @8',
        'INT',
        'JUMP @8',
        'STRING',
        'JUMP @8',
        'REST_NEXT @2',
        'ROW_NEXT ‹}›',
      ],
    ],
    ['texts of an enum', { enum: ['ab', 'c'] }, ['ENUM "ab" "', 'ROW_NEXT']],
    [
      'a subroutine for all who refer to it',
      {
        $defs: { N: obj({ n: { $ref: '#/$defs/N' } }, []) },
        ...obj({ a: { $ref: '#/$defs/N' }, b: { $ref: '#/$defs/N' } }),
      },
      [
        'CALL @3 ‹{"a":›',
        'CALL @3 ‹,"b":›',
        'ROW_NEXT ‹}›',
        'LITERAL ‹{›',
        'OBJECT maybe @6 ‹"n":›',
        'CALL @3',
        'RETURN ‹}›',
      ],
    ],
    [
      'literals longer than an entry',
      obj({ 'a long name of a property': INT, s: INT }),
      ['INT ‹{"a long name of a property":›', 'INT ‹,"s":›', 'ROW_NEXT ‹}›'],
    ],
    [
      'every scalar',
      {
        prefixItems: [
          { type: 'number' },
          { type: 'boolean' },
          { type: 'bigint' },
          { type: 'bigint', asString: true },
          { type: 'string', contentEncoding: 'base64' },
          {},
          { raw: true },
          ...['date-time', 'date', 'time', 'duration'].map(format => ({ ...STR, format })),
          ...['date-time', 'time'].map(format => ({ ...STR, format, precision: 'second' })),
          { ...STR, format: 'duration', style: 'seconds' },
        ],
      },
      [
        'FLOAT ‹[›',
        ...['BOOL', 'BIGINT', 'BIGINT_STRING', 'STRING', 'TEXT', 'TEXT'],
        ...['DATE_TIME', 'DATE', 'TIME', 'DURATION', 'DATE_TIME_SECONDS', 'TIME_SECONDS', 'DURATION_SECONDS'],
        'ROW_NEXT ‹]›',
      ].map((line, i) => (i > 0 && i < 14 ? `${line} ‹,›` : line)),
    ],
  ])('of %s', (_, schema, lines, options) => {
    expect(programOf(schema, options)).toEqual(lines)
  })

  it('counts the literals of one pass at their longest', () => {
    const literalBytesOf = (schema: object, options: CompileOptions = {}) => {
      const { program, root } = compileSchema(schema, options)
      return program.literalBytes[root]
    }
    expect(literalBytesOf(INT)).toBe(0)
    expect(literalBytesOf({ const: 'é' })).toBe(4)
    expect(literalBytesOf({ enum: ['abc', 'd'] })).toBe(5)
    // Braces, and for each property its name in quotes, a colon and a comma.
    expect(literalBytesOf(obj({ ab: INT, c: { const: 1 } }, []))).toBe(2 + 6 + 6)
    expect(literalBytesOf(obj({ '<': INT }), { htmlSafe: true })).toBe(2 + 8 + 2)
    expect(literalBytesOf({ prefixItems: [INT, { const: 'x' }] })).toBe(2 + 2 + 3)
    expect(literalBytesOf({ anyOf: [obj({ a: INT }), obj({ abc: INT }), STR] })).toBe(2 + 7)
    expect(literalBytesOf({ type: 'array', items: { const: 'x' } })).toBe(0)
  })
})
