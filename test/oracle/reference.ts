// A slow, obvious serializer: one pass over schema and value, straight from JSON Schema and the answers the project
// promises. It shares no code with the library; speed and error texts are not its business.

// biome-ignore-all lint/suspicious/noExplicitAny: schemas and values are whatever they are

import { Temporal } from 'temporal-polyfill'

export type Schema = { readonly [keyword: string]: any }

export interface ReferenceOptions {
  readonly htmlSafe?: boolean
  readonly nonFinite?: 'null' | 'throw'
  readonly maxDepth?: number
}

/** The value does not fit: where, and whether only that place can be meant (below a union several can). */
export class Mismatch {
  readonly path: string
  readonly exact: boolean

  constructor(path: string, exact = true) {
    this.path = path
    this.exact = exact
  }
}

/** The JSON of one value in UTF-8. */
export function referenceOne(schema: Schema, value: unknown, options: ReferenceOptions = {}): Buffer {
  return Buffer.from(new Reference(schema, options).text(value, ''))
}

/** The JSON array of rows, and where each row starts. */
export function referenceList(
  schema: Schema,
  rows: readonly unknown[],
  options: ReferenceOptions = {},
): { blob: Buffer; toc: number[] } {
  const reference = new Reference(schema, options)
  const texts = Array.from(rows, (row, i) => reference.text(row, `/${i}`))
  const toc = [texts.length === 0 ? 2 : 1]
  for (const text of texts) toc.push(toc.at(-1)! + Buffer.byteLength(text) + 1)
  return { blob: Buffer.from(`[${texts.join(',')}]`), toc }
}

class Reference {
  readonly #root: Schema
  readonly #options: ReferenceOptions
  #depth = 0

  constructor(root: Schema, options: ReferenceOptions) {
    this.#root = root
    this.#options = options
  }

  text(row: unknown, path: string): string {
    this.#depth = 0
    const json = this.#element(this.#root, row, path)
    return this.#options.htmlSafe ? json.replace(/[<>&\u2028\u2029]/g, unicodeEscape) : json
  }

  /** Rows and array elements: undefined is null where null is allowed. */
  #element(schema: Schema, value: unknown, path: string): string {
    const { encoded: given, plain } = decoded(schema, value, path)
    const encoded = this.#unwrapped(schema, given, path)
    if (hasNoJson(plain, encoded, path)) return 'null'
    const written = encoded === undefined && this.#allowsNull(schema) ? null : encoded
    return this.#write(plain, written, path, !schema['~codec'])
  }

  /** What a codec gives is not asked whether it is null in the end. */
  #write(schema: Schema, value: unknown, path: string, unwraps = !schema['~codec']): string {
    const { encoded: given } = decoded(schema, value, path)
    const encoded = unwraps ? this.#unwrapped(schema, given, path) : given
    if (encoded === null && schema.nullable === true) return 'null'
    if (schema.raw === true) return rawText(encoded, path)
    if (schema.$ref !== undefined) return this.#reference(schema, encoded, path)
    if (schema.allOf) return this.#write(this.#merge(schema.allOf), encoded, path)
    if ('const' in schema) return literal([schema.const], encoded, path)
    if (schema.enum) return literal(schema.enum, encoded, path)
    const variants = schema.anyOf ?? schema.oneOf ?? alternatives(schema)
    if (variants) return this.#firstOf(variants, encoded, path, unwraps)
    return this.#typed(schema, encoded, path)
  }

  #reference(schema: Schema, value: unknown, path: string): string {
    if (++this.#depth > (this.#options.maxDepth ?? 128)) throw new Mismatch(path)
    const json = this.#write(this.#target(schema.$ref), value, path)
    this.#depth--
    return json
  }

  /** `#/$defs/Name` and `Name`, or `#` for the one definition there is, which has an $id. */
  #target(reference: string): Schema {
    const name = reference === '#' ? 'Tree' : reference.replace('#/$defs/', '')
    return this.#root.$defs[name]
  }

  #merge(parts: readonly Schema[]): Schema {
    const merged = { type: 'object', properties: {} as Record<string, Schema>, required: [] as string[] }
    for (const part of parts) {
      for (const name of Object.keys(part.properties)) {
        const value = part.properties[name]
        Object.defineProperty(merged.properties, name, { value, enumerable: true })
      }
      merged.required.push(...(part.required ?? []))
    }
    return merged
  }

  /** A union with an object in it calls the `toJSON` of what no variant takes as it is, and offers the result to all. */
  #firstOf(variants: readonly Schema[], given: unknown, path: string, unwraps: boolean): string {
    let value = given
    let offered = variants
    const real = variants.filter(variant => !isNull(variant))
    const isObjectPosition = real.length > 1 && real.some(variant => this.#leadsToObject(variant))
    if (isObjectPosition && hasToJson(given) && !variants.some(variant => this.#takesWhole(variant, given))) {
      value = guard(path, () => given.toJSON())
      offered = real
    }
    for (const variant of offered) {
      const depth = this.#depth
      try {
        return this.#write(variant, value, path, (unwraps || real.length > 1) && !variant['~codec'])
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error
        this.#depth = depth
      }
    }
    throw new Mismatch(path, false)
  }

  /** What the `toJSON` of an object gives may be null or nothing: that is asked for before all else. */
  #unwrapped(schema: Schema, value: unknown, path: string): unknown {
    if (!hasToJson(value) || !this.#isObjectPosition(schema, value)) return value
    const result = guard(path, () => value.toJSON())
    return hasToJson(result)
      ? new Proxy(result, {
          get: (target, name) => (name === 'toJSON' ? undefined : Reflect.get(target, name)),
        })
      : result
  }

  #isObjectPosition(schema: Schema, value: unknown): boolean {
    if (schema['~codec'] || schema.raw || 'const' in schema || schema.enum) return false
    if (schema.$ref !== undefined) return this.#isObjectPosition(this.#target(schema.$ref), value)
    const variants = schema.anyOf ?? schema.oneOf ?? alternatives(schema)
    if (!variants) return this.#leadsToObject(schema)
    const real = variants.filter((variant: Schema) => !isNull(variant))
    if (real.length === 1) return this.#isObjectPosition(real[0], value)
    return (
      real.some((variant: Schema) => this.#leadsToObject(variant)) &&
      !variants.some((variant: Schema) => this.#takesWhole(variant, value))
    )
  }

  #leadsToObject(schema: Schema): boolean {
    if (schema.$ref !== undefined) return this.#leadsToObject(this.#target(schema.$ref))
    const variants = schema.anyOf ?? schema.oneOf ?? alternatives(schema)
    if (variants) return variants.some((variant: Schema) => this.#leadsToObject(variant))
    if (schema.allOf) return true
    return schema.type === 'object' || (isShaped(schema) && !schema.items && !schema.prefixItems)
  }

  #takesWhole(schema: Schema, value: unknown): boolean {
    if (schema['~codec'] || isAnything(schema)) return true
    if (schema.$ref !== undefined) return this.#takesWhole(this.#target(schema.$ref), value)
    const variants = schema.anyOf ?? schema.oneOf ?? alternatives(schema)
    if (variants) return variants.some((variant: Schema) => this.#takesWhole(variant, value))
    if (schema.raw || schema.contentEncoding) return value instanceof Uint8Array
    if (schema.format === 'duration') return value instanceof Temporal.Duration
    const hasTime = value instanceof Date || value instanceof Temporal.Instant
    if (hasTime) return schema.format !== undefined
    if (schema.format === 'date') return value instanceof Temporal.PlainDate
    return schema.format === 'time' && value instanceof Temporal.PlainTime
  }

  #allowsNull(schema: Schema): boolean {
    if (schema.nullable === true) return true
    if (schema['~codec']) return this.#allowsNull({ ...schema, '~codec': undefined })
    if (schema.raw) return false
    if (schema.$ref !== undefined) return this.#allowsNull(this.#target(schema.$ref))
    if (schema.allOf) return false
    if ('const' in schema) return schema.const === null
    if (schema.enum) return schema.enum.includes(null)
    const variants = schema.anyOf ?? schema.oneOf ?? alternatives(schema)
    if (variants) return variants.some((variant: Schema) => this.#allowsNull(variant))
    return schema.type === 'null' || (schema.type === undefined && !isShaped(schema))
  }

  #typed(schema: Schema, value: unknown, path: string): string {
    switch (schema.type) {
      case 'null':
        return check(value === null, () => 'null', path)
      case 'boolean': {
        const plain = unbox(value)
        return check(typeof plain === 'boolean', () => String(plain), path)
      }
      case 'integer': {
        const plain = unbox(value)
        return check(Number.isInteger(plain), () => numberText(plain), path)
      }
      case 'number':
        return this.#number(schema, unbox(value), path)
      case 'bigint': {
        const plain = unbox(value)
        return check(typeof plain === 'bigint', () => (schema.asString ? `"${plain}"` : String(plain)), path)
      }
      case 'string':
        return stringText(schema, value, path)
      case 'array':
        return this.#array(schema, value, path)
      case 'object':
        return this.#object(schema, value, path)
      default:
        return isShaped(schema) ? this.#shape(schema, value, path) : anyText(value, path)
    }
  }

  #shape(schema: Schema, value: unknown, path: string): string {
    return schema.items || schema.prefixItems
      ? this.#array(schema, value, path)
      : this.#object(schema, value, path)
  }

  #number(schema: Schema, value: unknown, path: string): string {
    if (typeof value !== 'number') throw new Mismatch(path)
    if (Number.isFinite(value)) return numberText(value)
    return check((schema.nonFinite ?? this.#options.nonFinite) !== 'throw', () => 'null', path)
  }

  #array(schema: Schema, value: unknown, path: string): string {
    if (typeof value !== 'object' || value === null || value instanceof String) throw new Mismatch(path)
    if (typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function') throw new Mismatch(path)
    const elements = Array.from(value as Iterable<unknown>)
    const items = schema.prefixItems ?? schema.items
    if (Array.isArray(items)) {
      if (items.length !== elements.length) throw new Mismatch(path)
      return `[${elements.map((element, i) => this.#element(items[i], element, `${path}/${i}`)).join(',')}]`
    }
    return `[${elements.map((element, i) => this.#element(items ?? {}, element, `${path}/${i}`)).join(',')}]`
  }

  #object(schema: Schema, given: unknown, path: string): string {
    let value = given
    if (typeof value === 'object' && value !== null && typeof (value as any).toJSON === 'function') {
      const jsonOf = value as { toJSON(): unknown }
      value = guard(path, () => jsonOf.toJSON())
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mismatch(path)
    const members: string[] = []
    const properties: Record<string, Schema> = schema.properties ?? {}
    for (const name of Object.keys(properties)) {
      const property = properties[name]!
      const required = (schema.required ?? []).includes(name)
      const own = !(name in Object.prototype) || Object.hasOwn(value, name)
      const json = this.#property(
        property,
        own ? (value as any)[name] : undefined,
        required,
        `${path}/${token(name)}`,
      )
      if (json !== undefined) members.push(`${JSON.stringify(property.alias ?? name)}:${json}`)
    }
    members.push(...this.#rest(schema, value, path))
    return `{${members.join(',')}}`
  }

  #property(schema: Schema, given: unknown, required: boolean, path: string): string | undefined {
    const value = this.#unwrapped(schema, given, path)
    const isMissing = (candidate: unknown) =>
      candidate === undefined || (candidate === null && !this.#allowsNull(schema))
    if (isMissing(value) && !isMissing(schema.default))
      return this.#write({ ...schema }, schema.default, path)
    if (required) return this.#write(schema, value, path)
    if (isMissing(value) || (schema.omitEmpty && isEmpty(value))) return undefined
    if (hasNoJson(schema, value, path)) return undefined
    const { encoded, plain } = decoded(schema, value, path)
    return isMissing(encoded) ? undefined : this.#write(plain, encoded, path, !schema['~codec'])
  }

  #rest(schema: Schema, value: object, path: string): string[] {
    const named = new Set(Object.keys(schema.properties ?? {}))
    const isMap = value instanceof Map && named.size === 0
    const entries: [string, unknown][] = isMap ? [...value] : Object.entries(value)
    const members: string[] = []
    for (const [name, given] of entries) {
      const rule = named.has(name) ? undefined : ruleFor(schema, name)
      if (rule === undefined || given === undefined) continue
      const place = `${path}/${token(name)}`
      const member = this.#unwrapped(rule, given, place)
      if (member === undefined) continue
      if (!rule['~codec'] && hasNoJson(rule, member, place)) continue
      members.push(`${JSON.stringify(name)}:${this.#write(rule, member, place)}`)
    }
    return members
  }
}

function ruleFor(schema: Schema, name: string): Schema | undefined {
  for (const [pattern, rule] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 's').test(name)) return rule as Schema
  }
  const others = schema.additionalProperties
  return others === true ? {} : others === false ? undefined : others
}

function stringText(schema: Schema, value: unknown, path: string): string {
  const plain = unbox(value)
  if (typeof plain === 'string') return JSON.stringify(plain)
  switch (schema.contentEncoding ?? schema.format) {
    case 'base64':
      if (!(value instanceof Uint8Array)) throw new Mismatch(path)
      return `"${Buffer.from(value).toString('base64')}"`
    case 'date-time':
      return timeText(plain, schema, path, iso => iso)
    case 'date':
      return timeText(plain, schema, path, iso => iso.replace(/T.*/, ''))
    case 'time':
      return timeText(plain, schema, path, iso => iso.replace(/.*T/, ''))
    case 'duration':
      return `"${durationText(plain, schema.style === 'seconds', path)}"`
    default:
      throw new Mismatch(path)
  }
}

function timeText(value: unknown, schema: Schema, path: string, part: (iso: string) => string): string {
  if (schema.format === 'date' && value instanceof Temporal.PlainDate) return `"${value}"`
  let ms: number
  if (value instanceof Date) ms = guard(path, () => value.getTime())
  else if (typeof value === 'number') ms = value
  else if (value instanceof Temporal.Instant) ms = value.epochMilliseconds
  else if (schema.format === 'time' && value instanceof Temporal.PlainTime) {
    ms = value.hour * 3_600_000 + value.minute * 60_000 + value.second * 1000 + value.millisecond
  } else throw new Mismatch(path)
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) throw new Mismatch(path)
  const text = part(date.toISOString())
  return `"${schema.precision === 'second' ? text.replace(/\.\d{3}Z$/, 'Z') : text}"`
}

function durationText(value: unknown, asSeconds: boolean, path: string): string {
  let duration: Temporal.Duration
  if (typeof value === 'number') {
    const ms = value
    duration = guard(path, () => Temporal.Duration.from({ milliseconds: ms }).round({ largestUnit: 'hours' }))
  } else if (typeof value === 'object' && value !== null) {
    // Temporal would take text for a number.
    if (Object.values(value).some(amount => typeof amount !== 'number')) throw new Mismatch(path)
    duration = guard(path, () => Temporal.Duration.from(value as Temporal.DurationLike))
  } else throw new Mismatch(path)
  if (!asSeconds) return duration.toString()
  if (duration.years !== 0 || duration.months !== 0) throw new Mismatch(path)
  const { weeks, days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds } = duration.abs()
  const whole =
    BigInt(weeks) * 604_800n + BigInt(days) * 86_400n + BigInt(hours) * 3600n + BigInt(minutes) * 60n
  const total =
    (whole + BigInt(seconds)) * 1_000_000_000n +
    BigInt(milliseconds) * 1_000_000n +
    BigInt(microseconds) * 1000n +
    BigInt(nanoseconds)
  const fraction = String(total % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${duration.sign < 0 ? '-' : ''}${total / 1_000_000_000n}${fraction && `.${fraction}`}s`
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function rawText(value: unknown, path: string): string {
  const text = value instanceof Uint8Array ? guard(path, () => utf8.decode(value)) : value
  if (typeof text !== 'string') throw new Mismatch(path)
  guard(path, () => JSON.parse(text))
  return text.replace(/\p{Surrogate}/gu, unicodeEscape)
}

/** Any value may be there, and this one is nothing to JSON: a function, a symbol, a `toJSON` that gives undefined. */
function hasNoJson(schema: Schema, value: unknown, path: string): boolean {
  return isAnything(soleVariant(schema)) && guard(path, () => JSON.stringify(value)) === undefined
}

function anyText(value: unknown, path: string): string {
  const json = guard(path, () => JSON.stringify(value))
  if (json === undefined) throw new Mismatch(path)
  return json
}

function literal(values: readonly unknown[], value: unknown, path: string): string {
  const plain = unbox(value)
  const found = values.find(candidate => candidate === plain || sameJson(candidate, plain))
  if (found === undefined) throw new Mismatch(path)
  return numberText(found) ?? JSON.stringify(found)
}

function sameJson(a: unknown, b: unknown): boolean {
  const areObjects = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
  return areObjects && JSON.stringify(a) === guard('', () => JSON.stringify(b))
}

/** What stands beside null in a union of two. */
function soleVariant(schema: Schema): Schema {
  const real = (schema.anyOf ?? schema.oneOf)?.filter((variant: Schema) => !isNull(variant))
  return real?.length === 1 ? soleVariant(real[0]) : schema
}

function isNull(schema: Schema): boolean {
  return schema.type === 'null' || schema.const === null
}

/** `type: ['string', 'null']` says one of several. */
function alternatives(schema: Schema): Schema[] | undefined {
  if (!Array.isArray(schema.type)) return undefined
  return schema.type.map(type => ({ ...schema, type, nullable: false }))
}

function isShaped(schema: Schema): boolean {
  return ['properties', 'additionalProperties', 'patternProperties', 'items', 'prefixItems'].some(
    k => k in schema,
  )
}

function isAnything(schema: Schema): boolean {
  const shaping = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'const', 'enum', 'raw', '~codec']
  return !shaping.some(keyword => keyword in schema) && !isShaped(schema)
}

/** What a codec's encode gives, and the schema it is for; a spread drops the codec, which is not enumerable. */
function decoded(schema: Schema, value: unknown, path: string): { encoded: unknown; plain: Schema } {
  const codec = schema['~codec']
  if (!codec) return { encoded: value, plain: schema }
  return { encoded: guard(path, () => codec.encode(value)), plain: { ...schema } }
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { toJSON?: unknown }).toJSON === 'function'
  )
}

function isEmpty(value: unknown): boolean {
  if (value === '' || Number.isNaN(value)) return true
  if (Array.isArray(value)) return value.length === 0
  if (ArrayBuffer.isView(value)) return value.byteLength === 0
  if (value instanceof Set || value instanceof Map) return value.size === 0
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.keys(value).length === 0
}

function unbox(value: unknown): unknown {
  const isBox =
    value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof BigInt
  return isBox ? value.valueOf() : value
}

function numberText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : (undefined as unknown as string)
}

function check(fits: boolean, text: () => string, path: string): string {
  if (!fits) throw new Mismatch(path)
  return text()
}

function guard<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch {
    throw new Mismatch(path)
  }
}

function token(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
