// Finds what a `$ref` names. Nothing is ever fetched: a reference leads into this schema, or into a document
// handed to `compile`, or it is an error.

import { SchemaError } from '../errors.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Where a schema stands: its document, and the nearest enclosing schema with an `$id` (`#` means that one). */
export interface Scope {
  readonly document: JsonSchema
  readonly resource: JsonSchema
}

export interface Resolved {
  readonly schema: unknown
  readonly scope: Scope
}

interface DocumentIndex {
  /** `$id` as written, and as resolved against the enclosing ones. */
  readonly ids: Map<string, JsonSchema>
  /** `$anchor` and `$dynamicAnchor`, without the `#`: the first of the document, and of each schema with an `$id`. */
  readonly anchors: Map<string, JsonSchema>
  readonly anchorsOf: Map<unknown, Map<string, JsonSchema>>
  /** What relative references in the document, and in each schema with an `$id`, are relative to. */
  readonly bases: Map<unknown, string>
  /** Around each schema with an `$id` or definitions: the next of those, up to the document. */
  readonly enclosing: Map<unknown, JsonSchema>
}

const DEFINITIONS = ['$defs', 'definitions'] as const
const SCHEMA_MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas', ...DEFINITIONS])
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'examples'])
/** Only a base for relative references between `$id`s; nothing is ever asked of it. */
const BASE_URI = 'tocson:/'

export class Documents {
  readonly #root: JsonSchema
  readonly #external: Readonly<Record<string, object>>
  readonly #indexes = new Map<JsonSchema, DocumentIndex>()

  /** `root`: the schema that is compiled; other documents may refer to it by its `$id`. */
  constructor(root: JsonSchema, external: Readonly<Record<string, object>>) {
    this.#root = root
    this.#external = external
  }

  /** What `reference` names when it stands in `from`, in `scope`; `pointer` says where, for the error. */
  resolve(reference: string, from: JsonSchema, scope: Scope, pointer: string): Resolved {
    const hash = reference.indexOf('#')
    const base = hash === -1 ? reference : reference.slice(0, hash)
    const fragment = hash === -1 ? '' : reference.slice(hash + 1)
    const named = base === '' ? undefined : this.#named(base, from, scope, fragment)
    const found = named ?? this.#anywhere(base, scope, fragment)
    if (!found || !isSchema(found.schema)) {
      throw new SchemaError('SCHEMA_REF', pointer, '$ref', `leads nowhere: ${JSON.stringify(reference)}`)
    }
    return found
  }

  /** What a `$dynamicRef` names: the same anchor of the root, where it all begins, before the one found. */
  outermost(reference: string, found: Resolved): Resolved {
    const anchor = isObject(found.schema) ? found.schema.$dynamicAnchor : undefined
    // One that names it by a JSON pointer is as good as a `$ref`.
    if (typeof anchor !== 'string' || !reference.endsWith(`#${anchor}`)) return found
    const root = this.#root
    const defined = Object.values(isObject(root.$defs) ? root.$defs : {}).filter(each => !hasId(each))
    const schema = [root, ...defined].find(each => isObject(each) && each.$dynamicAnchor === anchor)
    return schema === undefined ? found : { schema, scope: { document: root, resource: root } }
  }

  #anywhere(base: string, scope: Scope, fragment: string): Resolved | undefined {
    const resource = base === '' ? scope : this.#resource(base, scope)
    return resource && this.#fragment(fragment, resource)
  }

  #resource(base: string, { document, resource }: Scope): Scope | undefined {
    const index = this.#index(document)
    const absolute = resolveUri(base, index.bases.get(resource) ?? index.bases.get(document)!)
    const byId = index.ids.get(base) ?? index.ids.get(absolute)
    if (byId) return { document, resource: byId }
    return this.#externalDocument(base, absolute)
  }

  /**
   * A bare name is also the key of a definition: how TypeBox writes the references of a module. Several
   * modules may have definitions of the same name, so the nearest counts.
   */
  #named(name: string, from: JsonSchema, scope: Scope, fragment: string): Resolved | undefined {
    const { document } = scope
    for (const holder of this.#holders(from, scope)) {
      for (const keyword of DEFINITIONS) {
        const definitions = holder[keyword]
        if (!isObject(definitions) || !Object.hasOwn(definitions, name)) continue
        const schema = definitions[name]
        if (!isObject(schema)) continue
        // Within it `#` means the document still, unless it has an `$id` of its own.
        if (fragment === '')
          return { schema, scope: { document, resource: '$id' in schema ? schema : document } }
        return this.#fragment(fragment, { document, resource: schema })
      }
    }
    return undefined
  }

  /** Whose definitions are looked up for a name, from the inside out. */
  #holders(from: JsonSchema, { document, resource }: Scope): Set<JsonSchema> {
    const { enclosing } = this.#index(document)
    const holders = new Set([from])
    let holder: JsonSchema | undefined = enclosing.has(from) ? enclosing.get(from) : resource
    for (; holder && !holders.has(holder); holder = enclosing.get(holder)) holders.add(holder)
    return holders.add(resource).add(document)
  }

  #externalDocument(base: string, absolute: string): Scope | undefined {
    const root: [string, unknown] = ['', this.#root]
    for (const [key, document] of [...Object.entries(this.#external), root]) {
      if (!isObject(document)) continue
      const name = withoutHash(key)
      if ([name, resolveUri(name, '')].some(each => each === base || each === absolute)) {
        return { document, resource: document }
      }
      const { ids } = this.#index(document)
      const nested = ids.get(base) ?? ids.get(absolute)
      if (nested) return { document, resource: nested }
    }
    return undefined
  }

  #fragment(fragment: string, scope: Scope): Resolved | undefined {
    if (fragment === '') return { schema: scope.resource, scope }
    if (!fragment.startsWith('/')) {
      const { anchors, anchorsOf } = this.#index(scope.document)
      const name = decode(fragment)
      const schema = anchorsOf.get(scope.resource)?.get(name) ?? anchors.get(name)
      return schema && { schema, scope: this.#enclosing(schema, scope) }
    }
    return follow(fragment, scope) ?? follow(fragment, { ...scope, resource: scope.document })
  }

  #enclosing(schema: JsonSchema, scope: Scope): Scope {
    return '$id' in schema ? { ...scope, resource: schema } : scope
  }

  #index(document: JsonSchema): DocumentIndex {
    let index = this.#indexes.get(document)
    if (!index) {
      const key = Object.entries(this.#external).find(([, external]) => external === document)?.[0] ?? ''
      const base = resolveUri(withoutHash(key), '')
      const bases = new Map([[document, base]])
      index = { ids: new Map(), anchors: new Map(), anchorsOf: new Map(), bases, enclosing: new Map() }
      collect(document, base, [document, document], index, new Set())
      this.#indexes.set(document, index)
    }
    return index
  }
}

function collect(
  value: unknown,
  base: string,
  [outer, around]: readonly [resource: JsonSchema, holder: JsonSchema],
  index: DocumentIndex,
  seen: Set<object>,
): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  let [inner, resource, holder] = [base, outer, around]
  if (isObject(value)) {
    if (['$id', ...DEFINITIONS].some(keyword => keyword in value)) {
      if (value !== around) index.enclosing.set(value, around)
      holder = value
    }
    const { $id, $anchor, $dynamicAnchor } = value
    if (typeof $id === 'string' && $id !== '') {
      const id = withoutHash($id)
      inner = resolveUri(id, base)
      if (id.startsWith('#')) index.anchors.set(id.slice(1), value)
      else {
        resource = value
        index.bases.set(value, inner)
      }
      for (const name of [id, inner]) if (!index.ids.has(name)) index.ids.set(name, value)
    }
    for (const anchor of [$anchor, $dynamicAnchor]) {
      if (typeof anchor === 'string') addAnchor(index, resource, anchor, value)
    }
  }
  for (const child of partsOf(value)) collect(child, inner, [resource, holder], index, seen)
}

/** What may hold schemas: an `$id` in data is a property, and a schema by the name of `$id` is none. */
function partsOf(value: object): unknown[] {
  return Object.entries(value).flatMap(([keyword, part]) => {
    if (DATA_KEYWORDS.has(keyword)) return []
    return SCHEMA_MAPS.has(keyword) && isObject(part) ? Object.values(part) : [part]
  })
}

function addAnchor(index: DocumentIndex, resource: JsonSchema, anchor: string, schema: JsonSchema): void {
  const own = index.anchorsOf.get(resource) ?? new Map<string, JsonSchema>()
  index.anchorsOf.set(resource, own)
  for (const anchors of [index.anchors, own]) if (!anchors.has(anchor)) anchors.set(anchor, schema)
}

/** Walks a JSON pointer, remembering the innermost schema with an `$id` on the way. */
function follow(pointer: string, scope: Scope): Resolved | undefined {
  let schema: unknown = scope.resource
  let { resource } = scope
  for (const token of pointer.slice(1).split('/')) {
    const key = decode(token).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, key)) return undefined
    schema = (schema as Record<string, unknown>)[key]
    if (isObject(schema) && typeof schema.$id === 'string') resource = schema
  }
  return { schema, scope: { document: scope.document, resource } }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function resolveUri(reference: string, base: string): string {
  try {
    return new URL(reference, new URL(base, BASE_URI)).href
  } catch {
    return reference
  }
}

/** An empty fragment means nothing: drafts up to 7 have it in the `$id` of their own schemas. */
function withoutHash(name: string): string {
  return name.endsWith('#') ? name.slice(0, -1) : name
}

function hasId(value: unknown): boolean {
  return isObject(value) && '$id' in value
}

function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isObject(value)
}

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
