// Fastify's own route serialization, done by tocson: every route of an app, called per method and status.

import { compile } from '../../serializer.ts'

type CompileOptions = NonNullable<Parameters<typeof compile>[1]>

/** What Fastify tells of the response it wants serialized. */
export interface RouteSchema {
  readonly schema?: unknown
  readonly method?: string
  readonly url?: string
  readonly httpStatus?: string
  readonly contentType?: string
}

/** Fastify's types say string; it sends a Buffer as well, which is what these functions return. */
export type RouteSerializer = (payload: unknown) => string

/**
 * What `schemaController.compilersFactory.buildSerializer` takes: all response schemas of the app, TypeBox or
 * plain JSON Schema, are serialized by tocson; schemas shared with `addSchema` are found as `ext#`.
 *
 * A schema that cannot be honoured fails the app's start with a `SchemaError`; a value that does not fit fails
 * its request with a `SerializeError`, before a byte is sent.
 *
 * @example
 * const app = fastify({ schemaController: { compilersFactory: { buildSerializer: serializerFactory() } } })
 */
export function serializerFactory(
  options: Omit<CompileOptions, 'schemas'> = {},
): (externalSchemas?: unknown) => (route: RouteSchema) => RouteSerializer {
  return externalSchemas => {
    const schemas = (externalSchemas ?? {}) as Record<string, object> // keyed by $id
    // GET and HEAD, and statuses that share a schema, hand over the same object: it is compiled once.
    const compiled = new WeakMap<object, RouteSerializer>()
    return ({ schema }) => {
      const known = compiled.get(schema as object)
      if (known !== undefined) return known
      const serializer = compile(schema as object, { ...options, schemas })
      const serialize: RouteSerializer = payload =>
        serializer.serializeOne(payload as never) as unknown as string
      if (typeof schema === 'object') compiled.set(schema as object, serialize) // `true` is a schema too
      return serialize
    }
  }
}
