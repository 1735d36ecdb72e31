// JSON that stands inside a page must not end its script element, and old engines must be able to read it as
// a script.

// In valid JSON these five occur only inside strings, where an escape means the same.
const UNSAFE_IN_HTML = /[<>&\u2028\u2029]/g

/** The same JSON without `<`, `>`, `&`, U+2028 and U+2029: each becomes `\uxxxx`. */
export function htmlSafeJsonText(json: string): string {
  return json.replace(UNSAFE_IN_HTML, unicodeEscape)
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
