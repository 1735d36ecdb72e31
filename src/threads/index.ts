// `tocson/threads`: lists written on other threads.

export type { ChunkWriter, WriteRequest, WrittenList } from '../toc/chunk-place.ts'
export { WriterError, type WriterErrorCode } from './errors.ts'
export { createWriterPool, WriterPool, type WriterPoolOptions } from './writer-pool.ts'
