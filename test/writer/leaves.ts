// The number and time leaves of the kernel, compiled alone, behind a harness that compares them with an
// oracle.

import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

export type Leaf = (out: number, value: number, flag?: boolean) => number
type Constant = { readonly value: number }

export interface NumberLeaves {
  readonly writeU32: Leaf
  readonly writeInt: Leaf
  readonly writeFloat: Leaf
  readonly writeDateTime: Leaf
  readonly writeDate: Leaf
  readonly writeTime: Leaf
  readonly writeDuration: Leaf
  readonly INT_BYTES_MAX: Constant
  readonly FLOAT_BYTES_MAX: Constant
  readonly DATE_TIME_BYTES_MAX: Constant
  readonly DATE_BYTES_MAX: Constant
  readonly TIME_BYTES_MAX: Constant
  readonly DURATION_BYTES_MAX: Constant
}

// Node has WebAssembly, its types have not: they stand in TypeScript's library for browsers.
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  instantiate(
    binary: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: object } }>
}

/** Generous: a busy machine must not fail a test. */
export const TIMEOUT_MS = 120_000

const KERNEL_FLAGS = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory']
const MEMORY_PAGES = 16
const OUT_START = 256 * 1024
const BATCH = 4096
// What a leaf may store past the position it returns.
const MARGIN_BYTES = 32
const POISON_BYTES = 16
const POISON = 0xaa
const NEWLINE = 0x0a

async function compileLeaves(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const baseDir = fileURLToPath(new URL('../..', import.meta.url))
  const entry = 'test/writer/assembly/number-leaves.ts'
  const { error, stderr } = await asc.main(
    [entry, '--baseDir', baseDir, '--outFile', 'leaves.wasm', ...KERNEL_FLAGS],
    {
      writeFile(_name: string, contents: string | Uint8Array) {
        if (typeof contents !== 'string') binary = contents
      },
    },
  )
  if (error || !binary) throw new Error(`asc: ${error?.message}\n${stderr.toString()}`)
  return binary
}

export class LeafHarness {
  readonly leaves: NumberLeaves
  readonly #memory: Buffer

  private constructor(leaves: NumberLeaves, memory: Buffer) {
    this.leaves = leaves
    this.#memory = memory
  }

  static async compile(): Promise<LeafHarness> {
    const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES })
    const { instance } = await WebAssembly.instantiate(await compileLeaves(), { env: { memory } })
    // The entry exports exactly these.
    return new LeafHarness(instance.exports as NumberLeaves, Buffer.from(memory.buffer))
  }

  /** The text for one value. */
  text(leaf: Leaf, value: number, flag = false): string {
    return this.#memory.toString('latin1', OUT_START, leaf(OUT_START, value, flag))
  }

  /**
   * The first values whose text is not the oracle's, as `value: text, not text`; empty if all agree. Throws
   * if a text is longer than `bytesMax` or something was stored beyond the margin.
   */
  mismatches(
    leaf: Leaf,
    bytesMax: Constant,
    values: ArrayLike<number>,
    oracle: (value: number) => string,
    flag = false,
  ): string[] {
    const found: string[] = []
    for (let start = 0; start < values.length && found.length === 0; start += BATCH) {
      const end = Math.min(start + BATCH, values.length)
      const actual = this.lines(leaf, bytesMax, values, start, end, flag)
      let expected = ''
      for (let index = start; index < end; index++) expected += `${oracle(values[index]!)}\n`
      if (actual === expected) continue
      const texts = actual.split('\n')
      for (let index = start; index < end && found.length < 10; index++) {
        const text = texts[index - start]!
        const value = values[index]!
        if (text !== oracle(value))
          found.push(`${Object.is(value, -0) ? '-0' : value}: ${text}, not ${oracle(value)}`)
      }
    }
    return found
  }

  /** The texts for values [start, end), at most 4096, each followed by a newline. */
  lines(
    leaf: Leaf,
    bytesMax: Constant,
    values: ArrayLike<number>,
    start: number,
    end: number,
    flag = false,
  ): string {
    const memory = this.#memory
    const guard = MARGIN_BYTES + POISON_BYTES
    memory.fill(POISON, OUT_START - 1, OUT_START + (end - start) * (bytesMax.value + 1) + guard)
    let out = OUT_START
    for (let index = start; index < end; index++) {
      const next = leaf(out, values[index]!, flag)
      if (next <= out || next - out > bytesMax.value) {
        throw new Error(`${next - out} bytes for ${values[index]}: ${memory.toString('latin1', out, next)}`)
      }
      for (let position = next + MARGIN_BYTES; position < next + guard; position++) {
        if (memory[position] !== POISON) throw new Error(`stored beyond the margin for ${values[index]}`)
      }
      memory[next] = NEWLINE
      out = next + 1
    }
    if (memory[OUT_START - 1] !== POISON) throw new Error('stored before the position given')
    return memory.toString('latin1', OUT_START, out)
  }
}

/** Numbers in [0, 1) with 53 random bits, the same for the same seed on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  const next32 = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return () => ((next32() >>> 5) * 67108864 + (next32() >>> 6)) / 9007199254740992
}

/** A new seed for each run, or the one in TOCSON_SEED to repeat a run. */
export function testSeed(): number {
  return Number(process.env.TOCSON_SEED ?? Math.trunc(Math.random() * 2 ** 31))
}

/** The doubles at most `ulps` places away from `value`, and `value`. */
export function neighbours(value: number, ulps: number): number[] {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const found: number[] = []
  for (let step = -BigInt(ulps); step <= ulps; step++) {
    view.setBigUint64(0, BigInt.asUintN(64, bits + step))
    if (Number.isFinite(view.getFloat64(0))) found.push(view.getFloat64(0))
  }
  return found
}
