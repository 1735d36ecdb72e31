// Quick choices either say what the chooser says, or leave it to the chooser.

import Type from 'typebox'
import { expect, test } from 'vitest'
import { trialPacker } from '../../src/pack/interpret.ts'
import { PackedRows } from '../../src/pack/packed-rows.ts'
import { quickChoice } from '../../src/pack/quick-choice.ts'
import { UnionChooser } from '../../src/pack/variants.ts'
import { Bytes, DateTime } from '../../src/spec/builders.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { NodeOf } from '../../src/spec/spec.ts'

const UNDECIDED = -1
const tagged = (kind: string) => Type.Object({ kind: Type.Literal(kind) })
const trimmed = Type.Codec(Type.String())
  .Decode(text => text)
  .Encode(text => text.trim())

/** Schemas, and which values the quick choice must decide itself. */
const UNIONS: [string, object[], Record<string, number>][] = [
  [
    'scalars',
    [Type.Integer(), Type.String(), Type.Boolean(), Type.Null()],
    { '1': 0, '1.5': -1, '"a"': 1, true: 2 },
  ],
  ['two integers', [Type.Integer(), Type.Integer(), Type.Number()], { '1': 0, '1.5': 2, '"a"': -1 }],
  ['number first', [Type.Number(), Type.Integer()], { '1': 0, '1.5': 0 }],
  ['literals', [Type.Literal('a'), Type.Literal('b'), Type.Number()], { '"a"': -1, '"b"': -1, '1': 2 }],
  ['one literal', [Type.Literal('a'), Type.Number()], { '"a"': 0, '"b"': 0 }],
  ['date or text', [DateTime(), Type.String()], { '"a"': 0, '1': 0 }],
  ['bytes or text', [Bytes(), Type.String()], { '"a"': 0 }],
  ['an encoded text first', [trimmed, Type.String()], { '"a"': -1 }],
  ['a finite number first', [{ type: 'number', nonFinite: 'throw' }, Type.Number()], { '1': -1 }],
  ['anything', [{}, Type.String()], { '"a"': 0, '1': 0, null: 0 }],
  [
    'tagged objects',
    [tagged('a'), tagged('b'), Type.Array(Type.Integer())],
    { '{"kind":"a"}': 0, '{"kind":"b"}': 1, '{"kind":"c"}': -1, '[1]': -1 },
  ],
  ['more tags than are scanned', Array.from({ length: 9 }, (_, i) => tagged(`${i}`)), { '{"kind":"1"}': -1 }],
]

const VALUES = [
  '1',
  '-0',
  '1.5',
  '"a"',
  '"b"',
  'true',
  'false',
  'null',
  '{"kind":"a"}',
  '{"kind":"b"}',
  '{"kind":"c"}',
  '{"kind":"1"}',
  '[1]',
  '[]',
  '{}',
]

test.each(UNIONS)('%s', (_, anyOf, decided) => {
  const { spec, node, quick } = compileUnion(anyOf)
  const tryPack = trialPacker(spec)
  const chooser = new UnionChooser(spec, node, tryPack)
  const around = new PackedRows(new Float64Array(0), 0, () => {})
  for (const json of new Set([...VALUES, ...Object.keys(decided)])) {
    const value: unknown = JSON.parse(json)
    const variant = quick(value)
    if (json in decided) expect(`${json}: ${variant}`).toBe(`${json}: ${decided[json]}`)
    if (variant !== UNDECIDED) expect(`${json}: ${variant}`).toBe(`${json}: ${chooser.choose(value, around)}`)
  }
})

test('an object with a toJSON is left to the chooser', () => {
  const { quick } = compileUnion([tagged('a'), tagged('b')])
  expect(quick({ kind: 'a', toJSON: () => ({ kind: 'b' }) })).toBe(UNDECIDED)
})

function compileUnion(anyOf: readonly object[]) {
  const spec = compileSchema({ anyOf }, {})
  const node = spec.nodes[spec.root] as NodeOf<'union'>
  const constants: unknown[] = []
  const code = quickChoice(spec, node, value => `k${constants.push(value) - 1}`)
  const names = constants.map((_, i) => `k${i}`)
  const make = new Function('isArray', 'isInteger', ...names, `let x;return v=>${code ?? UNDECIDED}`)
  const quick: (value: unknown) => number = make(Array.isArray, Number.isInteger, ...constants)
  return { spec, node, quick }
}
