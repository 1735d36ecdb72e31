// What a leaf of the packers answers: the number or text to pack, or why not in a line.

import { Failure } from '../../src/pack/failure.ts'

export function answerOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return `${error.code}: ${error.expected ?? 'it'}, got ${error.received}`
  }
}
