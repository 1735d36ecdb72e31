// JSON Schema -> nodes. Reads keywords, not TypeBox's markers, so a schema that went through JSON, a spread or a
// clone compiles the same; the one marker used is `~codec`, which has no keyword.

import { SchemaError } from '../errors.ts'
import { htmlSafeJsonText } from '../escape/html-safe.ts'
import { Documents, isObject, type JsonSchema, type Resolved, type Scope } from './documents.ts'
import {
  acceptsUndefined,
  composeEncode,
  encodeOf,
  escapeToken,
  exceptNull,
  isBareReference,
  isCombination,
  isNeverSchema,
  isNullSchema,
  isUndefinedSchema,
  keywordsOf,
  literalValues,
  mergesReference,
  omit,
  propertyOptions,
  shapesBesideReference,
  shapesBesideUnion,
  subschemas,
  titleOf,
} from './forms.ts'
import { keyTestOf } from './key-test.ts'
import { booleanOption, choiceOption, inferType, shown, unsupportedKeyword } from './keywords.ts'
import { MergedPairs, mergeSchemas, NoValueError } from './merge.ts'
import { dropNullDefaults } from './nulls.ts'
import { layOut } from './program.ts'
import { ensureSlot } from './slots.ts'
import type { CompileOptions, Encode, EnumValue, Field, NodeIndex, RestRule, Spec, SpecNode } from './spec.ts'
import { planUnion } from './union.ts'

/** A node without the parts that `#add` fills in. */
type Body = SpecNode extends infer N ? (N extends SpecNode ? Omit<N, keyof Shared> : never) : never
type Shared = Pick<SpecNode, 'index' | 'pointer' | 'title' | 'nullable' | 'slotted' | 'encode'>

interface Place {
  readonly pointer: string
  readonly title: string | undefined
  readonly scope: Scope
  readonly nullable: boolean
  readonly encode: Encode | undefined
}

/** A schema that is being compiled, and the node it becomes. */
interface OpenSchema {
  readonly schema: JsonSchema
  readonly resource: JsonSchema
  readonly index: NodeIndex
  readonly pointer: string
}

/** Schemas are written out at each place they are merged into; past so many nodes they are referred to instead. */
const REPEATED_NODES_MAX = 2_000
const NODES_MAX = 200_000
const MAX_DEPTH_DEFAULT = 128
const MAX_DEPTH_LIMIT = 10_000
const NON_FINITE = ['null', 'throw'] as const

/**
 * Compiles a schema to its flat spec. Pure: the schema is only read.
 *
 * @throws SchemaError for a keyword whose shape cannot be honoured, a bad option or a dangling reference
 */
export function compileSchema(schema: unknown, options: CompileOptions = {}): Spec {
  const maxDepth = options.maxDepth ?? MAX_DEPTH_DEFAULT
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > MAX_DEPTH_LIMIT) {
    throw new SchemaError('SCHEMA_INVALID', '', 'maxDepth', `must be an integer from 1 to ${MAX_DEPTH_LIMIT}`)
  }
  if (!isObject(options.schemas ?? {})) {
    throw new SchemaError('SCHEMA_INVALID', '', 'schemas', 'must be an object of schemas by their URI')
  }
  choiceOption({ ...options }, 'nonFinite', NON_FINITE, '')
  for (const option of ['htmlSafe', 'codegen']) booleanOption({ ...options }, option, '')
  try {
    const compiler = new SchemaCompiler(schema, options)
    const root = compiler.compileRoot(schema)
    const nodes = compiler.finish()
    const htmlSafe = options.htmlSafe === true
    return { nodes, root, program: layOut(nodes, root, htmlSafe), htmlSafe, maxDepth }
  } catch (error) {
    // What recurses here is the schema: no reader of it could follow it to its end.
    if (!(error instanceof RangeError)) throw error
    throw new SchemaError('SCHEMA_UNSUPPORTED', '', 'schema', 'is nested too deep, or contains itself')
  }
}

class SchemaCompiler {
  readonly #options: CompileOptions
  readonly #documents: Documents
  readonly #nodes: (SpecNode | undefined)[] = []
  /** Node of each schema that a `$ref` names; set before it is compiled, so that recursion ends. */
  readonly #targets = new Map<unknown, NodeIndex>()
  /** Scopes of parts that were moved into a merged schema. */
  readonly #movedFrom = new Map<unknown, Scope>()
  readonly #pairs = new MergedPairs()
  readonly #openSchemas: OpenSchema[] = []
  readonly #compiled = new Map<unknown, OpenSchema>()

  constructor(schema: unknown, options: CompileOptions) {
    this.#options = options
    this.#documents = new Documents(isObject(schema) ? schema : {}, options.schemas ?? {})
  }

  compileRoot(schema: unknown): NodeIndex {
    const document = isObject(schema) ? schema : {}
    this.#targets.set(schema, 0)
    return this.#compile(schema, '', { document, resource: document })
  }

  /** Unions are planned last, when the nodes they reach exist; then loops get their guaranteed slot. */
  finish(): readonly SpecNode[] {
    const nodes = this.#nodes as SpecNode[]
    dropNullDefaults(nodes)
    for (const node of nodes) {
      if (node.op === 'union') Object.assign(node, { choice: planUnion(nodes, node.variants) })
    }
    for (const node of nodes) if (node.op === 'array') ensureSlot(nodes, node.item)
    return nodes
  }

  #compile(schema: unknown, pointer: string, outerScope: Scope): NodeIndex {
    const scope = this.#scopeOf(schema, outerScope)
    const known = this.#known(schema, scope)
    if (!known && !(this.#nodes.length > REPEATED_NODES_MAX && mergesReference(schema))) {
      return this.#compileHere(schema, pointer, scope)
    }
    const index = this.#reserve()
    const target = known?.index ?? this.#compileHere(schema, pointer, scope)
    const place = { pointer, scope, title: undefined, nullable: false, encode: undefined }
    return this.#fill(index, place, { op: 'ref', target, name: `#${known?.pointer ?? pointer}` })
  }

  /** Met inside itself, when what it refers to was merged into a part of it; or met before, where nodes are many. */
  #known(schema: unknown, { resource }: Scope): OpenSchema | undefined {
    const open = this.#openSchemas.find(each => each.schema === schema && each.resource === resource)
    if (open || this.#nodes.length <= REPEATED_NODES_MAX) return open
    const compiled = this.#compiled.get(schema)
    return compiled?.resource === resource ? compiled : undefined
  }

  #compileHere(schema: unknown, pointer: string, scope: Scope): NodeIndex {
    if (schema === true) return this.#compile({}, pointer, scope)
    if (isObject(schema) && schema.not !== undefined && isNeverSchema(schema) && !isCombination(schema)) {
      throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, 'not', 'leaves no value to write')
    }
    if (!isObject(schema)) {
      const reason = schema === false ? 'accepts nothing, so nothing can be written' : 'is not a schema'
      throw new SchemaError('SCHEMA_INVALID', pointer, 'schema', reason)
    }
    const unsupported = unsupportedKeyword(schema)
    if (unsupported) throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, unsupported, 'is not supported')
    const [title, nullable] = [titleOf(schema), schema.nullable === true]
    const open = { schema, resource: scope.resource, index: this.#nodes.length, pointer }
    this.#openSchemas.push(open)
    const index = this.#compileShape(schema, { pointer, scope, title, nullable, encode: encodeOf(schema) })
    this.#openSchemas.pop()
    this.#compiled.set(schema, open)
    return index
  }

  /** Where a schema stands: where it was moved from, else around it; one with an `$id` begins a scope itself. */
  #scopeOf(schema: unknown, outerScope: Scope): Scope {
    const scope = this.#movedFrom.get(schema) ?? outerScope
    const begins = isObject(schema) && typeof schema.$id === 'string' && !schema.$id.startsWith('#')
    return begins ? { ...scope, resource: schema } : scope
  }

  /** Which keyword says the shape: references and combinations before types. */
  #compileShape(schema: JsonSchema, place: Place): NodeIndex {
    if (schema.raw === true) {
      const trusted = booleanOption(schema, 'trusted', place.pointer)
      return this.#add(place, { op: 'raw', trusted })
    }
    const reference = schema.$ref ?? schema.$dynamicRef ?? schema.$recursiveRef
    if (typeof reference === 'string') return this.#compileReference(schema, reference, place)
    if (Array.isArray(schema.allOf)) return this.#compileAllOf(schema, place)
    if (schema.if !== undefined) return this.#compileConditional(schema, place)
    if (schema.const !== undefined) return this.#compileEnum([schema.const], place)
    if (schema.enum !== undefined) return this.#compileEnum(this.#list(schema, 'enum', place), place)
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      if (schema[keyword] !== undefined) return this.#compileVariants(schema, keyword, place)
    }
    return this.#compileType(schema, place)
  }

  #list(schema: JsonSchema, keyword: string, place: Place): readonly unknown[] {
    const value = schema[keyword]
    if (Array.isArray(value) && value.length > 0) return value
    throw new SchemaError('SCHEMA_INVALID', place.pointer, keyword, 'must be a list with at least one entry')
  }

  // References

  #compileReference(schema: JsonSchema, reference: string, place: Place): NodeIndex {
    // The codec is the place's already.
    const { $ref: _ref, $dynamicRef: _dynamic, $recursiveRef: _recursive, ...siblings } = keywordsOf(schema)
    if (shapesBesideReference(siblings) && !this.#repeatsTarget(siblings, schema, reference, place)) {
      const { $defs, definitions, ...shape } = siblings
      const part = { [schema.$ref ? '$ref' : '$dynamicRef']: reference, $defs, definitions }
      const rest = omit(shape, '$id', 'nullable')
      return this.#compileAllOf({ allOf: [part, rest] }, place)
    }
    const index = this.#reserve()
    const target = this.#compileTarget(schema, reference, place)
    const name = reference.slice(Math.max(reference.lastIndexOf('/'), reference.lastIndexOf('#')) + 1)
    return this.#fill(index, place, { op: 'ref', target, name: name || reference })
  }

  /** `type: 'object'` beside a reference to an object says nothing that has to be merged. */
  #repeatsTarget(siblings: JsonSchema, schema: JsonSchema, reference: string, place: Place): boolean {
    const { type } = siblings
    const meaningless = type === 'object' ? ['items', 'prefixItems'] : []
    if (typeof type !== 'string' || shapesBesideReference(omit(siblings, 'type', ...meaningless)))
      return false
    const target = this.#follow(schema, reference, place).schema
    const isPlain = isObject(target) && !isCombination(target) && target.nullable !== true
    return isPlain && target.type === type
  }

  #compileTarget(schema: JsonSchema, reference: string, place: Place): NodeIndex {
    const found = this.#follow(schema, reference, place)
    const known = this.#targets.get(found.schema)
    if (known !== undefined) return known
    // A schema's own node takes the next index, whatever it contains.
    const index = this.#nodes.length
    this.#targets.set(found.schema, index)
    this.#compileHere(found.schema, referencePointer(reference), this.#scopeOf(found.schema, found.scope))
    return index
  }

  /** A reference to a reference is followed to its end, or found to go in a circle. */
  #follow(schema: JsonSchema, reference: string, place: Place): Resolved {
    const seen = new Set<unknown>()
    let found = this.#resolve(schema, reference, place)
    while (isObject(found.schema) && typeof found.schema.$ref === 'string' && isBareReference(found.schema)) {
      if (seen.has(found.schema)) {
        throw new SchemaError(
          'SCHEMA_REF',
          place.pointer,
          '$ref',
          `only leads back to itself: "${reference}"`,
        )
      }
      seen.add(found.schema)
      found = this.#documents.resolve(found.schema.$ref, found.schema, found.scope, place.pointer)
    }
    return found
  }

  #resolve(schema: JsonSchema, reference: string, { scope, pointer }: Place): Resolved {
    const isDynamic = schema.$ref === undefined && schema.$dynamicRef === reference
    const found = this.#documents.resolve(reference, schema, scope, pointer)
    return isDynamic ? this.#documents.outermost(reference, found) : found
  }

  // Combinations

  #compileAllOf(schema: JsonSchema, place: Place): NodeIndex {
    const { nullable, encode } = place
    // The codec of the whole is the place's; what is found here is of its parts.
    const merged = this.#flatten(keywordsOf(schema), place, place.scope, new Set())
    const inner = encodeOf(merged)
    return this.#compileShape(merged, {
      ...place,
      title: place.title ?? titleOf(merged),
      nullable: nullable || merged.nullable === true,
      encode: composeEncode(encode, inner && nullable ? exceptNull(inner) : inner),
    })
  }

  /**
   * One schema that says what a schema, its `allOf` parts and the schemas those refer to say together. `home`: the
   * scope it will be compiled in; what comes from another keeps its own.
   */
  #flatten(schema: JsonSchema, place: Place, home: Scope, open: Set<unknown>): JsonSchema {
    if (open.has(schema)) throw new SchemaError('SCHEMA_REF', place.pointer, 'allOf', 'contains itself')
    open.add(schema)
    let merged = Array.isArray(schema.allOf) ? omit(schema, 'allOf', '$id') : schema
    for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
      if (part === true) continue
      if (!isObject(part)) {
        const reason = part === false ? 'has a part that accepts nothing' : 'has a part that is not a schema'
        throw new NoValueError('SCHEMA_INVALID', place.pointer, 'allOf', reason)
      }
      merged = mergeSchemas(merged, this.#flattenPart(part, place, home, open), place.pointer, this.#pairs)
    }
    open.delete(schema)
    // Null beside all parts is accepted, whatever they say.
    return Array.isArray(schema.allOf) && schema.nullable === true ? { ...merged, nullable: true } : merged
  }

  #flattenPart(part: JsonSchema, outer: Place, home: Scope, open: Set<unknown>): JsonSchema {
    const place = { ...outer, scope: this.#scopeOf(part, outer.scope) }
    const { document, resource } = place.scope
    if (document !== home.document || resource !== home.resource) {
      for (const child of subschemas(part))
        this.#movedFrom.set(child, this.#movedFrom.get(child) ?? place.scope)
    }
    const reference = part.$ref ?? part.$dynamicRef
    if (typeof reference !== 'string') return this.#flatten(part, place, home, open)
    const found = this.#resolve(part, reference, place)
    if (found.schema === true) return {}
    if (!isObject(found.schema))
      throw new NoValueError('SCHEMA_INVALID', place.pointer, 'allOf', 'has a part that accepts nothing')
    const target = this.#flattenPart(found.schema, { ...place, scope: found.scope }, home, open)
    const siblings = omit(part, '$ref', '$dynamicRef')
    return mergeSchemas(omit(target, '$id', '$defs', 'definitions'), siblings, place.pointer, this.#pairs)
  }

  /** Either the condition and `then`, or `else`: a union of two shapes. */
  #compileConditional(schema: JsonSchema, place: Place): NodeIndex {
    const { if: condition, then: consequence = true, else: alternative = true, ...base } = omit(schema, '$id')
    const anyOf = [{ allOf: [base, condition, consequence] }, { allOf: [base, alternative] }]
    return this.#compileVariants({ anyOf }, 'anyOf', place)
  }

  #compileVariants(schema: JsonSchema, keyword: 'anyOf' | 'oneOf', place: Place): NodeIndex {
    // A codec is of the union, not of each variant.
    const shape = keywordsOf(schema)
    const base = omit(shape, keyword, '$id', '$defs', 'definitions', 'nullable', 'title', 'description')
    const shared = shapesBesideUnion(base)
    const listed = this.#list(schema, keyword, place).filter(variant => !isUndefinedSchema(variant))
    const possible = listed.filter(variant => !isNeverSchema(variant))
    const variants = (possible.length > 0 ? possible : listed).map(each =>
      shared ? { allOf: [base, each] } : each,
    )
    const rest = variants.filter(variant => !isNullSchema(variant))
    const nullable = place.nullable || rest.length < variants.length
    if (rest.length === 0) return this.#compileEnum([null], place)
    const literals = rest.map(literalValues)
    if (literals.every(values => values !== undefined)) {
      return this.#compileEnum([...new Set(literals.flat())], { ...place, nullable })
    }
    if (rest.length === 1) return this.#compileOnly(rest[0], keyword, { ...place, nullable })
    const index = this.#reserve()
    const nodes = this.#compilePossible(rest, `${place.pointer}/${keyword}`, place.scope)
    return this.#fill(index, { ...place, nullable }, { op: 'union', variants: nodes, choice: NO_CHOICE })
  }

  /** Variants, without the combinations that contradict themselves; at least one has to be possible. */
  #compilePossible(variants: readonly unknown[], pointer: string, scope: Scope): NodeIndex[] {
    const nodes: NodeIndex[] = []
    for (const [i, variant] of variants.entries()) {
      const nodeCount = this.#nodes.length
      const openCount = this.#openSchemas.length
      try {
        nodes.push(this.#compile(variant, `${pointer}/${i}`, scope))
      } catch (error) {
        const isLast = i === variants.length - 1 && nodes.length === 0
        if (isLast || !(error instanceof NoValueError) || !isCombination(variant)) throw error
        this.#nodes.length = nodeCount
        this.#openSchemas.length = openCount
        for (const [schema, index] of this.#targets) if (index >= nodeCount) this.#targets.delete(schema)
        for (const [schema, { index }] of this.#compiled)
          if (index >= nodeCount) this.#compiled.delete(schema)
      }
    }
    return nodes
  }

  /** The one variant beside null: no union is needed, unless both it and the union have a codec. */
  #compileOnly(variant: unknown, keyword: string, place: Place): NodeIndex {
    const scope = this.#scopeOf(variant, place.scope)
    if (!isObject(variant)) return this.#compile(variant, place.pointer, scope)
    const own = encodeOf(variant)
    const encode = composeEncode(place.encode, own && place.nullable ? exceptNull(own) : own)
    const pointer = `${place.pointer}/${keyword}/0`
    const nullable = place.nullable || variant.nullable === true
    return this.#compileShape(variant, { pointer, scope, title: titleOf(variant), nullable, encode })
  }

  /** Literals are written from precomputed bytes; `null` among them makes the node nullable. */
  #compileEnum(values: readonly unknown[], place: Place): NodeIndex {
    const known = values.filter(value => value !== null)
    const nullable = place.nullable || (known.length > 0 && known.length < values.length)
    const texts: EnumValue[] = known.map(value => ({ value, json: this.#literalJson(value, place) }))
    if (texts.length === 0) texts.push({ value: null, json: 'null' })
    const [first] = texts
    if (texts.length === 1) return this.#add({ ...place, nullable }, { op: 'const', value: first! })
    return this.#add({ ...place, nullable }, { op: 'enum', values: texts })
  }

  #literalJson(value: unknown, place: Place): string {
    if (typeof value === 'bigint') return value.toString()
    const json = JSON.stringify(value)
    if (json === undefined) {
      throw new SchemaError('SCHEMA_INVALID', place.pointer, 'enum', `has a value of type ${typeof value}`)
    }
    return this.#options.htmlSafe ? htmlSafeJsonText(json) : json
  }

  // Types

  #compileType(schema: JsonSchema, place: Place): NodeIndex {
    const type = schema.type ?? inferType(schema)
    if (Array.isArray(type)) return this.#compileTypes(schema, type, place)
    const { pointer } = place
    switch (type) {
      case 'object':
        return this.#compileObject(schema, place)
      case 'array':
        return this.#compileArray(schema, place)
      case 'string':
      case 'RegExp': // TypeBox 0.34: text that fits one
        return this.#add(place, stringBody(schema, pointer))
      case 'integer':
        return this.#add(place, { op: 'int' })
      case 'number': {
        const nonFinite = choiceOption(schema, 'nonFinite', NON_FINITE, pointer) ?? this.#options.nonFinite
        return this.#add(place, { op: 'float', rejectNonFinite: nonFinite === 'throw' })
      }
      case 'bigint':
        return this.#add(place, { op: 'bigint', asString: booleanOption(schema, 'asString', pointer) })
      case 'boolean':
        return this.#add(place, { op: 'bool' })
      case 'null':
        return this.#compileEnum([null], place)
      case 'Date': // TypeBox 0.34
        return this.#add(place, timeBody('date-time', schema, pointer))
      case 'Uint8Array': // TypeBox 0.34
        return this.#add(place, { op: 'bytes' })
      case undefined:
        return this.#add(place, { op: 'any' })
      default:
        throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, 'type', `cannot be ${shown(type)}`)
    }
  }

  /** `type: ['string', 'null']` is a union of the same schema with each type alone. */
  #compileTypes(schema: JsonSchema, types: readonly unknown[], place: Place): NodeIndex {
    if (types.length === 0) throw new SchemaError('SCHEMA_INVALID', place.pointer, 'type', 'is an empty list')
    // `#`, the title and a codec are of the schema with all its types.
    const { $id: _id, title: _title, ...shape } = keywordsOf(schema)
    const anyOf = types.map(type => ({ ...shape, type, nullable: false }))
    if (types.length === 1) return this.#compileType(anyOf[0]!, place)
    return this.#compileVariants({ anyOf }, 'anyOf', place)
  }

  #compileObject(schema: JsonSchema, place: Place): NodeIndex {
    const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema
    const open = [properties, patternProperties, additionalProperties, unevaluatedProperties]
    if (open.every(keyword => keyword === undefined)) return this.#add(place, { op: 'any' })
    const index = this.#reserve()
    const fields = this.#compileFields(schema, place)
    const names = new Set(fields.map(field => field.name))
    for (const name of Object.keys((properties ?? {}) as object)) names.add(name)
    // No name is written twice: the alias has it.
    for (const field of fields) names.add(field.writtenName)
    const rest = this.#compileRest(schema, place)
    return this.#fill(index, place, { op: 'object', fields, rest, names })
  }

  #compileFields(schema: JsonSchema, place: Place): Field[] {
    const properties = schema.properties ?? {}
    if (!isObject(properties))
      throw new SchemaError('SCHEMA_INVALID', place.pointer, 'properties', 'must be an object')
    const required = new Set(Array.isArray(schema.required) ? schema.required : [])
    const written = new Map<string, string>()
    const fields: Field[] = []
    for (const [name, property] of Object.entries(properties)) {
      if (isUndefinedSchema(property) || (isNeverSchema(property) && !required.has(name))) continue
      const pointer = `${place.pointer}/properties/${escapeToken(name)}`
      const field = this.#compileField(name, property, required.has(name), pointer, place.scope)
      const other = written.get(field.writtenName)
      if (other !== undefined) {
        throw new SchemaError(
          'SCHEMA_INVALID',
          pointer,
          'alias',
          `"${field.writtenName}" is also written by "${other}"`,
        )
      }
      written.set(field.writtenName, name)
      fields.push(field)
    }
    return fields
  }

  #compileField(name: string, property: unknown, required: boolean, pointer: string, scope: Scope): Field {
    const options = propertyOptions(property)
    const { alias } = options
    if (alias !== undefined && typeof alias !== 'string') {
      throw new SchemaError('SCHEMA_INVALID', pointer, 'alias', 'must be a string')
    }
    const optional = !required || acceptsUndefined(property)
    const omitEmpty = optional && booleanOption(options, 'omitEmpty', pointer)
    return {
      name,
      writtenName: alias ?? name,
      node: this.#compile(property, pointer, scope),
      optional,
      omitEmpty,
      omissible: optional && (options.default === undefined || omitEmpty),
      defaultValue: options.default,
      ownOnly: name in Object.prototype,
    }
  }

  #compileRest(schema: JsonSchema, place: Place): RestRule[] {
    const patterns = Object.entries((schema.patternProperties ?? {}) as object)
    const keyword =
      schema.additionalProperties === undefined ? 'unevaluatedProperties' : 'additionalProperties'
    const others = schema[keyword]
    const closed = others === undefined || isNeverSchema(others)
    const rules: RestRule[] = patterns.map(([pattern, value]) => {
      // A lone rule needs no test: names that do not fit are for a validator to reject.
      const test =
        keyTestOf(pattern) ?? (closed && patterns.length === 1 ? ({ kind: 'any' } as const) : undefined)
      const pointer = `${place.pointer}/patternProperties/${escapeToken(pattern)}`
      if (!test) {
        const reason = 'cannot be told apart from the other properties without running it on every name'
        throw new SchemaError('SCHEMA_UNSUPPORTED', pointer, 'patternProperties', reason)
      }
      return { test, node: this.#compile(value, pointer, place.scope) }
    })
    if (closed) return rules
    const pointer = `${place.pointer}/${keyword}`
    return [...rules, { test: { kind: 'any' }, node: this.#compile(others, pointer, place.scope) }]
  }

  #compileArray(schema: JsonSchema, place: Place): NodeIndex {
    const items = Array.isArray(schema.prefixItems) ? schema.prefixItems : schema.items
    if (Array.isArray(items)) return this.#compileTuple(schema, items, place)
    if (items === false) return this.#compileTuple(schema, [], place)
    const index = this.#reserve()
    const item = this.#compile(items ?? {}, `${place.pointer}/items`, place.scope)
    return this.#fill(index, place, { op: 'array', item })
  }

  #compileTuple(schema: JsonSchema, items: readonly unknown[], place: Place): NodeIndex {
    const prefixed = Array.isArray(schema.prefixItems)
    const tail = prefixed ? schema.items : schema.additionalItems
    if (isObject(tail) || tail === true) {
      const keyword = prefixed ? 'items' : 'additionalItems'
      throw new SchemaError(
        'SCHEMA_UNSUPPORTED',
        place.pointer,
        keyword,
        'after a tuple must be false or absent',
      )
    }
    const keyword = prefixed ? 'prefixItems' : 'items'
    const index = this.#reserve()
    const nodes = items.map((item, i) => this.#compile(item, `${place.pointer}/${keyword}/${i}`, place.scope))
    return this.#fill(index, place, { op: 'tuple', items: nodes })
  }

  // Nodes

  /** Takes the next index, so that parents come before their children. */
  #reserve(): NodeIndex {
    if (this.#nodes.length === NODES_MAX) {
      throw new SchemaError('SCHEMA_UNSUPPORTED', '', 'schema', `comes to more than ${NODES_MAX} nodes`)
    }
    return this.#nodes.push(undefined) - 1
  }

  #fill(index: NodeIndex, place: Place, body: Body): NodeIndex {
    const { pointer, title, nullable, encode } = place
    this.#nodes[index] = { index, pointer, title, nullable, encode, slotted: false, ...body } as SpecNode
    return index
  }

  #add(place: Place, body: Body): NodeIndex {
    return this.#fill(this.#reserve(), place, body)
  }
}

const NO_CHOICE = { byKind: {} as never, discriminator: undefined }

function stringBody(schema: JsonSchema, pointer: string): Body {
  if (schema.contentEncoding === 'base64') return { op: 'bytes' }
  switch (schema.format) {
    case 'date-time':
    case 'date':
    case 'time':
      return timeBody(schema.format, schema, pointer)
    case 'duration':
      return {
        op: 'duration',
        asSeconds: choiceOption(schema, 'style', ['iso', 'seconds'], pointer) === 'seconds',
      }
    default:
      return { op: 'string' }
  }
}

function timeBody(op: 'date-time' | 'date' | 'time', schema: JsonSchema, pointer: string): Body {
  const precision = choiceOption(schema, 'precision', ['millisecond', 'second'], pointer)
  return { op, wholeSeconds: precision === 'second' }
}

function referencePointer(reference: string): string {
  return reference.startsWith('#/') ? reference.slice(1) : reference
}
