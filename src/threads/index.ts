// `tocson/threads`: lists written on other threads.

export { WriterError, type WriterErrorCode } from './errors.ts'
export { createWriterPool, WriterPool, type WriterPoolOptions } from './writer-pool.ts'
