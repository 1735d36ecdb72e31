// Runs the demo as a user does: as a process of its own, on the built package.

import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const DEMO = fileURLToPath(new URL('../../examples/demo.mjs', import.meta.url))

export interface DemoResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the demo to its end. */
export function runDemo(...args: string[]): Promise<DemoResult> {
  return finished(start(args))
}

/** A demo that serves; `stop` ends it with a signal and gives what it printed. */
export class ServingDemo {
  readonly url: string
  readonly #child: ChildProcess
  readonly #result: Promise<DemoResult>

  private constructor(url: string, child: ChildProcess, result: Promise<DemoResult>) {
    this.url = url
    this.#child = child
    this.#result = result
  }

  /** Resolves when the demo has said where it serves. */
  static async start(...args: string[]): Promise<ServingDemo> {
    const child = start(['--port', '0', ...args])
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
      throw new Error(`the demo ended before it served:\n${stdout}${stderr}`)
    })
    ended.catch(() => {})
    return new ServingDemo(await Promise.race([announced, ended]), child, result)
  }

  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<DemoResult> {
    this.#child.kill(signal)
    return this.#result
  }
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

function finished(child: ChildProcess): Promise<DemoResult> {
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
