// An inferred shape as TypeScript source, to be kept and edited by a person.

import { assertOptions, OptionError } from '../errors.ts'
import type { Inference, Inferred, InferredProperty } from './inferred.ts'
import { isFreeName, isIdentifier } from './names.ts'

export interface TypeBoxOptions {
  /** Name of the schema and of its type: an identifier. Default `Row`. */
  readonly name?: string | undefined
}

const LINE_WIDTH = 100

/**
 * The TypeScript module of an inferred shape: the schema, and the type of what it takes.
 *
 * @throws OptionError when `name` is not a plain identifier
 * @example
 * writeFileSync('movie.ts', toTypeBox(inferSchema(rows), { name: 'Movie' }))
 */
export function toTypeBox({ root }: Pick<Inference, 'root'>, options: TypeBoxOptions = {}): string {
  assertOptions(options)
  const { name = 'Row' } = options
  if (!isFreeName(name)) throw new OptionError('name', 'an identifier that is free', name)
  const source = new SourceWriter()
  const schema = source.write(root, '')
  const builders = [...source.builders].sort()
  const imports = builders.length === 0 ? '' : `import { ${builders.join(', ')} } from 'tocson'\n`
  return `${imports}import Type, { type Static } from 'typebox'

export const ${name} = ${schema}

export type ${name} = Static<typeof ${name}>
`
}

class SourceWriter {
  /** Names used of `tocson`. */
  readonly builders = new Set<string>()

  /** The expression of a shape whose line starts with `indent`. */
  write(inferred: Inferred, indent: string): string {
    switch (inferred.kind) {
      case 'date-time':
        return this.#builder('DateTime', inferred.wholeSeconds)
      case 'time':
        return this.#builder('Time', inferred.wholeSeconds)
      case 'date':
        return this.#builder('CalendarDate', false)
      case 'duration':
        return this.#builder('Duration', false)
      case 'const':
        return `Type.Literal(${quote(inferred.value)})`
      case 'enum':
        return `Type.Enum(${listOf(inferred.values.map(quote), indent)})`
      case 'array':
        return `Type.Array(${this.write(inferred.items, indent)})`
      case 'tuple':
        return `Type.Tuple(${this.#list(inferred.items, indent)})`
      case 'record':
        return `Type.Record(Type.String(), ${this.write(inferred.values, indent)})`
      case 'object':
        return this.#object(inferred.properties, indent)
      case 'union':
        return `Type.Union(${this.#list(inferred.variants, indent)})`
      default:
        return SIMPLE[inferred.kind]
    }
  }

  #builder(name: string, wholeSeconds: boolean): string {
    this.builders.add(name)
    return `${name}(${wholeSeconds ? "{ precision: 'second' }" : ''})`
  }

  #list(items: readonly Inferred[], indent: string): string {
    const flat = `[${items.map(item => this.write(item, indent)).join(', ')}]`
    if (fits(flat, indent)) return flat
    const inner = `${indent}  `
    return broken(
      items.map(item => this.write(item, inner)),
      indent,
    )
  }

  #object(properties: readonly InferredProperty[], indent: string): string {
    if (properties.length === 0) return 'Type.Object({})'
    const inner = `${indent}  `
    const lines = properties.map(({ name, optional, value }) => {
      const schema = this.write(value, inner)
      return `${inner}${keyOf(name)}: ${optional ? `Type.Optional(${schema})` : schema},\n`
    })
    return `Type.Object({\n${lines.join('')}${indent}})`
  }
}

function listOf(items: readonly string[], indent: string): string {
  const flat = `[${items.join(', ')}]`
  return fits(flat, indent) ? flat : broken(items, indent)
}

function fits(text: string, indent: string): boolean {
  return !text.includes('\n') && indent.length + text.length <= LINE_WIDTH - 20
}

function broken(items: readonly string[], indent: string): string {
  return `[\n${items.map(item => `${indent}  ${item},\n`).join('')}${indent}]`
}

/** A computed key, because `__proto__:` alone would set the prototype. */
function keyOf(name: string): string {
  if (name === '__proto__') return "['__proto__']"
  return isIdentifier(name) ? name : quote(name)
}

/** A single-quoted literal; everything a source cannot hold as it is stays escaped as in JSON. */
function quote(text: string): string {
  const body = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"|'|\\./g, part => (part === '\\"' ? '"' : part === "'" ? "\\'" : part))
  return `'${onOneLine(body)}'`
}

/** JSON without the two characters that end a line of source but may stand in JSON as they are. */
export function onOneLine(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

const SIMPLE = {
  unknown: 'Type.Unknown()',
  null: 'Type.Null()',
  boolean: 'Type.Boolean()',
  integer: 'Type.Integer()',
  number: 'Type.Number()',
  string: 'Type.String()',
} as const
