// One version of one list as this process knows it: always its toc, and its rows when they are small enough.

import type { Buffer } from 'node:buffer'
import type { JsonList, Toc } from '../toc/json-list.ts'
import type { FrameHeader } from './frame-header.ts'
import type { FrameIndex } from './frame-index.ts'

const OVERHEAD_BYTES = 512

export interface Snapshot {
  readonly version: string
  readonly toc: Toc
  /** How many rows the list has. */
  readonly length: number
  /** The JSON array; absent when only the store has it. */
  readonly blob: Buffer | undefined
  /** Where and how to read rows from the store; absent while the snapshot was never there. */
  readonly remote: RemoteRows | undefined
}

export interface RemoteRows {
  readonly index: FrameIndex
  readonly blobStart: number
}

export function snapshotOfList(version: string, list: JsonList): Snapshot {
  return { version, toc: list.toc, length: list.length, blob: list.blob, remote: undefined }
}

/** Without `blob` the rows are read from the store, page by page. */
export function snapshotOfFrame(header: FrameHeader, index: FrameIndex, blob: Buffer | undefined): Snapshot {
  const remote = { index, blobStart: header.blobStart }
  return { version: header.version, toc: index.toc, length: header.rowCount, blob, remote }
}

/** What it weighs in memory. */
export function snapshotByteLength(snapshot: Snapshot): number {
  const crcBytes = snapshot.remote === undefined ? 0 : snapshot.remote.index.prefixCrcs.byteLength
  return OVERHEAD_BYTES + snapshot.toc.byteLength + crcBytes + (snapshot.blob?.byteLength ?? 0)
}
