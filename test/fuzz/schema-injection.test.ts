// Hostile text in every string position of a schema: nothing of it may run, and what is written stays JSON whose
// content is that text.

import { describe, expect, it } from 'vitest'
import { compile, describe as describeSpec, TocsonError } from '../../src/index.ts'
import { randomOf, report, testSeed } from '../random.ts'
import { NAUGHTY } from './naughty-strings.ts'

interface Injection {
  readonly schema: object
  readonly value?: unknown
  /** What has to come out; `undefined`: a refusal is fine too. */
  readonly json?: string
}

const INTEGER = { type: 'integer' }

function own(name: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true })
}

const objectOf = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
})

/** The JSON of one property, which `JSON.stringify` cannot be asked for with names like `__proto__`. */
const member = (name: string, json: string) => `{${JSON.stringify(name)}:${json}}`

/** Where a schema has a string. */
const POSITIONS: Record<string, (text: string) => Injection> = {
  'a property name': text => ({
    schema: objectOf(own(text, INTEGER)),
    value: own(text, 1),
    json: member(text, '1'),
  }),
  'a name of an optional property': text => ({
    schema: { ...objectOf(own(text, { type: 'string' })), required: [] },
    value: own(text, text),
    json: member(text, JSON.stringify(text)),
  }),
  'a name of a nested object': text => ({
    schema: objectOf(own(text, objectOf(own(text, { type: 'array', items: INTEGER })))),
    value: own(text, own(text, [1, 2])),
    json: member(text, member(text, '[1,2]')),
  }),
  'one of a hundred names': text => {
    const properties = own(text, INTEGER)
    for (let i = 0; i < 100; i++) properties[`p${i}`] = INTEGER
    return {
      schema: { ...objectOf(properties), required: [text] },
      value: own(text, 7),
      json: member(text, '7'),
    }
  },
  'a name in required': text => ({
    schema: objectOf({ a: INTEGER }, { required: [text] }),
    value: { a: 1 },
    json: '{"a":1}',
  }),
  'an alias': text => ({
    schema: objectOf({ a: { ...INTEGER, alias: text } }),
    value: { a: 1 },
    json: member(text, '1'),
  }),
  'a const': text => ({ schema: { const: text }, value: text, json: JSON.stringify(text) }),
  'a const without value': text => ({
    schema: objectOf({ a: { const: text } }),
    value: { a: text },
    json: member('a', JSON.stringify(text)),
  }),
  'an enum': text => ({ schema: { enum: ['x', text, 1] }, value: text, json: JSON.stringify(text) }),
  'an object in an enum': text => ({
    schema: { enum: [own(text, text), 1] },
    value: own(text, text),
    json: member(text, JSON.stringify(text)),
  }),
  'a large enum': text => ({
    schema: { enum: [...Array.from({ length: 30 }, (_, i) => `e${i}`), text] },
    value: text,
    json: JSON.stringify(text),
  }),
  'a default': text => ({
    schema: { ...objectOf({ a: { type: 'string', default: text } }), required: [] },
    value: {},
    json: member('a', JSON.stringify(text)),
  }),
  'an object for a default': text => ({
    schema: { ...objectOf({ a: { default: own(text, text) } }), required: [] },
    value: {},
    json: member('a', member(text, JSON.stringify(text))),
  }),
  'a discriminator': text => ({
    schema: { anyOf: [objectOf({ k: { const: text } }), objectOf({ k: { const: `${text}!` } })] },
    value: { k: text },
    json: member('k', JSON.stringify(text)),
  }),
  'the name of a discriminator': text => ({
    schema: { anyOf: [objectOf(own(text, { const: 1 })), objectOf(own(text, { const: 2 }))] },
    value: own(text, 2),
    json: member(text, '2'),
  }),
  'a tuple of literals': text => ({
    schema: { prefixItems: [{ const: text }, INTEGER] },
    value: [text, 1],
    json: JSON.stringify([text, 1]),
  }),
  'an $id': text => ({ schema: { $id: text, ...INTEGER }, value: 1, json: '1' }),
  'an $anchor': text => ({ schema: { $anchor: text, ...INTEGER }, value: 1, json: '1' }),
  'a $ref': text => ({ schema: { $ref: text }, value: 1 }),
  'a $ref to a definition of that name': text => ({
    schema: {
      $defs: own(text, INTEGER),
      $ref: `#/$defs/${encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed())}`,
    },
    value: 1,
  }),
  'a name of a definition': text => ({
    schema: { $defs: own(text, { const: text }), ...INTEGER },
    value: 1,
    json: '1',
  }),
  'a title': text => ({ schema: { title: text, ...INTEGER }, value: 1, json: '1' }),
  'a description': text => ({
    schema: objectOf({ a: { description: text, ...INTEGER } }),
    value: { a: 1 },
    json: '{"a":1}',
  }),
  'a $comment': text => ({ schema: { $comment: text, examples: [text], ...INTEGER }, value: 1, json: '1' }),
  'a format': text => ({ schema: { type: 'string', format: text }, value: text, json: JSON.stringify(text) }),
  'a pattern': text => ({
    schema: { type: 'string', pattern: text },
    value: text,
    json: JSON.stringify(text),
  }),
  'a contentEncoding': text => ({
    schema: { type: 'string', contentEncoding: text },
    value: text,
    json: JSON.stringify(text),
  }),
  'a patternProperties': text => ({
    schema: { type: 'object', patternProperties: own(text, INTEGER) },
    value: own(text, 1),
  }),
  'two patternProperties': text => ({
    schema: { type: 'object', patternProperties: { ...own(text, INTEGER), '^x': INTEGER } },
    value: { x: 1 },
  }),
  'a type': text => ({ schema: { type: text }, value: 1 }),
  'a style': text => ({ schema: { type: 'string', format: 'duration', style: text }, value: 1 }),
  'a precision': text => ({ schema: { type: 'string', format: 'time', precision: text }, value: 1 }),
  'a keyword nobody knows': text => ({ schema: { ...own(text, text), type: 'integer' }, value: 1 }),
}

/** Names that mean something as keywords, where a schema has every right to be refused. */
const INJECTED = '__injected'

let count = 0
let failures = 0

const seed = testSeed()
const random = randomOf(seed)
/** The list, and mixtures of it. */
const TEXTS = [
  ...NAUGHTY,
  ...Array.from(
    { length: 150 },
    () => random.pick(NAUGHTY).slice(0, 200) + random.pick(NAUGHTY).slice(0, 200),
  ),
]

describe.each(Object.keys(POSITIONS))('%s', position => {
  it.each([false, true])(`htmlSafe %s (TOCSON_SEED=${seed})`, htmlSafe => {
    const wrong: string[] = []
    for (const text of TEXTS) {
      const outputs: string[] = []
      for (const codegen of [true, false]) {
        count++
        const outcome = attempt(POSITIONS[position]!(text), { codegen, htmlSafe })
        if (outcome.problem) wrong.push(`${JSON.stringify(text.slice(0, 100))}: ${outcome.problem}`)
        outputs.push(outcome.json ?? '')
      }
      if (outputs[0] !== outputs[1]) wrong.push(`${JSON.stringify(text.slice(0, 100))}: the packers differ`)
    }
    failures += wrong.length
    expect(wrong.slice(0, 10)).toEqual([])
  })
})

function attempt(
  { schema, value, json }: Injection,
  options: { codegen: boolean; htmlSafe: boolean },
): { problem?: string; json?: string } {
  let written: string
  try {
    const serializer = compile(schema, options)
    describeSpec(serializer.spec)
    written = serializer.serializeOne(value).toString()
  } catch (error) {
    if (!(error instanceof TocsonError)) return { problem: `threw ${error}` }
    return json === undefined ? {} : { problem: `refused: ${error.message.slice(0, 300)}` }
  }
  if (INJECTED in globalThis) {
    Reflect.deleteProperty(globalThis, INJECTED)
    return { problem: 'code of the schema was executed' }
  }
  const expected = options.htmlSafe ? json?.replace(/[<>&\u2028\u2029]/g, unicodeEscape) : json
  if (expected !== undefined && written !== expected) return { problem: `wrote ${written.slice(0, 300)}` }
  if (options.htmlSafe && /[<>&\u2028\u2029]/.test(written)) return { problem: 'not safe inside HTML' }
  try {
    JSON.parse(written)
  } catch {
    return { problem: `not JSON: ${written.slice(0, 300)}` }
  }
  return { json: written }
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

it('counts', () => {
  report('schema injections', count, failures)
  expect(count).toBeGreaterThanOrEqual(10_000)
})

it('no pattern of a schema runs while rows are written', () => {
  const schema = { type: 'object', patternProperties: { '^(a+)+$': INTEGER } }
  const name = `${'a'.repeat(50_000)}!`
  expect(
    compile(schema)
      .serializeOne({ [name]: 1 })
      .toString(),
  ).toBe(`{"${name}":1}`)
})

it('no reference is fetched', () => {
  const fetched: unknown[] = []
  const { fetch } = globalThis
  globalThis.fetch = async (...request) => {
    fetched.push(request)
    throw new Error('fetched')
  }
  try {
    for (const $ref of [
      'http://127.0.0.1:1/x',
      'https://example.com/schema.json#/a',
      'file:///etc/passwd',
      '//host/x',
    ]) {
      expect(() => compile({ $ref })).toThrow(expect.objectContaining({ code: 'SCHEMA_REF' }))
    }
  } finally {
    globalThis.fetch = fetch
  }
  expect(fetched).toEqual([])
})
