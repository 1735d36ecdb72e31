// The schema that emitted TypeScript gives when it runs.

import Type, { type TSchema } from 'typebox'
import { CalendarDate, DateTime, Duration, Time } from '../../src/spec/builders.ts'

const SCOPE = { Type, CalendarDate, DateTime, Duration, Time }

/** Runs a module that `toTypeBox` wrote, without its imports and its type. */
export function evaluate(source: string, name = 'Row'): TSchema {
  const body = source
    .split('\n')
    .filter(line => !/^(import|export type) /.test(line))
    .join('\n')
    .replace(/^export const/m, 'const')
  return new Function(...Object.keys(SCOPE), `'use strict'\n${body}\nreturn ${name}`)(...Object.values(SCOPE))
}

/** The expression in a module that `toTypeBox` wrote, on one line. */
export function expressionOf(source: string): string {
  const start = source.indexOf(' = ') + 3
  return source
    .slice(start, source.indexOf('\n\nexport type'))
    .replace(/\s*\n\s*/g, ' ')
    .replace(/,(?= [\]}])/g, '')
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']')
    .replaceAll('Type.', '')
}
