// The store in a folder, when calls to the file system fail, or others change files between two of them.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fileStore } from '../../src/cache/file-store.ts'
import { sweepFolder } from '../../src/cache/file-sweep.ts'
import { linkNew, numbersIn, remove, syncFolder, writeTemporary } from '../../src/cache/file-write.ts'
import { filesIn, temporaryFolders } from './harness/folders.ts'

vi.mock('node:fs/promises', async original => {
  const actual = await original<typeof import('node:fs/promises')>()
  return { ...actual, link: vi.fn(actual.link), open: vi.fn(actual.open), readdir: vi.fn(actual.readdir) }
})
const actual = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')

const HOURS_2_MS = 7_200_000
const newFolder = temporaryFolders('tocson-faults-')
const failure = (code: string) => Object.assign(new Error(code), { code })
const newStore = (folder = newFolder()) => ({ folder, store: fileStore({ folder, fsync: false }) })

afterEach(() => {
  vi.useRealTimers()
  vi.mocked(fs.link).mockReset().mockImplementation(actual.link)
  vi.mocked(fs.open).mockReset().mockImplementation(actual.open)
  vi.mocked(fs.readdir).mockReset().mockImplementation(actual.readdir)
})

describe('a write', () => {
  test('takes the next number when another writer was faster', async () => {
    const { folder, store } = newStore()
    vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
      writeFileSync(to as string, 'theirs')
      return actual.link(from, to)
    })
    await store.set('a', [Buffer.from('mine')], 1e6)
    expect(`${await store.getRange('a', 0, 10)}`).toBe('mine')
    expect(filesIn(folder).map(path => basename(path))).toEqual(['1', '2'])
  })

  test('that expects a value is refused when another writer was faster', async () => {
    const { folder, store } = newStore()
    await store.set('a', [Buffer.from('old')], 1e6)
    vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
      writeFileSync(to as string, 'theirs')
      return actual.link(from, to)
    })
    expect(await store.compareAndSet('a', Buffer.from('old'), Buffer.from('mine'), 1e6)).toBe(false)
    expect(filesIn(folder).map(path => basename(path))).toEqual(['1', '2'])
  })

  test('that expects a value fails when others made very many changes meanwhile', async () => {
    const { folder, store } = newStore()
    await store.set('a', [Buffer.from('old')], 1e6)
    vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
      writeFileSync(join(dirname(to as string), '130'), 'theirs')
      return actual.link(from, to)
    })
    const change = store.compareAndSet('a', Buffer.from('old'), Buffer.from('mine'), 1e6)
    await expect(change).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(filesIn(folder).map(path => basename(path))).toEqual(['1', '130'])
  })

  test('gives up when others are always faster, and leaves nothing', async () => {
    const { folder, store } = newStore()
    vi.mocked(fs.link).mockRejectedValue(failure('EEXIST'))
    await expect(store.set('a', [Buffer.from('x')], 1e6)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(filesIn(folder)).toEqual([])
  })

  test.each([1, 3])('makes its folder again when sweeps have removed it, %d times', async times => {
    const { store } = newStore()
    for (let i = 0; i < times; i += 1) {
      vi.mocked(fs.link).mockImplementationOnce(async (from, to) => {
        rmSync(dirname(to as string), { recursive: true })
        return actual.link(from, to)
      })
    }
    await store.set('a', [Buffer.from('x')], 1e6)
    expect(`${await store.getRange('a', 0, 10)}`).toBe('x')
  })

  test('begins no sweep while its last one is under way', async () => {
    const folder = newFolder()
    const store = fileStore({ folder, fsync: false, sweepMs: 0 })
    const goOn: (() => void)[] = []
    let sweeps = 0
    vi.mocked(fs.readdir).mockImplementation((async (path: string) => {
      if (path === folder) {
        sweeps += 1
        await new Promise<void>(resolve => goOn.push(resolve))
      }
      return actual.readdir(path)
    }) as never)
    const write = () => store.set('a', [Buffer.from('x')], 1e6)
    for (let i = 0; i < 3; i += 1) await write()
    expect(sweeps).toBe(1)
    goOn[0]!()
    await vi.waitFor(async () => {
      await write()
      expect(sweeps).toBe(2)
    })
    goOn[1]!()
  })

  test('rejects with what the file system says, and leaves nothing', async () => {
    const { folder, store } = newStore()
    vi.mocked(fs.link).mockRejectedValueOnce(failure('EMLINK'))
    await expect(store.set('a', [Buffer.from('x')], 1e6)).rejects.toThrow('EMLINK')
    await expect(store.set('a', [{ byteLength: 3 } as Uint8Array], 1e6)).rejects.toThrow(TypeError)
    expect(filesIn(folder)).toEqual([])
  })

  test('goes on when the sweep that it began fails', async () => {
    const { store } = newStore()
    vi.mocked(fs.readdir).mockRejectedValueOnce(failure('EIO'))
    await store.set('a', [Buffer.from('x')], 1e6)
    expect(`${await store.getRange('a', 0, 10)}`).toBe('x')
  })
})

describe('a read', () => {
  /** Whoever opens the value finds that it has become the next one. */
  const replaced = async (path: string, flags: string) => {
    await actual.rename(path, join(dirname(path), `${Number(basename(path)) + 1}`))
    return actual.open(path, flags)
  }

  test('finds the value that replaced the one it was about to open', async () => {
    const { store } = newStore()
    await store.set('a', [Buffer.from('x')], 1e6)
    vi.mocked(fs.open).mockImplementationOnce(replaced as typeof fs.open)
    expect(`${await store.getRange('a', 0, 10)}`).toBe('x')
  })

  test('gives up when the value is replaced all the time', async () => {
    const { store } = newStore()
    await store.set('a', [Buffer.from('x')], 1e6)
    vi.mocked(fs.open).mockImplementation(replaced as typeof fs.open)
    await expect(store.getRange('a', 0, 10)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  test('rejects with what the file system says', async () => {
    const { store } = newStore()
    await store.set('a', [Buffer.from('x')], 1e6)
    vi.mocked(fs.open).mockRejectedValueOnce(failure('EMFILE'))
    await expect(store.getRange('a', 0, 10)).rejects.toThrow('EMFILE')
  })
})

describe('a sweep', () => {
  test('removes what has expired for an hour, and folders without files', async () => {
    const { folder, store } = newStore()
    await store.set('a', [Buffer.from('x')], 1e12)
    await store.set('b', [Buffer.from('x')], -1)
    mkdirSync(join(folder, 'ff', 'empty'), { recursive: true })
    writeFileSync(join(folder, 'ff', '.1-dead.tmp'), 'half')
    await sweepFolder(folder)
    expect(filesIn(folder)).toHaveLength(3)
    expect(readdirSync(join(folder, 'ff'))).toEqual(['.1-dead.tmp'])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOURS_2_MS })
    await sweepFolder(folder)
    await sweepFolder(folder)
    expect(filesIn(folder)).toHaveLength(1)
    expect(`${await store.getRange('a', 0, 10)}`).toBe('x')
  })

  test('rejects with what the file system says', async () => {
    vi.mocked(fs.readdir).mockRejectedValueOnce(failure('EIO'))
    await expect(sweepFolder(newFolder())).rejects.toThrow('EIO')
  })
})

describe('steps', () => {
  test('a folder that cannot be synchronized is as good as it gets; one that is not there is an error', async () => {
    vi.mocked(fs.open).mockRejectedValueOnce(failure('EPERM'))
    await syncFolder(newFolder())
    await expect(syncFolder(join(newFolder(), 'missing'))).rejects.toThrow('ENOENT')
  })

  test('a failed write of a temporary file leaves nothing', async () => {
    const folder = newFolder()
    const write = writeTemporary(folder, [{ byteLength: 3 } as Uint8Array], { fsync: true })
    await expect(write).rejects.toThrow(TypeError)
    vi.mocked(fs.open).mockImplementationOnce(async (...call) => {
      const file = await actual.open(...call)
      const close = file.close.bind(file)
      return Object.assign(file, { close: () => close().then(() => Promise.reject(failure('EIO'))) })
    })
    await expect(writeTemporary(folder, [Buffer.from('x')], { fsync: false })).rejects.toThrow('EIO')
    expect(readdirSync(folder)).toEqual([])
  })

  test('a file that is gone is removed; what is no missing file is an error', async () => {
    const folder = newFolder()
    await remove(join(folder, 'missing'))
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(numbersIn(file)).rejects.toThrow('ENOTDIR')
    await expect(remove(folder)).rejects.toThrow(/EISDIR|EPERM/)
    await expect(linkNew(join(folder, 'missing'), join(folder, '1'))).rejects.toThrow('ENOENT')
  })
})
