// The first bytes of a new process. Nothing of the library may be loaded before, so it is imported here.

import { performance } from 'node:perf_hooks'
import { freshSchema } from '../data/fresh-schema.mjs'

const FIELDS = 50

/** @returns milliseconds of each step */
export async function startSuite() {
  const { schema, value } = freshSchema(FIELDS)
  const started = performance.now()
  const { compile } = await import('../../dist/index.js')
  const imported = performance.now()
  const serializer = compile(schema)
  const compiled = performance.now()
  serializer.serializeOne(value)
  const serialized = performance.now()
  return { import: imported - started, compile: compiled - imported, serialize: serialized - compiled }
}
