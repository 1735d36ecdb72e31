// Judges that know nothing of this library: simdjson where its addon was built, and JSON.parse.

import { createRequire } from 'node:module'

interface Simdjson {
  isValid(json: string): boolean
}

const simdjson = load()

function load(): Simdjson | undefined {
  const require = createRequire(import.meta.url)
  try {
    return require('simdjson') as Simdjson
  } catch {
    try {
      return createRequire(require.resolve('../judge/package.json'))('simdjson') as Simdjson
    } catch {
      process.stderr.write('\nNOT JUDGED BY SIMDJSON: its addon is not built here; JSON.parse judges alone\n')
      return undefined
    }
  }
}

/** Why a JSON text is refused, or `undefined`. simdjson knows no lone surrogates and no numbers beyond 64 bits. */
export function refusal(json: Buffer): string | undefined {
  const text = json.toString()
  try {
    JSON.parse(text)
  } catch (error) {
    return `JSON.parse: ${error}`
  }
  const isBeyondSimdjson = /\\ud[89a-f]|\d{19}|e\+?[2-9]\d\d|e\+?3\d\d/i.test(text)
  if (simdjson && !isBeyondSimdjson && !simdjson.isValid(text)) return 'simdjson'
  return undefined
}

export const hasSimdjson = simdjson !== undefined
