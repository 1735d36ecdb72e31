// The words that threads talk through. Each is written by one side, or by atomic operations only.
//
//     pool     ├ REMAINING ┼ WAKE ┤
//     workers  ├ SIGNAL ┼ GIVEN ┼ DONE ┼ … ┼ ring of kernel numbers ┤ …      GIVEN - DONE of the ring are to be done
//     kernels  ├ parameters of writeRows ┼ FRAMING ┼ MEMORY ┼ LIST ┼ INDEX ┼ FIRST_ROW ┤ …
//                the chunk                 what for   whose     where to, in a list
//
// A worker sleeps on its SIGNAL, which changes with every chunk and message. Each chunk that is done lowers
// REMAINING; whoever gets it to 0 or below wakes the main thread. It may be woken early, never late.

export const REMAINING = 0
export const WAKE = 1

const POOL_WORDS = 16
const WORKER_WORDS = 16
const KERNEL_WORDS = 16

export const SIGNAL = 0
export const GIVEN = 1
export const DONE = 2
export const RING = WORKER_WORDS

/** The parameters of `writeRows` are the first words of a kernel. */
export const CALL_WORDS = 8
export const OUT = 4
export const OFFSETS = 6
export const ROW_COUNT = 7
/** One of `Framing`: the chunk's bytes are sent. 0: they go into a list. */
export const FRAMING = 8
export const MEMORY = 9
export const LIST = 10
export const INDEX = 11
export const FIRST_ROW = 12

/** `kernelCount`: a power of two, so that counters may wrap. */
export interface ControlSize {
  readonly threads: number
  readonly kernelCount: number
}

export function controlWords(size: ControlSize): number {
  return kernelStart(size, size.kernelCount)
}

export function workerStart({ kernelCount }: ControlSize, worker: number): number {
  return POOL_WORDS + worker * (WORKER_WORDS + kernelCount)
}

export function kernelStart(size: ControlSize, kernel: number): number {
  return workerStart(size, size.threads) + kernel * KERNEL_WORDS
}
