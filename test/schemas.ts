// Schemas that tests are made of.

export const INT = { type: 'integer' }
export const STR = { type: 'string' }

/** An object whose properties are required, unless told otherwise. */
export const obj = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})
