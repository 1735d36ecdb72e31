// Every walker of nodes names the op it was not taught, instead of passing over it.

import { describe, expect, it } from 'vitest'
import { generatePacker } from '../../src/pack/generate.ts'
import { interpretingPacker } from '../../src/pack/interpret.ts'
import { PackedRows } from '../../src/pack/packed-rows.ts'
import { interpretingBuild } from '../../src/packed/build-rows.ts'
import { findFault } from '../../src/packed/check-rows.ts'
import { cursorOf } from '../../src/packed/cursor.ts'
import { fingerprintOf } from '../../src/packed/fingerprint.ts'
import { generateBuild } from '../../src/packed/generate-build.ts'
import { generateCheck } from '../../src/packed/generate-check.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import { describe as describeSpec } from '../../src/spec/describe.ts'
import { layOut } from '../../src/spec/program.ts'
import type { Spec } from '../../src/spec/spec.ts'

const known = compileSchema({ type: 'integer' })
const spec = { ...known, nodes: [{ ...known.nodes[0], op: 'decimal' }] } as unknown as Spec
const cursor = () => cursorOf(new Float64Array(8), '', 0)
const packed = () => new PackedRows(new Float64Array(64), 0, () => undefined)

describe('a node of an op to come', () => {
  it.each<[string, () => unknown]>([
    ['the program', () => layOut(spec.nodes, spec.root, false)],
    ['the description', () => describeSpec(spec)],
    ['the generated packer', () => generatePacker(spec)],
    ['the interpreting packer', () => interpretingPacker(spec)(packed(), [1], 0, 1)],
    ['the fingerprint', () => fingerprintOf(spec)],
    ['generated unpacking', () => generateBuild(spec, false)],
    ['interpreted unpacking', () => interpretingBuild(spec, false)(cursor(), [], 0, 1)],
    ['the generated check', () => generateCheck(spec)],
    ['the interpreted check', () => findFault(spec, cursor(), 1)],
  ])('stops %s', (_, run) => {
    expect(run).toThrow(/^unhandled op: .*"op":"decimal"/)
  })
})
