// `tocson/threads`: lists and streams written on other threads.

export type {
  ChunkWriter,
  StreamRequest,
  WriteRequest,
  WrittenList,
  WrittenStream,
} from '../toc/chunk-place.ts'
export type { FramedChunk } from '../toc/framed-chunks.ts'
export { WriterError, type WriterErrorCode } from './errors.ts'
export { createWriterPool, WriterPool, type WriterPoolOptions } from './writer-pool.ts'
