// The memory of columns, which may go away: a getter, `toJSON` or codec that runs while a chunk is packed, or anybody
// between two slices, can transfer an array to another thread. What was packed from then on is nothing, and must not
// be written.

import { Failure } from '../pack/failure.ts'
import type { Column } from './columns.ts'

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
