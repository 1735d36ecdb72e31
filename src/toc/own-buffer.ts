// Said without a type parameter, which Buffer has from TypeScript 5.7 on only.

import type { Buffer } from 'node:buffer'

/** A Buffer of ordinary memory, never shared: `Buffer<ArrayBuffer>`. It can be the body of a `Response`. */
export type OwnBuffer = ReturnType<typeof Buffer.alloc>
