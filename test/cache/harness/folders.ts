// Folders of files that tests write, all in one that is removed at the end.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Makes folders, one for each call. */
export function temporaryFolders(prefix: string): () => string {
  const root = mkdtempSync(join(tmpdir(), prefix))
  let folderCount = 0
  afterAll(() => rmSync(root, { recursive: true }))
  return () => mkdtempSync(join(root, `${folderCount++}-`))
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}
