// `tocson/file`: lists in files, as a store of the page cache or one by one.

export { type FileStoreOptions, fileStore } from './file-store.ts'
export { FrameFile, type FrameFileOptions, openFrameFile, writeFrameFile } from './frame-file.ts'
