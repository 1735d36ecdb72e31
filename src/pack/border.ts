// Where failures leave the engine: whatever was thrown while packing becomes a SerializeError with a path.

import { describeValue, SerializeError, type SerializeErrorCode } from '../errors.ts'
import type { Spec } from '../spec/spec.ts'
import { Failure, isInstance } from './failure.ts'
import { locate } from './locate.ts'
import { expectedOf } from './nodes.ts'
import type { PackedRows } from './packed-rows.ts'
import { NOT_A_DATE } from './times.ts'

/** `firstRow`: index of the first row given to the packer; `undefined` when there are no rows, only one value. */
export function toSerializeError(
  error: unknown,
  spec: Spec,
  packed: PackedRows,
  firstRow: number | undefined,
): SerializeError {
  const path = packed.failed ? pathOf(spec, packed, firstRow) : ''
  const expected = expectedOf(spec.nodes, spec.nodes[packed.failed ? packed.failedNode : spec.root]!)
  if (isInstance(error, Failure)) {
    const { code, received, cause, detail } = error
    return new SerializeError(code, path, error.expected ?? expected, received, cause, detail)
  }
  const [code, received] = foreign(error)
  return new SerializeError(code, path, expected, received, error)
}

function pathOf(spec: Spec, packed: PackedRows, firstRow: number | undefined): string {
  const inside = locate(spec, packed, spec.root)
  return firstRow === undefined ? inside : `/${firstRow + packed.rowIndex}${inside}`
}

/** Errors not thrown by a check: the engine's own limits, or user code. */
function foreign(error: unknown): [SerializeErrorCode, string] {
  // Thrown by `getTime` itself, which generated code calls directly.
  if (isInstance(error, TypeError) && error.message === 'this is not a Date object.')
    return ['TYPE', NOT_A_DATE]
  if (isInstance(error, RangeError)) {
    if (/allocation failed|failed to allocate|typed array length|buffer length/i.test(error.message)) {
      return ['TOO_LARGE', 'more bytes than memory can hold']
    }
    if (/string length/i.test(error.message)) return ['TOO_LARGE', 'more text than a string can hold']
    if (/call stack/i.test(error.message)) return ['DEPTH', 'a value nested deeper than the stack']
  }
  return ['USER_CODE', `an error: ${messageOf(error)}`]
}

/** The error is somebody else's: even reading its message may throw. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : describeValue(error)
  } catch {
    return 'unreadable'
  }
}
