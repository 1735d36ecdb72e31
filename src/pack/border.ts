// Where failures leave the engine: whatever was thrown while packing becomes a SerializeError with a path.

import { types } from 'node:util'
import { describeValue, SerializeError, type SerializeErrorCode } from '../errors.ts'
import type { Spec } from '../spec/spec.ts'
import { Failure, isInstance } from './failure.ts'
import { trialPacker } from './interpret.ts'
import { type FailedPlace, locatePlace, pointerOf } from './locate.ts'
import { expectedOf } from './nodes.ts'
import { PackedRows } from './packed-rows.ts'
import { NOT_A_DATE } from './times.ts'

/** `firstRow`: index of the first row given to the packer; `undefined` when there are no rows, only one value. */
export function toSerializeError(
  error: unknown,
  spec: Spec,
  packed: PackedRows,
  firstRow: number | undefined,
): SerializeError {
  const place = packed.failed ? locatePlace(spec, packed, spec.root) : undefined
  const row = place && firstRow !== undefined ? `/${firstRow + packed.rowIndex}` : ''
  const path = row + pointerOf(place?.path ?? [])
  const expected = expectedOf(spec.nodes, spec.nodes[packed.failed ? packed.failedNode : spec.root]!)
  if (isInstance(error, Failure)) {
    const { code, received, cause } = error
    const asked = error.expected ?? expected
    const note = place && failsAsDefault(spec, place, asked, received) ? ', the default of the schema' : ''
    return new SerializeError(code, path, asked, received, cause, note + error.detail)
  }
  const [code, received] = foreign(error)
  return new SerializeError(code, path, expected, received, error)
}

/** Whether the value is a default, or fails as the default there would: rows do not show where it came from. */
function failsAsDefault(spec: Spec, place: FailedPlace, expected: string, received: string): boolean {
  return place.fields.some((field, i) => {
    if (field?.defaultValue === undefined || spec.nodes[field.node]!.encode) return false
    const inside = pointerOf(place.path.slice(i + 1))
    const failure = `${inside === '' ? '' : `${inside} `}expected ${expected}, got ${received}`
    const around = new PackedRows(new Float64Array(0), 0, () => undefined)
    return trialPacker(spec)(field.node, field.defaultValue, around) === failure
  })
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

/** The error is somebody else's, of any realm: even reading its message may throw. */
export function messageOf(error: unknown): string {
  try {
    const isError = error instanceof Error || types.isNativeError(error)
    return isError ? String(error.message) : describeValue(error)
  } catch {
    return 'unreadable'
  }
}
