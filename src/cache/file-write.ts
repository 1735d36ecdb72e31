// Bytes into a file that is either whole or not there: into a temporary file beside it, which gets its name
// last.

import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, readdir, rename, unlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One write call takes at most 2 GiB - 1. */
const WRITE_BYTES_MAX = 2 ** 30

export interface WriteOptions {
  /** Wait until the bytes are on the disk, so that they survive a power cut. */
  readonly fsync: boolean
  /** When the file was modified, as far as anybody is told: ms since 1970. */
  readonly mtimeMs?: number | undefined
}

/** Writes a file under a name of its own in `folder` and returns its path; a failure leaves nothing. */
export async function writeTemporary(
  folder: string,
  chunks: readonly Uint8Array[],
  options: WriteOptions,
): Promise<string> {
  const path = join(folder, `.${process.pid}-${randomBytes(9).toString('hex')}.tmp`)
  const file = await open(path, 'wx')
  try {
    await writeAll(file, chunks)
    // By its path: the permission model of Node allows it for no open file.
    if (options.mtimeMs !== undefined) await utimes(path, new Date(), new Date(options.mtimeMs))
    if (options.fsync) await file.sync()
    await file.close()
    return path
  } catch (error) {
    await file.close().catch(() => undefined)
    await remove(path)
    throw error
  }
}

/** @throws TypeError, Node's own, for what is neither a path nor a `file:` URL */
export function pathOf(file: string | URL): string {
  return typeof file === 'string' ? file : fileURLToPath(file)
}

/** Replaces whatever has the name `path`, in one step. */
export async function writeWhole(
  path: string,
  chunks: readonly Uint8Array[],
  options: WriteOptions,
): Promise<void> {
  const folder = dirname(path)
  const temporary = await writeTemporary(folder, chunks, options)
  try {
    await rename(temporary, path)
  } catch (error) {
    await remove(temporary)
    throw error
  }
  if (options.fsync) await syncFolder(folder)
}

/** Gives a written file a second name, unless that name is taken: then false. */
export async function linkNew(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** A name is on the disk when its folder is. Windows cannot do this, and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES'].includes(codeOf(error))) throw error
  } finally {
    await handle?.close()
  }
}

/** Bytes `[start, end)` of an open file, as many of them as exist. */
export async function readAt(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  let filled = 0
  while (filled < bytes.byteLength) {
    const length = Math.min(bytes.byteLength - filled, WRITE_BYTES_MAX)
    const { bytesRead } = await file.read(bytes, filled, length, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/**
 * Puts an expired empty file in place of one whose name must stay taken. Whoever reads the old one can go
 * on.
 */
export async function retire(path: string): Promise<void> {
  await writeWhole(path, [], { fsync: false, mtimeMs: 0 })
}

/** The files of a folder, which may be gone, whose names are numbers. */
export async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.map(Number).filter(Number.isSafeInteger)
}

/** Removes a file that may be gone. */
export async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code)
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (const chunk of chunks) {
    for (let written = 0; written < chunk.byteLength; ) {
      const length = Math.min(chunk.byteLength - written, WRITE_BYTES_MAX)
      written += (await file.write(chunk, written, length)).bytesWritten
    }
  }
}
