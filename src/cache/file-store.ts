// A store in a folder, for all processes of one machine.
//
//     folder/3f/3f09…c2/16       an earlier value: empty, its number taken
//     folder/3f/3f09…c2/17       the 17th value of the key with that hash: the bytes as they are, and nothing else
//                       └ the highest number counts; its time of modification is when it expires
//     folder/3f/.812-9a…tmp      a value that is being written
//
// Every change writes a file and then links it as the next number, which succeeds for one writer only. No
// step of it leaves a value half written or a lock behind, whenever a process dies.

import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { CacheOptionError, StoreError } from './errors.ts'
import { sweepFolder } from './file-sweep.ts'
import {
  isMissing,
  linkNew,
  numbersIn,
  pathOf,
  readAt,
  remove,
  retire,
  syncFolder,
  writeTemporary,
} from './file-write.ts'
import { asBuffer } from './frame.ts'
import type { Store } from './store.ts'

export interface FileStoreOptions {
  /** Where values are kept; made when it is not there. Nothing else should be in it. */
  readonly folder: string | URL
  /** Wait until values are on the disk, so that they survive a power cut. Default `true`. */
  readonly fsync?: boolean | undefined
  /** How often expired values are looked for, in ms; the search begins with a write. Default 10 minutes. */
  readonly sweepMs?: number | undefined
}

/**
 * A `Store` in a folder of a local disk, for any number of processes: pages are read from the files by
 * position, and a value is there whole or not at all, whenever a process dies. The file system must have
 * hard links.
 *
 * @throws StoreError `STORE_CLIENT` when no folder is named; CacheOptionError
 * @example new PageCache({ store: fileStore({ folder: '/var/cache/movies' }) })
 */
export function fileStore(options: FileStoreOptions): Store {
  return new FileStore(options ?? {})
}

const SWEEP_MS = 600_000
/** Other processes may change a value as often while this one looks at it. */
const ATTEMPTS = 100
/** Beyond this some file systems know no time. */
const TTL_MS_MAX = 10 * 365 * 86_400_000
const EXPIRED = 0
/**
 * Numbers that stay taken: a writer that slept while others made half as many changes can tell. Fewer would
 * do; a folder that is read while it changes may lack the newest few.
 */
const NUMBERS_KEPT = 256

/** The number of a key's value, and the value itself unless it has expired. */
interface Current {
  readonly number: number
  readonly bytes: Buffer | undefined
}

class FileStore implements Store {
  readonly name = 'file'
  readonly #folder: string
  readonly #fsync: boolean
  readonly #sweepMs: number
  #sweptAtMs = Number.NEGATIVE_INFINITY
  #isSweeping = false

  constructor({ folder, fsync = true, sweepMs = SWEEP_MS }: Partial<FileStoreOptions>) {
    this.#folder = folderPath(folder)
    if (typeof fsync !== 'boolean') throw new CacheOptionError('fsync', 'a boolean', fsync)
    if (!(typeof sweepMs === 'number' && sweepMs >= 0))
      throw new CacheOptionError('sweepMs', 'a number of ms', sweepMs)
    this.#fsync = fsync
    this.#sweepMs = sweepMs
  }

  async getRange(key: string, start: number, end: number): Promise<Buffer | undefined> {
    return (await this.#read(this.#folderOf(key), start, end)).bytes
  }

  async set(key: string, chunks: readonly Uint8Array[], ttlMs: number): Promise<void> {
    await this.#change(this.#folderOf(key), chunks, ttlMs, undefined)
  }

  async delete(key: string): Promise<void> {
    const { bytes } = await this.#read(this.#folderOf(key), 0, 1)
    // An expired value, not an empty folder: its number must not be used again.
    if (bytes !== undefined) await this.set(key, [], Number.NEGATIVE_INFINITY)
  }

  async compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array | undefined,
    ttlMs: number,
  ): Promise<boolean> {
    const folder = this.#folderOf(key)
    const { number, bytes } = await this.#read(folder, 0, Number.MAX_SAFE_INTEGER)
    const isExpected =
      bytes === undefined || expected === undefined ? bytes === expected : bytes.equals(asBuffer(expected))
    if (!isExpected || (bytes === undefined && value === undefined)) return isExpected
    const ttl = value === undefined ? Number.NEGATIVE_INFINITY : ttlMs
    return this.#change(folder, value === undefined ? [] : [value], ttl, number)
  }

  /**
   * Writes a value and makes it the one after `basis`, or else after whatever is there; false when
   * something else follows `basis` already.
   */
  async #change(
    folder: string,
    chunks: readonly Uint8Array[],
    ttlMs: number,
    basis: number | undefined,
  ): Promise<boolean> {
    this.#sweep()
    await mkdir(folder, { recursive: true })
    const mtimeMs = ttlMs < 0 ? EXPIRED : Date.now() + Math.min(ttlMs, TTL_MS_MAX)
    const temporary = await writeTemporary(join(folder, '..'), chunks, { fsync: this.#fsync, mtimeMs })
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const number = 1 + (basis ?? Math.max(0, ...(await numbersIn(folder))))
        if (await this.#link(temporary, folder, number)) return await this.#settle(folder, number, basis)
        if (basis !== undefined) return false
      }
    } finally {
      await remove(temporary)
    }
    throw new StoreError('STORE_FAILED', 'others changed the value all the time')
  }

  /** The folder of a key without a value may be removed at any time, by the sweep of each process. */
  async #link(temporary: string, folder: string, number: number): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await linkNew(temporary, join(folder, `${number}`))
      } catch (error) {
        if (!isMissing(error) || attempt === ATTEMPTS) throw error
        await mkdir(folder, { recursive: true })
      }
    }
  }

  /** After a value got its number: whether that was still the next one, and away with what it replaces. */
  async #settle(folder: string, number: number, basis: number | undefined): Promise<boolean> {
    if (this.#fsync) await syncFolder(folder)
    const numbers = await numbersIn(folder)
    const newest = Math.max(...numbers)
    if (newest - number >= NUMBERS_KEPT / 2 && basis !== undefined) {
      await remove(join(folder, `${number}`))
      throw new StoreError('STORE_FAILED', 'others changed the value all the time')
    }
    for (const old of numbers) {
      if (old <= newest - NUMBERS_KEPT) await remove(join(folder, `${old}`))
      else if (old === number - 1) await retire(join(folder, `${old}`))
    }
    return true
  }

  async #read(folder: string, start: number, end: number): Promise<Current> {
    let deadNumber = 0
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const number = Math.max(0, ...(await numbersIn(folder)))
      // Dead, and still the newest: not because something replaced it.
      if (number === deadNumber) return { number, bytes: undefined }
      const bytes = await readLive(join(folder, `${number}`), start, end)
      if (bytes !== undefined) return { number, bytes }
      deadNumber = number
    }
    throw new StoreError('STORE_FAILED', 'others changed the value all the time')
  }

  #sweep(): void {
    const nowMs = Date.now()
    if (this.#isSweeping || nowMs - this.#sweptAtMs < this.#sweepMs) return
    this.#sweptAtMs = nowMs
    this.#isSweeping = true
    sweepFolder(this.#folder)
      .catch(() => undefined)
      .then(() => {
        this.#isSweeping = false
      })
  }

  /** Names may differ in nothing but case, and hold characters that no file name may. */
  #folderOf(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 32)
    return join(this.#folder, hash.slice(0, 2), hash)
  }
}

function folderPath(folder: string | URL | undefined): string {
  try {
    const path = folder === undefined ? '' : pathOf(folder)
    if (path !== '') return path
  } catch (error) {
    throw new StoreError('STORE_CLIENT', 'names no folder', error)
  }
  throw new StoreError('STORE_CLIENT', 'names no folder')
}

/** `undefined` when the value has expired, or was replaced. */
async function readLive(path: string, start: number, end: number): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
  if (file === undefined) return undefined
  try {
    const { size, mtimeMs } = await file.stat()
    if (mtimeMs <= Date.now()) return undefined
    return await readAt(file, Math.min(start, size), Math.min(end, size))
  } finally {
    await file.close()
  }
}
