// Packs the library as npm would publish it, installs it into an empty project and uses every entry point.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tocson-package-'))
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], ROOT))
  const stray = files
    .map(file => file.path)
    .filter(path => !/^(dist|docs)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path))
  if (stray.length > 0) throw new Error(`the package contains ${stray.join(', ')}`)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  // What entry points import and the library does not install.
  const peers = ['typebox', 'apache-arrow'].map(name => {
    const { version } = JSON.parse(readFileSync(join(ROOT, `node_modules/${name}/package.json`), 'utf8'))
    return `${name}@${version}`
  })
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, filename), ...peers],
    folder,
  )
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const entries = Object.keys(manifest.exports).filter(entry => !entry.endsWith('.json'))
  writeFileSync(join(folder, 'use.mjs'), use(entries))
  console.log(run(process.execPath, ['use.mjs'], folder).trim())
} finally {
  rmSync(folder, { recursive: true })
}

function use(entries) {
  const imports = entries.map(entry => `await import(${JSON.stringify(entry.replace('.', 'tocson'))})`)
  return `import { compile, DateTime } from 'tocson'
import Type from 'typebox'
const list = compile(Type.Object({ id: Type.Integer(), at: DateTime() })).serialize([{ id: 1, at: 0 }])
if (list.blob.toString() !== '[{"id":1,"at":"1970-01-01T00:00:00.000Z"}]') throw new Error(list.blob.toString())
${imports.join('\n')}
console.log('${entries.length} entry points load from the packed package')`
}
