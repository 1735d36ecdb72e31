// Runs an example as a user does: as a process of its own, on the built package.

import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))

export interface ExampleResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs an example, `demo.mjs` say, to its end. */
export function runExample(name: string, ...args: string[]): Promise<ExampleResult> {
  return finished(start(name, args))
}

/** An example that serves; `stop` ends it with a signal and gives what it printed. */
export class ServingExample {
  readonly url: string
  readonly #child: ChildProcess
  readonly #result: Promise<ExampleResult>

  private constructor(url: string, child: ChildProcess, result: Promise<ExampleResult>) {
    this.url = url
    this.#child = child
    this.#result = result
  }

  /** Resolves when the example has said where it serves. */
  static async start(name: string, ...args: string[]): Promise<ServingExample> {
    const child = start(name, ['--port', '0', ...args])
    const result = finished(child)
    const announced = new Promise<string>(resolve => {
      let text = ''
      child.stdout!.on('data', chunk => {
        text += chunk
        const found = /http:\/\/[^/\s]+/.exec(text)
        if (found) resolve(found[0])
      })
    })
    const ended = result.then(({ stdout, stderr }) => {
      throw new Error(`the example ended before it served:\n${stdout}${stderr}`)
    })
    ended.catch(() => {})
    return new ServingExample(await Promise.race([announced, ended]), child, result)
  }

  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<ExampleResult> {
    this.#child.kill(signal)
    return this.#result
  }
}

function start(name: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [EXAMPLES + name, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

function finished(child: ChildProcess): Promise<ExampleResult> {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr!.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
