// Other Node processes that use the cache, run straight from their TypeScript.

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export function startChild(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  return spawn(process.execPath, [...flags, path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** The first line a child prints that starts with `word`, without it. */
export function lineOf(child: ChildProcess, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', data => {
      text += data
      const line = text.split('\n').find(candidate => candidate.startsWith(`${word} `))
      if (line !== undefined) resolve(line.slice(word.length + 1))
    })
    child.once('exit', code => reject(new Error(`ended with ${code} before it said ${word}`)))
  })
}
