// Said without a type parameter, which Buffer and Uint8Array have from TypeScript 5.7 on only.

import type { Buffer } from 'node:buffer'

/** A Buffer of ordinary memory, never shared: `Buffer<ArrayBuffer>`. It can be the body of a `Response`. */
export type OwnBuffer = ReturnType<typeof Buffer.alloc>

/** The same of a Uint8Array: what transforms of browsers take, as `CompressionStream`. */
export type OwnBytes = ReturnType<typeof Uint8Array.of>
