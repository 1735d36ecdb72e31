import { describe, expect, it } from 'vitest'
import { htmlSafeJsonText } from '../../src/escape/html-safe.ts'
import { encodeJsonString } from '../../src/escape/json-string.ts'

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('encodeJsonString', () => {
  it('agrees with JSON.stringify for every UTF-16 unit', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const value = `a${String.fromCharCode(unit)}b`
      const bytes = encodeJsonString(value, false)
      if (!Buffer.from(JSON.stringify(value)).equals(bytes)) expect.fail(`unit ${unit}: ${textOf(bytes)}`)
    }
  })

  it('escapes five units more when the text must stand inside a page, and no other', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const character = String.fromCharCode(unit)
      const expected =
        character in HTML_ESCAPES ? `"a${HTML_ESCAPES[character]}b"` : JSON.stringify(`a${character}b`)
      const actual = textOf(encodeJsonString(`a${character}b`, true))
      if (actual !== expected) expect.fail(`unit ${unit}: ${actual}`)
    }
  })

  it.each([
    ['', '""'],
    ['key', '"key"'],
    ['\b\t\n\f\r"\\', '"\\b\\t\\n\\f\\r\\"\\\\"'],
    ['\u0000\u001f\u007f', '"\\u0000\\u001f\u007f"'],
    ['\ud83d\ude00', '"\u{1f600}"'],
    ['\ude00\ud83d', '"\\ude00\\ud83d"'],
    ['</script>', '"</script>"'],
  ])('%j', (value, expected) => {
    expect(textOf(encodeJsonString(value, false))).toBe(expected)
  })

  it('gives back the value when it is parsed', () => {
    const value = '</script><!--&amp;-->\u2028\u2029"\\\ud800'
    expect(JSON.parse(textOf(encodeJsonString(value, true)))).toBe(value)
  })
})

describe('htmlSafeJsonText', () => {
  it('replaces all five units wherever they stand', () => {
    expect(htmlSafeJsonText('["<>&","\u2028\u2029","<<"]')).toBe(
      '["\\u003c\\u003e\\u0026","\\u2028\\u2029","\\u003c\\u003c"]',
    )
  })

  it('leaves the parsed value as it was', () => {
    const value = { '<k>': ['&', { deep: '\u2028</script>' }], n: 1.5, t: true, z: null }
    expect(JSON.parse(htmlSafeJsonText(JSON.stringify(value)))).toEqual(value)
  })

  it('returns text without such units unchanged', () => {
    const json = '{"a":[1,2,"x\\"y"]}'
    expect(htmlSafeJsonText(json)).toBe(json)
  })
})
