// Gives back the disk space of what has expired.

import { readdir, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, isMissing, numbersIn, remove, retire } from './file-write.ts'

/**
 * How long ago a file must have been touched for no process to be in the middle of something with it. Until
 * then the last number that was used stays taken.
 */
const UNTOUCHED_MS = 3_600_000

/** Empties expired values, and removes them, and files of writers that died, after an hour. */
export async function sweepFolder(folder: string): Promise<void> {
  for (const group of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, group))) {
      const path = join(folder, group, name)
      if (name.endsWith('.tmp')) await removeOld(path)
      else await sweepKey(path)
    }
  }
}

async function sweepKey(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) if (name.endsWith('.tmp')) await removeOld(join(folder, name))
  const numbers = (await numbersIn(folder)).sort((a, b) => a - b)
  const newest = numbers.pop()
  for (const number of numbers) await removeOld(join(folder, `${number}`))
  if (newest !== undefined) {
    const path = join(folder, `${newest}`)
    const found = await quietly(stat(path))
    if (found === undefined || found.mtimeMs > Date.now()) return
    if (found.size > 0) await retire(path)
    else await removeOld(path)
  }
  await quietly(rmdir(folder))
}

async function removeOld(path: string): Promise<void> {
  const found = await quietly(stat(path))
  if (found !== undefined && Date.now() - found.ctimeMs > UNTOUCHED_MS) await remove(path)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await quietly(readdir(folder))) ?? []
}

/** Others may have been faster, or put something into a folder. */
async function quietly<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action
  } catch (error) {
    if (isMissing(error) || ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) return undefined
    throw error
  }
}
