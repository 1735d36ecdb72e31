// Names of the kernel's functions for profiles: the shipped kernel has none. It is compiled once more with names, and
// these count only if the code came out the same as the embedded one's.

import { Buffer } from 'node:buffer'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIBRARY = join(ROOT, 'dist')
/** As scripts/build-kernel.mjs, and names. */
const ARGUMENTS = ['src/writer/assembly/index.ts', '--baseDir', ROOT, '--enable', 'simd', '-O3', '--noAssert']
const MORE = ['--runtime', 'stub', '--importMemory', '--debug']
const CODE_SECTION = 10
const FUNCTION_NAMES = 1

/** Function index to name; empty when the sources are not those of the built library. */
export async function kernelFunctionNames() {
  const named = await compileNamed()
  if (!codeOf(named).equals(codeOf(embeddedKernel()))) return new Map()
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(named), 'name')
  return functionNames(Buffer.from(section))
}

/** From whichever of the library's files carries it. */
function embeddedKernel() {
  const files = readdirSync(LIBRARY).filter(name => name.endsWith('.js'))
  const texts = files.map(name => readFileSync(join(LIBRARY, name), 'utf8'))
  const base64 = texts.map(text => /KERNEL_BASE64 =\s*['"]([^'"]*)/.exec(text)?.[1]).find(Boolean)
  return Buffer.from(base64 ?? '', 'base64')
}

async function compileNamed() {
  const folder = mkdtempSync(join(tmpdir(), 'tocson-names-'))
  const outFile = join(folder, 'kernel.wasm')
  try {
    const { error, stderr } = await asc.main([...ARGUMENTS, ...MORE, '--outFile', outFile])
    if (error) throw new Error(`the kernel does not compile\n${stderr}`, { cause: error })
    return readFileSync(outFile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The body of the code section, or nothing; a module is 8 bytes of header, then `id, length, body` over and over. */
function codeOf(wasm) {
  for (let position = 8; position < wasm.length; ) {
    const id = wasm[position]
    const [length, start] = leb128(wasm, position + 1)
    if (id === CODE_SECTION) return wasm.subarray(start, start + length)
    position = start + length
  }
  return wasm.subarray(0, 0)
}

/** The name section has subsections; that of functions is `count, (index, length, name)…`. */
function functionNames(section) {
  const names = new Map()
  for (let position = 0; position < section.length; ) {
    const id = section[position]
    const [length, start] = leb128(section, position + 1)
    if (id === FUNCTION_NAMES) readNames(section, start, names)
    position = start + length
  }
  return names
}

function readNames(section, start, names) {
  let [left, position] = leb128(section, start)
  for (; left > 0; left--) {
    const [index, afterIndex] = leb128(section, position)
    const [length, nameStart] = leb128(section, afterIndex)
    position = nameStart + length
    names.set(index, section.toString('utf8', nameStart, position))
  }
}

/** An unsigned LEB128 of up to 32 bits: `[value, position behind it]`. */
function leb128(bytes, position) {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, position]
  }
}
