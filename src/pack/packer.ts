// Chooses how rows are packed. Both ways fill the same slots, so the bytes do not depend on the choice.

import type { Spec } from '../spec/spec.ts'
import { generatePacker } from './generate.ts'
import { interpretingPacker } from './interpret.ts'
import type { PackRows } from './packed-rows.ts'

export interface Packer {
  readonly kind: 'generated' | 'interpreted'
  readonly packRows: PackRows
}

/** The generated packer, or the interpreter when `codegen` is false or the process forbids `new Function`. */
export function createPacker(spec: Spec, codegen: boolean): Packer {
  if (codegen && canGenerateCode()) {
    try {
      return { kind: 'generated', packRows: generatePacker(spec) }
    } catch (error) {
      // A schema nested so deep that its code would be, too: RangeError from the generator or from V8's parser.
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
