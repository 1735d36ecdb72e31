import { describe, expect, it } from 'vitest'
import { OptionError } from '../../src/errors.ts'
import { inferSchema, toTypeBox } from '../../src/infer/index.ts'
import { toSchema } from '../../src/infer/to-schema.ts'
import { compile } from '../../src/serializer.ts'
import { expressionOf } from './evaluate.ts'

const times = <T>(count: number, ...values: T[]): T[] => Array.from({ length: count }, () => values).flat()
const inferred = (samples: readonly unknown[], options = {}) =>
  expressionOf(toTypeBox(inferSchema(samples, options)))

type Case = readonly [what: string, samples: readonly unknown[], expected: string]

/** Each also proves that what it inferred writes its samples as JSON.stringify does. */
function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    it.each(cases)('%s', (_, samples, expected) => {
      expect(inferred(samples)).toBe(expected)
      const serializer = compile(toSchema(inferSchema(samples)))
      expect(serializer.serialize(samples).blob.toString()).toBe(JSON.stringify(samples))
    })
  })
}

table('scalars', [
  ['nothing at all', [], 'Unknown()'],
  ['only null', [null], 'Null()'],
  ['booleans', [true, false], 'Boolean()'],
  ['whole numbers', [1, -5, 0, -0, 1e21, 2 ** 60], 'Integer()'],
  ['one fraction', [1, 2, 2.5], 'Number()'],
  ['beyond doubles, which JSON.stringify writes as null', [1, Number.POSITIVE_INFINITY], 'Number()'],
  ['nullable', [1, null], 'Union([Integer(), Null()])'],
  ['texts', ['a', 'b'], 'String()'],
  ['two kinds', ['a', 1], 'Union([Integer(), String()])'],
  ['three kinds and null', ['a', 1, true, null], 'Union([Boolean(), Integer(), String(), Null()])'],
  ['four kinds have nothing in common', ['a', 1, true, [1]], 'Unknown()'],
  ['a Date is what its toJSON gives', [new Date(0)], 'DateTime()'],
])

table('enums', [
  ['few texts again and again', times(10, 'a', 'b'), "Enum(['a', 'b'])"],
  ['one text only is a constant', times(10, 'a'), "Literal('a')"],
  ['too few samples', times(9, 'a', 'b'), 'String()'],
  ['one text seen once', [...times(20, 'a', 'b'), 'c'], 'String()'],
  ['too many different texts', times(20, ...'abcdefghijklm'), 'String()'],
  [
    'twelve are not too many',
    times(10, ...'abcdefghijkl'),
    `Enum([${[...'abcdefghijkl'].map(c => `'${c}'`).join(', ')}])`,
  ],
  ['long texts are prose', times(20, 'x'.repeat(65)), 'String()'],
  ['with null', [...times(10, 'a', 'b'), null], "Union([Enum(['a', 'b']), Null()])"],
  ['beside numbers', [...times(10, 'a', 'b'), 1], "Union([Integer(), Enum(['a', 'b'])])"],
  ['the empty text is one too', times(10, '', 'b'), "Enum(['', 'b'])"],
])

table('formats', [
  ['date-time', ['2020-02-29T10:00:00.123Z', '2020-01-01T00:00:00+02:00'], 'DateTime()'],
  ['date-time in whole seconds', ['2020-02-29T10:00:00Z'], "DateTime({ precision: 'second' })"],
  ['date', ['2020-02-29', '1999-12-31'], 'CalendarDate()'],
  ['time', ['10:00:00.5Z'], 'Time()'],
  ['time in whole seconds', ['10:00:00Z'], "Time({ precision: 'second' })"],
  ['duration', ['PT1H30M', 'PT0.5S', '-P1D', 'P3W'], 'Duration()'],
  ['one other text among them', ['2020-02-29', 'soon'], 'String()'],
  ['dates and date-times', ['2020-02-29', '2020-02-29T10:00:00Z'], 'String()'],
  ['nullable', ['2020-02-29', null], 'Union([CalendarDate(), Null()])'],
  ['beside numbers, which a date would take', ['2020-02-29', 5], 'Union([Integer(), String()])'],
  [
    'beside objects, which a duration would take',
    ['PT5S', { hours: 1 }],
    'Union([String(), Object({ hours: Integer() })])',
  ],
  ['no enum of dates', times(20, '2020-01-01', '2020-01-02'), 'CalendarDate()'],
])

table('objects', [
  ['required and optional', [{ a: 1, b: 'x' }, { a: 2 }], 'Object({ a: Integer(), b: Optional(String()) })'],
  [
    'optional and nullable',
    [{ a: null }, { a: 1 }, {}],
    'Object({ a: Optional(Union([Integer(), Null()])) })',
  ],
  ['always null', [{ a: null }], 'Object({ a: Null() })'],
  ['null or missing', [{ a: null }, {}], 'Object({ a: Optional(Null()) })'],
  ['empty', [{}, {}], 'Object({})'],
  [
    'names that need quotes',
    [{ 'a b': 1, "it's": 2, $c: 3 }],
    "Object({ 'a b': Integer(), 'it\\'s': Integer(), $c: Integer() })",
  ],
  [
    'a hostile name',
    [JSON.parse('{"__proto__":1,"constructor":"x"}')],
    "Object({ ['__proto__']: Integer(), constructor: String() })",
  ],
  ['beside arrays', [{ a: 1 }, [1]], 'Union([Array(Integer()), Object({ a: Integer() })])'],
  ['properties JSON leaves out', [{ a: undefined, b: 1, c: () => 0 }], 'Object({ b: Integer() })'],
  [
    'nested',
    [{ a: { b: [{ c: 1 }, {}] } }],
    'Object({ a: Object({ b: Array(Object({ c: Optional(Integer()) })) }) })',
  ],
])

table('order of properties', [
  [
    'merged from parts',
    [
      { a: 1, c: 1 },
      { b: 1, c: 1 },
      { a: 1, b: 1 },
    ],
    'Object({ a: Optional(Integer()), b: Optional(Integer()), c: Optional(Integer()) })',
  ],
  [
    'a late one goes to its place',
    [
      { a: 1, z: 1 },
      { a: 1, m: 1, z: 1 },
    ],
    'Object({ a: Integer(), m: Optional(Integer()), z: Integer() })',
  ],
  [
    'integer keys first, as in every object',
    [{ b: 1, 7: 1, 3: 1 }],
    "Object({ '3': Integer(), '7': Integer(), b: Integer() })",
  ],
])

const words = (count: number) =>
  Array.from({ length: count }, (_, i) => `k${String.fromCharCode(97 + (i % 26))}${i}`)
const dictionary = (keys: readonly string[], value: unknown) =>
  Object.fromEntries(keys.map(key => [key, value]))

table('records', [
  ['varying keys', words(12).map(key => ({ [key]: 1 })), 'Record(String(), Integer())'],
  [
    'varying keys, one in all',
    words(12)
      .map(key => ({ id: 1, [key]: 1 }))
      .slice(0, 3),
    'Object({ id: Integer(), ka0: Optional(Integer()), kb1: Optional(Integer()), kc2: Optional(Integer()) })',
  ],
  ['few varying keys', [{ a: 1 }, { b: 1 }], 'Object({ a: Optional(Integer()), b: Optional(Integer()) })'],
  ['a lone dictionary', [dictionary(words(24), 1)], 'Record(String(), Integer())'],
  ['keys that are numbers', [{ 1: 'a', 2: 'b', 3: 'c' }], 'Record(String(), String())'],
  [
    'keys that are dates',
    [{ '2020-01-01': 1, '2020-01-02': 2, '2020-01-03': 3 }],
    'Record(String(), Integer())',
  ],
  [
    'the same keys in every row are properties',
    times(3, { 1: 1, 2: 2, 3: 3 }),
    "Object({ '1': Integer(), '2': Integer(), '3': Integer() })",
  ],
  [
    'of objects alike',
    words(12).map(key => ({ [key]: { x: 1, y: null } })),
    'Record(String(), Object({ x: Integer(), y: Null() }))',
  ],
  ['of lists alike', [{ 1: [1], 2: [], 3: [2, 3] }], 'Record(String(), Array(Integer()))'],
  ['of lists that are all empty', [{ 1: [], 2: [], 3: [] }], 'Record(String(), Array(Unknown()))'],
  [
    'lists unlike',
    [{ 1: [1, 'x'], 2: [1], 3: ['x'] }],
    "Object({ '1': Array(Union([Integer(), String()])), '2': Array(Integer()), '3': Array(String()) })",
  ],
  ['values unlike', [{ 1: 1, 2: 'x', 3: 1 }], "Object({ '1': Integer(), '2': String(), '3': Integer() })"],
])

table('arrays', [
  ['empty', [[], []], 'Array(Unknown())'],
  ['of one kind', [[1, 2], [3]], 'Array(Integer())'],
  [
    'coordinates',
    [
      [1.5, 2],
      [3, 4],
    ],
    'Array(Number())',
  ],
  [
    'pairs',
    [
      ['a', 1],
      ['b', 2],
    ],
    'Tuple([String(), Integer()])',
  ],
  [
    'pairs with null',
    [
      ['a', 1],
      ['b', null],
    ],
    'Tuple([String(), Union([Integer(), Null()])])',
  ],
  ['one array alone is a list', [['a', 1]], 'Array(Union([Integer(), String()]))'],
  ['of different lengths', [['a', 1], ['b']], 'Array(Union([Integer(), String()]))'],
  [
    'of mixed places',
    [
      ['a', 1],
      [1, 'a'],
    ],
    'Array(Union([Integer(), String()]))',
  ],
  [
    'of four kinds',
    [
      ['a', 1, true, {}],
      ['b', 2, false, {}],
    ],
    'Tuple([String(), Integer(), Boolean(), Object({})])',
  ],
  ['nested', [[[1], []], [[2, 3]]], 'Array(Array(Integer()))'],
  ['holes become null', [[1, undefined]], 'Array(Union([Integer(), Null()]))'],
])

const entries = (from: number, value: object) =>
  Object.fromEntries([0, 1, 2].map(i => [`${from + i}`, { a: 1, b: 2, ...value }]))
const shapes = times(2, { type: 'circle', r: 1 }, { type: 'square', a: 1, b: 1 })

table('objects told apart by a property', [
  [
    'by a type',
    shapes,
    "Union([Object({ type: Literal('circle'), r: Integer() }), Object({ type: Literal('square'), a: Integer(), b: Integer() })])",
  ],
  [
    'or null',
    [...shapes, null],
    "Union([Object({ type: Literal('circle'), r: Integer() }), Object({ type: Literal('square'), a: Integer(), b: Integer() }), Null()])",
  ],
  [
    'one of them without a type',
    [...shapes, ...times(2, { type: null, id: 1 })],
    "Union([Object({ type: Literal('circle'), r: Integer() }), Object({ type: Literal('square'), a: Integer(), b: Integer() }), Object({ type: Null(), id: Integer() })])",
  ],
  [
    'each in its own order',
    times(2, { kind: 'a', x: 1, y: 1 }, { kind: 'b', y: 1, x: 1 }),
    "Union([Object({ kind: Literal('a'), x: Integer(), y: Integer() }), Object({ kind: Literal('b'), y: Integer(), x: Integer() })])",
  ],
  [
    'by what is in their records',
    [
      { type: 'a', by: entries(1, { p: 1 }) },
      { type: 'a', by: entries(4, { p: 1 }) },
      { type: 'b', by: entries(11, { q: 1 }) },
      { type: 'b', by: entries(14, { q: 1 }) },
    ],
    "Union([Object({ type: Literal('a'), by: Record(String(), Object({ a: Integer(), b: Integer(), p: Integer() })) }), Object({ type: Literal('b'), by: Record(String(), Object({ a: Integer(), b: Integer(), q: Integer() })) })])",
  ],
  [
    'by what is in their pairs',
    [...times(2, { kind: 'a', pair: ['x', { p: 1 }] }), ...times(2, { kind: 'b', pair: ['x', { q: 1 }] })],
    "Union([Object({ kind: Literal('a'), pair: Tuple([String(), Object({ p: Integer() })]) }), Object({ kind: Literal('b'), pair: Tuple([String(), Object({ q: Integer() })]) })])",
  ],
  [
    'not when each is as loose as all',
    [{ type: 'a', x: 1 }, { type: 'a' }, { type: 'b', x: 1 }, { type: 'b' }],
    'Object({ type: String(), x: Optional(Integer()) })',
  ],
  [
    'not by a type seen once',
    [{ type: 'a', x: 1 }, { type: 'a', x: 1 }, { type: 'b' }],
    'Object({ type: String(), x: Optional(Integer()) })',
  ],
  [
    'not when nothing is gained',
    times(20, { type: 'a', x: 1 }, { type: 'b', x: 1 }),
    "Object({ type: Enum(['a', 'b']), x: Integer() })",
  ],
])

describe('what cannot be had', () => {
  it('orders that contradict each other: a note, the same data, the order of most rows', () => {
    const rows = [{ b: 1, a: 2 }, ...times(3, { a: 1, b: 2 }), { c: 1, a: 1 }]
    const inference = inferSchema(rows)
    expect(expressionOf(toTypeBox(inference))).toBe(
      'Object({ c: Optional(Integer()), a: Integer(), b: Optional(Integer()) })',
    )
    expect(inference.notes).toEqual([
      { path: '', code: 'KEY_ORDER', message: expect.stringMatching(/"a" and "b"|"b" and "a"/) },
    ])
    const { blob } = compile(toSchema(inference)).serialize(rows)
    expect(JSON.parse(blob.toString())).toEqual(rows)
  })

  it('says where: rows, elements, records and names with slashes', () => {
    const item = (a: object) => ({ list: [{ 'a/b': a }] })
    const { notes } = inferSchema([item({ x: 1, y: 1 }), item({ y: 1, x: 1 })])
    expect(notes.map(note => note.path)).toEqual(['/list/[]/a~1b'])
  })

  it('says it once for a place, however many kinds of object are there', () => {
    const both = (type: string, a: string, b: string) => [
      { type, [a]: 1, [b]: 1 },
      { type, [b]: 1, [a]: 1 },
    ]
    const rows = [...both('one', 'a', 'b'), ...both('two', 'c', 'd')]
    const inference = inferSchema(rows)
    expect(inference.root.kind).toBe('union')
    expect(inference.notes.map(({ path, code }) => [path, code])).toEqual([['', 'KEY_ORDER']])
    const places = inferSchema(rows.map(row => ({ x: row, y: row }))).notes.map(({ path }) => path)
    expect(places).toEqual(['/x', '/y'])
  })

  it('a document without an end: unknown below the limit', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100; i++) deep = [deep]
    const inference = inferSchema([deep])
    expect(inference.notes.map(note => note.code)).toEqual(['DEPTH'])
    expect(compile(toSchema(inference)).serializeOne(deep).toString()).toBe(JSON.stringify(deep))
    expect(inferred([{ a: { b: 1 } }], { depthMax: 1 })).toBe('Object({ a: Unknown() })')
  })

  it('digits that JSON.parse has lost: a note where they were', () => {
    const rows = JSON.parse('[{"id":1234567890123456789,"size":9007199254740991},{"id":1,"size":1e300}]')
    const { notes, root } = inferSchema(rows)
    expect(notes).toEqual([
      { path: '/id', code: 'PRECISION', message: expect.stringContaining('JSON.parse') },
    ])
    expect(root.kind).toBe('object')
    const tagged = [1, 2].flatMap(() => [
      { type: 'a', id: 2 ** 60 },
      { type: 'b', id: 2 ** 60 },
    ])
    expect(inferSchema(tagged).root.kind).toBe('object')
  })

  it('no samples: a note', () => {
    expect(inferSchema([]).notes.map(note => note.code)).toEqual(['NO_SAMPLES'])
  })

  it('values that JSON does not have: a TypeError', () => {
    expect(() => inferSchema([{ a: 1n }])).toThrow(new OptionError('samples', 'JSON values', 1n))
  })
})

describe('options', () => {
  it('set the limits', () => {
    expect(inferred(['a', 'a'], { enumRepeatsMin: 1 })).toBe("Literal('a')")
    expect(inferred(times(20, 'a'), { enumValuesMax: 0 })).toBe('String()')
    expect(inferred([{ a: 1 }, { b: 1 }, { c: 1 }], { recordKeysMin: 3 })).toBe('Record(String(), Integer())')
  })

  it('that are undefined are as if they were absent', () => {
    const undefinedOnes = { enumValuesMax: undefined, enumRepeatsMin: undefined, depthMax: undefined }
    expect(inferred([{ a: { b: 'x' } }], undefinedOnes as never)).toBe(
      'Object({ a: Object({ b: String() }) })',
    )
  })

  it.each(['enumValuesMax', 'enumRepeatsMin', 'recordKeysMin', 'depthMax'])('%s must be a number', name => {
    for (const value of ['12', Number.NaN, -1, true]) {
      expect(() => inferSchema([1], { [name]: value })).toThrow(
        expect.objectContaining({ code: 'OPTION', option: name }),
      )
    }
  })

  it.each([undefined, null, 5, 'rows', { a: 1 }])('samples that are none: %j', samples => {
    expect(() => inferSchema(samples as never)).toThrow(
      expect.objectContaining({ code: 'OPTION', option: 'samples' }),
    )
  })

  it('samples may come from any iterable', () => {
    expect(inferSchema(new Set([1, 2]))).toMatchObject({ root: { kind: 'integer' }, sampleCount: 2 })
  })
})
