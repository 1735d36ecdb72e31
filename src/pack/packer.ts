// Chooses how rows are packed. Both ways fill the same slots, so the bytes do not depend on the choice.

import type { Spec } from '../spec/spec.ts'
import { generatePacker } from './generate.ts'
import { interpretingPacker } from './interpret.ts'
import { nestingOf } from './nodes.ts'
import type { PackRows } from './packed-rows.ts'

export interface Packer {
  readonly kind: 'generated' | 'interpreted'
  readonly packRows: PackRows
}

/** Code is nested as its schema is, and V8 compiles it when it first runs, on what stack is left then. */
const NESTING_MAX = 100

/** The generated packer, or the interpreter when `codegen` is false or the process forbids `new Function`. */
export function createPacker(spec: Spec, codegen: boolean): Packer {
  if (codegen && nestingOf(spec.nodes) <= NESTING_MAX && canGenerateCode()) {
    try {
      return { kind: 'generated', packRows: generatePacker(spec) }
    } catch (error) {
      // There is hardly any stack left already.
      if (!(error instanceof RangeError)) throw error
    }
  }
  return { kind: 'interpreted', packRows: interpretingPacker(spec) }
}

function canGenerateCode(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}
