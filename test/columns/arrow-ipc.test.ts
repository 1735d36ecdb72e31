import { readFileSync } from 'node:fs'
import * as arrow from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { ArrowError, readArrow } from '../../src/arrow/index.ts'
import { compile, TocsonError } from '../../src/index.ts'

const FLIGHTS = readFileSync('node_modules/vega-datasets/data/flights-200k.arrow')
const cities = {
  type: 'object',
  properties: { city: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
  required: ['city', 'at'],
} as const

/** Files have one dictionary for all batches, streams may have one for each. */
function table(count: number, format: 'file' | 'stream'): arrow.Table {
  const text = new arrow.Utf8()
  const type = format === 'file' ? text : new arrow.Dictionary(text, new arrow.Int32())
  const times = Array.from({ length: count }, (_, i) => i * 1000)
  return new arrow.Table({
    city: arrow.vectorFromArray(
      times.map((_, i) => ['Oslo', 'Tromsø'][i % 2]!),
      type,
    ) as arrow.Vector,
    at: arrow.vectorFromArray(times, new arrow.TimestampMicrosecond()),
  })
}

describe('readArrow', () => {
  it('reads files', () => {
    expect(readArrow(FLIGHTS).numRows).toBe(200_000)
  })

  it.each(['file', 'stream'] as const)('reads a %s of several batches', format => {
    const whole = table(3, format).concat(table(2, format))
    const bytes = arrow.tableToIPC(whole, format)
    const list = compile(cities).serializeColumns(readArrow(bytes))
    expect(list.blob.equals(compile(cities).serialize(whole.toArray()).blob)).toBe(true)
    expect(list.slice(1, 1).toString()).toBe('{"city":"Tromsø","at":"1970-01-01T00:00:01.000Z"}')
  })

  it.each(['file', 'stream'] as const)('refuses a %s that was cut off, wherever', format => {
    const bytes = arrow.tableToIPC(table(20, format).concat(table(20, format)), format)
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length)
      let error: unknown
      try {
        const read = readArrow(cut)
        // A stream may end between two messages: what came before is whole.
        expect(format).toBe('stream')
        expect(read.numRows % 20).toBe(0)
      } catch (thrown) {
        error = thrown
      }
      if (error !== undefined) expect(error).toBeInstanceOf(ArrowError)
    }
  })

  it('refuses what is not Arrow', () => {
    for (const bytes of [
      new Uint8Array(0),
      Buffer.from('hello world, hello world'),
      Buffer.from('ARROW1ARROW1'),
    ]) {
      expect(() => readArrow(bytes)).toThrow(ArrowError)
    }
    expect(() => readArrow('text' as never)).toThrow('expected bytes, got string "text"')
  })

  it('never takes a damaged footer for a table of the schema', () => {
    const schema = { type: 'object', properties: { delay: { type: 'integer' } } } as const
    for (const byteLength of [30, 50, 100, 200, 300, 400]) {
      const damaged = Buffer.from(FLIGHTS)
      damaged.fill(0xff, damaged.length - byteLength, damaged.length - 10)
      expect(() => compile(schema).serializeColumns(readArrow(damaged))).toThrow(TocsonError)
    }
  })
})
