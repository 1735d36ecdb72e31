// Runs columns through both packers of columns, and through small chunks, and insists that they agree.

import { ColumnFormat } from '../../src/columns/column-format.ts'
import { type CompileOptions, compile, SerializeError } from '../../src/index.ts'
import { createPacker } from '../../src/pack/packer.ts'
import { writeChunks } from '../engine.ts'
import { type Outcome, outcomeOf } from '../pack/both.ts'

const SMALL_CHUNKS = { rows: 3, slots: 64 }

/** The one answer for columns; `make` is called once for each packer. */
export function serializeColumns(
  schema: object,
  make: () => unknown,
  options: CompileOptions = {},
  unknownColumns: 'throw' | 'drop' = 'throw',
): Outcome {
  const outcomes = [true, false].flatMap(codegen => {
    const serializer = compile(schema as never, { ...options, codegen })
    const small = new ColumnFormat(serializer.spec, createPacker(serializer.spec, codegen))
    return [
      outcomeOf(() => serializer.serializeColumns(make() as never, { unknownColumns })),
      outcomeOf(() => {
        const chunks = small.open(make(), { unknownColumns }, SMALL_CHUNKS)
        return writeChunks(serializer.spec, chunks, SMALL_CHUNKS)
      }),
    ]
  })
  const [first, ...others] = outcomes.map(outcome => JSON.stringify(outcome))
  for (const other of others) {
    if (other !== first) throw new Error(`packers differ\n${first}\n${other}`)
  }
  return outcomes[0]!
}

/** What rows give: what columns have to give. */
export function serializeRows(
  schema: object,
  rows: readonly unknown[],
  options: CompileOptions = {},
): Outcome {
  return outcomeOf(() => compile(schema as never, options).serialize(rows as never))
}

/** The error that `run` throws. */
export function errorOf(run: () => unknown): SerializeError {
  try {
    run()
  } catch (error) {
    if (error instanceof SerializeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
