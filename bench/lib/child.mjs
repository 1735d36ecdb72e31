// One process for each job: the shapes and the feedback one case leaves in the engine would change the next.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('child-main.mjs', import.meta.url))

/** Runs `suite` in a child of this Node and resolves to what it sends. */
export function runChild(suite, options, nodeFlags = []) {
  const flags = ['--expose-gc', ...nodeFlags]
  const child = spawn(process.execPath, [...flags, MAIN, suite, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let message
    child.on('message', it => {
      message = it
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(message)
      else reject(new Error(`${suite} ${JSON.stringify(options)} ended with ${signal ?? code}`))
    })
  })
}
