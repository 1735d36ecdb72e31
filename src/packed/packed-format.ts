// Packed rows of one spec as a format: rows to bytes, bytes to rows, bytes to JSON.
//
//     pack        rows ── pack ──> packed rows ── copy ──> bytes
//     open        bytes ── copy, check ──> packed rows, which whoever asked for them writes
//     unpack      bytes ── copy, check ──> packed rows ── build ──> rows

import type { Buffer } from 'node:buffer'
import { OptionError } from '../errors.ts'
import { isInstance } from '../pack/failure.ts'
import type { Packer } from '../pack/packer.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkSource } from '../toc/chunk-source.ts'
import { CHUNK_LIMITS, type ChunkLimits } from '../writer/kernel.ts'
import { kernels } from '../writer/kernel-pool.ts'
import { interpretingBuild } from './build-rows.ts'
import { findFault } from './check-rows.ts'
import type { BuildRows, CheckRows } from './cursor.ts'
import { fingerprintOf } from './fingerprint.ts'
import { generateBuild } from './generate-build.ts'
import { generateCheck } from './generate-check.ts'
import { PackedChunks } from './packed-chunks.ts'
import { PackedError } from './packed-error.ts'
import { PackedList } from './packed-list.ts'
import { type PackJob, packChunksToBytes, packToBytes } from './packed-writer.ts'
import { offsetWalk } from './time-zone.ts'

/** ECMA-262: the largest length of an array. */
const ROWS_MAX = 2 ** 32 - 1

export interface UnpackOptions {
  /**
   * What objects whose properties the schema does not name (records) become: plain objects (default), or a
   * `Map`, which keeps the order of keys that look like integers.
   */
  readonly records?: 'object' | 'map' | undefined
}

/** Packing for one serializer. Walkers and fingerprint are made when first needed. */
export class PackedFormat {
  readonly #spec: Spec
  readonly #packer: Packer
  readonly #needsText: boolean
  readonly #hasDates: boolean
  readonly #builds: Record<'object' | 'map', BuildRows | undefined> = { object: undefined, map: undefined }
  #check: CheckRows | undefined
  #fingerprint: Buffer | undefined

  constructor(spec: Spec, packer: Packer) {
    this.#spec = spec
    this.#packer = packer
    this.#needsText = spec.nodes.some(({ op, ...node }) => {
      return op === 'any' || op === 'raw' || op === 'bigint' || ('rest' in node && node.rest.length > 0)
    })
    this.#hasDates = spec.nodes.some(({ op }) => op === 'date-time' || op === 'date' || op === 'time')
  }

  get fingerprint(): Buffer {
    this.#fingerprint ??= fingerprintOf(this.#spec)
    return this.#fingerprint
  }

  pack(rows: unknown, limits: ChunkLimits = CHUNK_LIMITS): Buffer {
    const { packRows } = this.#packer
    return this.#withKernel(limits, job => packToBytes({ ...job, packRows }, rows))
  }

  /** Packs what does not come as rows. */
  packChunks(source: ChunkSource, limits: ChunkLimits = CHUNK_LIMITS): Buffer {
    return this.#withKernel(limits, job => packChunksToBytes(job, source))
  }

  #withKernel(limits: ChunkLimits, pack: (job: PackJob) => Buffer): Buffer {
    const kernel = kernels.acquire()
    try {
      return pack({ kernel, spec: this.#spec, limits, fingerprint: this.fingerprint })
    } finally {
      kernels.release(kernel)
    }
  }

  unpack(list: PackedList, { records = 'object' }: UnpackOptions): unknown[] {
    if (records !== 'object' && records !== 'map')
      throw new OptionError('records', "'object' or 'map'", records)
    const build = this.#buildFor(records)
    if (list.length > ROWS_MAX)
      throw new PackedError('PACKED_TOO_LARGE', 24, `${list.length} rows, an array holds ${ROWS_MAX}`)
    const rows: unknown[] = new Array(list.length)
    const chunks = this.#open(list, true)
    if (this.#hasDates) offsetWalk.before(rows.length)
    const kernel = kernels.acquire()
    try {
      kernel.open(this.#spec)
      for (let start = 0; start < rows.length; ) start += chunks.build(kernel, build, rows, start)
    } finally {
      kernels.release(kernel)
    }
    return rows
  }

  /** The list as a source of chunks. @throws PackedError of another schema */
  open(list: PackedList): ChunkSource {
    return this.#open(list, this.#needsText)
  }

  #open(list: PackedList, withText: boolean): PackedChunks {
    if (!this.fingerprint.equals(list.fingerprint))
      throw new PackedError('PACKED_SCHEMA', 8, 'packed by a serializer of another schema')
    return new PackedChunks(list, this.#spec, this.#checkRows(), withText)
  }

  #buildFor(records: 'object' | 'map'): BuildRows {
    const maps = records === 'map'
    this.#builds[records] ??= this.#generated(
      () => generateBuild(this.#spec, maps),
      () => interpretingBuild(this.#spec, maps),
    )
    return this.#builds[records]
  }

  #checkRows(): CheckRows {
    this.#check ??= this.#generated(
      () => generateCheck(this.#spec),
      () => (cursor, rowCount) => findFault(this.#spec, cursor, rowCount) === undefined,
    )
    return this.#check
  }

  /** Generated code where the packer is generated code, unless the schema is nested too deep for it. */
  #generated<T>(generate: () => T, interpret: () => T): T {
    if (this.#packer.kind === 'interpreted') return interpret()
    try {
      return generate()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return interpret()
    }
  }
}

/** What a caller holds packed rows in, as the list it is. */
export function packedListOf(packed: Uint8Array | PackedList): PackedList {
  return isInstance(packed, PackedList) ? packed : new PackedList(packed)
}
