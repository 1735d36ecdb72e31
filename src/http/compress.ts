// Compressed pages: made once per page and coding, off the event loop, and kept within a byte budget.

import { Buffer } from 'node:buffer'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { HttpOptionError } from './problem.ts'
import type { PageEncoding } from './types.ts'

export type CompressedEncoding = Exclude<PageEncoding, 'identity'>

export interface CompressionOptions {
  /** Codings on offer, in the server's order of preference. Default: `zstd` where Node has it, `br`, `gzip`. */
  readonly encodings?: readonly CompressedEncoding[] | undefined
  /** Pages of fewer bytes go out as they are. Default 1,024. */
  readonly thresholdBytes?: number | undefined
  /** Bytes of compressed pages kept for the next request; 0 keeps none. Default 16 MiB. */
  readonly keepBytes?: number | undefined
  /** Brotli quality 0 to 11, default 5: what gzip's 6 costs, and no larger. */
  readonly brotliQuality?: number | undefined
  /** gzip level 0 to 9, default 6. */
  readonly gzipLevel?: number | undefined
  /** zstd level 1 to 19, default 3. */
  readonly zstdLevel?: number | undefined
}

type Compress = (bytes: Buffer) => Promise<Buffer>

const ENCODINGS: readonly CompressedEncoding[] = ['zstd', 'br', 'gzip']

/** What an entry costs besides its bytes: key, node and Buffer object, roughly. */
const ENTRY_BYTES = 512

/** Compresses pages, each once at a time, and remembers the results. */
export class PageCompressor {
  readonly encodings: readonly CompressedEncoding[]
  readonly thresholdBytes: number
  readonly #kept: LRUCache<string, Buffer> | undefined
  readonly #running = new Map<string, Promise<Buffer>>()
  readonly #compress: Partial<Record<CompressedEncoding, Compress>>

  constructor(options: CompressionOptions) {
    this.#compress = compressors(options)
    const wanted = options.encodings ?? ENCODINGS
    if (!isList(wanted)) {
      throw new HttpOptionError('compression.encodings', `a list of ${ENCODINGS.join(', ')}`, wanted)
    }
    for (const one of wanted) {
      if (!ENCODINGS.includes(one))
        throw new HttpOptionError('compression.encodings', ENCODINGS.join(', '), one)
    }
    this.encodings = wanted.filter(encoding => this.#compress[encoding] !== undefined)
    this.thresholdBytes = byteCount('thresholdBytes', options.thresholdBytes ?? 1024)
    const keepBytes = byteCount('keepBytes', options.keepBytes ?? 16 * 1024 * 1024)
    if (keepBytes > 0) {
      this.#kept = new LRUCache({
        maxSize: keepBytes,
        sizeCalculation: (bytes, key) => bytes.byteLength + key.length + ENTRY_BYTES,
      })
    }
  }

  /**
   * The chunks as one compressed buffer, borrowed: others get the same one.
   *
   * @param key equal keys must mean equal chunks and encoding
   */
  compress(key: string, encoding: CompressedEncoding, chunks: Iterable<Buffer>): Promise<Buffer> | Buffer {
    const known = this.#kept?.get(key) ?? this.#running.get(key)
    if (known !== undefined) return known
    // Not forgotten by the run itself: one that fails at once would do so before it is remembered.
    const running = this.#run(key, encoding, chunks).finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  async #run(key: string, encoding: CompressedEncoding, chunks: Iterable<Buffer>): Promise<Buffer> {
    const bytes = await this.#compress[encoding]!(Buffer.concat([...chunks]))
    this.#kept?.set(key, bytes)
    return bytes
  }
}

/** `Array.isArray` makes an array of anything of a readonly one. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function level(
  option: 'brotliQuality' | 'gzipLevel' | 'zstdLevel',
  value: number,
  min: number,
  max: number,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new HttpOptionError(`compression.${option}`, `a whole number from ${min} to ${max}`, value)
}

function byteCount(option: 'thresholdBytes' | 'keepBytes', value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new HttpOptionError(`compression.${option}`, 'a whole number of bytes', value)
}

/** One function per coding this Node has: zstd came with 22.15. */
function compressors(options: CompressionOptions): Partial<Record<CompressedEncoding, Compress>> {
  const gzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip)
  const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliCompress)
  const brotliQuality = level('brotliQuality', options.brotliQuality ?? 5, 0, 11)
  const gzipLevel = level('gzipLevel', options.gzipLevel ?? 6, 0, 9)
  const zstdLevel = level('zstdLevel', options.zstdLevel ?? 3, 1, 19)
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, ZSTD_c_compressionLevel } = zlib.constants
  const made: Partial<Record<CompressedEncoding, Compress>> = {
    gzip: bytes => gzip(bytes, { level: gzipLevel }),
    br: bytes => {
      const params = { [BROTLI_PARAM_QUALITY]: brotliQuality, [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength }
      return brotli(bytes, { params })
    },
  }
  if (typeof zlib.zstdCompress === 'function') {
    const zstd = promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)
    made.zstd = bytes => zstd(bytes, { params: { [ZSTD_c_compressionLevel]: zstdLevel } })
  }
  return made
}
