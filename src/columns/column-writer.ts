// Columns to JSON: the loop of toc/build-list.ts, with columns in the place of rows.
//
//     columns ── readColumns ──> batches ── plan ──> packer ── window of rows ──> packed rows ── kernel ──> list

import { OptionError, SerializeError, TocsonError } from '../errors.ts'
import { messageOf, toSerializeError } from '../pack/border.ts'
import { isInstance } from '../pack/failure.ts'
import { Interpreter } from '../pack/interpret.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Packer } from '../pack/packer.ts'
import type { NodeOf, Spec } from '../spec/spec.ts'
import type { JsonList } from '../toc/json-list.ts'
import { ListBuilder } from '../toc/list-builder.ts'
import { CHUNK_LIMITS, type ChunkLimits, type Kernel, kernels } from '../writer/kernel.ts'
import type { ColumnBatch } from './columns.ts'
import { generateColumnPacker, signatureOf } from './generate.ts'
import { assertWhole, memoryAtRisk } from './memory.ts'
import { assertRequired, type Plan, plainRoot, planOf, prepareRows } from './plan.ts'
import { readColumns } from './read-input.ts'
import { isWindowAscii, mayStage, Stage } from './stage.ts'
import type { ColumnsOptions } from './types.ts'
import { mayHave, RowViews } from './views.ts'
import { type PackColumns, walkingPacker } from './walk.ts'

/** Generated packers that are kept: one for each combination of kinds of columns. */
const PACKERS_MAX = 16

interface ColumnJob {
  readonly kernel: Kernel
  readonly builder: ListBuilder
  readonly limits: ChunkLimits
  readonly dropsUnknown: boolean
  readonly stage: Stage
}

/** Packs and writes windows of one batch, from `start` on at most to `end`; returns where it stopped. */
type WriteRows = (start: number, end: number) => number

export class ColumnWriter {
  readonly #spec: Spec
  readonly #packRows: PackRows
  readonly #root: NodeOf<'object'> | undefined
  #interpreter: Interpreter | undefined
  #walker: PackColumns | undefined
  #stage: Stage | undefined
  readonly #packers: Map<string, PackColumns> | undefined

  constructor(spec: Spec, { kind, packRows }: Packer) {
    this.#spec = spec
    this.#packRows = packRows
    this.#root = plainRoot(spec)
    this.#packers = kind === 'generated' ? new Map() : undefined
  }

  /** `rowBytes`: bytes of a row in earlier lists, 0 when there was none; `limits` are lowered by tests. */
  serialize(
    columns: unknown,
    options: ColumnsOptions,
    rowBytes: number,
    limits: ChunkLimits = CHUNK_LIMITS,
  ): JsonList {
    const dropsUnknown = dropsUnknownOf(options)
    const isKnown = (name: string) => this.#isKnown(name)
    const wanted = { isKnown, dropsUnknown, ignoresDropped: dropsUnknown && this.#root !== undefined }
    const { batches, names, rowCount } = guarded(() => readColumns(columns, wanted))
    if (this.#root) assertRequired(this.#spec, this.#root, names)
    const kernel = kernels.acquire()
    // User code in a column may come here again: it then makes another stage.
    const stage = this.#stage ?? new Stage()
    this.#stage = undefined
    try {
      kernel.open(this.#spec, limits)
      const builder = new ListBuilder(rowCount, rowBytes)
      for (const batch of batches) this.#writeBatch({ kernel, builder, limits, dropsUnknown, stage }, batch)
      return builder.finish()
    } finally {
      this.#stage = stage
      kernels.release(kernel)
    }
  }

  #isKnown(name: string): boolean {
    return this.#root ? this.#root.names.has(name) : mayHave(this.#spec, name)
  }

  #writeBatch(job: ColumnJob, batch: ColumnBatch): void {
    const { dropsUnknown, limits, stage } = job
    const root = this.#root
    const write = guarded(() =>
      root
        ? this.#columnWriter(job, planOf(this.#spec, root, batch, dropsUnknown, stage))
        : this.#viewWriter(job, new RowViews(this.#spec, batch)),
    )
    for (let i = 0; i < batch.rowCount; ) i = write(i, Math.min(batch.rowCount, i + limits.rows))
  }

  #columnWriter({ kernel, builder }: ColumnJob, plan: Plan): WriteRows {
    const packerOf = this.#packersFor(plan)
    const memory = memoryAtRisk(plan)
    const firstRow = builder.rowCount
    let prepared = 0
    let pack = packerOf()
    return (start, end) => {
      kernel.reset()
      plan.stage.length = 0
      try {
        if (start >= prepared) {
          prepared = prepareRows(plan, start, end)
          pack = packerOf()
        }
        const next = pack(kernel.packed, plan, start, prepared)
        assertWhole(memory)
        return appendChunk(kernel, builder, start, next)
      } catch (error) {
        throw toSerializeError(error, this.#spec, kernel.packed, firstRow)
      }
    }
  }

  #viewWriter({ kernel, builder }: ColumnJob, views: RowViews): WriteRows {
    return (start, end) => {
      const firstRow = builder.rowCount
      kernel.reset()
      try {
        const rows = views.over(start, end)
        const count = this.#packRows(kernel.packed, rows, 0, rows.length)
        assertWhole(views.memory)
        return appendChunk(kernel, builder, start, start + count)
      } catch (error) {
        throw toSerializeError(error, this.#spec, kernel.packed, firstRow)
      }
    }
  }

  /** Gives the packer for the window that is prepared. */
  #packersFor(plan: Plan): () => PackColumns {
    this.#interpreter ??= new Interpreter(this.#spec)
    const interpreter = this.#interpreter
    const packers = this.#packers
    if (!packers) {
      this.#walker ??= walkingPacker(this.#spec, interpreter)
      const walker = this.#walker
      return () => walker
    }
    const signature = signatureOf(plan)
    const text = () => this.#packer(packers, signature, interpreter, plan, false)
    if (!mayStage(plan)) return text
    return () =>
      isWindowAscii(plan) ? this.#packer(packers, `ascii ${signature}`, interpreter, plan, true) : text()
  }

  #packer(
    packers: Map<string, PackColumns>,
    signature: string,
    interpreter: Interpreter,
    plan: Plan,
    staged: boolean,
  ): PackColumns {
    const kept = packers.get(signature)
    if (kept) return kept
    const packer = generateColumnPacker(this.#spec, interpreter, plan, staged)
    const [oldest] = packers.keys()
    if (packers.size >= PACKERS_MAX) packers.delete(oldest!)
    packers.set(signature, packer)
    return packer
  }
}

/** What getters and Proxies of columns throw, and a nesting without end, become errors with a code. */
function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isInstance(error, TocsonError)) throw error
    if (isInstance(error, RangeError) && /call stack/.test(error.message)) {
      throw new SerializeError('DEPTH', '', 'columns', 'columns nested deeper than the stack', error)
    }
    throw new SerializeError('USER_CODE', '', 'columns', `an error: ${messageOf(error)}`, error)
  }
}

function appendChunk(kernel: Kernel, builder: ListBuilder, start: number, next: number): number {
  kernel.write(next - start)
  builder.append(kernel, next - start)
  return next
}

function dropsUnknownOf({ unknownColumns = 'throw' }: ColumnsOptions): boolean {
  if (unknownColumns === 'throw' || unknownColumns === 'drop') return unknownColumns === 'drop'
  throw new OptionError('unknownColumns', "'throw' or 'drop'", unknownColumns)
}
