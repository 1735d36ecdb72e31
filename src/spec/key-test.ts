// `patternProperties` without running the patterns: the common forms are recognised when a schema is compiled and
// become plain comparisons, so that no expression of a schema can take exponential time while rows are written.

import type { KeyTest } from './spec.ts'

/** TypeBox's own expressions for integer and number keys. */
const NUMERIC: Readonly<Record<string, KeyTest>> = {
  '^-?(?:0|[1-9][0-9]*)$': { kind: 'integer' },
  '^(0|[1-9][0-9]*)$': { kind: 'natural' },
  '^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$': { kind: 'number' },
}

const ANYTHING = new Set([
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
])

/** The comparison that a pattern stands for, or `undefined` when only running it would tell. */
export function keyTestOf(pattern: string): KeyTest | undefined {
  if (ANYTHING.has(pattern)) return { kind: 'any' }
  const numeric = Object.hasOwn(NUMERIC, pattern) ? NUMERIC[pattern] : undefined
  return numeric ?? alternativesOf(pattern) ?? literalOf(pattern)
}

/** `^(a|b)$` and `^a$|^b$`. */
function alternativesOf(pattern: string): KeyTest | undefined {
  const group = /^\^\((?:\?:)?([^()]*)\)\$$/.exec(pattern)
  const parts = group
    ? group[1]!.split('|')
    : pattern.split('|').map(part => (part.startsWith('^') && endsAnchored(part) ? part.slice(1, -1) : '('))
  const texts = parts.map(unescapeLiteral)
  return texts.every(text => text !== undefined) ? { kind: 'oneOf', texts } : undefined
}

/** `^text`, `text$`, `^text.*$`, `^.*text$`, `text`. */
function literalOf(pattern: string): KeyTest | undefined {
  const atStart = pattern.startsWith('^')
  const atEnd = endsAnchored(pattern)
  let body = pattern.slice(atStart ? 1 : 0, atEnd ? -1 : undefined)
  let kind: 'prefix' | 'suffix' | 'contains' = atStart ? 'prefix' : atEnd ? 'suffix' : 'contains'
  if (atStart) {
    if (body.endsWith('.*') && !body.endsWith('\\.*')) body = body.slice(0, -2)
    else if (body.startsWith('.*')) {
      body = body.slice(2)
      kind = atEnd ? 'suffix' : 'contains'
    } else if (atEnd) return undefined
  }
  const text = unescapeLiteral(body)
  return text === undefined ? undefined : { kind, text }
}

function endsAnchored(pattern: string): boolean {
  return pattern.endsWith('$') && !pattern.endsWith('\\$')
}

/** A pattern that is only literal characters, with its escapes resolved. */
function unescapeLiteral(pattern: string): string | undefined {
  let text = ''
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!
    if (character === '\\') {
      const next = pattern[++i]
      // An escaped letter or digit is a class, a boundary or a back-reference.
      if (next === undefined || /[\w]/.test(next)) return undefined
      text += next
    } else if (/[.*+?^${}()|[\]]/.test(character)) {
      return undefined
    } else text += character
  }
  return text
}

const NATURAL_KEY = /^(?:0|[1-9][0-9]*)$/
const INTEGER_KEY = /^-?(?:0|[1-9][0-9]*)$/
const NUMBER_KEY = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/

/** Whether a property name passes; linear in its length. */
export function passes(test: KeyTest, name: string): boolean {
  switch (test.kind) {
    case 'any':
      return true
    case 'prefix':
      return name.startsWith(test.text)
    case 'suffix':
      return name.endsWith(test.text)
    case 'contains':
      return name.includes(test.text)
    case 'oneOf':
      return test.texts.includes(name)
    case 'natural':
      return NATURAL_KEY.test(name)
    case 'integer':
      return INTEGER_KEY.test(name)
    case 'number':
      return NUMBER_KEY.test(name)
  }
}
