// The kernel over memory that threads share. It is the same code: only what its module says of the memory
// it imports differs, so that is changed when it is loaded.
//
//     import section   … "env" "memory" │ 02 │ 00 01          │ a memory │ no flags: at least 1 page
//                                       │ 02 │ 03 01 80 80 04 │ a memory │ shared, has a maximum: 1 to 65,536 pages

import { Buffer } from 'node:buffer'
import { Kernel, kernelBytes } from './kernel.ts'

/** As many pages as 32-bit positions reach; memory nobody touches takes none. */
const PAGES_MAX = 65_536
const PAGES_INITIAL = 16
const IMPORT_SECTION = 2
const HEADER_BYTES = 8
const MEMORY_IMPORT = Buffer.from('\x03env\x06memory\x02', 'latin1')
const OWN_LIMITS = Buffer.from([0x00, 0x01])
const SHARED_LIMITS = Buffer.from([0x03, 0x01, 0x80, 0x80, 0x04])

/** A kernel, and the memory that lets other threads write what was packed into it. */
export interface SharedKernel {
  readonly kernel: Kernel
  readonly memory: WebAssembly.Memory
}

/** @throws RangeError, TypeError where there is no shared memory, or no more of it */
export function sharedKernel(module: WebAssembly.Module): SharedKernel {
  const memory = new WebAssembly.Memory({ initial: PAGES_INITIAL, maximum: PAGES_MAX, shared: true })
  return { kernel: new Kernel(memory, module), memory }
}

/** The kernel's code for shared memory; threads can pass it to each other. */
export function sharedKernelModule(): WebAssembly.Module {
  return new WebAssembly.Module(withSharedMemory(kernelBytes()))
}

function withSharedMemory(module: Buffer): Buffer {
  const { start, sizeEnd, end } = importSection(module)
  const limitsStart = module.indexOf(MEMORY_IMPORT, sizeEnd) + MEMORY_IMPORT.byteLength
  const limitsEnd = limitsStart + OWN_LIMITS.byteLength
  if (limitsStart > end || !module.subarray(limitsStart, limitsEnd).equals(OWN_LIMITS)) {
    throw new TypeError('the kernel imports its memory in another form')
  }
  const size = end - sizeEnd + SHARED_LIMITS.byteLength - OWN_LIMITS.byteLength
  return Buffer.concat([
    module.subarray(0, start + 1),
    leb128(size),
    module.subarray(sizeEnd, limitsStart),
    SHARED_LIMITS,
    module.subarray(limitsEnd),
  ])
}

/** Sections follow each other: a byte that says which, the size of the rest in LEB128, the rest. */
function importSection(module: Buffer): { start: number; sizeEnd: number; end: number } {
  for (let start = HEADER_BYTES; start < module.byteLength; ) {
    let size = 0
    let sizeEnd = start + 1
    for (let shift = 0; ; shift += 7) {
      const byte = module[sizeEnd++]!
      size |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    const end = sizeEnd + size
    if (module[start] === IMPORT_SECTION) return { start, sizeEnd, end }
    start = end
  }
  throw new TypeError('the kernel imports no memory')
}

function leb128(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}
