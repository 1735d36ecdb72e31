// The store in a folder, and frames in files: the public suite, several processes, and processes killed at
// any moment.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { FrameError, StoreError } from '../../src/cache/errors.ts'
import { fileStore } from '../../src/cache/file-store.ts'
import { sweepFolder } from '../../src/cache/file-sweep.ts'
import { encodeFrame, openFrame } from '../../src/cache/frame.ts'
import { openFrameFile, writeFrameFile } from '../../src/cache/frame-file.ts'
import { PageCache } from '../../src/cache/page-cache.ts'
import { runStoreSuite } from '../../src/cache/store-suite.ts'
import { PageError } from '../../src/errors.ts'
import { lineOf, startChild } from './harness/children.ts'
import { crashList } from './harness/crash-list.ts'
import { filesIn, temporaryFolders } from './harness/folders.ts'
import { listOf, markedList, seededRandom } from './harness/lists.ts'
import { READS_DEFAULT, READS_TOTAL } from './harness/scale.ts'

const KILLS = READS_TOTAL > READS_DEFAULT ? 200 : 6
const newFolder = temporaryFolders('tocson-files-')

for (const fsync of [true, false]) {
  const folder = join(newFolder(), 'made-by-the-store')
  runStoreSuite({
    name: `fileStore, fsync ${fsync}`,
    describe,
    test,
    makeStore: () => fileStore({ folder, fsync }),
    ttlLatenessMs: 20,
  })
}

describe('fileStore', () => {
  test('keeps the bytes of one value a key, and few names', async () => {
    const folder = newFolder()
    const store = fileStore({ folder, fsync: false })
    for (let i = 0; i < 5; i += 1) await store.set('a', [Buffer.from(`${i}`)], 1e6)
    await store.compareAndSet('a', Buffer.from('4'), Buffer.from('5'), 1e6)
    await store.compareAndSet('a', Buffer.from('4'), Buffer.from('6'), 1e6)
    const texts = await Promise.all(filesIn(folder).map(file => readFile(file, 'utf8')))
    expect(texts.filter(text => text !== '')).toEqual(['5'])
    for (let i = 0; i < 300; i += 1) await store.set('a', [Buffer.from(`${i}`)], 1e6)
    expect(filesIn(folder).length).toBeLessThanOrEqual(257)
  })

  test('gives back the space of expired values and of writers that died', async () => {
    const folder = newFolder()
    const store = fileStore({ folder, fsync: false })
    await store.set('a', [Buffer.alloc(1_000)], 1)
    await store.set('b', [Buffer.alloc(1_000)], 1e6)
    const [path] = filesIn(folder)
    await writeFile(join(path!, '../../.1-dead.tmp'), 'half')
    await sleep(5)
    await sweepFolder(folder)
    const sizes = await Promise.all(filesIn(folder).map(async file => (await readFile(file)).byteLength))
    expect(sizes.sort()).toEqual([0, 1_000, 4])
    expect(await store.getRange('a', 0, 10)).toBeUndefined()
    expect(await store.getRange('b', 0, 10)).toHaveLength(10)
  })

  test('a number is never used twice, so an old expectation cannot come true again', async () => {
    const store = fileStore({ folder: newFolder(), fsync: false })
    const value = Buffer.from('x')
    for (let round = 0; round < 3; round += 1) {
      expect(await store.compareAndSet('a', undefined, value, 1e6)).toBe(true)
      await store.delete('a')
      expect(await store.compareAndSet('a', value, value, 1e6)).toBe(false)
    }
  })

  test('refuses to work without a folder', () => {
    for (const options of [{ folder: '' }, { folder: 7 }, { folder: new URL('http://films') }, undefined]) {
      expect(() => fileStore(options as never)).toThrow(StoreError)
    }
    for (const [option, value] of Object.entries({ fsync: 'no', sweepMs: Number.NaN })) {
      const run = () => fileStore({ folder: newFolder(), [option]: value } as never)
      expect(run).toThrow(
        expect.objectContaining({ code: 'CACHE_OPTION', message: expect.stringContaining(option) }),
      )
    }
  })

  test('takes the folder as a URL, too', async () => {
    const folder = join(newFolder(), 'with space')
    await fileStore({ folder: pathToFileURL(folder), fsync: false }).set('a', [Buffer.from('x')], 1e6)
    expect(await fileStore({ folder }).getRange('a', 0, 1)).toEqual(Buffer.from('x'))
  })

  test('serves pages of a cold cache by their ranges', async () => {
    const store = fileStore({ folder: newFolder(), fsync: false })
    const list = markedList('films', 5_000)
    const first = new PageCache({ store })
    await first.page({ key: 'films', build: () => list, offset: 0, limit: 1 })
    await first.idle()
    const ranges: number[] = []
    const counted = {
      ...{ name: 'counted', set: store.set.bind(store), delete: store.delete.bind(store) },
      compareAndSet: store.compareAndSet.bind(store),
      getRange: async (key: string, start: number, end: number) => {
        const bytes = await store.getRange(key, start, end)
        ranges.push(bytes?.byteLength ?? 0)
        return bytes
      },
    }
    const second = new PageCache({ store: counted, memory: { frameBytesMax: 0 } })
    const build = () => {
      throw new Error('it is there already')
    }
    for (let offset = 0; offset < 5_000; offset += 500) {
      const page = await second.page({ key: 'films', build, offset, limit: 100 })
      expect(Buffer.concat(page.chunks())).toEqual(list.page(offset, 100).toBuffer())
    }
    expect(Math.max(...ranges)).toBeLessThan(list.blob.byteLength)
  })

  test('three processes count together by compareAndSet', async () => {
    const folder = newFolder()
    const children = [1, 2, 3].map(() => startChild('./file-child.ts', ['count', folder, '100']))
    await Promise.all(children.map(child => lineOf(child, 'counted')))
    const store = fileStore({ folder: join(folder, 'store') })
    expect(`${await store.getRange('count', 0, 100)}`).toBe('300')
  })

  test('kill -9 of a writer: the next reader sees a whole frame or none', async () => {
    const folder = newFolder()
    const random = seededRandom(KILLS)
    for (let round = 0; round < KILLS; round += 1) {
      const child = startChild('./file-child.ts', ['write', folder, `${round * 1_000}`])
      await lineOf(child, 'written')
      await sleep(random() * 150)
      child.kill('SIGKILL')
      await new Promise(resolve => child.once('close', resolve))
      await verifyFolder(folder)
    }
  }, 120_000)

  test('several processes read pages of a file that is being replaced', async () => {
    const folder = newFolder()
    const writer = startChild('./file-child.ts', ['write', folder, '0'])
    await lineOf(writer, 'written')
    const readers = [1, 2].map(() => startChild('./file-child.ts', ['read', folder]))
    const counts = readers.map(reader => lineOf(reader, 'read'))
    await Promise.all(readers.map(reader => lineOf(reader, 'reading')))
    await sleep(500)
    for (const reader of readers) reader.stdin!.write('stop\n')
    for (const count of await Promise.all(counts)) expect(Number(count)).toBeGreaterThan(0)
    writer.kill('SIGKILL')
  })

  test('writes where the permission model of Node allows it no more than its folder', () => {
    const folder = newFolder()
    const script = `import { fileStore } from '${new URL('../../src/cache/file-store.ts', import.meta.url)}'
      const store = fileStore({ folder: ${JSON.stringify(folder)}, fsync: false })
      await store.set('a', [Buffer.from('value')], 1e6)
      console.log(String(await store.getRange('a', 0, 9)))`
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '' : 'experimental-'
    const rights = [`--${flag}permission`, '--allow-fs-read=*', `--allow-fs-write=${join(folder, '*')}`]
    const flags = ['--experimental-strip-types', '--no-warnings', ...rights, '--input-type=module']
    expect(execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' })).toBe('value\n')
  })
})

describe('frame files', () => {
  const path = join(newFolder(), 'frame.tocf')
  const list = markedList('films', 300)

  test('hold the bytes of a frame, and give pages by position', async () => {
    const header = await writeFrameFile(path, list, { fingerprint: 'v1' })
    expect(await readFile(path)).toEqual(encodeFrame(list, { fingerprint: 'v1' }))
    await using frame = await openFrameFile(path)
    expect([frame.length, frame.version, frame.header]).toEqual([300, header.version, header])
    for (const [offset, limit] of [
      [0, 10],
      [290, 50],
      [0, Infinity],
      [300, 5],
      [7, 0],
    ] as const) {
      const page = await frame.page(offset, limit)
      expect(page).toEqual(list.page(offset, limit))
    }
    await expect(frame.page(-1, 5)).rejects.toThrow(PageError)
  })

  test('of empty lists', async () => {
    await writeFrameFile(pathToFileURL(path), listOf([]))
    await using frame = await openFrameFile(pathToFileURL(path))
    expect(`${(await frame.page(0, 10)).toBuffer()}`).toBe('[]')
  })

  test('that are open stay what they were when the name gets another', async () => {
    await writeFrameFile(path, list)
    await using old = await openFrameFile(path)
    await writeFrameFile(path, markedList('others', 20))
    await using other = await openFrameFile(path)
    expect([old.length, other.length]).toEqual([300, 20])
    expect(await old.page(200, 50)).toEqual(list.page(200, 50))
  })

  test('that are cut, damaged or no frames are refused where it shows', async () => {
    const bytes = encodeFrame(list)
    await writeFile(path, bytes.subarray(0, -1))
    await expect(openFrameFile(path)).rejects.toThrow(FrameError)
    await writeFile(path, 'no frame')
    await expect(openFrameFile(path)).rejects.toThrow(FrameError)
    await expect(openFrameFile(join(newFolder(), 'missing'))).rejects.toThrow('ENOENT')
    await writeFrameFile(path, list)
    const file = await open(path, 'r+')
    await file.write('#', bytes.byteLength - 20)
    await file.close()
    await using frame = await openFrameFile(path)
    expect(await frame.page(0, 100)).toEqual(list.page(0, 100))
    await expect(frame.page(290, 10)).rejects.toThrow('checksum')
  })

  test('a failed write leaves nothing behind', async () => {
    const folder = newFolder()
    await expect(writeFrameFile(join(folder, 'no', 'folder'), list)).rejects.toThrow('ENOENT')
    const taken = join(folder, 'taken')
    mkdirSync(taken)
    await expect(writeFrameFile(taken, list)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['taken'])
  })
})

/** Every value in the folder is whole, except those nobody would find; a new reader gives right pages. */
async function verifyFolder(folder: string): Promise<void> {
  await using frame = await openFrameFile(join(folder, 'crash.tocf'))
  expect((await frame.page(0, Infinity)).count).toBe(30)
  for (const path of filesIn(join(folder, 'store'))) {
    const bytes = await readFile(path)
    if (!path.endsWith('.tmp') && bytes.byteLength > 100_000) openFrame(bytes).verify()
  }
  const store = fileStore({ folder: join(folder, 'store'), fsync: false })
  const reader = new PageCache({ store, memory: { frameBytesMax: 0 }, lock: { waitMs: 1_000 } })
  const page = await reader.page({ key: 'crash', build: () => crashList(-1), offset: 11, limit: 3 })
  const rows = JSON.parse(Buffer.concat(page.chunks()).toString()) as { generation: number; index: number }[]
  expect(rows.map(row => row.index)).toEqual([11, 12, 13])
  expect(new Set(rows.map(row => row.generation)).size).toBe(1)
  await reader.idle()
}
