// Columns as a source of chunks: batch after batch, window after window.

import { toSerializeError } from '../pack/border.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Spec } from '../spec/spec.ts'
import type { ChunkSource } from '../toc/chunk-source.ts'
import type { Kernel } from '../writer/kernel.ts'
import type { ColumnBatch, ColumnTable } from './columns.ts'
import { arraysOf, assertWhole } from './memory.ts'
import { type Plan, prepareRows } from './plan.ts'
import type { RowViews } from './views.ts'
import type { PackColumns } from './walk.ts'

/** Packs rows of one batch, from `start` on at most to `end`; returns where it stopped. */
export interface BatchPacker {
  pack(kernel: Kernel, start: number, end: number): number
  /** Where the packer's index 0 lies in the batch, for the paths of errors. */
  readonly origin: number
}

export interface ColumnChunksOptions {
  readonly spec: Spec
  readonly rowsMax: number
  /** How a batch is packed. @throws TocsonError */
  readonly packerOf: (batch: ColumnBatch) => BatchPacker
  readonly onClose: () => void
}

export class ColumnChunks implements ChunkSource {
  readonly rowCount: number
  readonly #batches: readonly ColumnBatch[]
  readonly #options: ColumnChunksOptions
  #packer: BatchPacker | undefined
  #batchIndex = 0
  /** The next row of the batch, and which row of the list its first one is. */
  #next = 0
  #firstRow = 0

  constructor({ batches, rowCount }: ColumnTable, options: ColumnChunksOptions) {
    this.rowCount = rowCount
    this.#batches = batches
    this.#options = options
  }

  pack(kernel: Kernel): number {
    while (this.#next === this.#batches[this.#batchIndex]!.rowCount) this.#leaveBatch()
    const batch = this.#batches[this.#batchIndex]!
    this.#packer ??= this.#options.packerOf(batch)
    const start = this.#next
    const end = Math.min(batch.rowCount, start + this.#options.rowsMax)
    try {
      this.#next = this.#packer.pack(kernel, start, end)
    } catch (error) {
      throw this.errorOf(error, kernel)
    }
    return this.#next - start
  }

  errorOf(error: unknown, kernel: Kernel): unknown {
    return toSerializeError(error, this.#options.spec, kernel.packed, this.#firstRow + this.#packer!.origin)
  }

  close(): void {
    this.#options.onClose()
  }

  #leaveBatch(): void {
    this.#firstRow += this.#next
    this.#next = 0
    this.#batchIndex++
    this.#packer = undefined
  }
}

/** Packs columns by a plan; `packerOf` gives the packer for the window that is prepared. */
export class PlanPacker implements BatchPacker {
  readonly origin = 0
  readonly #plan: Plan
  readonly #packerOf: () => PackColumns
  readonly #memory: readonly ArrayBufferView[]
  #pack: PackColumns
  #prepared = 0

  constructor(plan: Plan, packerOf: () => PackColumns) {
    this.#plan = plan
    this.#packerOf = packerOf
    this.#pack = packerOf()
    this.#memory = plan.entries.flatMap(({ column }) => arraysOf(column))
  }

  pack(kernel: Kernel, start: number, end: number): number {
    assertWhole(this.#memory)
    this.#plan.stage.length = 0
    if (start >= this.#prepared) {
      this.#prepared = prepareRows(this.#plan, start, end)
      this.#pack = this.#packerOf()
    }
    const next = this.#pack(kernel.packed, this.#plan, start, this.#prepared)
    assertWhole(this.#memory)
    return next
  }
}

/** Packs views of the rows as if they were objects. */
export class ViewPacker implements BatchPacker {
  origin = 0
  readonly #views: RowViews
  readonly #packRows: PackRows

  constructor(views: RowViews, packRows: PackRows) {
    this.#views = views
    this.#packRows = packRows
  }

  pack(kernel: Kernel, start: number, end: number): number {
    assertWhole(this.#views.memory)
    this.origin = start
    const rows = this.#views.over(start, end)
    const count = this.#packRows(kernel.packed, rows, 0, rows.length)
    assertWhole(this.#views.memory)
    return start + count
  }
}
