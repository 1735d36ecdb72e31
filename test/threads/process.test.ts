// What a pool does to its process: it ends by itself, and memory comes back.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bytesOf, errorOf, type Film, filmRows, films, stalled, WatchedRows } from '../toc/sliced.ts'
import { liveWorkers, withPool } from './pools.ts'

const run = promisify(execFile)
const child = fileURLToPath(new URL('./process-child.ts', import.meta.url))
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']

async function figureOf(...task: string[]): Promise<number> {
  const { stdout, stderr } = await run(process.execPath, [...FLAGS, child, ...task], { timeout: 60_000 })
  expect(stderr).toBe('')
  return Number(/^done (\d+)$/m.exec(stdout)?.[1])
}

describe('a process with an open pool ends by itself', () => {
  it.each([
    ['never used', 0],
    ['idle after a list', 100_000],
    ['idle after an abort', 1],
    ['a list under way', 3_201],
    ['idle after a stream', 100_000],
    ['a stream nobody reads', 1],
    ['a stream under way', 100_000],
    ['a stream that waits for kernels of one that went', 20 * 3_201],
    ['a pool that closes under a stream', 5],
  ])('%s', async (task, atLeast) => {
    expect(await figureOf(task)).toBeGreaterThanOrEqual(atLeast)
  })
})

it('what NODE_OPTIONS loads is not loaded by the threads', async () => {
  const NODE_OPTIONS = `--require=${JSON.stringify(fileURLToPath(new URL('./preload.cjs', import.meta.url)))}`
  const env = { ...process.env, NODE_OPTIONS }
  const { stdout } = await run(process.execPath, [...FLAGS, child, 'a list under way'], { env })
  expect(stdout).toBe('done 3201\n')
})

it('lists nobody keeps are given back, here and by the threads', async () => {
  // 80 lists of 20 MB would be 1,600 MiB.
  expect(await figureOf('memory', '80')).toBeLessThan(700)
}, 60_000)

it('a stream takes no more memory the longer it is', async () => {
  // It is 300 MB long.
  expect(await figureOf('growth', '1000000')).toBeLessThan(100)
}, 60_000)

it('builds that end in any way leave no timer, listener or thread', async () => {
  const openResources = () => process.getActiveResourcesInfo().filter(name => /Immediate|Timeout/.test(name))
  const before = [openResources().length, liveWorkers().length]
  const { signal } = new AbortController()
  let listeners = 0
  const counted = Object.create(signal, {
    aborted: { value: false },
    addEventListener: { value: () => listeners++ },
    removeEventListener: { value: () => listeners-- },
  }) as AbortSignal
  await withPool({ threads: 2 }, async writer => {
    const rows = filmRows(1_000)
    for (let i = 0; i < 30; i++) {
      await films.serializeAsync(rows, { writer, signal: counted })
      await errorOf(films.serializeAsync([5] as never, { writer, signal: counted }))
      await bytesOf(films.stream(rows, { writer, signal: counted }))
      await errorOf(bytesOf(films.stream([5] as never, { writer, signal: counted })))
    }
    expect(listeners).toBe(0)
    films.serializeAsync(new WatchedRows<Film>(() => stalled), { writer })
    films.stream(new WatchedRows<Film>(() => stalled), { writer }).on('error', () => undefined)
  })
  expect(openResources().length).toBeLessThanOrEqual(before[0]!)
  expect(liveWorkers().length).toBe(before[1])
})
