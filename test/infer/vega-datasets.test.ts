// Every JSON file of vega-datasets: inferred, emitted, compiled and serialized.

import { Buffer } from 'node:buffer'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { inferSchema, toSchema, toTypeBox } from '../../src/infer/index.ts'
import { compile } from '../../src/serializer.ts'
import { evaluate } from './evaluate.ts'

const DATA = new URL('../../node_modules/vega-datasets/data/', import.meta.url)
const FILES = readdirSync(DATA).filter(file => file.endsWith('.json'))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SCRATCH = `${ROOT}test-artefacts/infer`

/** As a user has them: a top-level array is rows. */
function samplesOf(file: string): { document: unknown; samples: readonly unknown[]; rows: boolean } {
  const document = JSON.parse(readFileSync(new URL(file, DATA), 'utf8'))
  const rows = Array.isArray(document)
  return { document, samples: rows ? document : [document], rows }
}

describe.each(FILES)('%s', file => {
  const { document, samples, rows } = samplesOf(file)
  const inference = inferSchema(samples)

  it('is written byte for byte as JSON.stringify does', () => {
    const serializer = compile(toSchema(inference))
    const json = rows ? serializer.serialize(samples).blob : serializer.serializeOne(document)
    expect(json.equals(Buffer.from(JSON.stringify(document)))).toBe(true)
    expect(inference.notes).toEqual([])
  })

  it('gives TypeScript that evaluates to the same schema', () => {
    expect(evaluate(toTypeBox(inference))).toEqual(toSchema(inference))
  })
})

it('there are files to read', () => {
  expect(FILES.length).toBeGreaterThan(40)
})

it('gives TypeScript that compiles, and types that take the samples', { timeout: 60_000 }, () => {
  mkdirSync(SCRATCH, { recursive: true })
  const paths = FILES.map(file => {
    const { samples } = samplesOf(file)
    const few = JSON.stringify(samples.slice(0, 3))
    const path = `${SCRATCH}/${file.replace(/\W/g, '_')}.ts`
    const sample = few.length < 10_000 ? `\nexport const samples: Row[] = ${few}\n` : ''
    writeFileSync(path, toTypeBox(inferSchema(samples)) + sample)
    return path
  })
  const problems = ts.getPreEmitDiagnostics(ts.createProgram(paths, COMPILER_OPTIONS))
  rmSync(SCRATCH, { recursive: true })
  expect(
    problems.map(({ file, messageText }) => `${file?.fileName}: ${JSON.stringify(messageText)}`),
  ).toEqual([])
})

const COMPILER_OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  types: ['node'],
  // As the tsconfig.json of the library, whose sources these schemas are compiled against.
  lib: ['es2023', 'es2024.string', 'es2024.arraybuffer', 'es2024.sharedmemory'].map(
    name => `lib.${name}.d.ts`,
  ),
  paths: { tocson: [`${ROOT}src/index.ts`] },
}
