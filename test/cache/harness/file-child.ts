// A process over a folder. `write`: one new version after another, in the store and as a frame file, until
// it is killed. `count`: adds 1 to a number in the store so many times, by compareAndSet. `read`: reads
// pages of a frame file and of the store until it is told to stop, and says how many there were.

import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { fileStore } from '../../../src/cache/file-store.ts'
import { openFrameFile, writeFrameFile } from '../../../src/cache/frame-file.ts'
import { PageCache } from '../../../src/cache/page-cache.ts'
import { crashList } from './crash-list.ts'

const [task, folder, argument] = process.argv.slice(2) as [string, string, string]
const store = fileStore({ folder: join(folder, 'store'), fsync: false })
const framePath = join(folder, 'crash.tocf')

async function write(): Promise<never> {
  const cache = new PageCache({ store, lock: { ttlMs: 300 } })
  for (let generation = Number(argument) + 1; ; generation += 1) {
    const build = () => crashList(generation)
    await cache.page({ key: 'crash', build, offset: 0, limit: 1 })
    await cache.idle()
    await writeFrameFile(framePath, build(), { fsync: false })
    process.stdout.write(`written ${generation}\n`)
    await cache.invalidate('crash')
  }
}

async function count(): Promise<void> {
  for (let left = Number(argument); left > 0; ) {
    const read = await store.getRange('count', 0, 100)
    const old = read ? Buffer.from(read) : undefined
    const next = Buffer.from(`${Number(old ?? 0) + 1}`)
    if (await store.compareAndSet('count', old, next, 60_000)) left -= 1
  }
  process.stdout.write('counted all\n')
}

async function read(): Promise<void> {
  let pages = 0
  let isStopped = false
  process.stdin.once('data', () => {
    isStopped = true
  })
  while (!isStopped) {
    await using frame = await openFrameFile(framePath)
    const rows = JSON.parse((await frame.page(3, 2)).toBuffer().toString())
    if (rows[0].generation !== rows[1].generation || rows[1].index !== 4) throw new Error('a wrong page')
    if (pages === 0) process.stdout.write('reading on\n')
    pages += 1
  }
  process.stdout.write(`read ${pages}\n`)
  process.exit()
}

const tasks: Record<string, () => Promise<void>> = { write, count, read }
await tasks[task]!()
