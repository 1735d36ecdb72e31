// What generated files are made of, as a hash that they carry: a test compares it, so none of them can be outdated.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** SHA-256 over `settings` and the names and contents of `files`, whatever their order and line ends. */
export function sourceHash(root, files, settings) {
  const hash = createHash('sha256').update(settings)
  for (const file of files.map(name => name.replaceAll('\\', '/')).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n'))
  }
  return hash.digest('hex')
}
