// What can be set on a build in slices and on a stream, checked once and with every default filled in.

import { assertOptions, OptionError } from '../errors.ts'
import { CHUNK_LIMITS, type ChunkLimits } from '../writer/kernel.ts'
import { ArrayRows } from './array-rows.ts'
import type { ChunkWriter } from './chunk-place.ts'
import type { StreamFormat } from './framing.ts'
import type { ListBuildJob } from './list-build.ts'
import type { OnProgress } from './progress.ts'
import type { PumpJob } from './row-pump.ts'
import type { RowStreamJob } from './row-stream.ts'

export interface BuildOptions {
  /** How long the event loop may be kept waiting at a time, in ms, give or take one chunk of rows. Default 5. */
  readonly sliceMs?: number | undefined
  /** Ends it early; the error's `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Told after every slice how far it is. */
  readonly onProgress?: OnProgress | undefined
  /**
   * `'array'`: each row is an array of the values of the schema's properties, in the schema's order, as database
   * drivers give them when asked; `undefined` stands for a missing one. Default `'object'`.
   */
  readonly rowMode?: 'object' | 'array' | undefined
  /** Writes on other threads, this one only packs; see `createWriterPool`. Default: in this thread. */
  readonly writer?: ChunkWriter | undefined
}

export interface StreamOptions extends BuildOptions {
  /** One JSON array, or `'ndjson'`: each row on a line of its own. Default `'json'`. */
  readonly format?: StreamFormat | undefined
  /**
   * Bytes that are written ahead of the reader, give or take one chunk of rows. Default 256 KiB; 1 MiB with a
   * `writer`, so that its threads always have work and seldom wake this one.
   */
  readonly highWaterMark?: number | undefined
  /** `false`: keep no toc, which takes 4 bytes a row until the stream ends. Default `true`. */
  readonly toc?: boolean | undefined
}

/** What a serializer has for every list. */
export type Engine = Pick<PumpJob, 'spec' | 'packRows' | 'openChunks'>

const SLICE_MS = 5
/** For lists that other threads write: half as many chunks to hand over, and to be woken for. */
const WRITER_CHUNK_LIMITS: ChunkLimits = { rows: 512, slots: 16 * 1024 }
const HIGH_WATER_MARK = 256 * 1024
const HIGH_WATER_MARK_OF_WRITERS = 1024 * 1024

/** @throws OptionError */
function pumpJobOf(
  engine: Engine,
  options: BuildOptions,
): PumpJob & { readonly onProgress: OnProgress | undefined } {
  const { sliceMs = SLICE_MS, signal, onProgress, rowMode = 'object' } = options
  if (typeof sliceMs !== 'number' || !(sliceMs >= 0)) {
    throw new OptionError('sliceMs', 'a number of ms >= 0', sliceMs)
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new OptionError('signal', 'an AbortSignal', signal)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionError('onProgress', 'a function', onProgress)
  }
  if (rowMode !== 'object' && rowMode !== 'array') {
    throw new OptionError('rowMode', "'object' or 'array'", rowMode)
  }
  const arrayRows = rowMode === 'array' ? new ArrayRows(engine.spec) : undefined
  return { ...engine, limits: CHUNK_LIMITS, sliceMs, arrayRows, signal, onProgress }
}

/** @throws OptionError */
export function buildJobOf(engine: Engine, options: BuildOptions): Omit<ListBuildJob, 'rowBytes'> {
  assertOptions(options)
  const job = pumpJobOf(engine, options)
  const writer = writerOf(options, 'openList')
  return writer === undefined ? { ...job, writer } : { ...job, limits: WRITER_CHUNK_LIMITS, writer }
}

/** @throws OptionError */
export function streamJobOf(engine: Engine, options: StreamOptions): RowStreamJob {
  assertOptions(options)
  const writer = writerOf(options, 'openStream')
  const { format = 'json', toc = true } = options
  const { highWaterMark = writer ? HIGH_WATER_MARK_OF_WRITERS : HIGH_WATER_MARK } = options
  if (format !== 'json' && format !== 'ndjson') throw new OptionError('format', "'json' or 'ndjson'", format)
  if (!Number.isInteger(highWaterMark) || highWaterMark < 0) {
    throw new OptionError('highWaterMark', 'a number of bytes', highWaterMark)
  }
  if (typeof toc !== 'boolean') throw new OptionError('toc', 'a boolean', toc)
  return { ...pumpJobOf(engine, options), format, highWaterMark, keepsToc: toc, writer }
}

/** @throws OptionError */
function writerOf({ writer }: BuildOptions, method: keyof ChunkWriter): ChunkWriter | undefined {
  if (writer === undefined || typeof writer?.[method] === 'function') return writer
  throw new OptionError('writer', 'a pool of `createWriterPool`', writer)
}
