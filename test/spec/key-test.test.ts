import { describe, expect, it } from 'vitest'
import { keyTestOf, passes } from '../../src/spec/key-test.ts'

/** Patterns that become comparisons; running them is the oracle. */
const KNOWN = [
  '',
  '.*',
  '^.*$',
  '^(.*)$',
  '^.*',
  '.*$',
  '^',
  '$',
  '.',
  '.+',
  '^.+$',
  '^[\\s\\S]*$',
  '^x-',
  '^x-.*$',
  '^x-.*',
  'x-',
  '-x$',
  '^.*-x$',
  '^a$',
  '^(a|b)$',
  '^(?:a|bc)$',
  '^a$|^b$',
  '^a\\.b$',
  'a\\.b',
  '^a\\\\',
  '^\\$',
  '\\$$',
  '^-',
  '/',
  '^é',
  '^.*x',
  '^-?(?:0|[1-9][0-9]*)$',
  '^(0|[1-9][0-9]*)$',
  '^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$',
]

/** Patterns that only running them would decide. */
const UNKNOWN = [
  '^[a-z]+$',
  '^a+$',
  '^(a+)+$',
  '\\d',
  '^\\w+',
  'a|b',
  '^a.b$',
  '(?=a)',
  '^a{3}$',
  'a\\',
  '\\bx',
  '^(a|b',
  '[',
  '^x\\d$',
  '^.*x.*$',
]

const NAMES = [
  'a',
  'b',
  'bc',
  'ab',
  'a.b',
  'axb',
  'a\\b',
  'x-',
  'x-1',
  '1-x',
  '-x',
  'ax-b',
  '$',
  '$a',
  'a$',
  '-',
  '-1',
  '0',
  '01',
  '7',
  '10',
  '-0',
  '1.5',
  '-1.50',
  '1.',
  '.5',
  'é',
  'éa',
  '/',
  'a/b',
  'x-.*',
  '.*',
  '__proto__',
  'x'.repeat(100),
]

describe('a pattern', () => {
  it.each(KNOWN)('%j is the comparison it stands for', pattern => {
    const test = keyTestOf(pattern)!
    const expression = new RegExp(pattern, 'su')
    expect(NAMES.filter(name => passes(test, name))).toEqual(NAMES.filter(name => expression.test(name)))
  })
  it.each(UNKNOWN)('%j is not guessed', pattern => {
    expect(keyTestOf(pattern)).toBeUndefined()
  })
})
