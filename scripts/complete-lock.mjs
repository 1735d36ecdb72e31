// Completes package-lock.json for machines other than the one it was made on: a registry mirror may not carry the
// binaries of other platforms, npm then leaves them out of the lock, and `npm ci` refuses such a lock everywhere.
// Also drops the addresses of the registry, so that the project installs from any. Run after every `npm install`.

import { readFileSync, writeFileSync } from 'node:fs'

const PLATFORMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPUS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
let added = 0
for (const [place, entry] of Object.entries(lock.packages)) {
  if (/^https?:/.test(entry.resolved ?? '')) delete entry.resolved
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`${place}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue
    lock.packages[`node_modules/${name}`] = absentPlatform(name, range, entry.dev)
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`package-lock.json: ${added} entries for other platforms added`)

/** The entry of a binary package: its platform is what its name ends with. */
function absentPlatform(name, range, dev) {
  const tokens = name.split('/').at(-1).split(/[-_]/)
  const os =
    PLATFORMS.find(platform => tokens.includes(platform)) ?? (name === 'fsevents' ? 'darwin' : undefined)
  const cpu = CPUS.find(
    candidate => tokens.includes(candidate) || (candidate === 'arm' && tokens.includes('armv7')),
  )
  return {
    version: range.replace(/^[~^]/, ''),
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    optional: true,
    ...(os && { os: [os] }),
    ...(tokens.includes('musl') && { libc: ['musl'] }),
  }
}
