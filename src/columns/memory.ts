// The memory of columns, which code of the user may take away: a getter, `toJSON` or codec that runs while a
// chunk is packed can transfer an array to another thread. What was packed from then on is nothing, and must
// not be written.

import { Failure } from '../pack/failure.ts'
import type { Column } from './columns.ts'
import type { Entry, Plan } from './plan.ts'

/** What to look at after each chunk: all arrays of the plan, none where no code of the user can run. */
export function memoryAtRisk({ entries }: Plan): readonly ArrayBufferView[] {
  return entries.some(mayRunCode) ? entries.flatMap(({ column }) => arraysOf(column)) : []
}

function mayRunCode({ column, node, way }: Entry): boolean {
  const isMade = way === 'leaf' && MADE.has(column.kind)
  return node.encode !== undefined || holdsAny(column) || isMade
}

/** Whether the values are those of an array of the user, which times and durations may be given as, too. */
function holdsAny(column: Column): boolean {
  if (column.kind === 'any') return true
  return (column.kind === 'time' || column.kind === 'duration') && !ArrayBuffer.isView(column.values)
}

/** Kinds whose values may be objects, which user code may see. */
const MADE: ReadonlySet<Column['kind']> = new Set([
  'dictionary',
  'interval',
  'list',
  'map',
  'struct',
  'union',
])

/** @throws Failure */
export function assertWhole(memory: readonly ArrayBufferView[]): void {
  if (!memory.some(({ buffer }) => 'detached' in buffer && buffer.detached)) return
  throw new Failure('COLUMN_TYPE', 'columns that stay while they are read', 'a detached typed array')
}

/** The arrays that a column is read from. */
export function arraysOf(column: Column): ArrayBufferView[] {
  return [...ownArrays(column), ...(column.validity ? [column.validity.bytes] : [])]
}

function ownArrays(column: Column): ArrayBufferView[] {
  switch (column.kind) {
    case 'number':
    case 'int64':
      return [column.values]
    case 'time':
    case 'duration':
      return ArrayBuffer.isView(column.values) ? [column.values] : []
    case 'bit':
      return [column.bits.bytes]
    case 'text':
    case 'bytes':
    case 'view':
      return [...column.memory]
    case 'decimal':
    case 'interval':
      return [column.words]
    case 'dictionary':
      return [column.indices]
    case 'list':
    case 'map':
      return [column.offsets, ...arraysOf(column.child)]
    case 'struct':
      return [...column.fields.values()].flatMap(arraysOf)
    case 'union':
      return [column.childIndices, ...column.children.flatMap(arraysOf)]
    case 'any':
    case 'null':
    case 'absent':
      return []
  }
}
