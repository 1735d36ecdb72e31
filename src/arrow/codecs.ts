// Compressed buffers. `apache-arrow` brings no codecs and takes those it is given; Node has one for ZSTD.

import * as zlib from 'node:zlib'
import * as arrow from 'apache-arrow'

/** `CompressionType` of Arrow's JavaScript. */
const ZSTD = 1
/** A few bytes may say that they are terabytes. Arrow's offsets of 32 bits end here. */
const BUFFER_BYTES_MAX = 2 ** 31 - 1

/** Versions that take no codecs do not export it. */
const registry = arrow.compressionRegistry as typeof arrow.compressionRegistry | undefined
/** Node has it from 22.15 on. */
const zstdDecompress = zlib.zstdDecompressSync as typeof zlib.zstdDecompressSync | undefined

/** Runs a read with a codec for ZSTD, unless the program has given one; nothing stays registered. */
export function withZstd<T>(read: () => T): T {
  const codec = registry?.get(ZSTD)
  if (registry === undefined || zstdDecompress === undefined || codec?.decode) return read()
  registry.set(ZSTD, {
    ...codec,
    decode: bytes => zstdDecompress(bytes, { maxOutputLength: BUFFER_BYTES_MAX }),
  })
  try {
    return read()
  } finally {
    registry.set(ZSTD, codec ?? {})
  }
}

/** What to do about buffers that the reader has no codec for; `undefined` when that is not what is wrong. */
export function compressionHelp(error: unknown): string | undefined {
  if (!(error instanceof Error) || !/compress.*(codec not found|not implemented)/.test(error.message)) return
  if (registry === undefined) {
    return 'the buffers are compressed, which this version of apache-arrow cannot read: write them without'
  }
  const known = zstdDecompress === undefined ? 'LZ4 or ZSTD' : 'LZ4'
  const others =
    zstdDecompress === undefined ? 'without, read them with Node 22.15 on' : 'with ZSTD or without'
  return `the buffers are compressed with ${known}: write them ${others}, or register a codec with \
compressionRegistry.set of apache-arrow`
}
