// Peers and Node lines are installed when a bench first needs them, not with the library.

import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm ci` in `folder`, unless it has been done since its lock file changed. */
export function ensureInstalled(folder) {
  const installed = new URL('node_modules/.package-lock.json', folder)
  const lock = new URL('package-lock.json', folder)
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  const path = fileURLToPath(folder)
  console.error(`installing ${path} …`)
  const { status } = spawnSync('npm', ['ci', '--prefix', path, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ci --prefix ${path} ended with ${status}`)
}
