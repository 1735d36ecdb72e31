// Rows to a stream of bytes in constant memory: what has been read by the consumer is forgotten, but for the toc.

import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { ByteLengthQueuingStrategy, type ReadableStream } from 'node:stream/web'
import { AbortedError, TocsonError } from '../errors.ts'
import { KernelPlace } from './chunk-place.ts'
import type { Toc } from './json-list.ts'
import { appendOffsets, type WrittenRows } from './list-builder.ts'
import { type OnProgress, report } from './progress.ts'
import { type PumpJob, RowPump, type RowSink } from './row-pump.ts'

/** One JSON array, or one JSON value a line (NDJSON). */
export type StreamFormat = 'json' | 'ndjson'

export interface RowStreamJob extends PumpJob {
  readonly format: StreamFormat
  readonly highWaterMark: number
  readonly keepsToc: boolean
  readonly onProgress: OnProgress | undefined
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
  toWeb(): ReadableStream<Uint8Array> {
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: this.readableHighWaterMark })
    return Readable.toWeb(this, { strategy }) as ReadableStream<Uint8Array>
  }

  override _read(): void {
    this.#writing.pump.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#writing.close(error)
    callback(error)
  }
}

const COMMA = 0x2c
const OPEN = 0x5b
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const TOC_ENTRIES_MIN = 256

/** Takes written chunks, and gives them to the stream between slices: its listeners run no kernel's risk. */
class StreamWriting implements RowSink {
  readonly what = 'the stream'
  readonly pump: RowPump
  rowCount = 0
  byteLength: number
  readonly #stream: RowStream
  readonly #job: RowStreamJob
  readonly #resolveToc: (toc: Toc) => void
  readonly #rejectToc: (error: unknown) => void
  /** Raw values come as they were written, and may have line breaks between their tokens. */
  readonly #hasRaw: boolean
  #toc: Toc = new Uint32Array(TOC_ENTRIES_MIN)
  #ready: Buffer[] = []
  #readyBytes = 0

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
    this.#hasRaw = job.spec.nodes.some(node => node.op === 'raw')
    // In JSON the brackets are bytes too; each chunk begins with the byte that comes before its first row.
    this.byteLength = job.format === 'json' ? 1 : 0
    this.pump = new RowPump(job, this)
  }

  start(rows: unknown): void {
    const { spec, limits } = this.#job
    this.pump.open(rows)
    this.pump.start(new KernelPlace(spec, limits, (chunk, rowCount) => this.#write(chunk, rowCount)))
  }

  #write(chunk: WrittenRows, rowCount: number): boolean {
    const byteLength = chunk.end - chunk.start
    const bytes = this.#job.format === 'json' ? this.#jsonOf(chunk) : this.#linesOf(chunk, rowCount)
    if (this.#job.keepsToc) {
      const { rowCount: first, byteLength: base } = this
      this.#toc = appendOffsets(this.#toc, first, chunk.offsets, rowCount, base, byteLength)
    }
    this.rowCount += rowCount
    this.byteLength += byteLength
    this.#readyBytes += byteLength
    this.#ready.push(bytes)
    return this.#readyBytes < this.#job.highWaterMark
  }

  afterSlice(): boolean {
    const ready = this.#ready
    this.#ready = []
    this.#readyBytes = 0
    const error = report(this.#job.onProgress, this.rowCount, this.byteLength, this.pump.total)
    if (error !== undefined) this.pump.fail(error)
    let hasRoom = true
    for (const bytes of ready) hasRoom = this.#stream.push(bytes)
    return hasRoom
  }

  end(): void {
    const { rowCount } = this
    if (this.#job.format === 'json') {
      this.#stream.push(rowCount === 0 ? '[]' : ']')
      if (rowCount === 0) this.byteLength = 2
    }
    this.#endToc()
    this.#stream.push(null)
  }

  fail(error: unknown): void {
    this.#stream.destroy(error as Error)
  }

  /** Nothing of it changes a toc that is already there. */
  close(error: Error | null): void {
    this.#rejectToc(error ?? new AbortedError(this.what, undefined))
    this.pump.stop()
    this.#ready = []
    this.#toc = new Uint32Array(0)
  }

  #endToc(): void {
    if (!this.#job.keepsToc)
      return this.#rejectToc(new TocsonError('TOC_NOT_KEPT', 'toc: false was asked for'))
    const toc = this.#toc.slice(0, this.rowCount + 1)
    toc[this.rowCount] = this.byteLength
    this.#resolveToc(toc)
  }

  #jsonOf({ bytes, start, end }: WrittenRows): Buffer {
    const json = Buffer.allocUnsafeSlow(end - start)
    json[0] = this.rowCount === 0 ? OPEN : COMMA
    bytes.copy(json, 1, start, end - 1)
    return json
  }

  #linesOf({ bytes, start, end, offsets }: WrittenRows, rowCount: number): Buffer {
    const lines = Buffer.allocUnsafeSlow(end - start)
    bytes.copy(lines, 0, start, end)
    if (this.#hasRaw) blankLineBreaks(lines)
    for (let i = 1; i < rowCount; i++) lines[offsets[i]! - 1] = LINE_FEED
    lines[lines.byteLength - 1] = LINE_FEED
    return lines
  }
}

/** JSON has line breaks only where any white space would do. */
function blankLineBreaks(json: Buffer): void {
  for (let i = 0; i < json.byteLength; i++) {
    if (json[i] === LINE_FEED || json[i] === CARRIAGE_RETURN) json[i] = SPACE
  }
}
