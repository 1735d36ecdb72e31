// What each schema comes out as, through both packers, and what is refused when a schema is compiled.

import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { compile, SchemaError } from '../../src/index.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { CompileOptions } from '../../src/spec/spec.ts'
import { serializeOne } from '../pack/both.ts'
import { INT, obj, STR } from '../schemas.ts'

const codec = (schema: object, encode: (value: never) => unknown) =>
  Object.defineProperty({ ...schema }, '~codec', { value: { encode } })

type Row = readonly [name: string, schema: object, value: unknown, json: string, options?: CompileOptions]

const nodeOf = (value: string) =>
  Type.Object({ [value]: Type.Integer(), next: Type.Optional(Type.Ref('Node')) })
const node = nodeOf('v')
const EXT = { $id: 'ext', ...obj({ a: INT }), definitions: { S: { $id: 'inner', ...STR }, R: { $ref: '#' } } }

const REFERENCES: readonly Row[] = [
  [
    'to the root',
    obj({ v: INT, next: { $ref: '#' } }, ['v']),
    { v: 1, next: { v: 2 } },
    '{"v":1,"next":{"v":2}}',
  ],
  ['into $defs', { $defs: { S: STR }, $ref: '#/$defs/S' }, 'x', '"x"'],
  [
    'into definitions',
    { definitions: { S: STR }, ...obj({ s: { $ref: '#/definitions/S' } }) },
    { s: 'x' },
    '{"s":"x"}',
  ],
  [
    'by a bare name whose # is the document',
    {
      $defs: { S: obj({ up: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }) },
      ...obj({ s: { $ref: 'S' } }, []),
    },
    { s: { up: { s: { up: null } } } },
    '{"s":{"up":{"s":{"up":null}}}}',
  ],
  ['into a bare name', { $defs: { S: obj({ a: STR }) }, $ref: 'S#/properties/a' }, 'x', '"x"'],
  [
    'to the root beside a definition without name',
    { $defs: { '': STR }, ...obj({ n: { $ref: '#' } }, []) },
    { n: {} },
    '{"n":{}}',
  ],
  ['by bare name', { $defs: { S: STR }, $ref: 'S' }, 'x', '"x"'],
  ['by $id', { $defs: { other: { $id: 'S', ...STR } }, $ref: 'S' }, 'x', '"x"'],
  ['by $id and #', { $defs: { other: { $id: 'S', ...STR } }, $ref: 'S#' }, 'x', '"x"'],
  [
    'by absolute $id',
    { $id: 'http://a/root', $defs: { o: { $id: 'http://a/s', ...STR } }, $ref: 'http://a/s' },
    'x',
    '"x"',
  ],
  [
    'relative to $id',
    { $id: 'http://a/b/root', $defs: { o: { $id: 'http://a/b/s', ...STR } }, $ref: 's' },
    'x',
    '"x"',
  ],
  [
    'relative to an $id that is relative itself',
    {
      $id: 'http://a/root',
      $defs: { b: { $id: 'b/', $defs: { o: { $id: 's', ...STR }, r: { $ref: 's' } } } },
      $ref: 'b/#/$defs/r',
    },
    'x',
    '"x"',
  ],
  [
    'relative to the key of a document',
    { $ref: 'dir/a.json' },
    { b: 'x' },
    '{"b":"x"}',
    { schemas: { 'dir/a.json': obj({ b: { $ref: 'b.json' } }), 'dir/b.json': STR } },
  ],
  [
    'by a key or an $id that ends with #',
    { ...obj({ a: { $ref: 'http://a/s#' }, b: { $ref: 'http://a/t' } }) },
    { a: 'x', b: 1 },
    '{"a":"x","b":1}',
    { schemas: { 'http://a/s#': STR, key: { $id: 'http://a/t#', ...INT } } },
  ],
  [
    'not by an $id in data',
    { $defs: { data: { enum: [{ $id: 'S' }], default: { $id: 'S' } }, S2: { $id: 'S', ...INT } }, $ref: 'S' },
    new Number(1),
    '1',
  ],
  [
    'into a property named default',
    { $defs: { o: { properties: { default: { $id: 'S', ...STR } } } }, $ref: 'S' },
    'x',
    '"x"',
  ],
  ['by $anchor', { $defs: { o: { $anchor: 'S', ...STR } }, $ref: '#S' }, 'x', '"x"'],
  ['by draft-6 anchor', { definitions: { o: { $id: '#S', ...STR } }, $ref: '#S' }, 'x', '"x"'],
  ['by $dynamicRef', { $defs: { o: { $dynamicAnchor: 'S', ...STR } }, $dynamicRef: '#S' }, 'x', '"x"'],
  [
    'by $recursiveRef',
    obj({ v: INT, next: { $recursiveRef: '#' } }, ['v']),
    { v: 1, next: { v: 2 } },
    '{"v":1,"next":{"v":2}}',
  ],
  [
    'by $dynamicRef, from the outermost that has it',
    { $id: 'strict', $dynamicAnchor: 'node', $ref: 'tree', properties: { z: INT } },
    { v: 1, z: 2, kids: [{ v: 3, z: 4 }] },
    '{"v":1,"kids":[{"v":3,"z":4}],"z":2}',
    {
      schemas: {
        tree: {
          $dynamicAnchor: 'node',
          ...obj({ v: INT, kids: { type: 'array', items: { $dynamicRef: '#node' } } }, []),
        },
      },
    },
  ],
  [
    'by the $anchor of the nearest $id',
    {
      $id: 'root',
      $defs: { a: { $id: 'sub', $defs: { x: { $anchor: 'A', ...INT } } }, b: { $anchor: 'A', ...STR } },
      ...obj({ p: { $ref: 'sub#A' }, q: { $ref: '#A' } }),
    },
    { p: 1, q: 'x' },
    '{"p":1,"q":"x"}',
  ],
  [
    'from another document to this one',
    { $id: 'main', definitions: { M: INT }, ...obj({ a: { $ref: 'ext' } }) },
    { a: { m: 1 } },
    '{"a":{"m":1}}',
    { schemas: { ext: obj({ m: { $ref: 'main#/definitions/M' } }) } },
  ],
  [
    'to a list of types with an $id',
    { $id: 'r', type: ['object', 'boolean', 'null'], properties: { a: { $ref: '#' }, b: { $ref: '#' } } },
    { a: true, b: null },
    '{"a":true,"b":null}',
  ],
  ['with escapes', { $defs: { 'a/b~c%': STR }, $ref: '#/$defs/a~1b~0c%25' }, 'x', '"x"'],
  [
    'into an array',
    obj({ t: { prefixItems: [STR, INT] }, u: { $ref: '#/properties/t/prefixItems/1' } }),
    { t: ['a', 1], u: 2 },
    '{"t":["a",1],"u":2}',
  ],
  [
    'to a reference',
    { $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/C' }, C: INT }, $ref: '#/$defs/A' },
    1,
    '1',
  ],
  [
    'to what is around it, merged into its variant',
    obj(
      { a: INT, foo: { unevaluatedProperties: false, properties: { b: STR }, anyOf: [{ $ref: '#' }] } },
      [],
    ),
    { a: 1, foo: { b: 'x', a: 2, foo: { b: 'y', foo: { a: 3 } } } },
    '{"a":1,"foo":{"b":"x","a":2,"foo":{"b":"y","foo":{"a":3}}}}',
  ],
  [
    'to what is around it, merged under a condition',
    obj({ a: INT, foo: { if: obj({ a: { const: 1 } }), else: { $ref: '#' } } }, []),
    { foo: { a: 2, foo: { a: 1 } } },
    '{"foo":{"a":2,"foo":{"a":1}}}',
  ],
  ['to true', { $defs: { A: true }, $ref: '#/$defs/A' }, [1], '[1]'],
  [
    'beside keywords',
    { $defs: { A: obj({ a: INT }) }, $ref: '#/$defs/A', properties: { b: STR } },
    { a: 1, b: 'x' },
    '{"a":1,"b":"x"}',
  ],
  ['beside notes', { $defs: { A: INT }, $ref: '#/$defs/A', title: 't', default: 1 }, 2, '2'],
  [
    'and null',
    { ...obj({ n: { $ref: '#/$defs/A', nullable: true } }), $defs: { A: INT } },
    { n: null },
    '{"n":null}',
  ],
  [
    'to null',
    { $defs: { A: { type: ['integer', 'null'] } }, type: 'array', items: { $ref: '#/$defs/A' } },
    [1, undefined, null],
    '[1,null,null]',
  ],
  ['to another document', { $ref: 'ext#' }, { a: 1 }, '{"a":1}', { schemas: { ext: EXT } }],
  ['to another document without #', { $ref: 'ext' }, { a: 1 }, '{"a":1}', { schemas: { ext: EXT } }],
  ['into another document', { $ref: 'ext#/properties/a' }, 1, '1', { schemas: { ext: EXT } }],
  ['to a part of another document', { $ref: 'inner' }, 'x', '"x"', { schemas: { key: EXT } }],
  ['by the key of a document', { $ref: 'key#/definitions/S' }, 'x', '"x"', { schemas: { key: EXT } }],
  ['within another document', { $ref: 'ext#/definitions/R' }, { a: 1 }, '{"a":1}', { schemas: { ext: EXT } }],
  [
    'between documents',
    { $ref: 'a#' },
    { b: 'x' },
    '{"b":"x"}',
    { schemas: { a: { $id: 'a', ...obj({ b: { $ref: 'b#' } }) }, b: { $id: 'b', ...STR } } },
  ],
  [
    'by $dynamicRef with a pointer, which is no anchor to look for further outside',
    {
      $ref: 'list',
      $defs: {
        outer: { $dynamicAnchor: 'items', ...STR },
        list: {
          $id: 'list',
          items: { $dynamicRef: '#/$defs/items' },
          $defs: { items: { $dynamicAnchor: 'items', ...INT } },
        },
      },
    },
    [1],
    '[1]',
  ],
  [
    'of TypeBox: Cyclic',
    Type.Cyclic({ Node: node }, 'Node'),
    { v: 1, next: { v: 2 } },
    '{"v":1,"next":{"v":2}}',
  ],
  [
    'of TypeBox: Cyclic twice, with the same name',
    Type.Object({
      a: Type.Array(Type.Cyclic({ Node: node }, 'Node')),
      b: Type.Cyclic({ Node: Type.Object({ w: Type.Array(Type.Ref('Node')) }) }, 'Node'),
    }),
    { a: [{ v: 1, next: { v: 2 } }], b: { w: [{ w: [] }] } },
    '{"a":[{"v":1,"next":{"v":2}}],"b":{"w":[{"w":[]}]}}',
  ],
  [
    'of TypeBox: Cyclic twice, as parts of allOf and beside a shape',
    obj({
      a: { allOf: [Type.Cyclic({ Node: nodeOf('x') }, 'Node'), obj({ z: INT })] },
      b: { ...Type.Cyclic({ Node: nodeOf('y') }, 'Node'), required: ['y'] },
    }),
    { a: { x: 1, next: { x: 2 }, z: 3 }, b: { y: 1, next: { y: 2 } } },
    '{"a":{"x":1,"next":{"x":2},"z":3},"b":{"y":1,"next":{"y":2}}}',
  ],
  [
    'of TypeBox: a name from further outside',
    {
      $defs: { Leaf: { $id: 'Leaf', ...INT }, Node: STR },
      ...obj({
        a: Type.Cyclic({ Node: Type.Object({ leaf: Type.Ref('Leaf'), m: Type.Ref('M') }), M: STR }, 'Node'),
        b: { $ref: 'Node' },
      }),
    },
    { a: { leaf: 1, m: 'x' }, b: 'y' },
    '{"a":{"leaf":1,"m":"x"},"b":"y"}',
  ],
  [
    'of TypeBox: This',
    Type.Object({ v: Type.Integer(), kids: Type.Array(Type.This()) }),
    { v: 1, kids: [{ v: 2, kids: [] }] },
    '{"v":1,"kids":[{"v":2,"kids":[]}]}',
  ],
]

// biome-ignore-start lint/suspicious/noThenProperty: the keyword of JSON Schema
const COMBINATIONS: readonly Row[] = [
  [
    'allOf with a reference to anything',
    { $defs: { any: true }, allOf: [obj({ a: INT }), { $ref: '#/$defs/any' }] },
    { a: 1, b: 2 },
    '{"a":1}',
  ],
  [
    'allOf with required as in draft 3',
    { allOf: [obj({ a: INT, b: INT }, ['a']), { required: true }, { required: ['b'] }] },
    { a: 1, b: 2 },
    '{"a":1,"b":2}',
  ],
  [
    'allOf of type lists that share two, one of them narrower',
    { allOf: [{ type: ['string', 'number', 'boolean'] }, { type: ['integer', 'string', 'null'] }] },
    'x',
    '"x"',
  ],
  [
    'allOf of elements that one part leaves open',
    {
      allOf: [
        { type: 'array', items: INT },
        { type: 'array', items: true },
      ],
    },
    [1],
    '[1]',
  ],
  [
    'allOf of elements that both parts share',
    {
      allOf: [
        { type: 'array', items: INT },
        { type: 'array', items: INT },
      ],
    },
    [1],
    '[1]',
  ],
  [
    'shape beside a dynamic reference',
    {
      $defs: { base: { $dynamicAnchor: 'base', ...obj({ a: INT }) } },
      $dynamicRef: '#/$defs/base',
      ...obj({ b: STR }),
    },
    { b: 'x', a: 1 },
    '{"a":1,"b":"x"}',
  ],
  ['anything or null', { anyOf: [true, { type: 'null' }] }, { a: [1] }, '{"a":[1]}'],
  [
    'the one variant beside null has an $id',
    { anyOf: [{ $id: 'inner', $defs: { S: STR }, ...obj({ s: { $ref: '#/$defs/S' } }) }, { type: 'null' }] },
    { s: 'x' },
    '{"s":"x"}',
  ],
  [
    'a list as a constant beside others',
    { anyOf: [{ const: [1, 'a'] }, obj({ a: INT })] },
    [1, 'a'],
    '[1,"a"]',
  ],
  [
    'allOf of objects',
    { allOf: [obj({ a: INT }), obj({ b: STR }, [])] },
    { a: 1, b: 'x', c: 1 },
    '{"a":1,"b":"x"}',
  ],
  [
    'allOf that agrees on a property',
    { allOf: [obj({ a: { type: 'number' } }), obj({ a: INT })] },
    { a: 1 },
    '{"a":1}',
  ],
  [
    'allOf in allOf',
    { allOf: [{ allOf: [obj({ a: INT })] }, true, { required: ['a'] }] },
    { a: 1 },
    '{"a":1}',
  ],
  [
    'allOf with a reference',
    { $defs: { A: obj({ a: INT }) }, allOf: [{ $ref: '#/$defs/A' }, obj({ b: INT })] },
    { a: 1, b: 2 },
    '{"a":1,"b":2}',
  ],
  [
    'allOf beside properties',
    { ...obj({ a: INT }), allOf: [obj({ b: INT })] },
    { a: 1, b: 2 },
    '{"a":1,"b":2}',
  ],
  ['allOf of types', { allOf: [{ type: ['string', 'integer'] }, { type: ['integer', 'null'] }] }, 1, '1'],
  ['allOf of number and integer', { allOf: [{ type: 'number' }, { type: 'integer' }] }, 1, '1'],
  ['allOf of enums', { allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }, 'b', '"b"'],
  ['allOf of items', { allOf: [{ type: 'array', items: { type: 'number' } }, { items: INT }] }, [1], '[1]'],
  ['allOf of tuples', { allOf: [{ prefixItems: [{ type: 'number' }] }, { prefixItems: [INT] }] }, [1], '[1]'],
  [
    'allOf that closes',
    { allOf: [{ ...obj({ a: INT }), additionalProperties: false }, { additionalProperties: INT }] },
    { a: 1, b: 2 },
    '{"a":1}',
  ],
  [
    'allOf of unions',
    { allOf: [{ anyOf: [obj({ a: INT }), obj({ b: INT })] }, { anyOf: [obj({ c: INT }), obj({ d: INT })] }] },
    { b: 1, d: 2 },
    '{"b":1,"d":2}',
  ],
  [
    'allOf of definitions',
    {
      allOf: [
        { $defs: { A: INT }, ...obj({ a: INT }) },
        { $defs: { B: INT }, ...obj({ b: INT }) },
      ],
    },
    { a: 1, b: 2 },
    '{"a":1,"b":2}',
  ],
  [
    'allOf of patterns',
    {
      allOf: [
        { type: 'object', patternProperties: { '^x': { type: 'number' } } },
        { patternProperties: { '^x': INT } },
      ],
    },
    { x: 1 },
    '{"x":1}',
  ],
  [
    'allOf of rests',
    { allOf: [{ type: 'object', additionalProperties: { type: 'number' } }, { additionalProperties: INT }] },
    { x: 1 },
    '{"x":1}',
  ],
  [
    'allOf of a rest and true',
    { allOf: [{ type: 'object', additionalProperties: true }, { additionalProperties: INT }] },
    { x: 1 },
    '{"x":1}',
  ],
  [
    'allOf of draft-7 tuples',
    { allOf: [{ items: [{ type: 'number' }, STR] }, { items: [INT] }] },
    [1, 'x'],
    '[1,"x"]',
  ],
  ['allOf of the same title', { allOf: [{ title: 'a', type: 'integer' }, { title: 'b' }] }, 1, '1'],
  ['allOf beside nullable', { nullable: true, allOf: [{ type: 'integer' }] }, 1, '1'],
  [
    'allOf of equal conditions',
    {
      allOf: [
        { if: { properties: { k: { const: 'a' } } }, ...obj({ k: STR }) },
        { if: { properties: { k: { const: 'a' } } } },
      ],
    },
    { k: 'a' },
    '{"k":"a"}',
  ],
  ['allOf of equal consts', { allOf: [{ const: 1 }, { const: 1 }] }, 1, '1'],
  [
    'allOf with a codec',
    { allOf: [codec(obj({ a: INT }), (v: { x: number }) => ({ a: v.x })), {}] },
    { x: 5 },
    '{"a":5}',
  ],
  [
    'Intersect of TypeBox',
    Type.Intersect([Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.String() })]),
    { a: 1, b: 'x' },
    '{"a":1,"b":"x"}',
  ],
  [
    'properties beside anyOf',
    { ...obj({ a: INT }), anyOf: [obj({ b: INT }), obj({ c: INT })] },
    { a: 1, c: 2 },
    '{"a":1,"c":2}',
  ],
  [
    'if then else',
    {
      ...obj({ k: STR }),
      if: { properties: { k: { const: 'a' } } },
      then: obj({ a: INT }),
      else: obj({ b: INT }),
    },
    { k: 'z', b: 2 },
    '{"k":"z","b":2}',
  ],
  [
    'if then',
    { ...obj({ k: STR }), if: { properties: { k: { const: 'a' } } }, then: obj({ a: INT }) },
    { k: 'a', a: 2 },
    '{"k":"a","a":2}',
  ],
  ['a union in a union', { anyOf: [{ oneOf: [INT, { type: 'boolean' }] }, STR] }, true, 'true'],
  ['a union of one', { anyOf: [STR] }, 'x', '"x"'],
  ['a union of only null', { anyOf: [{ type: 'null' }] }, null, 'null'],
  ['a union with undefined', obj({ a: { anyOf: [INT, { type: 'undefined' }] } }), {}, '{}'],
  ['literals folded', { anyOf: [{ const: 'a' }, { enum: ['b', 1] }, { type: 'null' }] }, 1, '1'],
  ['nullable literals', { anyOf: [{ const: 'a' }, { enum: ['b', 1] }, { type: 'null' }] }, null, 'null'],
  ['Union of TypeBox', Type.Union([Type.Literal('a'), Type.Integer(), Type.Null()]), 'a', '"a"'],
]
// biome-ignore-end lint/suspicious/noThenProperty: the keyword of JSON Schema

const TYPES: readonly Row[] = [
  ['no type', {}, { a: [undefined, () => 1] }, '{"a":[null,null]}'],
  ['true as a property', obj({ a: true as unknown as object }), { a: [1] }, '{"a":[1]}'],
  [
    'keywords that are undefined, as if they were absent',
    obj({
      a: { ...STR, const: undefined, unevaluatedItems: undefined, dependencies: undefined },
      b: { items: undefined, properties: undefined },
      c: {
        allOf: [
          { ...STR, enum: ['x', 'y'] },
          { type: undefined, enum: undefined, const: undefined },
        ],
      },
      d: { anyOf: [{ ...STR, const: undefined }, { const: 1 }] },
    }),
    { a: 's', b: 5, c: 'y', d: 't' },
    '{"a":"s","b":5,"c":"y","d":"t"}',
  ],
  ['object without properties', { type: 'object' }, { z: 1, a: 2 }, '{"z":1,"a":2}'],
  ['array without items', { type: 'array' }, [1, 'x', null], '[1,"x",null]'],
  ['properties without type', { properties: { a: INT } }, { a: 1 }, '{"a":1}'],
  ['items without type', { items: INT }, [1], '[1]'],
  ['an empty object', obj({}), { a: 1 }, '{}'],
  ['an empty tuple', { type: 'array', items: false }, [], '[]'],
  ['draft-7 tuple', { type: 'array', items: [INT, STR], additionalItems: false }, [1, 'x'], '[1,"x"]'],
  ['prefixItems', { type: 'array', prefixItems: [INT, STR], items: false }, [1, 'x'], '[1,"x"]'],
  ['a tuple of constants', { prefixItems: [{ const: 1 }, { const: 'x' }] }, [1, 'x'], '[1,"x"]'],
  ['type list of one', { type: ['string'] }, 'x', '"x"'],
  [
    'a property that is undefined or never',
    obj({ a: INT, u: { type: 'undefined' } }),
    { a: 1, u: 2 },
    '{"a":1}',
  ],
  [
    'optional properties that can never be',
    obj({ n: { not: {} }, a: INT, t: { not: true as never } }, ['a']),
    { a: 1, n: 2, t: 3 },
    '{"a":1}',
  ],
  ['a not that leaves something', { ...INT, not: { const: 5 } }, 4, '4'],
  ['type list', { type: ['string', 'integer', 'boolean'] }, 1, '1'],
  ['type list with object', { ...obj({ a: INT }), type: ['object', 'null'] }, { a: 1 }, '{"a":1}'],
  ['nullable', { type: 'string', nullable: true }, null, 'null'],
  ['nullable enum', { enum: ['a'], nullable: true }, null, 'null'],
  ['const null', { const: null }, null, 'null'],
  ['const object', { const: { a: [1] } }, { a: [1] }, '{"a":[1]}'],
  ['enum of everything', { enum: [1, 'a', true, null, { x: 1 }, [2]] }, [2], '[2]'],
  ['enum of a bigint', { enum: [1n, 2n] }, 2n, '2'],
  ['base64', { type: 'string', contentEncoding: 'base64' }, new Uint8Array([255, 1]), '"/wE="'],
  ['raw', { raw: true }, '{"a": 1}', '{"a": 1}'],
  ['trusted raw', { raw: true, trusted: true }, 'not JSON', 'not JSON'],
  ['TypeBox 0.34 Date', { type: 'Date' }, new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['TypeBox 0.34 RegExp', { type: 'RegExp', source: '^a', flags: '' }, 'a"', '"a\\""'],
  ['TypeBox 0.34 Uint8Array', { type: 'Uint8Array' }, new Uint8Array([1]), '"AQ=="'],
  ['Record of TypeBox', Type.Record(Type.String(), Type.Integer()), { b: 1, a: 2 }, '{"b":1,"a":2}'],
  ['Record of numbers of TypeBox', Type.Record(Type.Number(), Type.Integer()), { 1: 1 }, '{"1":1}'],
  [
    'patterns and a rest',
    {
      type: 'object',
      patternProperties: { '^x-': INT, '-y$': STR, '^(a|b)$': { type: 'boolean' } },
      additionalProperties: { type: 'null' },
    },
    { 'x-1': 1, 'z-y': 's', a: true, q: null },
    '{"x-1":1,"z-y":"s","a":true,"q":null}',
  ],
  [
    'patterns alone',
    { type: 'object', patternProperties: { '^x-': INT, '^y-': STR } },
    { 'x-1': 1, no: {}, 'y-1': 's' },
    '{"x-1":1,"y-1":"s"}',
  ],
  [
    'one pattern nobody runs',
    { type: 'object', patternProperties: { '^[a-z]{3}$': INT } },
    { abc: 1 },
    '{"abc":1}',
  ],
  [
    'unevaluatedProperties',
    { ...obj({ a: INT }), unevaluatedProperties: STR },
    { a: 1, b: 'x' },
    '{"a":1,"b":"x"}',
  ],
  ['Enum of TypeBox', Type.Enum(['a', 'b']), 'b', '"b"'],
  ['Optional of TypeBox', Type.Object({ a: Type.Optional(Type.String()) }), { a: null }, '{}'],
  [
    'constraints are no business of ours',
    { type: 'string', minLength: 5, pattern: '^x', format: 'email' },
    'y',
    '"y"',
  ],
  [
    'an alias that is a name beside it',
    { ...obj({ a: { ...INT, alias: 'b' } }), additionalProperties: INT },
    { b: 2, a: 1, c: 3 },
    '{"b":1,"c":3}',
  ],
  [
    'Never beside properties',
    Type.Object({ a: Type.Integer() }, { additionalProperties: Type.Never() }),
    { a: 1, b: 2 },
    '{"a":1}',
  ],
  [
    'an enum and unions of nothing, where there need be no value',
    {
      ...obj({ a: INT, b: { enum: [] }, c: Type.Union([]), d: { anyOf: [STR, { oneOf: [] }] } }, ['a', 'd']),
      additionalProperties: { enum: [] },
    },
    { a: 1, b: 2, c: 3, d: 'x', e: 5 },
    '{"a":1,"d":"x"}',
  ],
  ['a property that is refused', obj({ a: INT, b: false as never }, ['a']), { a: 1, b: 2 }, '{"a":1}'],
  ['a tuple without unevaluated items', { prefixItems: [INT], unevaluatedItems: false }, [1], '[1]'],
  ['dependencies that are names', { ...obj({ a: INT }), dependencies: { a: ['b'] } }, { a: 1 }, '{"a":1}'],
  ['codec in an array', { type: 'array', items: codec(STR, (v: number) => `n${v}`) }, [1, 2], '["n1","n2"]'],
  [
    'codec over a codec',
    Type.Codec(
      Type.Codec(Type.String())
        .Decode(s => Number(s))
        .Encode(n => `${n}`),
    )
      .Decode(n => ({ n }))
      .Encode(o => o.n),
    { n: 5 },
    '"5"',
  ],
  [
    'alias, default, omitEmpty in a union in a record',
    {
      additionalProperties: {
        anyOf: [obj({ a: { ...INT, alias: 'b', default: 2, omitEmpty: true } }, []), STR],
      },
    },
    { r: {}, s: 'x', t: { a: 5 } },
    '{"r":{"b":2},"s":"x","t":{"b":5}}',
  ],
]

describe.each<[string, readonly Row[]]>([
  ['a reference', REFERENCES],
  ['a combination', COMBINATIONS],
  ['a type', TYPES],
])('%s', (_group, rows) => {
  it.each(rows.map(row => [row[0], row] as const))('%s', (_name, [, schema, value, json, options]) => {
    expect(serializeOne(schema, () => value, options)).toEqual({ json })
  })
})

type Refusal = readonly [
  name: string,
  schema: unknown,
  code: string,
  pointer: string,
  keyword: string,
  options?: object,
]

const REFUSALS: readonly Refusal[] = [
  ['no schema', null, 'SCHEMA_INVALID', '', 'schema'],
  ['false', false, 'SCHEMA_INVALID', '', 'schema'],
  ['text for a property', obj({ a: 'string' as never }), 'SCHEMA_INVALID', '/properties/a', 'schema'],
  ['an unknown type', obj({ a: { type: 'text' } }), 'SCHEMA_UNSUPPORTED', '/properties/a', 'type'],
  ['no type in a list', { type: [] }, 'SCHEMA_INVALID', '', 'type'],
  [
    'dependentSchemas',
    { type: 'object', dependentSchemas: { a: obj({ b: INT }) } },
    'SCHEMA_UNSUPPORTED',
    '',
    'dependentSchemas',
  ],
  [
    'dependencies',
    { type: 'object', dependencies: { a: ['b'], b: { required: ['c'] } } },
    'SCHEMA_UNSUPPORTED',
    '',
    'dependencies',
  ],
  [
    'unevaluatedItems',
    { type: 'array', unevaluatedItems: INT },
    'SCHEMA_UNSUPPORTED',
    '',
    'unevaluatedItems',
  ],
  ['an open tuple', { items: [INT], additionalItems: STR }, 'SCHEMA_UNSUPPORTED', '', 'additionalItems'],
  ['an open tuple of 2020', { prefixItems: [INT], items: STR }, 'SCHEMA_UNSUPPORTED', '', 'items'],
  ['properties that are a list', { type: 'object', properties: [] }, 'SCHEMA_INVALID', '', 'properties'],
  ['an alias that is a number', obj({ a: { ...INT, alias: 5 } }), 'SCHEMA_INVALID', '/properties/a', 'alias'],
  ['an alias taken', obj({ a: { ...INT, alias: 'b' }, b: INT }), 'SCHEMA_INVALID', '/properties/b', 'alias'],
  ['an empty enum', { enum: [] }, 'SCHEMA_INVALID', '', 'enum'],
  ['an enum of a function', { enum: ['a', () => 1] }, 'SCHEMA_INVALID', '', 'enum'],
  ['an empty anyOf', { anyOf: [] }, 'SCHEMA_INVALID', '', 'anyOf'],
  [
    'omitEmpty of text',
    obj({ a: { ...STR, omitEmpty: 'yes' } }, []),
    'SCHEMA_INVALID',
    '/properties/a',
    'omitEmpty',
  ],
  ['asString of text', { type: 'bigint', asString: 'yes' }, 'SCHEMA_INVALID', '', 'asString'],
  ['trusted of text', { raw: true, trusted: 'yes' }, 'SCHEMA_INVALID', '', 'trusted'],
  [
    'precision of minutes',
    { type: 'string', format: 'time', precision: 'minute' },
    'SCHEMA_INVALID',
    '',
    'precision',
  ],
  ['an unknown style', { type: 'string', format: 'duration', style: 'short' }, 'SCHEMA_INVALID', '', 'style'],
  ['nonFinite of zero', { type: 'number', nonFinite: 'zero' }, 'SCHEMA_INVALID', '', 'nonFinite'],
  [
    'two patterns nobody runs',
    { type: 'object', patternProperties: { '^[a-z]+$': INT, '^x': STR } },
    'SCHEMA_UNSUPPORTED',
    '/patternProperties/^[a-z]+$',
    'patternProperties',
  ],
  ['a dangling reference', obj({ 'a/b': { $ref: '#/$defs/no' } }), 'SCHEMA_REF', '/properties/a~1b', '$ref'],
  ['a dangling anchor', { $ref: '#no' }, 'SCHEMA_REF', '', '$ref'],
  ['a dangling document', { $ref: 'no#' }, 'SCHEMA_REF', '', '$ref', { schemas: { yes: EXT, odd: 'text' } }],
  ['a reference to text', { $ref: '#/title', title: 'x' }, 'SCHEMA_REF', '', '$ref'],
  [
    'a circle of references',
    { $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } }, $ref: '#/$defs/A' },
    'SCHEMA_REF',
    '',
    '$ref',
  ],
  [
    'allOf that contains itself',
    { $defs: { A: { allOf: [{ $ref: '#/$defs/A' }] } }, $ref: '#/$defs/A' },
    'SCHEMA_REF',
    '/$defs/A',
    'allOf',
  ],
  ['allOf of two types', { allOf: [INT, STR] }, 'SCHEMA_INVALID', '', 'allOf'],
  ['allOf of two consts', { allOf: [{ const: 1 }, { const: 2 }] }, 'SCHEMA_UNSUPPORTED', '', 'const'],
  ['allOf of lists that are none', { allOf: [{ enum: [1] }, { enum: 1 }] }, 'SCHEMA_INVALID', '', 'enum'],
  [
    'allOf of unions that are none',
    { allOf: [{ anyOf: {} }, { anyOf: [INT] }] },
    'SCHEMA_INVALID',
    '',
    'anyOf',
  ],
  [
    'allOf of tuples that are none',
    { allOf: [{ prefixItems: 5 }, { prefixItems: [INT] }] },
    'SCHEMA_INVALID',
    '',
    'prefixItems',
  ],
  [
    'allOf of properties that are none',
    { allOf: [{ properties: null }, obj({ a: INT })] },
    'SCHEMA_INVALID',
    '',
    'properties',
  ],
  ['allOf with text', { allOf: ['x'] }, 'SCHEMA_INVALID', '', 'allOf'],
  [
    'allOf of list and schema',
    { allOf: [{ items: [INT] }, { items: INT }] },
    'SCHEMA_UNSUPPORTED',
    '',
    'items',
  ],
  [
    'allOf of two codecs',
    { allOf: [codec(obj({ a: INT }), v => v), codec(obj({ b: INT }), v => v)] },
    'SCHEMA_UNSUPPORTED',
    '',
    'allOf',
  ],
  ['a value that can never be', { not: {} }, 'SCHEMA_UNSUPPORTED', '', 'not'],
  ['a required one', obj({ a: { not: true as never } }), 'SCHEMA_UNSUPPORTED', '/properties/a', 'not'],
  ['a required one of no values', obj({ a: { enum: [] } }), 'SCHEMA_INVALID', '/properties/a', 'enum'],
  ['a union of no variants', { oneOf: [] }, 'SCHEMA_INVALID', '', 'oneOf'],
  [
    'a bare name of no schema',
    { $defs: { S: 'text' }, properties: { a: { $ref: 'S' } } },
    'SCHEMA_REF',
    '/properties/a',
    '$ref',
  ],
  [
    'allOf with a reference to nothing at all',
    { $defs: { none: false }, allOf: [INT, { $ref: '#/$defs/none' }] },
    'SCHEMA_INVALID',
    '',
    'allOf',
  ],
  ['maxDepth 0', INT, 'SCHEMA_INVALID', '', 'maxDepth', { maxDepth: 0 }],
  ['nonFinite of the options', INT, 'SCHEMA_INVALID', '', 'nonFinite', { nonFinite: 'thorw' }],
  ['htmlSafe of text', INT, 'SCHEMA_INVALID', '', 'htmlSafe', { htmlSafe: 'yes' }],
  ['codegen of text', INT, 'SCHEMA_INVALID', '', 'codegen', { codegen: 'no' }],
  ['nonFinite of a bigint', INT, 'SCHEMA_INVALID', '', 'nonFinite', { nonFinite: 5n }],
  [
    'a precision that is no JSON',
    { ...STR, format: 'date-time', precision: 5n },
    'SCHEMA_INVALID',
    '',
    'precision',
  ],
  ['a type that is no JSON', { type: 5n }, 'SCHEMA_UNSUPPORTED', '', 'type'],
  ['schemas that are none', INT, 'SCHEMA_INVALID', '', 'schemas', { schemas: 5 }],
  ['maxDepth 1.5', INT, 'SCHEMA_INVALID', '', 'maxDepth', { maxDepth: 1.5 }],
  ['maxDepth beyond reason', INT, 'SCHEMA_INVALID', '', 'maxDepth', { maxDepth: 10_001 }],
]

describe('is refused:', () => {
  it.each(REFUSALS)('%s', (_name, schema, code, pointer, keyword, options) => {
    const run = () => compile(schema as object, options as CompileOptions)
    expect(run).toThrow(SchemaError)
    expect(run).toThrow(expect.objectContaining({ code, pointer, keyword }))
  })

  it('a schema that is its own only variant', () => {
    const schema: { anyOf: unknown[] } = { anyOf: [] }
    schema.anyOf.push(schema)
    expect(() => compile(schema)).toThrow(SchemaError)
  })
})

/** An object with so many parts that refer to it, with more beside the reference. */
function referringParts(count: number, beside: object): object {
  const parts = Array.from({ length: count }, (_, i) => [`p${i}`, { $ref: '#', ...beside }])
  return obj({ v: INT, ...Object.fromEntries(parts) }, [])
}

describe('parts that refer to the whole are not merged into each other over and over', () => {
  const value = { v: 1, p1: { v: 2, p0: { v: 3, p1: { p1: { v: 4 } } } } }

  it('when a type beside the reference says what the whole says', () => {
    const schema = referringParts(30, { type: 'object' })
    expect(compileSchema(schema).nodes).toHaveLength(32)
    expect(serializeOne(schema, () => value)).toEqual({
      json: '{"v":1,"p1":{"v":2,"p0":{"v":3,"p1":{"p1":{"v":4}}}}}',
    })
  })

  it('when the whole is nullable and the type is not', () => {
    const schema = {
      $defs: { A: { ...obj({ a: INT }), nullable: true } },
      ...obj({ a: { type: 'object', $ref: 'A' } }),
    }
    expect(serializeOne(schema, () => ({ a: null }))).toMatchObject({ code: 'REQUIRED', path: '/a' })
  })

  it('when there is more', () => {
    const schema = referringParts(9, { additionalProperties: INT })
    const json = '{"v":1,"p1":{"v":2,"p0":{"v":3,"p1":{"p1":{"v":4,"q":5}}}}}'
    expect(serializeOne(schema, () => JSON.parse(json))).toEqual({ json })
  })
})

it('a schema whose combinations are too many in all is refused', () => {
  const level = (depth: number): object =>
    depth === 0 ? INT : { anyOf: Array.from({ length: 8 }, () => obj({ x: level(depth - 1) })) }
  const run = () => compileSchema({ allOf: [level(4), level(4)] })
  expect(run).toThrow(expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED', keyword: 'schema' }))
})

it('parts that are used again and again are compiled once where they are many', () => {
  let schema: object = INT
  for (let i = 0; i < 20; i++) schema = obj({ a: schema, b: schema })
  expect(compileSchema(schema).nodes.length).toBeLessThan(11_000)
})

it('a schema that is a part of itself is as if it referred to itself', () => {
  const schema: { type: string; properties: Record<string, unknown> } = { type: 'object', properties: {} }
  schema.properties.self = schema
  expect(serializeOne(schema, () => ({ self: { self: {} } }))).toEqual({ json: '{"self":{"self":{}}}' })
})

it('compiling changes nothing of the schema', () => {
  for (const [, schema, , , options] of [...REFERENCES, ...COMBINATIONS, ...TYPES]) {
    const shown = () => JSON.stringify(schema, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
    const before = shown()
    compileSchema(schema, options)
    compileSchema(deepFreeze(schema), options)
    expect(shown()).toBe(before)
  }
})

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
