// What lists and streams that workers write have in common, and what they ask of their pool.

import { type Framing, frameRows } from '../toc/framing.ts'
import { type ChunkPlaces, GONE } from './chunk-place.ts'
import type { SharedSlot } from './slots.ts'

/** A chunk on its way: packed into a slot's memory, written by a worker. */
export interface Chunk {
  readonly slot: SharedSlot
  readonly rowCount: number
  readonly target: ListTarget | StreamTarget
  /** Called when its worker has died. */
  readonly onLost: (cause: unknown) => void
}

/** Behind the chunk before it. */
export interface ListTarget {
  readonly kind: 'list'
  readonly listNumber: number
  readonly places: ChunkPlaces
  /** Which chunk of its list it is. */
  readonly index: number
  readonly firstRow: number
  /** Called once it is written, `end` being where in the blob it ends. */
  readonly onWritten: (end: number) => void
}

/** Into memory of its own, which becomes this thread's. */
export interface StreamTarget {
  readonly kind: 'stream'
  readonly framing: Framing
  readonly isWanted: () => boolean
  /** Called once it is written; without bytes when nobody wants them. */
  readonly onWritten: (bytes: Uint8Array | undefined) => void
}

/** A list or a stream: whose chunks they are. */
export interface Owner {
  readonly isClosed: boolean
  /** Something is written that nobody was told of. */
  readonly hasNews: boolean
  /** The process stays alive for it. */
  readonly isBusy: boolean
  /** Tells whoever made it that there is more, or room for more. */
  tell(): void
  /** Ends it with an error; chunks that are on their way are of no use to anybody. */
  fail(error: unknown): void
}

export interface Host {
  readonly kernelCount: number
  /** Where a blob ends at most while its toc has entries of 4 bytes. */
  readonly narrowBytesMax: number
  readonly hasFree: boolean
  take(): SharedSlot | undefined
  giveBack(slot: SharedSlot): void
  /** A number no other list has. */
  newListNumber(): number
  give(chunk: Chunk, owner: Owner): void
  /** Nobody writes into that list any more. */
  drop(listNumber: number): void
  /** It is closed. */
  leave(owner: Owner): void
  /** A slice is over: owners with news are told, and this thread is woken when workers have got on. */
  settle(): void
  /** The chunk's worker has died. */
  lost(chunk: Chunk, owner: Owner, cause: unknown): void
}

/** Writes a chunk that lies packed in its kernel, in this thread; false before its turn has come. */
export function writeHere({ slot, rowCount, target }: Chunk): boolean {
  const { kernel, call } = slot
  if (target.kind === 'stream') {
    const isWanted = target.isWanted()
    if (isWanted) kernel.writePrepared(call)
    target.onWritten(isWanted ? frameRows(kernel, rowCount, target.framing) : undefined)
    return true
  }
  const { places, index, firstRow } = target
  if (places.placed !== GONE) {
    if (places.placed < index) return false
    kernel.writePrepared(call)
    const { bytes, start, end, offsets } = kernel
    places.place(index, firstRow, bytes.subarray(start, end), offsets.subarray(0, rowCount))
  }
  target.onWritten(places.endOf(index))
  return true
}
