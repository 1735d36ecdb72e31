// Builds dist/: the kernel and the worker when their sources changed, then the library with its types.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { buildKernel, kernelSourceHash } from './build-kernel.mjs'
import { buildWorker, workerSourceHash } from './build-worker.mjs'

const embedded = new URL('../src/writer/kernel.generated.ts', import.meta.url)
const worker = new URL('../src/threads/worker.generated.ts', import.meta.url)
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
if (!readOr('', embedded).includes(kernelSourceHash())) console.log(`kernel: ${await buildKernel()} bytes`)
if (!readOr('', worker).includes(workerSourceHash())) console.log(`worker: ${await buildWorker()} characters`)
await build({ silent: true })

function readOr(fallback, url) {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return fallback
  }
}
