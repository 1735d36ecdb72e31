/// <reference path="./webassembly.d.ts" />
// The host of the byte writer: loads the kernel, lays out its memory, moves text in and bytes out.
//
//     memory  ├ kernel's tables ┼ program ┼ stack ┼ offsets ┼ text ┼ slots … ┼ window …                 ┤
//               constant          per spec            rows      packed rows    bytes of one chunk
//
// Slots and window follow each other anew for every chunk, so one large row simply pushes the rest outwards. Text that
// does not fit its area is collected elsewhere and put between the two.
// When the memory grows every view of it is stale: `#refresh` is the only place that makes views.

import { Buffer } from 'node:buffer'
import { Failure } from '../pack/failure.ts'
import { slotMargin } from '../pack/interpret.ts'
import { PackedRows } from '../pack/packed-rows.ts'
import type { Program } from '../spec/program.ts'
import type { Spec } from '../spec/spec.ts'
import { KERNEL_BASE64 } from './kernel.generated.ts'
import { AREA_BYTES, TextArea } from './text-area.ts'

const PAGE_BYTES = 64 * 1024
const SLOT_BYTES = 8
const OFFSET_BYTES = 4
const FRAME_BYTES = 8
/** What one slot's value takes at most, brackets, quotes and `null` included. */
const VALUE_BYTES_MAX = 32
/** `\u0000`; UTF-8 takes at most 3 per unit. */
const UNIT_BYTES_MAX = 6
/** The leaves may read and store whole blocks past the end. */
const TEXT_MARGIN = 64
const WINDOW_MARGIN = 128

/** How large one chunk gets; tests lower these to run every border. */
export interface ChunkLimits {
  readonly rows: number
  readonly slots: number
}

export const CHUNK_LIMITS: ChunkLimits = { rows: 256, slots: 8 * 1024 }

/** The parameters of `writeRows`, in its order. */
export type WriteCall = [
  program: number,
  slots: number,
  text: number,
  wide: number,
  out: number,
  stack: number,
  offsets: number,
  rowCount: number,
]

export interface KernelExports {
  dataEnd(): number
  writeRows(...call: WriteCall): number
  checksum(
    slots: number,
    slotBytes: number,
    text: number,
    textBytes: number,
    seedLow: number,
    seedHigh: number,
  ): number
}

let compiled: WebAssembly.Module | undefined

/** The kernel as it was compiled, for memory of its own. */
export function kernelBytes(): Buffer {
  return Buffer.from(KERNEL_BASE64, 'base64')
}

/** Compiled on first use; the module is code without state, shared by all kernels. */
function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(kernelBytes())
  return compiled
}

export class Kernel {
  /** Filled by a packer between `open` and `write`. */
  readonly packed: PackedRows
  /** The whole memory; bytes `[start, end)` of it are what `write` wrote. Borrowed until the next call. */
  bytes: Buffer
  /** Where each row of the last `write` starts, counted from `start`. */
  offsets: Uint32Array
  start = 0
  end = 0
  /** Where the text of the packed rows lies in `bytes`, once it is settled or loaded. */
  textStart = 0
  textEnd = 0
  /** Size of the memory, kept here because asking the memory is a call. */
  byteLength: number

  readonly #memory: WebAssembly.Memory
  readonly #exports: KernelExports
  readonly #programStart: number
  #program: Program | undefined
  #limits: ChunkLimits = CHUNK_LIMITS
  #rootLiteralBytes = 0
  #slotMargin = 0
  #stackStart = 0
  #offsetsStart = 0
  #slotsStart = 0
  #slotCapacity = 0
  /** UTF-16 units of settled or loaded text. */
  #units = 0
  readonly #text: TextArea
  /** All text is where it is written from. */
  #isSettled = false

  /**
   * `module` is one that takes such a memory. Not in the published types, which must do without WebAssembly's:
   * TypeScript has those only in its browser library.
   *
   * @internal
   */
  constructor(memory = new WebAssembly.Memory({ initial: 16 }), module = kernelModule()) {
    this.#memory = memory
    const instance = new WebAssembly.Instance(module, { env: { memory } })
    this.#exports = instance.exports as unknown as KernelExports
    this.#programStart = align(this.#exports.dataEnd())
    this.bytes = Buffer.from(this.#memory.buffer)
    this.byteLength = this.bytes.byteLength
    this.offsets = new Uint32Array(this.#memory.buffer)
    this.#text = new TextArea(this.bytes)
    const slots = new Float64Array(this.#memory.buffer)
    this.packed = new PackedRows(slots, 0, () => this.#enlargeSlots(), this.#text)
  }

  /** First byte behind tables and program: from here on nothing outlives a call, and nothing is read unwritten. */
  get scratchStart(): number {
    return this.#stackStart
  }

  /** First byte of the slots. */
  get slotsStart(): number {
    return this.#slotsStart
  }

  /** Whether the text takes two bytes a unit (UTF-16, little-endian), not one (ASCII). */
  get isWide(): boolean {
    return this.#text.wide
  }

  /** Prepares for rows of `spec`; nothing of earlier rows remains in the packed rows. */
  open(spec: Spec, limits: ChunkLimits = CHUNK_LIMITS): void {
    if (this.#program !== spec.program || this.#limits !== limits) {
      this.#layOut(spec, limits)
      this.#text.open()
    }
    this.reset()
  }

  /** The text of the next chunk is tried as ASCII first, whatever came before: equal rows then pack alike. */
  forgetText(): void {
    this.#text.open()
  }

  /** Empties the packed rows for the next chunk. */
  reset(): void {
    const { packed } = this
    packed.position = this.#slotsStart / SLOT_BYTES
    packed.text = ''
    packed.slotEnd = packed.rowSlotEnd + this.#slotMargin
    this.#text.reset()
    packed.literalBytes = 0
    packed.depth = 0
    packed.failed = false
    packed.copies = undefined
    this.#isSettled = false
  }

  #layOut(spec: Spec, limits: ChunkLimits): void {
    const { program } = spec
    this.#limits = limits
    this.#slotMargin = slotMargin(spec)
    this.#rootLiteralBytes = program.literalBytes[spec.root]! + 1
    this.#stackStart = align(this.#programStart + program.bytes.length + TEXT_MARGIN)
    // Open loops of one body are at most its nodes, and each open reference has a body.
    const frames = (spec.maxDepth + 2) * (loopCount(spec) + 2)
    this.#offsetsStart = align(this.#stackStart + frames * FRAME_BYTES)
    this.#text.start = align(this.#offsetsStart + limits.rows * OFFSET_BYTES)
    this.#slotsStart = align(this.#text.start + AREA_BYTES + TEXT_MARGIN)
    this.#slotCapacity = limits.slots + 2 * this.#slotMargin
    this.#reserve(this.#slotsStart + this.#slotCapacity * SLOT_BYTES)
    this.bytes.set(program.bytes, this.#programStart)
    this.#program = program
    this.packed.rowSlotEnd = this.#slotsStart / SLOT_BYTES + limits.slots
    this.#refresh()
  }

  /** So that `grow` comes again after as many slots as a chunk has, whatever room there is. */
  #enlargeSlots(): void {
    const { packed } = this
    const start = this.#slotsStart / SLOT_BYTES
    const used = packed.position - start
    if (used + 2 * this.#slotMargin > this.#slotCapacity) {
      const doubled = this.#slotCapacity * 2
      this.#reserve(this.#slotsStart + doubled * SLOT_BYTES)
      this.#slotCapacity = doubled
    }
    packed.slotEnd = start + Math.min(this.#slotCapacity - this.#slotMargin, used + this.#limits.slots)
  }

  /** Makes the memory at least `byteLength` bytes long. */
  #reserve(byteLength: number): void {
    const missing = byteLength - this.byteLength
    if (missing <= 0) return
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES))
    } catch (cause) {
      throw new Failure('TOO_LARGE', 'rows that fit into memory', `one that needs ${byteLength} bytes`, cause)
    }
    this.#refresh()
  }

  #refresh(): void {
    const { buffer } = this.#memory
    if (this.bytes.buffer !== buffer) {
      this.bytes = this.#text.bytes = Buffer.from(buffer)
      this.byteLength = buffer.byteLength
      this.packed.slots = new Float64Array(buffer)
    }
    this.offsets = new Uint32Array(buffer, this.#offsetsStart, this.#limits.rows)
  }

  /** Writes the packed rows, each followed by one comma, to `bytes[start, end)`, and their `offsets`. */
  write(rowCount: number): void {
    this.settle()
    this.#writeRows(rowCount)
  }

  /**
   * Does all of `write` but the writing, which then needs nothing but the memory: whoever shares it calls `writeRows`
   * with the numbers put into `call`. Returns how many bytes that writes at most.
   */
  prepare(rowCount: number, call: Int32Array): number {
    this.settle()
    const worstCase = this.#makeRoom(rowCount)
    call[0] = this.#programStart
    call[1] = this.#slotsStart
    call[2] = this.textStart
    call[3] = this.#text.wide ? 1 : 0
    call[4] = this.start
    call[5] = this.#stackStart
    call[6] = this.#offsetsStart
    call[7] = rowCount
    return worstCase
  }

  /** Writes what was prepared, like anybody else could. */
  writePrepared(call: Int32Array): void {
    this.start = call[4]! >>> 0
    this.end = this.#exports.writeRows(...(Array.from(call) as WriteCall)) >>> 0
  }

  /** Encodes what text is pending: the packed rows then lie at `slotsStart`, `textStart` and `textEnd` of `bytes`. */
  settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    const text = this.#text
    text.append(this.packed.text)
    const slotsEnd = this.packed.position * SLOT_BYTES
    this.#units = text.units
    this.textStart = text.isSpilled ? align(slotsEnd) : text.start
    this.textEnd = this.textStart + text.byteLength
    this.start = align(text.isSpilled ? this.textEnd + TEXT_MARGIN : slotsEnd)
    if (!text.isSpilled) return
    this.#reserve(this.start)
    text.moveTo(this.textStart)
  }

  /** Lets go of what earlier rows left behind. */
  drop(): void {
    this.packed.text = this.packed.failedText = ''
    this.packed.copies = undefined
    this.#text.clear()
  }

  /** Takes packed rows that were stored as bytes. Whoever calls this checks them before they are written. */
  load(slots: Uint8Array, text: Uint8Array, wide: boolean): void {
    this.reset()
    const slotsEnd = this.#slotsStart + slots.byteLength
    const inArea = text.byteLength <= AREA_BYTES
    this.textStart = inArea ? this.#text.start : align(slotsEnd)
    this.textEnd = this.textStart + text.byteLength
    this.start = align(inArea ? slotsEnd : this.textEnd + TEXT_MARGIN)
    this.#reserve(this.start)
    this.bytes.set(slots, this.#slotsStart)
    this.bytes.set(text, this.textStart)
    this.packed.position = slotsEnd / SLOT_BYTES
    this.#units = wide ? text.byteLength / 2 : text.byteLength
    this.#text.wide = wide
    this.#isSettled = true
  }

  /** Of settled or loaded rows as they lie in memory: 32 bits of XXH64, for which `seedLow` and `seedHigh` are the seed. */
  checksum(seedLow: number, seedHigh: number): number {
    const slotBytes = this.packed.position * SLOT_BYTES - this.#slotsStart
    const textBytes = this.textEnd - this.textStart
    return (
      this.#exports.checksum(this.#slotsStart, slotBytes, this.textStart, textBytes, seedLow, seedHigh) >>> 0
    )
  }

  #writeRows(rowCount: number): void {
    this.#makeRoom(rowCount)
    // Positions past 2 GiB come back negative.
    this.end =
      this.#exports.writeRows(
        this.#programStart,
        this.#slotsStart,
        this.textStart,
        this.#text.wide ? 1 : 0,
        this.start,
        this.#stackStart,
        this.#offsetsStart,
        rowCount,
      ) >>> 0
  }

  /** Returns how many bytes are written at most. */
  #makeRoom(rowCount: number): number {
    const slotsUsed = this.packed.position - this.#slotsStart / SLOT_BYTES
    const worstCase =
      slotsUsed * VALUE_BYTES_MAX +
      this.#units * UNIT_BYTES_MAX +
      rowCount * this.#rootLiteralBytes +
      this.packed.literalBytes +
      WINDOW_MARGIN
    this.#reserve(this.start + worstCase)
    return worstCase
  }
}

/** How many loops can be open at once in one body, at most. */
function loopCount(spec: Spec): number {
  return spec.nodes.filter(node => node.op === 'array' || (node.op === 'object' && node.rest.length > 0))
    .length
}

function align(position: number): number {
  return Math.ceil(position / 16) * 16
}
