// Where and why a text is not JSON. Only run after JSON.parse has refused it: its messages name no place for
// every mistake, and other ones on every version.

export interface JsonError {
  /** In UTF-16 units from the start of the text. */
  readonly index: number
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 units. */
  readonly column: number
  /** `expected a value, got "]"` */
  readonly reason: string
  /** One whole value was read, and something comes after it. */
  readonly afterEnd: boolean
}

type Expecting = 'value' | 'firstItem' | 'firstKey' | 'key' | 'colon' | 'afterItem' | 'afterProperty' | 'end'

const EXPECTED: Readonly<Record<Expecting, string>> = {
  value: 'a value',
  firstItem: 'a value or "]"',
  firstKey: 'a property name in double quotes or "}"',
  key: 'a property name in double quotes',
  colon: '":" after a property name',
  afterItem: '"," or "]" after an element',
  afterProperty: '"," or "}" after a property',
  end: 'nothing after the document',
}

/** The first mistake in a text, or `undefined` when it is JSON. */
export function findJsonError(text: string): JsonError | undefined {
  const scanner = new Scanner(text)
  const reason = scanner.run()
  if (reason === undefined) return undefined
  const { index } = scanner
  const lineStart = index === 0 ? 0 : text.lastIndexOf('\n', index - 1) + 1
  let line = 1
  for (let i = text.indexOf('\n'); i !== -1 && i < lineStart; i = text.indexOf('\n', i + 1)) line++
  return { index, line, column: index - lineStart + 1, reason, afterEnd: scanner.expecting === 'end' }
}

/** RFC 8259, one token after the other, with a stack of its own: depth is bounded by memory only. */
class Scanner {
  index = 0
  expecting: Expecting = 'value'
  readonly #text: string
  readonly #open: ('[' | '{')[] = []

  constructor(text: string) {
    this.#text = text
  }

  run(): string | undefined {
    for (;;) {
      this.#skip(/[ \t\n\r]*/y)
      if (this.index >= this.#text.length && this.expecting === 'end') return undefined
      const reason = this.#token(this.#text[this.index] ?? '')
      if (reason !== undefined) return reason
    }
  }

  #token(character: string): string | undefined {
    switch (this.expecting) {
      case 'firstItem':
        return character === ']' ? this.#close() : this.#value(character)
      case 'value':
        return this.#value(character)
      case 'firstKey':
        return character === '}' ? this.#close() : this.#key(character)
      case 'key':
        return this.#key(character)
      case 'colon':
        return character === ':' ? this.#step('value') : this.#unexpected()
      case 'afterItem':
        if (character === ',') return this.#step('value')
        return character === ']' ? this.#close() : this.#unexpected()
      case 'afterProperty':
        if (character === ',') return this.#step('key')
        return character === '}' ? this.#close() : this.#unexpected()
      case 'end':
        return this.#unexpected()
    }
  }

  #value(character: string): string | undefined {
    if (character === '{' || character === '[') {
      this.#open.push(character)
      return this.#step(character === '{' ? 'firstKey' : 'firstItem')
    }
    if (character === '"') return this.#string() ?? this.#after()
    if (this.#skip(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y)) return this.#after()
    return this.#unexpected()
  }

  #key(character: string): string | undefined {
    if (character !== '"') return this.#unexpected()
    const reason = this.#string()
    this.expecting = 'colon'
    return reason
  }

  #string(): string | undefined {
    const start = this.index++
    for (;;) {
      while (isPlain(this.#text.charCodeAt(this.index))) this.index++
      const character = this.#text[this.index]
      if (character === '"') {
        this.index++
        return undefined
      }
      if (character === undefined) {
        this.index = start
        return 'a string that starts here never ends'
      }
      if (character !== '\\') return 'a line break or control character inside a string must be escaped'
      if (!this.#skip(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)) return 'not an escape sequence of JSON'
    }
  }

  #step(next: Expecting): undefined {
    this.index++
    this.expecting = next
  }

  #close(): undefined {
    this.index++
    this.#open.pop()
    this.#after()
  }

  /** What may follow a value, by what it is in. */
  #after(): undefined {
    const container = this.#open[this.#open.length - 1]
    this.expecting = container === undefined ? 'end' : container === '[' ? 'afterItem' : 'afterProperty'
  }

  #skip(token: RegExp): boolean {
    token.lastIndex = this.index
    const found = token.exec(this.#text)
    if (found) this.index += found[0].length
    return found !== null
  }

  #unexpected(): string {
    const rest = this.#text.slice(this.index, this.index + 24)
    const word = /^[\p{L}_$][\w$]*/u.exec(rest)?.[0] ?? [...rest][0]
    const got = word === undefined ? 'the end' : JSON.stringify(word)
    return `expected ${EXPECTED[this.expecting]}, got ${got}`
  }
}

/** A code unit that stands in a string as it is; NaN, past the end, is none. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit !== 0x22 && unit !== 0x5c
}
