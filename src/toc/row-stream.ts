// Rows to a stream of bytes in constant memory: what has been read by the consumer is forgotten, but for the toc.

import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { ByteLengthQueuingStrategy } from 'node:stream/web'
import { AbortedError, TocsonError } from '../errors.ts'
import type { ChunkWriter, StreamRequest, WrittenStream } from './chunk-place.ts'
import { type FramedChunk, LocalStream } from './framed-chunks.ts'
import type { StreamFormat } from './framing.ts'
import type { Toc } from './json-list.ts'
import { appendOffsets } from './list-builder.ts'
import type { OwnBytes } from './own-buffer.ts'
import { type OnProgress, report } from './progress.ts'
import { type PumpJob, RowPump, type RowSink } from './row-pump.ts'

export interface RowStreamJob extends PumpJob {
  readonly format: StreamFormat
  readonly highWaterMark: number
  readonly keepsToc: boolean
  readonly onProgress: OnProgress | undefined
  /** Where chunks are written, when not in this thread. */
  readonly writer: ChunkWriter | undefined
}

/**
 * The bytes of rows as they come, in buffers the consumer owns. Rows are taken from the source only as fast as the
 * stream is read. An error of the source, of a row or of the signal destroys the stream; destroying the stream
 * closes the source.
 *
 * @example
 * const stream = movies.stream(cursor)
 * await pipeline(stream, createWriteStream('movies.json'))
 * const toc = await stream.toc
 */
export class RowStream extends Readable {
  /**
   * Where each row starts in the bytes of the stream, then how many bytes there are; available at its end. As in a
   * `JsonList`, rows `[a, b)` are the bytes `[toc[a], toc[b] - 1)`. It takes 4 bytes a row, which the option
   * `toc: false` saves. Rejects with whatever destroyed the stream.
   */
  readonly toc: Promise<Toc>
  readonly #writing: StreamWriting

  constructor(job: RowStreamJob, rows: unknown) {
    super({ highWaterMark: job.highWaterMark })
    let writing!: StreamWriting
    this.toc = new Promise((resolve, reject) => {
      writing = new StreamWriting(this, job, resolve, reject)
    })
    this.toc.catch(() => undefined)
    this.#writing = writing
    writing.start(rows)
  }

  /** Rows written so far. */
  get rowCount(): number {
    return this.#writing.rowCount
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#writing.byteLength
  }

  /** The same bytes as a web stream, with the same backpressure; cancelling it destroys this stream. */
  toWeb(): ReadableStream<OwnBytes> {
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: this.readableHighWaterMark })
    return Readable.toWeb(this, { strategy }) as ReadableStream<OwnBytes>
  }

  override _read(): void {
    this.#writing.ask()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#writing.close(error)
    // What was on its way to a web stream would find it closed: node:stream throws that at the process.
    this.pause()
    callback(error)
  }
}

const TOC_ENTRIES_MIN = 256

/** Gives written chunks to the stream between slices: its listeners run no kernel's risk. */
class StreamWriting implements RowSink {
  readonly what = 'the stream'
  rowCount = 0
  byteLength: number
  readonly #stream: RowStream
  readonly #job: RowStreamJob
  readonly #resolveToc: (toc: Toc) => void
  readonly #rejectToc: (error: unknown) => void
  readonly #pump: RowPump
  #place!: WrittenStream
  #toc: Toc = new Uint32Array(TOC_ENTRIES_MIN)
  /** All rows were given to the place. */
  #isEnd = false
  /** For the signal, itself. */
  #isListening = false
  /** The reader asked for more, and got nothing since. */
  #isAsked = false

  constructor(
    stream: RowStream,
    job: RowStreamJob,
    resolveToc: (toc: Toc) => void,
    rejectToc: (error: unknown) => void,
  ) {
    this.#stream = stream
    this.#job = job
    this.#resolveToc = resolveToc
    this.#rejectToc = rejectToc
    // In JSON the brackets are bytes too; each chunk begins with the byte that comes before its first row.
    this.byteLength = job.format === 'json' ? 1 : 0
    this.#pump = new RowPump(job, this)
  }

  start(rows: unknown): void {
    this.#pump.open(rows)
    this.#place = this.#openPlace()
    this.#pump.start(this.#place)
  }

  /** The reader has room, which its length does not show yet: it asks before it takes away what it reads. */
  ask(): void {
    this.#isAsked = true
    if (this.#hasRoom()) this.#pump.resume()
  }

  afterSlice(isEnd: boolean): boolean {
    this.#isEnd = isEnd
    this.#pushWritten()
    return isEnd ? this.#place.isDrained : this.#hasRoom()
  }

  end(): void {
    const { rowCount } = this
    // The pump listens no more, but the reader may never take what is left.
    this.#isListening = true
    this.#job.signal?.addEventListener('abort', this.#abort, { once: true })
    if (this.#job.format === 'json') {
      this.#push(ownBytes(rowCount === 0 ? '[]' : ']'))
      if (rowCount === 0) this.byteLength = 2
    }
    this.#endToc()
    this.#place.close()
    this.#stream.push(null)
  }

  fail(error: unknown): void {
    this.#stream.destroy(error as Error)
  }

  /** Nothing of it changes a toc that is already there. */
  close(error: Error | null): void {
    this.#rejectToc(error ?? new AbortedError(this.what, undefined))
    if (this.#isListening) this.#job.signal?.removeEventListener('abort', this.#abort)
    this.#pump.stop()
    this.#place?.close()
    this.#toc = new Uint32Array(0)
  }

  readonly #abort = (): void => {
    this.fail(new AbortedError(this.what, this.#job.signal?.reason))
  }

  #openPlace(): WrittenStream {
    const { spec, limits, format, highWaterMark, keepsToc, writer } = this.#job
    const request: StreamRequest = {
      ...{ spec, limits, format },
      bytesAheadMax: highWaterMark,
      keepsOffsets: keepsToc,
      onWritten: this.#pump.inContext(() => this.#onWritten()),
      onError: error => this.#pump.fail(error),
    }
    try {
      const place = this.#stream.destroyed ? undefined : writer?.openStream(request)
      if (place !== undefined) return place
    } catch (error) {
      this.#pump.fail(error)
    }
    return new LocalStream(request)
  }

  #onWritten(): void {
    this.#pushWritten()
    // The end needs no room.
    if (this.#hasRoom() || (this.#isEnd && this.#place.isDrained)) this.#pump.resume()
  }

  /** As a Readable sees it: what is on its way to it counts as if it were there. */
  #hasRoom(): boolean {
    const byteLength = this.#place.bytesAhead + (this.#isAsked ? 0 : this.#stream.readableLength)
    return !this.#place.isFull && (byteLength === 0 || byteLength < this.#job.highWaterMark)
  }

  #pushWritten(): void {
    const chunks = this.#place.takeWritten()
    for (const chunk of chunks) this.#count(chunk)
    const { total } = this.#pump
    report(this.#job.onProgress, this.rowCount, this.byteLength, total, error => this.#pump.fail(error))
    if (chunks.length > 0) this.#isAsked = false
    for (const { bytes } of chunks) this.#push(bytes)
  }

  #push(bytes: Uint8Array): void {
    try {
      this.#stream.push(bytes)
    } catch (error) {
      // A listener's own, which is no reason to lose the bytes that follow.
      process.nextTick(() => {
        throw error
      })
    }
  }

  #count({ bytes, rowCount, offsets }: FramedChunk): void {
    if (this.#job.keepsToc) {
      const { rowCount: first, byteLength: base } = this
      this.#toc = appendOffsets(this.#toc, first, offsets, rowCount, base, bytes.byteLength)
    }
    this.rowCount += rowCount
    this.byteLength += bytes.byteLength
  }

  #endToc(): void {
    if (!this.#job.keepsToc)
      return this.#rejectToc(new TocsonError('TOC_NOT_KEPT', 'toc: false was asked for'))
    const toc = this.#toc.slice(0, this.rowCount + 1)
    toc[this.rowCount] = this.byteLength
    this.#resolveToc(toc)
  }
}

/** `Buffer.from` gives a piece of what others have pieces of, too. */
function ownBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(text.length)
  bytes.write(text, 'latin1')
  return bytes
}
