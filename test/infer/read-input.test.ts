import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { findJsonError } from '../../src/infer/json-error.ts'
import { InputError, type ParseOptions, parseInput } from '../../src/infer/read-input.ts'

const parse = (input: string | Buffer, options: Partial<ParseOptions> = {}) =>
  parseInput(Buffer.from(input as string), { source: 'x.json', ndjson: false, document: false, ...options })

describe('what input is', () => {
  it.each<[string | Buffer, Partial<ParseOptions>, object]>([
    ['[1,2]', {}, { form: 'rows', values: [1, 2] }],
    ['[1,2]', { document: true }, { form: 'document', values: [[1, 2]] }],
    ['{"a":1}', {}, { form: 'document', values: [{ a: 1 }] }],
    ['null', {}, { form: 'document', values: [null] }],
    ['\ufeff[1]', {}, { form: 'rows', values: [1] }],
    ['{"a":1}\n{"a":2}\n', {}, { form: 'rows', values: [{ a: 1 }, { a: 2 }] }],
    ['1\r\n\r\n2', { ndjson: true }, { form: 'rows', values: [1, 2] }],
    ['[1]\n[2]', {}, { form: 'rows', values: [[1], [2]] }],
  ])('%j %j', (input, options, expected) => {
    expect(parse(input, options)).toEqual(expected)
  })

  it('tells how far it is', () => {
    const seen: number[] = []
    parse('1\n'.repeat(2500), { ndjson: true, onProgress: done => seen.push(done) })
    expect(seen).toEqual([1999, 3999])
  })
})

describe('what is wrong with input', () => {
  it.each<[string | Buffer, string]>([
    ['', 'x.json: is empty'],
    [' \n\t', 'x.json: is empty'],
    ['{"a":1,\n "b":}', 'x.json:2:6: expected a value, got "}"\n   "b":}\n       ^'],
    ['[1,]', 'x.json:1:4: expected a value, got "]"'],
    ['[1 2]', 'x.json:1:4: expected "," or "]" after an element, got "2"'],
    ['{"a":1 "b":2}', 'x.json:1:8: expected "," or "}" after a property, got "\\""'],
    ['{"a" 1}', 'x.json:1:6: expected ":" after a property name, got "1"'],
    ['{a:1}', 'x.json:1:2: expected a property name in double quotes or "}", got "a"'],
    ['{"a":1,}', 'x.json:1:8: expected a property name in double quotes, got "}"'],
    ['[undefined]', 'x.json:1:2: expected a value or "]", got "undefined"'],
    ['{"a":[1,2', 'x.json:1:10: expected "," or "]" after an element, got the end'],
    ['["abc', 'x.json:1:2: a string that starts here never ends'],
    ['["a\tb"]', 'x.json:1:4: a line break or control character inside a string must be escaped'],
    ['"\\u12g4"', 'x.json:1:2: not an escape sequence of JSON'],
    ['[1] []', 'x.json:1:5: expected nothing after the document, got "["'],
    ['{"a":1}\n{"a":\n', 'x.json:2:6: expected a value, got the end'],
    ['[\n1]\n2', 'x.json:3:1: expected nothing after the document, got "2"'],
    [Buffer.from('fffe5b00', 'hex'), 'x.json: is UTF-16 or no text'],
    [Buffer.from('feff005b', 'hex'), 'x.json: is UTF-16 or no text'],
    [Buffer.from('fe5b', 'hex'), 'x.json: is not UTF-8: see line 1'],
    ['x', 'x.json:1:1: expected a value, got "x"\n  x\n  ^'],
    ['{a:1\n}', 'x.json:1:2: expected a property name in double quotes or "}", got "a"\n  {a:1\n   ^'],
    [Buffer.from('1f8b0800', 'hex'), 'x.json: is compressed with gzip'],
    [Buffer.from('5b0a22ff225d', 'hex'), 'x.json: is not UTF-8: see line 2'],
  ])('%j: %s', (input, message) => {
    expect(() => parse(input)).toThrow(InputError)
    expect(() => parse(input)).toThrow(message)
  })

  it.each([{}, { ndjson: true }])(
    'what else may happen to JSON.parse is not the input’s fault: %j',
    options => {
      const failure = new RangeError('out of memory')
      const parsing = vi.spyOn(JSON, 'parse').mockImplementationOnce(() => {
        throw failure
      })
      expect(attempt(() => parse('[1]', options))).toBe(failure)
      parsing.mockRestore()
    },
  )

  it('shows only a part of a long line', () => {
    const error = attempt(() => parse(`[${'1,'.repeat(5000)}x]`))
    expect(error.message.split('\n')[0]).toBe('x.json:1:10002: expected a value, got "x"')
    expect(error.message.length).toBeLessThan(300)
  })
})

describe('findJsonError', () => {
  it('agrees with JSON.parse on damaged documents', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ...'{}[],:"\\0-1.e nt\n'), fc.nat(2))
      .map(([text, at, insert, cut]) => {
        const index = at % (text.length + 1)
        return text.slice(0, index) + insert + text.slice(index + cut)
      })
    const property = fc.property(damaged, text => {
      expect(findJsonError(text) === undefined).toBe(isJson(text))
    })
    fc.assert(property, { numRuns: 5000, seed: 20261121 })
  })

  it('is bounded by memory only', () => {
    const deep = '['.repeat(200_000)
    expect(findJsonError(deep + ']'.repeat(200_000))).toBeUndefined()
    expect(findJsonError(deep)).toMatchObject({ index: 200_000, line: 1 })
    expect(findJsonError(`"${'x'.repeat(5_000_000)}`)).toMatchObject({ index: 0 })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function attempt(action: () => unknown): Error {
  try {
    action()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
