// The shape of the source: which folder may import which, how long functions and files may be, and that the embedded
// kernel is made of the sources beside it.

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { WORKER_SOURCE_SHA256 } from '../src/threads/worker.generated.ts'
import { KERNEL_SOURCE_SHA256 } from '../src/writer/kernel.generated.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'src')

/** A folder imports only from its left. */
const LAYERS = [
  'errors',
  'escape',
  'spec',
  'pack',
  'writer',
  'toc',
  'packed',
  'columns',
  'serializer',
  'threads',
  'infer',
  'arrow',
  'cache',
  'http',
  'adapters',
]
/** Lists the public names, so it may import everything. */
const ENTRY = 'index'

const FILE_LINES_MAX = 250
const FUNCTION_LINES_MAX = 70
const LINE_WIDTH_MAX = 110

/** Longer than they should be: what is listed may shrink and leave, never grow. */
const LONG_FILES: Readonly<Record<string, number>> = {
  'src/spec/compile-schema.ts': 600,
  'src/pack/interpret.ts': 425,
  'src/pack/generate.ts': 400,
  'src/writer/assembly/walk.ts': 350,
  'src/spec/program.ts': 325,
  'src/writer/kernel.ts': 345,
  'src/cache/builder.ts': 260,
  'src/cache/page-cache.ts': 260,
}
/** How many comment lines of a file are wider than they should be, at most. */
const WIDE_LINES: Readonly<Record<string, number>> = {
  'src/serializer.ts': 6,
  'src/writer/assembly/walk.ts': 1,
  'src/toc/array-rows.ts': 1,
  'src/toc/list-build.ts': 2,
  'src/toc/row-source.ts': 1,
  'src/toc/row-stream.ts': 3,
  'src/spec/keywords.ts': 1,
  'src/packed/leaves.ts': 1,
  'src/packed/packed-format.ts': 1,
  'src/packed/packed-list.ts': 1,
  'src/http/adapters/node.ts': 1,
  'src/cache/early-builds.ts': 2,
}
/** A list that allows this much more than there is has to be made shorter. */
const SPARE_LINES_MAX = 100
const LONG_FUNCTIONS: Readonly<Record<string, number>> = {
  // One loop over the ops, so that the walk's positions stay in registers.
  'src/writer/assembly/walk.ts writeRows': 225,
}

const files = globSync('src/**/*.{ts,mts}', { cwd: ROOT })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => !file.includes('.generated.') && !file.endsWith('.d.ts'))

function layerOf(file: string): string {
  const path = relative(SOURCE, file).replaceAll('\\', '/')
  if (path.startsWith('http/adapters/')) return 'adapters'
  return path.split('/')[0]!.replace(/\.ts$/, '')
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const specifiers: string[] = []
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
    if (isImport && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      specifiers.push(node.moduleSpecifier.text)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments
      if (argument && ts.isStringLiteral(argument)) specifiers.push(argument.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return specifiers.filter(specifier => specifier.startsWith('.'))
}

/** Importing file, imported file, for every import between files of the source. */
const edges = files.flatMap(file =>
  importsOf(file).map(specifier => ({ from: join(ROOT, file), to: resolve(ROOT, dirname(file), specifier) })),
)

describe('folders', () => {
  it('are all known', () => {
    const known = new Set([...LAYERS, ENTRY])
    expect(files.map(file => layerOf(join(ROOT, file))).filter(layer => !known.has(layer))).toEqual([])
    expect(edges.length).toBeGreaterThan(100)
  })

  it('import only from their left', () => {
    const wrong = edges
      .map(({ from, to }) => ({
        from,
        to,
        left: LAYERS.indexOf(layerOf(to)),
        right: LAYERS.indexOf(layerOf(from)),
      }))
      .filter(({ from, left, right }) => layerOf(from) !== ENTRY && (left === -1 || left > right))
      .map(({ from, to }) => `${relative(SOURCE, from)} imports ${relative(SOURCE, to)}`)
    expect(wrong).toEqual([])
  })

  it('the core imports no package but its peer, and Node only', () => {
    const core = LAYERS.slice(0, LAYERS.indexOf('infer'))
    const foreign = files
      .filter(file => core.includes(layerOf(join(ROOT, file))))
      .flatMap(file =>
        [
          ...readFileSync(join(ROOT, file), 'utf8').matchAll(/^(?:import|export) .*from '([^.'][^']*)'/gm),
        ].map(match => match[1]!),
      )
    expect(new Set(foreign.filter(name => !name.startsWith('node:')))).toEqual(new Set(['typebox']))
  })
})

describe('sizes', () => {
  it('no file is longer than it may be', () => {
    const long: string[] = []
    for (const file of files) {
      const lines = readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length
      const max = LONG_FILES[file] ?? FILE_LINES_MAX
      if (lines > max) long.push(`${file}: ${lines} lines, at most ${max}`)
      if (lines < max - SPARE_LINES_MAX && file in LONG_FILES)
        long.push(`${file}: only ${lines} lines, lower the list`)
    }
    expect(long).toEqual([])
    expect(Object.keys(LONG_FILES).filter(file => !files.includes(file))).toEqual([])
  })

  it('no function is longer than it may be', () => {
    const long: string[] = []
    for (const file of files) {
      for (const { name, lines } of functionsOf(file)) {
        const max = LONG_FUNCTIONS[`${file} ${name}`] ?? FUNCTION_LINES_MAX
        if (lines > max) long.push(`${file} ${name}: ${lines} lines, at most ${max}`)
      }
    }
    expect(long).toEqual([])
  })

  it('no line is wider than it may be', () => {
    const wide: string[] = []
    const own = ['src', 'test', 'scripts'].flatMap(folder =>
      globSync(`${folder}/**/*.{ts,mjs}`, { cwd: ROOT }),
    )
    for (const file of own.filter(name => !name.includes('.generated.') && !name.includes('node_modules'))) {
      const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
      const found = lines.flatMap((line, i) => (line.length > LINE_WIDTH_MAX && isOurs(line) ? [i + 1] : []))
      if (found.length > (WIDE_LINES[file.replaceAll('\\', '/')] ?? 0)) wide.push(`${file}: lines ${found}`)
    }
    expect(wide).toEqual([])
  })
})

/** A string that cannot be broken, a template or an address may be as long as it is. */
function isOurs(line: string): boolean {
  return !/['"`/].{60,}/.test(line)
}

function functionsOf(file: string): { name: string; lines: number }[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: { name: string; lines: number }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const start = source.getLineAndCharacterOfPosition(node.getStart()).line
      const end = source.getLineAndCharacterOfPosition(node.end).line
      found.push({ name: node.name?.getText() ?? '(anonymous)', lines: end - start + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

it('the embedded worker is made of the sources beside it', async () => {
  const script: { workerSourceHash(): string } = await import('../scripts/build-worker.mjs' as string)
  expect(WORKER_SOURCE_SHA256).toBe(script.workerSourceHash())
})

it('the embedded kernel is made of the sources beside it', async () => {
  // Plain JavaScript without types; this is all that is used of it.
  const script: { kernelSourceHash(): string } = await import('../scripts/build-kernel.mjs' as string)
  expect(KERNEL_SOURCE_SHA256).toBe(script.kernelSourceHash())
})
