// Rows of as many shapes as there are rows: however their properties are read, the output is the same.

import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { randomOf, testSeed } from '../random.ts'

const NAMES = Array.from({ length: 12 }, (_, i) => `field${i}`)
const SCHEMA = {
  type: 'object',
  properties: Object.fromEntries(NAMES.map((name, i) => [name, { type: i % 2 ? 'string' : 'integer' }])),
}

const seed = testSeed()
const random = randomOf(seed)

class Row {
  readonly [name: string]: unknown
  constructor(values: object) {
    Object.assign(this, values)
  }
}

/** The same values as objects of another kind. */
const KINDS: Record<string, (values: Record<string, unknown>) => object> = {
  'plain objects': values => values,
  'objects in another order': values => Object.fromEntries(Object.entries(values).reverse()),
  'objects in dictionary mode': values => {
    const object: Record<string, unknown> = { gone: 1, ...values }
    delete object.gone
    return object
  },
  'objects with extra properties': values => ({ extra: 1, ...values, another: 2 }),
  'objects without a prototype': values => Object.assign(Object.create(null), values),
  instances: values => new Row(values),
  Proxies: values => new Proxy(values, {}),
  getters: values =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          { get: () => value, enumerable: true, configurable: true },
        ]),
      ),
    ),
}

function someValues(): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  NAMES.forEach((name, i) => {
    if (random.chance(0.5)) values[name] = i % 2 ? `v${random.below(100)}` : random.below(100)
    else if (random.chance(0.1)) values[name] = random.pick([null, undefined])
  })
  return values
}

function jsonOf(values: Record<string, unknown>): string {
  const present = NAMES.filter(name => values[name] !== undefined && values[name] !== null)
  return JSON.stringify(Object.fromEntries(present.map(name => [name, values[name]])))
}

describe.each(Object.keys(KINDS))('%s', kind => {
  it(`of many shapes, then of one, then of many again (TOCSON_SEED=${seed})`, () => {
    const one = someValues()
    const rows = Array.from({ length: 3000 }, (_, i) => (i >= 1000 && i < 2000 ? { ...one } : someValues()))
    const expected = `[${rows.map(jsonOf).join(',')}]`
    for (const codegen of [true, false]) {
      const serializer = compile(SCHEMA, { codegen })
      expect(serializer.serialize(rows.map(KINDS[kind]!) as Row[]).blob.toString()).toBe(expected)
    }
  })
})

it('of many kinds at once', () => {
  const kinds = Object.values(KINDS)
  const rows = Array.from({ length: 5000 }, someValues)
  const serializer = compile(SCHEMA)
  const list = serializer.serialize(rows.map(values => random.pick(kinds)(values)) as Row[])
  expect(list.blob.toString()).toBe(`[${rows.map(jsonOf).join(',')}]`)
})

it('an error names its row and property, however they are read', () => {
  const rows: Record<string, unknown>[] = Array.from({ length: 600 }, someValues)
  rows[555] = { field3: 5 }
  expect(() => compile(SCHEMA).serialize(rows)).toThrow('/555/field3: expected string, got number 5')
})

it('nothing of a Proxy is listed, only its properties are read', () => {
  const rows = Array.from(
    { length: 50 },
    () => new Proxy(someValues(), { ownKeys: () => expect.fail('listed') }),
  )
  for (const codegen of [true, false]) expect(compile(SCHEMA, { codegen }).serialize(rows).length).toBe(50)
})
