// The rule of the kernel's string leaves for text that is known when a schema is compiled: keys, enums,
// constants.

import { htmlSafeJsonText } from './html-safe.ts'

const utf8 = new TextEncoder()

/**
 * `value` as a JSON string in UTF-8, quotes included. Lone surrogates become `\udxxx`, as in
 * `JSON.stringify`. With `htmlSafe`, `<`, `>`, `&`, U+2028 and U+2029 are escaped too.
 */
export function encodeJsonString(value: string, htmlSafe: boolean): Uint8Array {
  const json = JSON.stringify(value)
  return utf8.encode(htmlSafe ? htmlSafeJsonText(json) : json)
}
