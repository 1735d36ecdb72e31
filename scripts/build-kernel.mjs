// Compiles the kernel and embeds it as a TypeScript module, so that users need neither a build step nor a file.
// The module carries a hash of its sources; a test compares it, so an outdated kernel cannot be shipped.

import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { sourceHash } from './source-hash.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ENTRY = 'src/writer/assembly/index.ts'
const OUTPUT = 'src/writer/kernel.generated.ts'
const SOURCES = ['src/writer/assembly/**/*.ts', 'src/escape/assembly/**/*.ts', 'src/spec/ops.ts']
const FLAGS = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory']

/** Of all that the kernel is compiled from, and the flags. */
export function kernelSourceHash(root = ROOT) {
  const files = SOURCES.flatMap(pattern => globSync(pattern, { cwd: root }))
  return sourceHash(root, files, FLAGS.join(' '))
}

export async function buildKernel() {
  const folder = mkdtempSync(join(tmpdir(), 'tocson-kernel-'))
  const outFile = join(folder, 'kernel.wasm')
  try {
    const { error, stderr } = await asc.main([ENTRY, '--baseDir', ROOT, '--outFile', outFile, ...FLAGS])
    if (error) throw new Error(`the kernel does not compile\n${stderr}`, { cause: error })
    const wasm = readFileSync(outFile)
    writeFileSync(join(ROOT, OUTPUT), embed(wasm))
    return wasm.byteLength
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function embed(wasm) {
  return `// Made by scripts/build-kernel.mjs. Do not edit.
export const KERNEL_SOURCE_SHA256 = '${kernelSourceHash()}'
export const KERNEL_BYTES = ${wasm.byteLength}
export const KERNEL_BASE64 =
  '${wasm.toString('base64')}'
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await buildKernel()
  console.log(`kernel: ${bytes} bytes -> ${OUTPUT}`)
}
