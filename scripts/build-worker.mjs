// Makes one text of the worker and what it imports, and embeds it as a TypeScript module: a thread is
// started from the text, so there is no file that a bundler could lose. The module carries a hash of its
// sources; a test compares it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { sourceHash } from './source-hash.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ENTRY = 'src/threads/worker.ts'
const OUTPUT = 'src/threads/worker.generated.ts'
/** What runs when the text is a thread's. */
const LOOP = `{
  const { parentPort, workerData } = require('node:worker_threads')
  const body = new module.exports.WorkerBody(workerData, parentPort)
  for (;;) body.sleep(body.round())
}`
const SETTINGS = { format: 'cjs', target: 'node22', minify: true }

/** Of the worker and all it imports but types, of the loop and how they are put together. */
export function workerSourceHash(root = ROOT) {
  const files = new Set([ENTRY])
  // A set is iterated over what is added meanwhile, too.
  for (const file of files) for (const imported of importsOf(root, file)) files.add(imported)
  return sourceHash(root, [...files], `${JSON.stringify(SETTINGS)}${LOOP}`)
}

/** Files of the project that a file imports values from. */
function importsOf(root, file) {
  const text = readFileSync(join(root, file), 'utf8')
  const imports = text.matchAll(/^(?:import|export) (?!type )[^;]*? from '(\.[^']+)'$/gm)
  return [...imports].map(([, path]) => join(dirname(file), path))
}

export async function buildWorker() {
  const outDir = mkdtempSync(join(tmpdir(), 'tocson-worker-'))
  try {
    await build({
      ...{ config: false, silent: true, clean: false, dts: false, splitting: false },
      ...{ entry: { worker: join(ROOT, ENTRY) }, outDir, ...SETTINGS },
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
