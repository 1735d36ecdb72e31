import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isLong, isShort, report, testSeed } from '../random.ts'
import { disagreement } from './agreement.ts'
import { schemaCase } from './random-schema.ts'

/** Several files share the runs, so that they go on beside each other; each has a seed of its own. */
const PARTS = 2
const RUNS = Number(process.env.TOCSON_CASES ?? (isLong ? 5_000_000 : isShort ? 300 : 50_000))

export function agree(part: number): void {
  const runs = Math.ceil(RUNS / PARTS)
  const seed = testSeed() + part
  it(`generated packer = interpreting packer = reference (TOCSON_SEED=${seed - part}, part ${part})`, () => {
    const found: string[] = []
    fc.assert(
      fc.property(schemaCase, example => {
        const difference = disagreement(example)
        if (difference === undefined) return true
        found[0] = difference
        return false
      }),
      {
        numRuns: runs,
        seed,
        reporter: result => {
          report(`random schema and value, part ${part}`, result.numRuns, result.failed ? 1 : 0)
          if (!result.failed) return
          const { schema, options, limits, seeds, row } = result.counterexample![0]
          const shown = JSON.stringify({ schema, options, limits, rows: seeds.map(row) }, printable)
          throw new Error(`${found[0] ?? result.errorInstance}\n${shown?.slice(0, 4000)}`)
        },
      },
    )
    expect(found).toEqual([])
  })
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol'
    ? String(value)
    : value
}
