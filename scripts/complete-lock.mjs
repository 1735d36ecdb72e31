// Completes the lock files for machines other than the one they were made on: a registry mirror may not carry the
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

for (const path of ['package-lock.json', 'bench/package-lock.json', 'bench/matrix/package-lock.json']) {
  complete(path)
}

function complete(path) {
  const file = new URL(`../${path}`, import.meta.url)
  const lock = JSON.parse(readFileSync(file, 'utf8'))
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
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${path}: ${added} entries for other platforms added`)
}

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
