// Runs the type checker over the type tests beside this file, and shows that it would complain.

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))
const TESTS = fileURLToPath(new URL('./compile.ts', import.meta.url))

/** The messages of the type checker for the type tests, as they are or with `change` made to them. */
function complaints(change: (text: string) => string = text => text, moreLibs: string[] = []): string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT)
  options.lib!.push(...moreLibs)
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (name, version) => {
    if (ts.sys.resolvePath(name) !== ts.sys.resolvePath(TESTS)) return getSourceFile.call(host, name, version)
    return ts.createSourceFile(name, change(ts.sys.readFile(name)!), version, true)
  }
  const program = ts.createProgram([TESTS], options, host)
  const file = program.getSourceFile(TESTS)!
  return program.getSemanticDiagnostics(file).map(({ start, messageText }) => {
    const line = file.getLineAndCharacterOfPosition(start ?? 0).line + 1
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

it('compile, builders and codecs have the types that are promised', () => {
  expect(complaints()).toEqual([])
})

it('nor do the types of bodies clash with those of browsers', () => {
  expect(complaints(undefined, ['lib.dom.d.ts'])).toEqual([])
})

it('a wrong expectation and a missing error are complained about', () => {
  const wrong = complaints(text =>
    text
      .replace('  id: number\n', '  id: string\n')
      .replace("DateTime({ precision: 'minute' })", "DateTime({ precision: 'second' })")
      .replace('all: Date[];', 'all: string[];'),
  )
  expect(wrong).toHaveLength(3)
})

it('rows that do not fit are refused with the name of the property', () => {
  const calls = ['serialize', 'serializeAsync', 'stream', 'pack'].map(name => `points.${name}(astray)\n`)
  const declared = 'declare const astray: { at: number[]; of: Date }[]\n'
  const messages = complaints(text => `${text}${declared}${calls.join('')}`)
  expect(messages).toHaveLength(calls.length)
  for (const message of messages) {
    expect(message).toContain("Types of property 'of' are incompatible")
    expect(message).not.toMatch(/missing|IteratorResult/)
  }
})

it('the types that are published need no others than those of Node', () => {
  const entries = readdirSync(DIST)
    .filter(name => name.endsWith('.d.ts'))
    .map(name => `${DIST}${name}`)
  const options: ts.CompilerOptions = {
    ...{
      strict: true,
      noEmit: true,
      types: ['node'],
      lib: ['lib.es2023.d.ts', 'lib.es2024.sharedmemory.d.ts'],
    },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  }
  const program = ts.createProgram(entries, options)
  const complaints = entries.flatMap(name => program.getSemanticDiagnostics(program.getSourceFile(name)))
  expect(complaints.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([])
})
