// Keeps one case busy for the profiler.

import { performance } from 'node:perf_hooks'
import { compile } from '../../dist/index.js'
import { caseNamed } from '../data/index.mjs'

const RUN_MS = 4000
const SEED = 20261121

export function profileSuite({ name, rows: count }) {
  const { schema, rows: makeRows } = caseNamed(name)
  const rows = makeRows(count, SEED)
  const serializer = compile(schema)
  let calls = 0
  for (const end = performance.now() + RUN_MS; performance.now() < end; calls++) serializer.serialize(rows)
  return { calls }
}
