// Makes one text of the worker and what it imports, and embeds it as a TypeScript module: a thread is
// started from the text, so there is no file that a bundler could lose. The module carries a hash of its
// sources; a test compares it.

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ENTRY = 'src/threads/worker.ts'
const OUTPUT = 'src/threads/worker.generated.ts'
/** What runs when the text is a thread's. */
const LOOP = `{
  const { parentPort, workerData } = require('node:worker_threads')
  const body = new module.exports.WorkerBody(workerData, parentPort)
  for (;;) body.sleep(body.round())
}`
/** The worker and all it imports but types. */
const SOURCES = [ENTRY, 'src/threads/chunk-place.ts', 'src/threads/control.ts', 'src/toc/shared-bytes.ts']

/** SHA-256 over the names and contents of the sources. */
export function workerSourceHash(root = ROOT) {
  const hash = createHash('sha256')
  for (const file of SOURCES) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n'))
  }
  return hash.digest('hex')
}

export async function buildWorker() {
  const outDir = mkdtempSync(join(tmpdir(), 'tocson-worker-'))
  try {
    await build({
      ...{ config: false, silent: true, clean: false, dts: false, splitting: false },
      ...{ entry: { worker: join(ROOT, ENTRY) }, outDir, format: 'cjs', target: 'node22', minify: true },
      footer: { js: LOOP },
    })
    const text = readFileSync(join(outDir, 'worker.cjs'), 'utf8').trim()
    writeFileSync(join(ROOT, OUTPUT), embed(text))
    return text.length
  } finally {
    rmSync(outDir, { recursive: true })
  }
}

function embed(text) {
  return `// Made by scripts/build-worker.mjs. Do not edit.
export const WORKER_SOURCE_SHA256 = '${workerSourceHash()}'
export const WORKER_TEXT =
  ${JSON.stringify(text)}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`worker: ${await buildWorker()} characters -> ${OUTPUT}`)
}
