// Columns as a source of chunks, which toc/chunk-source.ts and the pump write.
//
//     columns ── readColumns ──> batches ── plan ──> packer ── window of rows ──> packed rows

import { OptionError, SerializeError, TocsonError } from '../errors.ts'
import { messageOf } from '../pack/border.ts'
import { isInstance } from '../pack/failure.ts'
import { Interpreter } from '../pack/interpret.ts'
import type { PackRows } from '../pack/packed-rows.ts'
import type { Packer } from '../pack/packer.ts'
import type { NodeOf, Spec } from '../spec/spec.ts'
import { CHUNK_LIMITS, type ChunkLimits } from '../writer/kernel.ts'
import { type BatchPacker, ColumnChunks, PlanPacker, ViewPacker } from './column-chunks.ts'
import type { ColumnBatch } from './columns.ts'
import { generateColumnPacker, signatureOf } from './generate.ts'
import { assertRequired, type Plan, plainRoot, planOf } from './plan.ts'
import { readColumns } from './read-input.ts'
import { isWindowAscii, mayStage, Stage } from './stage.ts'
import type { ColumnsOptions } from './types.ts'
import { mayHave, RowViews } from './views.ts'
import { type PackColumns, walkingPacker } from './walk.ts'

/** Generated packers that are kept: one for each combination of kinds of columns. */
const PACKERS_MAX = 16

export class ColumnFormat {
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

  /**
   * Reads what columns there are, and no values yet. `limits` are lowered by tests.
   *
   * @throws SerializeError, OptionError
   */
  open(columns: unknown, options: ColumnsOptions, limits: ChunkLimits = CHUNK_LIMITS): ColumnChunks {
    const dropsUnknown = dropsUnknownOf(options)
    const root = this.#root
    const isKnown = (name: string) => this.#isKnown(name)
    const wanted = { isKnown, dropsUnknown, ignoresDropped: dropsUnknown && root !== undefined }
    const table = guarded(() => readColumns(columns, wanted))
    if (root) assertRequired(this.#spec, root, table.names)
    // Others are open at the same time, when user code in a column comes here again or lists are built in slices.
    const stage = this.#stage ?? new Stage()
    this.#stage = undefined
    return new ColumnChunks(table, {
      spec: this.#spec,
      rowsMax: limits.rows,
      packerOf: batch => guarded(() => this.#packerOf(batch, dropsUnknown, stage)),
      onClose: () => {
        this.#stage = stage
      },
    })
  }

  #isKnown(name: string): boolean {
    return this.#root ? this.#root.names.has(name) : mayHave(this.#spec, name)
  }

  #packerOf(batch: ColumnBatch, dropsUnknown: boolean, stage: Stage): BatchPacker {
    if (!this.#root) return new ViewPacker(new RowViews(this.#spec, batch), this.#packRows)
    const plan = planOf(this.#spec, this.#root, batch, dropsUnknown, stage)
    return new PlanPacker(plan, this.#packersFor(plan))
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

function dropsUnknownOf({ unknownColumns = 'throw' }: ColumnsOptions): boolean {
  if (unknownColumns === 'throw' || unknownColumns === 'drop') return unknownColumns === 'drop'
  throw new OptionError('unknownColumns', "'throw' or 'drop'", unknownColumns)
}
