// A frame in a file: pages are read from it by position, so a list of any size takes its toc in memory.

import type { Buffer } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import type { JsonList } from '../toc/json-list.ts'
import { Page } from '../toc/page.ts'
import { FrameError } from './errors.ts'
import { pathOf, readAt, writeWhole } from './file-write.ts'
import { type FrameOptions, frameSteps } from './frame.ts'
import { type FrameHeader, HEADER_BYTES, readHeader } from './frame-header.ts'
import { type FrameIndex, isSliceIntact, readIndex } from './frame-index.ts'
import { pageRange } from './page-range.ts'
import { inSlices } from './slices.ts'

export interface FrameFileOptions extends FrameOptions {
  /** Wait until the frame is on the disk, so that it survives a power cut. Default `true`. */
  readonly fsync?: boolean | undefined
}

/**
 * Writes a list as a frame, in place of whatever file has that name: whoever opens it finds the old frame
 * or the new one, never a part. Files that are open stay what they are.
 *
 * @returns the frame's header, with its content version
 * @example await writeFrameFile('movies.tocf', list)
 */
export async function writeFrameFile(
  path: string | URL,
  list: JsonList,
  options: FrameFileOptions = {},
): Promise<FrameHeader> {
  const { header, prefix, blob } = await inSlices(frameSteps(list, options))
  await writeWhole(pathOf(path), [prefix, blob], { fsync: options.fsync ?? true })
  return header
}

/**
 * Opens a frame, in as many processes as like to: its header and toc are read and verified, its rows are not
 * read.
 *
 * @throws (rejects) FrameError when it is no whole frame or its toc is damaged; the errors of `node:fs`
 * @example
 * await using movies = await openFrameFile('movies.tocf')
 * const page = await movies.page(40, 20)
 */
export async function openFrameFile(path: string | URL): Promise<FrameFile> {
  const file = await open(path, 'r')
  try {
    const header = readHeader(await readAt(file, 0, HEADER_BYTES))
    const { size } = await file.stat()
    if (size !== header.byteLength) {
      throw new FrameError('FRAME_LENGTH', `has ${size} bytes, not ${header.byteLength}`)
    }
    return new FrameFile(file, header, readIndex(header, await readAt(file, HEADER_BYTES, header.blobStart)))
  } catch (error) {
    await file.close()
    throw error
  }
}

/** An open frame file. It stays what it was when it was opened, whatever is written under its name. */
export class FrameFile {
  readonly header: FrameHeader
  /** Content version: equal content has equal versions. */
  readonly version: string
  /** How many rows the list has. */
  readonly length: number
  readonly #file: FileHandle
  readonly #index: FrameIndex

  constructor(file: FileHandle, header: FrameHeader, index: FrameIndex) {
    this.header = header
    this.version = header.version
    this.length = header.rowCount
    this.#file = file
    this.#index = index
  }

  /**
   * Rows `[offset, offset + limit)` as a complete JSON array: one read, verified by its checksum.
   *
   * @throws (rejects) PageError as `JsonList#page` does, FrameError when the rows are damaged
   */
  async page(offset: number, limit: number): Promise<Page> {
    const { start, end } = pageRange(offset, limit, this.length)
    return new Page(await this.#rows(start, end), start, end - start, this.length)
  }

  /** Closes the file; pages that were read stay good. */
  async close(): Promise<void> {
    await this.#file.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #rows(start: number, end: number): Promise<Buffer> {
    const { toc } = this.#index
    const { blobStart } = this.header
    const first = blobStart + toc[start]!
    const rows = await readAt(this.#file, first, start === end ? first : blobStart + toc[end]! - 1)
    if (!isSliceIntact(this.#index, start, end, rows)) {
      throw new FrameError('FRAME_BLOB', `rows ${start} to ${end} do not match their checksum`)
    }
    return rows
  }
}
