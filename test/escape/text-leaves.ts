// The text leaves of the kernel, compiled alone, behind a harness that surrounds text and output with poison.

import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

export type Leaf = (out: number, text: number, length: number) => number
export type Encoding = 'ascii' | 'utf16'

export interface TextLeaves {
  readonly writeAsciiString: Leaf
  readonly writeAsciiStringHtmlSafe: Leaf
  readonly copyAscii: Leaf
  readonly copyAsciiHtmlSafe: Leaf
  readonly writeUtf16String: Leaf
  readonly writeUtf16StringHtmlSafe: Leaf
  readonly copyUtf16: Leaf
  readonly copyUtf16HtmlSafe: Leaf
  readonly ESCAPED_BYTES_PER_UNIT_MAX: { readonly value: number }
  readonly QUOTE_BYTES: { readonly value: number }
  readonly TEXT_READ_MARGIN: { readonly value: number }
  readonly OUT_WRITE_MARGIN: { readonly value: number }
}

// Node has WebAssembly, its types have not: they stand in TypeScript's library for browsers.
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  instantiate(
    binary: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: object } }>
}

const PAGE_BYTES = 65_536
const MEMORY_PAGES = 512
const TEXT_START = 64 * 1024
const OUT_START = 2 * 1024 * 1024
const POISON_BYTES = 48
const OUT_POISON = 0xaa

// What lies around a text in turn: bytes and units that would be escaped, halves of pairs, letters of each
// width.
const TEXT_POISON = [
  [0xaa, 0xaa],
  [0x22, 0x22],
  [0x22, 0x00],
  [0x01, 0x01],
  [0x0a, 0x00],
  [0x3d, 0xd8],
  [0x00, 0xdc],
  [0x3c, 0x00],
  [0x61, 0x00],
  [0x30, 0x04],
  [0x28, 0x20],
].map(pattern => Buffer.from(pattern))

const KERNEL_FLAGS = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory']

async function compileLeaves(): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined
  const entry = 'test/escape/assembly/text-leaves.ts'
  const baseDir = fileURLToPath(new URL('../..', import.meta.url))
  const { error, stderr } = await asc.main(
    [entry, '--baseDir', baseDir, '--outFile', 'leaves.wasm', ...KERNEL_FLAGS],
    {
      writeFile(_name: string, contents: string | Uint8Array) {
        if (typeof contents !== 'string') binary = new Uint8Array(contents)
      },
    },
  )
  if (error || !binary) throw new Error(`asc: ${error?.message}\n${stderr.toString()}`)
  return binary
}

/** The leaves over one memory, and the two ways to run them over many texts. */
export class LeafHarness {
  readonly leaves: TextLeaves
  readonly #memory: Buffer
  #poison: Buffer | undefined
  #poisonStart = 0

  private constructor(leaves: TextLeaves, memory: Buffer) {
    this.leaves = leaves
    this.#memory = memory
  }

  static async compile(): Promise<LeafHarness> {
    const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES })
    const { instance } = await WebAssembly.instantiate(await compileLeaves(), { env: { memory } })
    // The entry exports exactly these.
    return new LeafHarness(instance.exports as TextLeaves, Buffer.from(memory.buffer))
  }

  /**
   * The output of `leaf` for each text, each followed by a comma. Every text lies in poison, every output
   * starts where the leaf said that the one before ended, and nothing beyond the promised margin may have
   * been stored.
   */
  writeAll(leaf: Leaf, encoding: Encoding, texts: readonly string[]): Buffer {
    const memory = this.#memory
    const capacity = this.#outBytesMax(texts)
    if (OUT_START + capacity > memory.length)
      throw new Error(`too much output for one run: ${capacity} bytes`)
    memory.fill(OUT_POISON, OUT_START - POISON_BYTES, OUT_START + capacity)
    let out = OUT_START
    for (let index = 0; index < texts.length; index++) {
      const text = texts[index]!
      this.#placeText(text, encoding, TEXT_POISON[(index >> 4) % TEXT_POISON.length]!)
      out = leaf(out, TEXT_START, text.length)
      this.#checkPoison(out + this.leaves.OUT_WRITE_MARGIN.value, text)
      memory[out++] = 0x2c
    }
    this.#checkPoison(OUT_START - POISON_BYTES, 'before the first')
    return memory.subarray(OUT_START, out)
  }

  /** The output for a text that ends one read margin before the end of the memory: reading on would trap. */
  writeAtMemoryEnd(leaf: Leaf, encoding: Encoding, text: string): Buffer {
    const byteLength = encoding === 'ascii' ? text.length : 2 * text.length
    const start = MEMORY_PAGES * PAGE_BYTES - this.leaves.TEXT_READ_MARGIN.value - byteLength
    this.#memory.fill(0x22, start)
    this.#write(text, encoding, start)
    return this.#memory.subarray(OUT_START, leaf(OUT_START, start, text.length))
  }

  #outBytesMax(texts: readonly string[]): number {
    const { ESCAPED_BYTES_PER_UNIT_MAX, QUOTE_BYTES } = this.leaves
    let units = 0
    for (const text of texts) units += text.length
    return (
      units * ESCAPED_BYTES_PER_UNIT_MAX.value + texts.length * (QUOTE_BYTES.value + 1) + 4 * POISON_BYTES
    )
  }

  // Nothing writes to the poison, so it is laid down only where it changes.
  #placeText(text: string, encoding: Encoding, poison: Buffer): void {
    const end = TEXT_START + (encoding === 'ascii' ? text.length : 2 * text.length)
    if (this.#poison !== poison || this.#poisonStart !== end) {
      this.#memory.fill(poison, TEXT_START - POISON_BYTES, TEXT_START)
      this.#memory.fill(poison, end, end + POISON_BYTES)
      this.#poison = poison
      this.#poisonStart = end
    }
    this.#write(text, encoding, TEXT_START)
  }

  #write(text: string, encoding: Encoding, start: number): void {
    this.#memory.write(text, start, encoding === 'ascii' ? 'latin1' : 'utf16le')
  }

  #checkPoison(start: number, text: string): void {
    for (let position = start; position < start + POISON_BYTES; position++) {
      if (this.#memory[position] === OUT_POISON) continue
      throw new Error(`byte ${position - start} past the margin was stored: ${JSON.stringify(text)}`)
    }
  }
}

/** `JSON.stringify` of each text, each followed by a comma. */
export function stringifyAll(texts: readonly string[]): string {
  return texts.length ? `${JSON.stringify(texts).slice(1, -1)},` : ''
}

/** Each text as it is, apart from lone surrogates, each followed by a comma. */
export function verbatimAll(texts: readonly string[]): string {
  return texts.map(text => `${escapeLoneSurrogates(text)},`).join('')
}

function escapeLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, unit => `\\u${unit.charCodeAt(0).toString(16)}`)
}

/** Says where two outputs part; a diff of megabytes would help nobody. */
export function firstDifference(actual: Buffer, expected: Buffer): string | undefined {
  if (actual.equals(expected)) return undefined
  let at = 0
  while (at < actual.length && actual[at] === expected[at]) at++
  const around = (bytes: Buffer) =>
    JSON.stringify(bytes.subarray(Math.max(0, at - 40), at + 40).toString('latin1'))
  return `byte ${at}: ${around(actual)} instead of ${around(expected)}`
}

/** A small seeded generator (mulberry32): the same seed gives the same texts on every machine. */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed | 0
  return limit => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
